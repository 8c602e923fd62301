# shellcheck shell=bash
# Sourced by judge: what came of the runs, and how it is told. A run of the tests on a program leaves
# $SCRATCH/results/ID.ROUND (see one). The tables $SCRATCH/right and $SCRATCH/mistakes have a line for each
# program: its ID (right.*, concept.* or other.*), its path and what it is called, with tabs between them.
#
#   is_format FORMAT, new_file OUT   die if there is no such form, or OUT cannot be written; OUT in full
#   valid          do the tests pass all right programs, in every run so far?
#   judged_right   those that could be built here, as in $SCRATCH/right
#   write_text     for people
#   write_data     for report (see tests/course/report/data.c)

POINTS_VALID=20 POINTS_CONCEPTS=80

is_format() {
  case $1 in
  text | json | junit | gradescope | classroom | autolab | data) ;;
  *) die "FORMAT is text, json, junit, gradescope, classroom or autolab, not '$1'" ;;
  esac
}

new_file() {
  local file
  [ -n "$1" ] || return 0
  file=$(absolute "$1")
  [ ! -s "$file" ] || die "OUT=$file is there already"
  [ -d "$(dirname "$file")" ] || die "there is no directory for OUT=$file"
  echo "$file"
}

# ---- what came of it ----

built() { [ -x "$SCRATCH/programs/$1/client" ]; }

# of_built TABLE [KIND]: its lines with a program that could be built
of_built() {
  local id rest
  while IFS=$'\t' read -r id rest; do
    case $id in "${2:-}"*) ! built "$id" || printf '%s\t%s\n' "$id" "$rest" ;; esac
  done <"$SCRATCH/$1"
}

judged_right() { of_built right; }

# verdict RESULTS: passed, failed, late; broken, if the run itself was
verdict() { cat "$1/verdict" 2>/dev/null || echo broken; }

# first_failure ID: the first of its runs that did not pass; nothing, if all did
first_failure() {
  local run
  for run in "$SCRATCH/results/$1".[12]; do
    [ "$(verdict "$run")" = passed ] || { echo "$run" && return; }
  done
}

valid() {
  local id
  [ -n "$(judged_right)" ] || return
  while IFS=$'\t' read -r id _; do
    [ -z "$(first_failure "$id")" ] || return
  done < <(judged_right)
}

# caught ID: is the mistake caught? (Not asked of tests that are not valid.)
caught() { case $(verdict "$SCRATCH/results/$1.1") in failed | late) ;; *) false ;; esac; }

# count_right, count_caught KIND, count_of KIND: numbers
count_right() {
  local id
  while IFS=$'\t' read -r id _; do
    [ -n "$(first_failure "$id")" ] || echo 1
  done < <(judged_right) | wc -l | tr -d ' '
}

count_caught() {
  local id
  of_built mistakes "$1" | while IFS=$'\t' read -r id _; do
    ! caught "$id" || echo 1
  done | wc -l | tr -d ' '
}

# Of mistakes that were never built, because the tests are not valid, all count.
count_of() {
  if valid; then
    of_built mistakes "$1" | wc -l | tr -d ' '
  else
    grep -c "^$1" "$SCRATCH/mistakes" || true
  fi
}

# said RESULTS: what failed in this run, and what it said
said() {
  case $(verdict "$1") in
  broken) echo "the run itself came to nothing:" && tail -n 5 "$1/log" ;;
  *) cat "$1/said" ;;
  esac
}

# failure ID NAME: on which program, and what happened there
failure() {
  local run
  run=$(first_failure "$1")
  case $run in
  *.2) echo "$2, in the second of two runs on it:" ;;
  *) echo "$2:" ;;
  esac
  said "$run" | sed 's/^/  /'
}

notes() {
  local id name
  [ -z "$NOT_CONFINED" ] || echo "not confined: ${NOT_CONFINED/programs/tests}"
  while IFS=$'\t' read -r id _ name; do
    built "$id" || echo "left out, because it cannot be built here: $name"
  done <"$SCRATCH/right"
  ! valid || while IFS=$'\t' read -r id _ name; do
    built "$id" || echo "left out, because it cannot be built here: $name"
  done <"$SCRATCH/mistakes"
}

# ---- as text ----

not_caught() {
  local id name
  of_built mistakes "$1" | while IFS=$'\t' read -r id _ name; do
    caught "$id" || echo "  $name"
  done
}

