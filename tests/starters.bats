# long: make check runs this suite, make test does not
# Starters, and what shows learners how far they are: tests/course/starter, progress and watch, on a
# copy of the first two chapters. (tests/course/check-starters looks at every starter of every one.)

# shellcheck disable=SC2016,SC2030,SC2031 # quotes as they are; each test has a watch of its own

bats_require_minimum_version 1.5.0
load expect

setup_file() {
  export COPY=$BATS_FILE_TMPDIR/project
  mkdir -p "$COPY/tests"
  cd "$BATS_TEST_DIRNAME" || return
  cp -R run runner.bash get-bats helpers.bash observe.bash tools units maintain course \
    ch03_hello.bats ch04_protocol.bats "$COPY/tests/"
  [ ! -d .cache ] || cp -R .cache "$COPY/tests/"
  for stage in ch03_hello ch04_protocol; do
    mkdir "$COPY/$stage"
    cp "../$stage"/*.[ch] "../$stage/Makefile" "../$stage/README.md" "$COPY/$stage/"
  done
}

setup() {
  unset DIR OUT LEVEL TUTOR HINT GROUP FILTER PORT SAN CC JOBS PROJECT
  cd "$BATS_TEST_TMPDIR" || return
}

# course STATUS SCRIPT WORD...: as `run` gives it, in the copy
course() { run -"$1" "$COPY/tests/course/$2" "${@:3}"; }

builds() { make -s -C "$1" CFLAGS='-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror'; }

# The bad table that a test has made
table() { echo "$COPY/tests/course/ch04/starter"; }

@test "extra: a starter with empty functions builds, and they say that they are not written" {
  LEVEL=function OUT=out course 0 starter ch04
  has "out/EXERCISE.md"
  builds out
  grep -qF '`read_full()` in wire.c, 20 points' out/EXERCISE.md
  cmp "$COPY/ch04_protocol/wire.h" out/wire.h
  run -1 env PORT=1 out/client
  has "connect"
  run -0 grep -c 'NOT_WRITTEN();' out/wire.c
  [ "$output" = 6 ]
}

@test "extra: a starter brings along the tests that it needs, and they fail as they should" {
  LEVEL=function OUT=out course 0 starter ch04
  rm -rf elsewhere && mv out elsewhere && cd elsewhere
  DIR=. FILTER='shortest body is valid|not 0 without a server' run -1 tests/run ch03 ch04
  has "1 passed, 1 failed"
  [ "$(grep -c 'not written yet: answer_one() in server.c' <<<"$output")" = 1 ]
  has "ch04_protocol/README.md, invariant"
}

@test "extra: a starter can watch itself and tell how far it is, as EXERCISE.md says" {
  LEVEL=function OUT=out course 0 starter ch04
  rm -rf elsewhere && mv out elsewhere && cd elsewhere
  grep -q '^DIR=. tests/course/watch ch04 ' EXERCISE.md && grep -q '^DIR=. tests/course/progress ' EXERCISE.md
  DIR=. FILTER='shortest|served one|not 0 without' run -0 tests/course/progress
  has "Next, in ch03: "
  has "run it:  DIR=. FILTER='clients are served one after another' tests/run ch03"
  DIR=. run -2 tests/course/watch ch06
  has "there are: ch03 ch04"
}

@test "extra: a starter with empty modules builds and has their headers" {
  LEVEL=module OUT=out course 0 starter ch04
  builds out
  cmp "$COPY/ch04_protocol/wire.h" out/wire.h
  run -1 grep -n 'writev\|<<' out/wire.c
  grep -q 'wire.c: 7 functions' out/EXERCISE.md
}

@test "extra: a starter for the whole step is the stage before, with the chapter's README" {
  LEVEL=step OUT=out course 0 starter ch04
  builds out
  cmp "$COPY/ch03_hello/server.c" out/server.c
  [ -f out/tests/ch04_protocol.bats ] && [ ! -f out/wire.c ]
  LEVEL=step OUT=first course 0 starter ch03
  builds first
  run -1 first/server
  [ "$output" = "not written yet: main() in server.c" ]
}

@test "extra: a starter has the chapter's README, but not the code that it shows" {
  local level
  grep -qF '## Read the code' "$COPY/ch04_protocol/README.md"
  for level in function module step; do
    rm -rf out && LEVEL=$level OUT=out course 0 starter ch04
    grep -qF '## Invariants' out/README.md
    grep -qF '## Predict before you run' out/README.md
    run -1 grep -nE 'Read the code|^```c$|\]\(\.\.' out/README.md
  done
}

@test "extra: an empty function says so once, and what only it has used is left out" {
  cc -o stub "$COPY/tests/course/stub.c"
  cp "$COPY/tests/course/not_written.h" .
  echo 'struct pair { int helper; int other; };' >pair.h
  cat >full.c <<'END'
#include <stdio.h>
#include "pair.h"

static const char *const words[] = {"}", "/*", "helper"};

/* Only for the one that is empty then: helper() } */
static int helper(int n);

static int even(int n) { return n == 0 ? 1 : helper(n - 1); }

static int helper(int n)
{
    return n == 0 ? 0 : even(n - 1); /* { */
}

static int still_used(const struct pair *p) { return p->helper + '{'; }

/* To be written. */
static int sum(const struct pair *p, int (*also)(int n), char name[8])
{
    printf("%s %s", words[0], name);
    return helper(p->other) + also(1);
}

int main(void)
{
    struct pair p = {.helper = 1};
    char name[8] = "";

    sum(&p, NULL, name);
    return sum(&p, NULL, name) == still_used(&p) ? 1 : 3;
}
END
  ./stub full.c sum 7 >empty.c
  cc -std=c11 -Wall -Wextra -Werror -Wpedantic -o empty empty.c
  run -3 ./empty
  [ "$output" = "not written yet: sum() in empty.c" ]
  run -1 grep -n 'even\|Only for' empty.c
  grep -q '^/\* To be written. \*/$' empty.c
  run -2 ./stub full.c sum 7 helper 0
  [ "$output" = "stub: full.c: helper() would have no caller left, they are emptied, too" ]
}

