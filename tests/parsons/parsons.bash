# Sourced by the scripts of this folder: order exercises, in which the lines of a function are to be
# put in order.
#
#   tests/parsons/ch06, a table:
#     file: conn.c              the file with the function
#     function: conn_settle
#     tests: buffered sleep     the requirements (tests/course/ch06/rubric) whose tests are run
#     swap: LINE <> LINE        two lines that must not change places (for check-tables)
#     fails: REGEX              the tests that fail then
#     distractor: LINE          a line that does not belong, two of these; then come
#     instead of: LINE          the line whose place somebody might give to it
#     why: TEXT                 what is wrong with it
#     fails: REGEX              the tests that fail then
#
# A line of a sheet is a statement, or the head of one, or a bracket: without its comments, and in
# one piece even if the file has it in two.
# shellcheck shell=bash

PARSONS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/course/course.bash
. "$PARSONS/../course/course.bash"

# shellcheck disable=SC2034 # for make and check
LEFT_OUT='# ---- lines below this one are left out ----'

# table_chapters: those that have an exercise, one per line
table_chapters() {
  local chapter
  for chapter in $(chapters); do [ ! -f "$PARSONS/$chapter" ] || echo "$chapter"; done
}

# has_table CHAPTER, or dies. The programs of steps are written out here, and not at each look at one.
has_table() {
  [ -f "$PARSONS/$1" ] ||
    die "$1 has no order exercise; there are: $(table_chapters | paste -s -d ' ' -)"
  case $1 in f[0-9]*)
    [ -n "${STEPS_WRITTEN:-}" ] || stage_of "$1" >/dev/null || exit 2
    export STEPS_WRITTEN=1
    ;;
  esac
}

# table_value CHAPTER KEY: its values, one per line
table_value() { sed -n "s/^$2: *//p" "$PARSONS/$1"; }

sheet_name() { echo "$1_$(table_value "$1" function).txt"; }

# body FILE NAME: the lines between the brackets of a function
body() {
  awk -v name="$2" '
    inside && /^\}/ { exit }
    inside { print }
    /^[a-z]/ { head = $0 ~ "[ *]" name "\\(" }
    head && /^\{/ { inside = 1 }' "$1"
}

# units: what comes on stdin without comments, each statement on a line of its own
units() {
  awk '
    { line = $0
      while (1) {
        if (inside) {
          if (!(at = index(line, "*/"))) { line = ""; break }
          line = substr(line, at + 2); inside = 0
        }
        if (!(at = index(line, "/*"))) break
        rest = substr(line, at + 2); line = substr(line, 1, at - 1)
        if ((at = index(rest, "*/"))) line = line substr(rest, at + 2)
        else { inside = 1; break }
      }
      gsub(/^[ \t]+|[ \t]+$/, "", line)
      if (line == "") next
      text = text (text == "" || text ~ /\($/ ? "" : " ") line
      depth += gsub(/\(/, "(", line) - gsub(/\)/, ")", line)
      if (depth == 0 && (text ~ /[;{})]$/ || text == "else" || text ~ /:$/)) { print text; text = "" }
    }
    END { if (text != "") print text }'
}

# lines_of_function CHAPTER: the lines of its sheet that belong, in our order
lines_of_function() { body "$(stage_of "$1")/$(table_value "$1" file)" "$(table_value "$1" function)" | units; }

# mixed SEED: the lines of stdin in another order, the same one for the same seed, with every awk
mixed() {
  awk -v seed="$1" '
    function below(n) { x = (x * 16807) % 2147483647; return int(x / 2147483647 * n) }
    { line[NR] = $0 }
    END {
      x = (seed % 2147483646) + 1
      for (i = 1; i <= 10; i++) below(2)
      for (i = NR; i > 1; i--) { k = below(i) + 1; t = line[i]; line[i] = line[k]; line[k] = t }
      for (i = 1; i <= NR; i++) print line[i]
    }'
}

