# Sourced by the scripts of this folder: the project, its stages in order, and what a step from one
# to the next changes. A stage is a folder chNN_* or final with a Makefile; nothing lists them.
# PROJECT is the project to look at, this one unless it is set.
# shellcheck shell=bash

export LC_ALL=C # for sort and comm to agree, wherever they are called

maintain=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=${PROJECT:-$(cd "$maintain/../.." && pwd)}
cd "$PROJECT" || exit 2

# die MESSAGE: wrong use; status 2
die() {
  echo "${0##*/}: $*" >&2
  exit 2
}

# stages: their names, the first chapter first. A starter has none, but suites that are called so.
stages() {
  local s found=
  for s in ch[0-9][0-9]_* final; do
    [ -f "$s/Makefile" ] && echo "$s" && found=1
  done
  [ -n "$found" ] || for s in tests/ch[0-9][0-9]_*.bats tests/f[0-9][0-9]_*.bats; do
    [ ! -f "$s" ] || basename "$s" .bats
  done
}

# stage_named NAME: the full name of the stage that is meant by ch07, ch07_kv or ch07_kv/. Of a step
# (f05, f06_rows), the folder to which its program is written, which is done here; but the folder
# itself, as steps_written names it, is taken as it stands.
stage_named() {
  local s name=${1%/}
  if [ "${name%/*}" = tests/build/steps ] && [ -f "$name/Makefile" ]; then
    echo "$name"
    return
  fi
  for s in final/steps/"${name%%_*}"_*/; do
    [ -f "$s/step.diff" ] || continue
    [ -n "${STEPS_WRITTEN:-}" ] || "$maintain/steps" write >/dev/null || exit 2
    echo "tests/build/steps/$(basename "$s")"
    return
  done
  for s in $(stages); do
    if [ "$s" = "$name" ] || [ "${s%%_*}" = "$name" ]; then
      echo "$s"
      return
    fi
  done
  die "no stage is called '$1'; there are: $(stages | tr '\n' ' ')"
}

# stage_before STAGE: nothing for the first; for a step's program, that of the step before
stage_before() {
  local before
  case $1 in
    */*) before=$({ stages | grep -v '^final$' | tail -n 1; steps_written; }) ;;
    *) before=$(stages) ;;
  esac
  echo "$before" | awk -v stage="$1" '$0 == stage { print before } { before = $0 }'
}

# steps_written: the folders of the programs between the last chapter and final
steps_written() {
  local s
  for s in final/steps/f[0-9][0-9]_*/; do
    [ ! -f "$s/step.diff" ] || echo "tests/build/steps/$(basename "$s")"
  done
}

# page_of FOLDER: its README; that of a step is beside the step's difference
page_of() {
  case $1 in
    tests/build/steps/*) echo "final/steps/${1##*/}/README.md" ;;
    *) echo "$1/README.md" ;;
  esac
}

# parts_table STAGE: the table with the order of reading its step; see series.bash
parts_table() {
  case $1 in
    tests/build/steps/*) echo "final/steps/${1##*/}/parts" ;;
    *) echo "tests/maintain/parts/$1" ;;
  esac
}

# chapters_line STAGE: the book's chapters, as its README names them near its top: 8 and 9
chapters_line() {
  local found=
  [ ! -f "$1/README.md" ] || found=$(head -n 20 "$1/README.md" |
    grep -oiE 'chapters? [0-9]+((, | and | to |-|–)[0-9]+)*' | head -n 1 | sed 's/^[^ ]* //')
  [ -n "$found" ] || found=$(expr "$1" : 'ch0*\([0-9]*\)') || case $1 in
    */*) found=- ;;
    *) found=all ;;
  esac
  echo "$found"
}

# book_chapters STAGE: their numbers in two digits, one per line; nothing for final
book_chapters() {
  chapters_line "$1" | grep -oE '[0-9]+' | while read -r number; do printf '%02d\n' "$number"; done
}

# sources STAGE: its C files and its Makefile, without what was built
sources() {
  (cd "$1" && find . -name build -prune -o \
    -type f \( -name '*.[ch]' -o -name Makefile \) -print) | sed 's|^\./||' | sort
}

# code_lines STAGE: how many lines of its C files are neither blank nor comment
code_lines() {
  (cd "$1" && sources . | grep -v '^Makefile$' | xargs cat) | awk '
    {
      code = ""
      for (line = $0; line != ""; )
        if (inside) {
          end = index(line, "*/")
          line = end ? substr(line, end + 2) : ""
          inside = !end
        } else {
          begin = index(line, "/*")
          code = code (begin ? substr(line, 1, begin - 1) : line)
          line = begin ? substr(line, begin + 2) : ""
          inside = begin > 0
        }
      n += code ~ /[^ \t]/
    }
    END { print n + 0 }'
}