@test "extra: EXERCISE.md estimates the time of each function, and of all" {
  LEVEL=function OUT=out course 0 starter ch04
  grep -qE '^- `read_full\(\)` in wire.c, 20 points, about 30 minutes: ' out/EXERCISE.md # from levels
  grep -qE '^- `wire_put_u32\(\)` in wire.c, 5 points, about 15 minutes: ' out/EXERCISE.md # by the rule
  minutes=$(sed -n 's/^- `.*, about \([0-9]*\) minutes: .*/\1/p' out/EXERCISE.md | paste -sd+ -)
  minutes=$((minutes))
  [ "$minutes" -ge 120 ]
  grep -qF "They take about $(awk -v n="$minutes" 'BEGIN { print int(n / 30 + 0.5) / 2 }') hours in all. This" out/EXERCISE.md
  LEVEL=module OUT=module course 0 starter ch04
  grep -qE '^- wire.c: 7 functions, about [0-9.]+ hours$' module/EXERCISE.md
  LEVEL=step OUT=step course 0 starter ch04
  grep -qE 'It takes about 4 to 6 hours, which is an estimate' step/EXERCISE.md
}

@test "extra: a file that a step rewrites is not called new" {
  cd "$BATS_TEST_DIRNAME/.."
  LEVEL=module OUT=$BATS_TEST_TMPDIR/f09 run -0 tests/course/starter f09
  cd "$BATS_TEST_TMPDIR"
  run -0 cat f09/EXERCISE.md
  has "but the modules that it rewrites are empty"
  has "- cmd_ttl.c: 3 functions, which the step before has in another form, about "
  cd "$BATS_TEST_DIRNAME/.."
  LEVEL=module OUT=$BATS_TEST_TMPDIR/f13 run -0 tests/course/starter f13
  run -0 cat "$BATS_TEST_TMPDIR/f13/EXERCISE.md"
  has "but the modules that are new in it, or are rewritten, are empty"
  has "- zset_value.c: 1 function, about "
}

