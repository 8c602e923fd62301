# shellcheck shell=bash
# mutants.bash: what run, generated and flaky share: the chapters, and running a suite on a copy of
# a stage that is slightly changed. Also runs in bash 3.2 (macOS).

MUTANTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/runner.bash
. "$MUTANTS/../runner.bash"

unset DIR PORT GROUP FILTER SAN
JOBS=${JOBS:-4}
# Many mistakes show as silence, so the tests do not wait long before they give up.
export TALK_TIMEOUT=${TALK_TIMEOUT:-2500}

wrong_use() {
  complain "${0##*/}: $*"
  exit 2
}

[ $# -eq 0 ] || wrong_use "'$1' means nothing here: variables tell what to do, CHAPTER=ch07 and the like"

# is_count NAME VALUE: anything but a number is wrong use
is_count() {
  case $2 in
  '' | *[!0-9]*) wrong_use "$1 is a number, not '$2'" ;;
  esac
}

# The chapters that there are, or the one that is meant by ch07 or ch07_kv: as ch07. final and the
# steps are only meant where they are named, because their suites take long. `steps` names all steps
# that have mistakes.
chapters() {
  local dir found=
  case $1 in
  steps)
    for dir in "$MUTANTS"/f[0-9][0-9]; do [ ! -d "$dir" ] || basename "$dir"; done
    return
    ;;
  f[0-9]*)
    for dir in "$ROOT/final/steps/${1%%_*}"_*; do
      [ ! -f "$dir/step.diff" ] || { echo "${1%%_*}" && return; }
    done
    ;;
  esac
  [ "$1" != final ] || [ ! -d "$ROOT/final" ] || { echo final && return; }
  for dir in "$ROOT"/ch[0-9][0-9]_*/; do
    dir=$(basename "$dir")
    case $dir in
    "${1:-$dir}" | "${1:-}"_*) echo "${dir%%_*}" && found=1 ;;
    esac
  done
  [ "$found" ] || wrong_use "there is no chapter '$1'"
}

# What CHAPTER names, one or several, or all.
chosen_chapters() {
  local chapter
  [ -n "${CHAPTER:-}" ] || chapters ''
  for chapter in ${CHAPTER:-}; do
    chapters "$chapter"
  done
}

stage_of() {
  local dir
  case $1 in
  final) echo "$ROOT/final" ;;
  f[0-9]*) for dir in "$ROOT/final/steps/$1"_*; do step_dir "$(basename "$dir")"; done ;;
  *) echo "$ROOT/$1"_* ;;
  esac
}

# The stage before that of a chapter; nothing for the first.
stage_before() {
  local dir before=
  for dir in "$ROOT"/ch[0-9][0-9]_* "$ROOT/final"; do
    [ "$dir" != "$(stage_of "$1")" ] || { echo "$before" && return; }
    before=$dir
  done
}

# base CHAPTER: builds the stage as it is, once for each SAN, and sets BUILT to where it is.
base() {
  local place=$SCRATCH/base.${SAN:-plain}
  mkdir -p "$place/built"
  SCRATCH=$place build_dir "$(stage_of "$1")"
}

# copy_base CHAPTER DIR: copies the build, too, so make has little to do
copy_base() { base "$1" && rm -rf "$2" && cp -Rp "$BUILT" "$2"; }

# rebuild DIR: the output is in DIR.log
rebuild() {
  (cd "$1" && make ${CC:+"CC=$CC"} ${SAN:+"SAN=$SAN"}) >"$1.log" 2>&1
}

# exactly NAME...: a FILTER for the tests with these names
exactly() { printf '%s\n' "$@" | names_regex; }

# What a mistake may do to this machine: no endless logs, and no more memory than the tests need.
limits() {
  ulimit -f 1000000
  [ -n "${SAN:-}" ] || ulimit -v 6000000
} 2>/dev/null

# suites CHAPTER DIR RESULTS: final has several
suites() {
  suite_files "$1" | while IFS= read -r file; do
    run_suite "$file" "$2" "$1" "$3" </dev/null
  done
}

# suite_on CHAPTER DIR OUT SECONDS: runs the suite (or the part that FILTER chooses) on the build in
# DIR. It stops after SECONDS, or at the first test that fails, and leaves no process behind. OUT
# has the output, OUT.results what run_suite writes. Sets FAILED: the test that failed, `(time
# limit)`, or nothing; message_in OUT prints what that test said.
suite_on() {
  local out=$3 tries=$(($4 * 10)) more=20
  : >"$out"
  set -m
  (limits && suites "$1" "$2" "$out.results") >"$out" 2>&1 </dev/null &
  WATCHED=$!
  set +m
  trap 'kill -KILL -- "-$WATCHED" 2>/dev/null; exit 143' TERM
  FAILED=
  while kill -0 "$WATCHED" 2>/dev/null; do
    tries=$((tries - 1))
    if grep -q '^  FAIL  ' "$out"; then
      # what it has to say may still be on its way
      more=$((more - 1))
      if [ "$more" = 0 ] || sed '1,/^  FAIL  /d' "$out" | grep -q '^  [a-zA-Z]'; then break; fi
    fi
    [ "$tries" -gt 0 ] || { FAILED='(time limit)' && break; }
    sleep 0.1
  done
  stop_watched
  [ "$FAILED" ] || FAILED=$(sed -n 's/^  FAIL  //p' "$out" | head -n 1)
}

# message_in OUT: the lines below the first FAIL
message_in() {
  awk '/^  FAIL  / && !failed { failed = 1; next } failed && !/^          / { exit } failed' "$1"
}

# Servers may end in good order; those that do not are killed.
stop_watched() {
  local tries=10
  kill -TERM -- "-$WATCHED" 2>/dev/null
  while kill -0 -- "-$WATCHED" 2>/dev/null && [ "$tries" -gt 0 ]; do
    tries=$((tries - 1))
    sleep 0.1
  done
  kill -KILL -- "-$WATCHED" 2>/dev/null
  wait "$WATCHED" 2>/dev/null
  trap - TERM
}
