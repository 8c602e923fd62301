# Sourced by hunt and check: what is in a directory that is handed out, and what is in the tables.
#
# In the directory, .hunt/about has three lines: `chapter ch08`, `seed 7`, and `answer N`, the checksum
# of chapter, seed and the function to blame. .hunt/written has the program as it was handed out.
#
# A table, tests/hunt/ch08, has these paragraphs:
#
#     breakpoint: command_run             where a request comes in, for gdb
#
#     last week:                          tests that pass on all of the chapter's mistakes
#     $ ./client get name
#     (nil)
#
#     patch: newer-only                   tests/mutants/ch08/newer-only.patch
#     function: hmap_lookup               the one that it changes
#     symptom: Since yesterday's ...      what a user saw, not why; may go on in lines
#       that begin with two blanks
#
#   die MESSAGE                wrong use: one line, status 2
#   hunted                     the chapters and steps that have a table, a line each
#   setting TABLE KEY          what stands behind `KEY: ` there
#   mistakes TABLE             its mistakes, a line each: patch TAB function TAB symptom
#   last_week TABLE            its lines below `last week:`
#   about DIR KEY              a value of DIR/.hunt/about
#   is_hunt DIR                was it handed out as a hunt, and is it whole?
#   answer CHAPTER SEED NAME   the checksum of an answer
# shellcheck shell=bash
# shellcheck disable=SC2034 # those who source it use MOST_LINES

export LC_ALL=C

HUNT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

MOST_LINES=15 # of change that a solution may need

die() {
  echo "${0##*/}: $*" >&2
  exit 2
}

hunted() {
  local table
  for table in "$HUNT"/ch[0-9][0-9] "$HUNT"/f[0-9][0-9]; do
    [ ! -f "$table" ] || basename "$table"
  done
}

setting() { sed -n "s/^$2: *//p" "$1" | head -n 1; }

mistakes() {
  awk '
    function end() { if (patch != "") print patch "\t" name "\t" symptom; patch = name = symptom = "" }
    /^patch: / { end(); patch = substr($0, 8) }
    /^function: / { name = substr($0, 11) }
    /^symptom: / { symptom = substr($0, 10) }
    /^  / && symptom != "" { symptom = symptom " " substr($0, 3) }
    END { end() }' "$1"
}

last_week() { awk '/^last week:$/ { inside = 1; next } /^$/ { inside = 0 } inside' "$1"; }

about() { sed -n "s/^$2 //p" "$1/.hunt/about" 2>/dev/null | head -n 1; }

is_hunt() {
  case $(about "$1" answer)x$(about "$1" seed) in *[!0-9x]* | x* | *x) return 1 ;; esac
  [ -n "$(about "$1" chapter)" ] && [ -d "$1/.hunt/written" ]
}

answer() { printf '%s %s %s\n' "$1" "$2" "$3" | cksum | cut -d ' ' -f 1; }