@test "extra: a starter can give each hint of what its tests ask for" {
  LEVEL=function OUT=out course 0 starter ch04
  rm -rf elsewhere && mv out elsewhere && cd elsewhere
  run -0 tests/course/hint ch04
  [ "${#lines[@]}" = "$(grep -c '^requirement:' tests/course/ch04/rubric)" ]
  has "pieces        A message may arrive in pieces"
  run -0 tests/course/hint ch04 pieces
  has "hint 1:  TCP delivers bytes, not messages."
  run -0 tests/course/hint ch04 pieces 2
  has "hint 2:  Ask again for what is missing."
  run -0 tests/course/hint ch04 pieces 3
  has "hint 3:  read read_full() in ch04_protocol/wire.c; notice "
  grep -qF 'If you are stuck: `tests/course/hint ch04 pieces`.' EXERCISE.md
  run -2 tests/course/hint ch04 parts
  one_line && has "ch04 has nothing called 'parts'; there are: framing "
  run -2 tests/course/hint ch04 pieces 4
  one_line && has "the hint is 1, 2 or 3, not '4'"
  run -2 tests/course/hint
  one_line
}

@test "extra: a starter tells a coding assistant to be a tutor, unless TUTOR says otherwise" {
  LEVEL=function OUT=out course 0 starter ch04
  run -0 cat out/AGENTS.md
  has '- in `wire.c`: `wire_put_u32()`, '
  has '"The idea", "Invariants", "Predict before you run", "Limits".'
  has '`tests/ch04_protocol.bats`'
  pushd out
  # what it says can be run
  while read -r words; do
    # shellcheck disable=SC2086 # a word is a word
    run -0 $words
  done < <(sed -n 's/^ *\(tests\/course\/hint [a-z0-9 ]*[a-z0-9]\)  .*/\1/p' AGENTS.md)
  has "  hint 3:  read "
  filter=$(sed -n "s/^ *DIR=. FILTER='\(.*\)' tests\/run ch04$/\1/p" AGENTS.md)
  grep -qE "^@test \"core: $filter" tests/ch04_protocol.bats
  FILTER=$filter DIR=. HINT=2 run -0 tests/course/progress ch04
  has "Next, in ch04: " && has "  hint 2:  " && has "HINT=3 tests/course/progress ch04"
  popd
  TUTOR=no OUT=without course 0 starter ch04
  [ -f without/EXERCISE.md ] && [ ! -e without/AGENTS.md ]
  echo "my rules" >rules
  TUTOR=rules LEVEL=step OUT=mine course 0 starter ch04
  [ "$(cat mine/AGENTS.md)" = "my rules" ]
  TUTOR=none OUT=new course 2 starter ch04
  one_line && has "TUTOR=none is not a file that can be read" && [ ! -e new ]
}