# copy_stage STAGE DIR: its folder without what was built
copy_stage() {
  local f
  mkdir -p "$2"
  for f in "$1"/* "$1"/.[!.]*; do
    case ${f##*/} in
      build | server | client | *.dSYM | '*' | '.[!.]*') ;;
      *) cp -R "$f" "$2/" ;;
    esac
  done
}

# step A B: one line per source file, "same|edited|gone|new FILE ADDED REMOVED"
step() {
  local f
  { sources "$1"; sources "$2"; } | sort -u | while read -r f; do
    if [ ! -f "$1/$f" ]; then
      echo "new $f $(wc -l <"$2/$f") 0"
    elif [ ! -f "$2/$f" ]; then
      echo "gone $f 0 $(wc -l <"$1/$f")"
    elif cmp -s "$1/$f" "$2/$f"; then
      echo "same $f 0 0"
    else
      diff -d "$1/$f" "$2/$f" | awk -v f="$f" '
        /^>/ { added++ }
        /^</ { removed++ }
        END { print "edited", f, added + 0, removed + 0 }'
    fi
  done
}

# comments_gone A B: the comment lines of A that B removes or rewords, as "FILE:LINE: text". Only lines
# that are nothing but comment count, in files that B still has. One that has only moved is not gone,
# and a LIMIT: is meant to go.
comments_gone() {
  local f
  # shellcheck disable=SC2154 # those who call it have a scratch directory
  (cd "$2" && sources . | grep '[.][ch]$' | xargs cat) | sed 's/^[ \t]*//' | sort -u >"$scratch/now"
  sources "$1" | grep '[.][ch]$' | while read -r f; do
    [ ! -f "$2/$f" ] || cmp -s "$1/$f" "$2/$f" || diff -d "$1/$f" "$2/$f" |
      awk -v f="$f" '
        FNR == 1 { file++ }
        file == 1 { now[$0]; next }
        file == 2 {
          if (/^[0-9,]+[cd]/) {
            split($0, range, /[cd]/)
            n = split(range[1], ends, ",")
            for (i = ends[1]; i <= ends[n]; i++) gone[i + 0]
          }
          next
        }
        {
          if (!inside && /^[ \t]*\/\*/) { inside = 1; limit = 0 }
          if (inside && /LIMIT:/) limit = 1
          text = $0
          sub(/^[ \t]*/, "", text)
          if (inside && !limit && FNR in gone && !(text in now) && text ~ /[A-Za-z0-9]/ &&
              text !~ /\*\/[ \t]*[^ \t]/)
            print f ":" FNR ": " $0
          if (inside && /\*\//) inside = 0
        }' "$scratch/now" - "$1/$f"
  done
}

# step_sum A B: of the C files of a step, in one line:
# new files, their lines, edited files, lines added to them, lines gone, and their percentage of A
step_sum() {
  local total
  total=$(cd "$1" && sources . | grep -v '^Makefile$' | xargs cat | wc -l)
  step "$1" "$2" | awk -v total="$total" '
    $2 == "Makefile" { next }
    $1 == "new" { new++; new_lines += $3; next }
    $1 == "edited" { edited++ }
    { added += $3; gone += $4 }
    END {
      printf "%d %d %d %d %d %.1f\n", new, new_lines, edited, added, gone,
             total ? 100 * gone / total : 0
    }'
}