# catchers KIND: what is caught, and the test that did it
catchers() {
  local id name
  of_built mistakes "$1" | while IFS=$'\t' read -r id _ name; do
    ! caught "$id" || printf '  %s\n      by %s\n' "$name" "$(head -n 1 "$SCRATCH/results/$id.1/said")"
  done
}

# with_list WORDS: the words, and a list below, if there is one on stdin
with_list() {
  local list
  list=$(cat)
  if [ -n "$list" ]; then
    printf '%s:\n%s\n' "$1" "$list"
  else
    echo "${1%; not caught}"
  fi
}

points() { awk -v all="$1" -v part="$2" -v of="$3" 'BEGIN { printf "%.2f", of ? all * part / of : 0 }' | sed 's/\.*0*$//;s/^$/0/'; }

write_text() {
  local id name p=0 n c=0 m
  n=$(judged_right | wc -l | tr -d ' ') m=$(count_of concept)
  p=$(count_right)
  notes | sed 's/^/note: /'
  if valid; then
    c=$(count_caught concept)
    not_caught concept |
      with_list "valid on $p of $n right programs; catches $c of $m mistakes; not caught"
    if [ -n "${ALL:-}" ]; then
      not_caught other | with_list "of $(count_of other) others that count nothing it catches $(count_caught other); not caught"
      { catchers concept && catchers other; } | with_list "caught"
    fi
  else
    echo "valid on $p of $n right programs, so none of $m mistakes counts as caught"
    while IFS=$'\t' read -r id _ name; do
      [ -z "$(first_failure "$id")" ] || { echo && failure "$id" "it fails on $name"; }
    done < <(judged_right)
    echo
  fi
  echo "$(points $POINTS_VALID "$p" "$n") of $POINTS_VALID points for validity," \
    "$(points $POINTS_CONCEPTS "$c" "$m") of $POINTS_CONCEPTS for what it catches"
}

# ---- as data ----

# field <TEXT
field() {
  awk '{ gsub(/\\/, "&&"); gsub(/\t/, "\\t"); printf "%s%s", sep, substr($0, 1, 300); sep = "\\n" }'
}

# requirement ID GROUP POINTS TITLE
requirement() { printf 'requirement\t%s\t%s\t%s\t\t%s\n' "$@"; }

# test_line NAME STATE SECONDS MESSAGE
test_line() {
  printf 'test\t%s\t%s\t%s000\t%s\t\t%s\n' "$(field <<<"$1")" "$2" "${3:-0}" "$(field <<<"$4")" "$AGAIN"
}

seconds() { cat "$SCRATCH/results/$1.1/seconds" 2>/dev/null || echo 0; }

data_of_right() {
  local id name
  while IFS=$'\t' read -r id _ name; do
    if [ -z "$(first_failure "$id")" ]; then
      test_line "passes $name" passed "$(seconds "$id")" ''
    else
      test_line "passes $name" failed "$(seconds "$id")" "$(failure "$id" "it fails on $name")"
    fi
  done < <(judged_right)
}

# data_of KIND
data_of() {
  local id name
  if ! valid; then
    grep "^$1" "$SCRATCH/mistakes" | while IFS=$'\t' read -r _ _ name; do
      test_line "$name" failed 0 "tests that fail a right program catch nothing"
    done
    return
  fi
  of_built mistakes "$1" | while IFS=$'\t' read -r id _ name; do
    if caught "$id"; then
      test_line "$name" passed "$(seconds "$id")" ''
    else
      test_line "$name" failed "$(seconds "$id")" "a program with this mistake passes all tests"
    fi
  done
}

write_data() {
  local AGAIN
  AGAIN=$(field <<<"make judge-$CHAPTER TESTS=$SHOWN")
  printf 'submission\t%s\n' "$(basename "$SET" | field)"
  notes | while IFS= read -r note; do printf 'note\t%s\n' "$(field <<<"$note")"; done
  printf 'chapter\t%s\t%s\nbuild\tok\t\n' "$CHAPTER" "$STAGE_NAME"
  requirement valid core "$POINTS_VALID" "The tests pass every right program"
  data_of_right
  requirement concepts core "$POINTS_CONCEPTS" "They fail on programs with a mistake"
  data_of concept
  if grep -q ^other "$SCRATCH/mistakes"; then
    requirement others extra 0 "Other mistakes"
    data_of other
  fi
}