@test "extra: the tutor's page fits every chapter and step, in every size" {
  cd "$BATS_TEST_DIRNAME/.."
  . tests/course/course.bash
  . tests/course/exercise.bash
  . tests/course/tutor.bash
  made=$BATS_TEST_TMPDIR/made && mkdir "$made"
  for chapter in $(chapters); do
    stage=$(stage_of "$chapter") rubric=$(rubric_of "$chapter")
    cp "$(page_of "$stage")" "$made/README.md"
    for level in $(levels_of "$chapter"); do
      run -0 tutor
      has "${stage##*/}" && has "tests/${stage##*/}.bats" && has '"The idea", "Invariants"'
      has "tests/course/hint $chapter $(requirement_ids "$chapter" | head -n 1) 3 "
      [[ $output =~ FILTER=\'[^\']+\' ]]
      [ "$(grep -c '^## ' <<<"$output")" = 5 ]
      run ! awk 'length($0) > 105 && !/FILTER=|^- in `/ { print; found = 1 } END { exit !found }' <<<"$output"
    done
    # with functions, all of the table's are named
    level=function run -0 tutor
    for name in $(rows_of "$chapter" | cut -d '|' -f 2); do has "\`$name()\`"; done
  done
}

@test "extra: a starter overwrites nothing, and says what is wrong in a line" {
  mkdir full empty && echo mine >full/server.c
  OUT=full course 2 starter ch04
  one_line && has "full exists and is not empty"
  [ "$(ls full)" = server.c ] && [ "$(cat full/server.c)" = mine ]
  OUT=full/server.c course 2 starter ch04
  one_line
  course 2 starter ch04
  one_line && has "OUT=dir is missing"
  OUT=out LEVEL=all course 2 starter ch04
  one_line && has "LEVEL is function, module or step, not 'all'"
  OUT=out course 2 starter ch99
  one_line && has "no chapter is called 'ch99'"
  [ ! -e out ]
  OUT=empty course 0 starter ch03
}

@test "extra: a table with a mistake makes no starter" {
  local good
  good=$(cat "$(table)")
  bad_row() {
    echo "$good" | sed "$1" >"$(table)"
    OUT=out course 2 starter ch04
    echo "$good" >"$(table)"
    one_line && has "$2" && [ ! -e out ]
  }
  bad_row 's/| read_full /| read_fully /' "ch04_protocol/wire.c has no function read_fully()"
  bad_row 's/^server.c/serve.c/' "ch04_protocol has no file serve.c"
  bad_row 's/| 20 | pieces/| 19 | pieces/' "the functions of 'pieces' have 19 points, not 20"
  bad_row 's/| 20 | pieces/| 20 | parts/' "the rubric has no requirement 'parts'"
  bad_row '$s/|[^|]*$//' "not six columns"
  echo 'minutes: read_half 20' >>"${COPY}/tests/course/ch04/levels"
  bad_row '' "levels: minutes for read_half(), which has no row"
  sed -i.bak '$d' "${COPY}/tests/course/ch04/levels"
  bad_row '/answer_one/s/$/\
server.c | port_from_env | 1 | 0 | log | x\
server.c | main | 0 | 0 | log | x/' "stub: server.c: answer_one() would have no caller left"
}

@test "extra: the tables of all chapters are right: functions, points, hints" {
  cd "$BATS_TEST_DIRNAME/.."
  . tests/course/course.bash
  . tests/course/exercise.bash
  for chapter in $(chapters); do
    run -0 starter_faults "$chapter" && [ -z "$output" ]
    run -0 hint_faults "$chapter" && [ -z "$output" ]
    OUT=$BATS_TEST_TMPDIR/$chapter run -0 tests/course/starter "$chapter"
  done
}

@test "extra: faults in a rubric's hints are seen" {
  cd "$COPY"
  . tests/course/course.bash
  . tests/course/exercise.bash
  run -0 hint_faults ch03 && [ -z "$output" ]
  sed -i.bak 's/^hint 3: read listen_on()/hint 3: read listening()/; s/^hint 2: One read/hint 4: /
    /^requirement: survive/,/^$/s/^hint 1:.*//' tests/course/ch03/rubric
  run -0 hint_faults ch03
  mv tests/course/ch03/rubric.bak tests/course/ch03/rubric
  has "ch03_hello/server.c has no function listening()"
  has "requirement survive has no hint 1"
}

@test "extra: progress counts each chapter, and tells what comes next, with the hint asked for" {
  mkdir mine && cp -R "$COPY/ch03_hello" mine/ch03
  OUT=mine/ch04 course 0 starter ch04 query
  DIR=$COPY/ch03_hello FILTER='exit status is 0 after' \
    "$COPY/tests/course/progress" >passed 2>&1 3>&- 4>&- &
  DIR=mine HINT=2 FILTER='exit status is 0 after|sends its requests|shortest body' \
    course 0 progress
  has "ch03  ############  1/1"
  has "ch04  ######......  1/2"
  has "Next, in ch04: The client sends its requests and prints each reply"
  has "hint 2:  Use the same functions on both sides"
  has "ch04_protocol/README.md, invariant 4"
  has "make test-ch04 DIR=mine/ch04 FILTER='the client sends its requests and prints each reply'"
  has "make progress DIR=mine HINT=3"
  wait $!
  grep -qx "All of them pass." passed
}

@test "extra: next is where the learner works, and a crash before what is worth more" {
  mkdir mine && cp -R "$COPY/ch03_hello" mine/ch03 && cp -R "$COPY/ch04_protocol" mine/ch04
  # in ch03 a text is wrong; in ch04 replies are printed to nobody, and a reset aborts
  sed -i.bak 's/server says: /server said: /' mine/ch03/client.c
  sed -i.bak 's/printf("server says: /fprintf(stderr, "server says: /' mine/ch04/client.c
  sed -i.bak 's/^        if (got < 0)$/        if (got < 0 \&\& fd > 3) abort();\n&/; 1s/^/#include <stdlib.h>\n/' mine/ch04/wire.c
  export FILTER='prints exactly|shortest|resets|served one after|sends its requests'
  DIR=mine course 0 progress
  has "ch03  ########....  2/3"
  has "Next, in ch04: "
  has "fails:   core: a client that resets in the middle of a message does not end the server"
  has "           the server aborted (SIGABRT"
  cp "$COPY/ch04_protocol/wire.c" mine/ch04 # without the crash: what is worth most
  DIR=mine course 0 progress
  has "fails:   core: the client sends its requests and prints each reply"
  cp "$COPY/ch04_protocol/client.c" mine/ch04 # and then what was left behind
  DIR=mine course 0 progress
  has "Next, in ch03: "
  has "the client prints exactly"
}

@test "extra: a chapter is tried when the one before it passes half of its tests" {
  mkdir mine && cp -R "$COPY/ch03_hello" mine/ch03 && cp -R "$COPY/ch04_protocol" mine/ch04
  sed -i.bak 's/server says: /server said: /; s/return 0;/return 1;/' mine/ch03/client.c
  DIR=mine FILTER='exit status|prints exactly|shortest' course 0 progress
  has "ch03  ####........  1/3"
  has "ch04  later"
}

@test "extra: an error of the compiler is told once, however many suites there are" {
  cp -R "$COPY/ch04_protocol" mine && echo 'no C' >>mine/server.c
  DIR=mine run -1 "$COPY/tests/run" ch03 ch04
  [ "$(grep -c 'unknown type name' <<<"$output")" = 1 ]
  has "0 passed, 2 failed"
}

@test "extra: progress and watch refuse what makes no sense in a line" {
  course 2 progress
  one_line && has "DIR=path is missing"
  DIR=none course 2 progress
  one_line && has "DIR=none is not a directory"
  DIR=. HINT=4 course 2 progress
  one_line && has "HINT is 1, 2 or 3, not '4'"
  DIR=. GROUP=hard course 2 progress
  one_line && has "GROUP is core, hardening, extra or all, not 'hard'"
  DIR=none course 2 watch ch04
  one_line && has "DIR=none is not a directory"
  DIR=. course 2 watch ch99
  one_line && has "no chapter is called 'ch99'"
}

# says COUNT REGEX: the watch has printed COUNT such lines, within one and a half minutes
says() {
  local tries=900
  until [ "$(grep -cxE -- "$2" said)" = "$1" ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || { echo "timed out waiting for: $2" && cat said && return 1; }
    sleep 0.1
  done
}

@test "extra: watch runs the tests again when a file is saved, and ends when told to, in mid-run" {
  cp -R "$COPY/ch03_hello" mine && mkdir tmp
  TMPDIR=$PWD/tmp DIR=mine FILTER='not 0 without' "$COPY/tests/course/watch" ch03 >said 2>&1 3>&- 4>&- &
  watch=$!
  says 1 '1 passed, 0 failed'
  echo 'int main(void) { return 0; }' >mine/client.c
  says 1 'saved: client.c'
  says 1 '0 passed, 1 failed'
  grep -q "^  FAIL  core: the client's exit status is not 0 without a server" said
  touch mine/server.c
  says 3 '== ch03 on mine, .*'
  kill -TERM "$watch"
  wait "$watch"
  watch=
  run -0 find tmp -mindepth 1 ! -name 'server-tests-locks-*' # where the locks of ports are, stays
  echo "$output"
  [ -z "$output" ]
}

teardown() { [ -z "${watch:-}" ] || kill "$watch" 2>/dev/null || true; }