# promise CHAPTER: the comment above the function, or above its prototype in the header
promise() {
  local file name
  file=$(stage_of "$1")/$(table_value "$1" file)
  name=$(table_value "$1" function)
  for file in "$file" "${file%.c}.h"; do
    [ ! -f "$file" ] || awk -v name="$name" '
      /^\/\*/ { n = 0; inside = 1 }
      inside { comment[++n] = $0; if (/\*\//) inside = 0; next }
      $0 ~ "^[a-z].*[ *]" name "\\(" { for (i = 1; i <= n; i++) print comment[i]; exit }
      { n = 0 }' "$file"
  done | awk '{ sub(/^ ?\/?\* ?/, ""); sub(/ *\*\/$/, ""); if ($0 != "") print }'
}

# head CHAPTER: the function up to its opening bracket
head_of() {
  awk -v name="$(table_value "$1" function)" '
    /^[a-z]/ { inside = $0 ~ "[ *]" name "\\("; text = "" }
    inside && /^\{/ { printf "%s", text; exit }
    inside { text = text $0 "\n" }' "$(stage_of "$1")/$(table_value "$1" file)"
}

# put_in CHAPTER FILE SHEET: writes FILE, in which the function has the numbered lines of stdin,
# "12 TAB text"; the compiler will name them as lines of SHEET
put_in() {
  local ours
  ours=$(stage_of "$1")/$(table_value "$1" file)
  awk -v name="$(table_value "$1" function)" -v sheet="$3" -v file="${ours##*/}" '
    FNR == NR {
      number = $0; sub(/\t.*/, "", number)
      text = $0; sub(/^[^\t]*\t/, "", text)
      answer = answer "#line " number " \"" sheet "\"\n" text "\n"
      next
    }
    inside && /^\}/ { printf "%s#line %d \"%s\"\n", answer, FNR, file; inside = 0 }
    !inside { print }
    /^[a-z]/ { head = $0 ~ "[ *]" name "\\(" }
    head && /^\{/ { inside = 1; head = 0 }' - "$ours" >"$2"
}

# tests_of CHAPTER: the tests that decide, one per line
tests_of() {
  rubric_tests "$(rubric_of "$1")" | awk -F '\t' -v ids=" $(table_value "$1" tests) " \
    'index(ids, " " $1 " ") { print $2 }'
}

# table_faults CHAPTER: what is wrong with its table, one fault per line
table_faults() {
  local stage file name id key value
  stage=$(stage_of "$1")
  file=$(table_value "$1" file)
  name=$(table_value "$1" function)
  [ -f "$stage/$file" ] || { echo "$stage has no file $file" && return; }
  [ -n "$(lines_of_function "$1")" ] || { echo "$stage/$file has no function $name()" && return; }
  for id in $(table_value "$1" tests); do
    requirements "$(rubric_of "$1")" | cut -f 1 | grep -qxF "$id" || echo "the rubric has no requirement '$id'"
  done
  [ -n "$(tests_of "$1")" ] || echo "no test decides"
  table_value "$1" fails | while IFS= read -r value; do
    tests_of "$1" | grep -qE -- "$value" || echo "no test of these requirements is called: $value"
  done
  { table_value "$1" 'instead of' && table_value "$1" swap | awk -F ' <> ' '{ print $1; print $2 }'; } |
    while IFS= read -r value; do
      lines_of_function "$1" | grep -qxF -- "$value" || echo "$name() has no line: $value"
    done
  table_value "$1" distractor | while IFS= read -r value; do
    ! lines_of_function "$1" | grep -qxF -- "$value" || echo "$name() has the line: $value"
  done
  for key in 'swap 1' 'distractor 2' 'instead of 2' 'why 2' 'fails 3'; do
    [ "$(table_value "$1" "${key% *}" | wc -l)" -eq "${key##* }" ] || echo "not ${key##* } of: ${key% *}"
  done
}
