# long: make check runs this suite, make test does not
# Hunts: programs with one secret mistake (tests/hunt).
#
#   EVERY=1            hands out every mistake of every chapter and step, and solves it; and every program
#                      must pass its whole suite though it looks different: an hour
#   EVERY='ch04 f10'   the same for these only
#
# Without EVERY each chapter and step hands out one mistake, which must be seen; a few are solved, too.

# shellcheck disable=SC2016,SC2030,SC2031 # what is quoted is not for here; each test has its variables

bats_require_minimum_version 1.5.0
load expect

setup_file() {
  export PROJECT=${BATS_TEST_DIRNAME%/*}
  export VARY=$BATS_FILE_TMPDIR/vary PROGRAMS=$BATS_FILE_TMPDIR/steps
  "${CC:-cc}" -std=gnu11 -Wall -Wextra -Wpedantic -Wshadow -Werror -o "$VARY" "$BATS_TEST_DIRNAME/hunt/vary.c" &&
    "$PROJECT/tests/maintain/steps" write "$PROGRAMS" >/dev/null
}

setup() {
  unset DIR OUT SEED CHAPTER GROUP FILTER PORT SERVER SAN JOBS
  # shellcheck source=tests/hunt/hunt.bash
  . "$PROJECT/tests/hunt/hunt.bash"
  cd "$BATS_TEST_TMPDIR" || return
}

# hunt STATUS WORD...: as `run` gives it
hunt() { run -"$1" "$PROJECT/tests/hunt/hunt" "${@:2}"; }

# check STATUS DIR: the project's; own_check STATUS DIR: the one in there
check() { DIR=$2 run -"$1" "$PROJECT/tests/hunt/check"; }
own_check() { DIR=$2 run -"$1" "$2/tests/hunt/check"; }

# Where the program of a chapter or a step is
stage_of() {
  case $1 in
  f*) echo "$PROGRAMS/$1"_* ;;
  *) echo "$PROJECT/$1"_* ;;
  esac
}

# head_of CHAPTER PATCH KEY: of a seeded mistake
head_of() { sed -n "/^--- /q; s/^$3: *//p" "$PROJECT/tests/mutants/$1/$2.patch"; }

# row_of CHAPTER SEED: patch TAB function TAB symptom
row_of() {
  local rows
  rows=$(mistakes "$HUNT/$1")
  sed -n "$(($2 % $(wc -l <<<"$rows") + 1))p" <<<"$rows"
}

# builds DIR: without a warning
builds() { make -s -j 2 -C "$1" CC="${CC:-cc} -Werror"; }

# solve DIR CHAPTER SEED: puts the right function back, which looks as different as the rest, and fills
# in the sheet
solve() {
  local patch blame file
  IFS=$'\t' read -r patch blame _ <<<"$(row_of "$2" "$3")"
  rm -rf right
  SEED=$3 OUT=right hunt 0 "$2" right
  file=$(sed -n 's/^+++ b.\([a-z_0-9]*[.]c\).*/\1/p' "$PROJECT/tests/mutants/$2/$patch.patch")
  cp "right/$file" "$1/$file"
  fill_in "$1" "\`$blame()\`"
}

# fill_in DIR FUNCTION
fill_in() {
  awk -v name="$2" '{ print }
    /^> / { print ""; print n++ == 2 ? name : "one two three four five" }' "$1/SHEET.md" >sheet
  cp sheet "$1/SHEET.md"
}

# quick_suite DIR: its suite passes at once, for tests of everything else that is checked
quick_suite() {
  local suite
  for suite in "$1"/tests/*.bats; do
    printf '@test "core: it is there" {\n  [ -x "$SUT/server" ]\n}\n' >"$suite"
  done
}

# a_hunt: ch03 with seed 0, in out, with a quick suite
a_hunt() {
  SEED=0 OUT=out hunt 0 ch03
  quick_suite out
}

# every: the chapters that EVERY means; none, if it is not set
every() {
  case ${EVERY:-} in
  '') ;;
  *[a-z]*) tr ' ' '\n' <<<"$EVERY" ;;
  *) hunted ;;
  esac
}

# ---- the tables ----

# faults_of CHAPTER: what is wrong with its table, a line each
faults_of() {
  local stage patch blame symptom file n=0 point
  stage=$(stage_of "$1")
  while IFS=$'\t' read -r patch blame symptom; do
    n=$((n + 1))
    file=$PROJECT/tests/mutants/$1/$patch.patch
    [ -f "$file" ] || { echo "there is no tests/mutants/$1/$patch.patch" && continue; }
    [ -z "$(head_of "$1" "$patch" with)" ] || echo "$patch shows with $(head_of "$1" "$patch" with) only"
    [ "$(grep -c '^+++ ' "$file")" = 1 ] || echo "$patch changes several files"
    name=$(sed -n 's/^+++ b.\([a-z_0-9]*[.]c\).*/\1/p' "$file")
    rm -rf changed && mkdir changed && cp "$stage/$name" changed/
    "$PROJECT/tests/mutants/seed" "$file" changed >said 2>&1 || echo "$patch does not apply: $(cat said)"
    [ "$("$VARY" -d "$stage/$name" "changed/$name")" = "$blame" ] ||
      echo "$patch changes $("$VARY" -d "$stage/$name" "changed/$name" | paste -s -d ' ' -), not just $blame"
    [ "$(wc -w <<<"$symptom")" -ge 20 ] || echo "$patch has no symptom worth that name"
    ! grep -qwF -- "$blame" <<<"$symptom" || echo "the symptom of $patch names $blame()"
  done < <(mistakes "$HUNT/$1")
  [ "$n" -ge 3 ] || echo "only $n mistakes"
  [ -n "$(last_week "$HUNT/$1")" ] || echo "last week had no tests"
  point=$(setting "$HUNT/$1" breakpoint)
  [ "$point" = write ] || grep -qE "^[a-z].*[ *]$point\(" "$stage"/*.c || echo "there is no function $point()"
  ! mistakes "$HUNT/$1" | cut -f 2 | grep -qxF -- "$point" || echo "the breakpoint is a function to blame"
}

@test "extra: every chapter and step that has seeded mistakes has a hunt, and no table has a fault" {
  local chapter dir faults bad=''
  for dir in "$PROJECT"/tests/mutants/{ch,f}[0-9][0-9]; do
    hunted | grep -qxF "${dir##*/}" || bad="$bad no table for ${dir##*/}"
  done
  for chapter in $(hunted); do
    faults=$(faults_of "$chapter")
    [ -z "$faults" ] || bad=$bad$'\n'"$chapter: $faults"
  done
  [ -z "$bad" ] || { echo "$bad" && false; }
}

@test "extra: a table's faults are found" {
  cp -R "$HUNT" tables && HUNT=$PWD/tables
  sed -i.bak -e 's/^function: read_full/function: write_all/' -e 's/^patch: one-request/patch: none-such/' \
    -e 's/^breakpoint: .*/breakpoint: nowhere/' tables/ch04
  run -0 faults_of ch04
  has "eof-spins changes read_full, not just write_all"
  has "there is no tests/mutants/ch04/none-such.patch"
  has "there is no function nowhere()"
  printf 'breakpoint: wire_recv\n\n%s\n' 'patch: signed-length' 'function: wire_recv' 'symptom: wire_recv' >tables/ch04
  sed -i.bak '/^$/d' tables/ch04
  run -0 faults_of ch04
  has "signed-length shows with SAN=address only"
  has "no symptom worth that name"
  has "the symptom of signed-length names wire_recv()"
  has "only 1 mistakes"
  has "last week had no tests"
  has "the breakpoint is a function to blame"
}

# ---- what is handed out ----

# regex_of NAME...: fits exactly a test of this name
regex_of() { sed 's/[][().*^$?+{}|\\]/\\&/g; s/.*/^(&)$/' <<<"$1"; }

# hands_out CHAPTER SEED: into CHAPTER-SEED
hands_out() { SEED=$2 OUT=$1-$2 hunt 0 "$1" && has "$1, seed $2: see "; }

# last_week_passes CHAPTER SEED: after it has been built, if it is not
last_week_passes() {
  run "$1-$2/tests/hunt/last-week"
  [ "$status" = 0 ] || { echo "last week: $output" && return 1; }
}

# meant_test CHAPTER SEED: the one that should see that mistake
meant_test() { head_of "$1" "$(row_of "$1" "$2" | cut -f 1)" 'caught by'; }

# is_seen CHAPTER SEED: the suite that was handed out, without what tests/run does around it, sees the
# mistake with the test that is meant
is_seen() {
  local suite
  suite=$(printf '%s' "$1-$2/tests/$1"_*.bats)
  SUT=$PWD/$1-$2 SUT_NAME=$1 SUITE=$(basename "$suite" .bats) \
    run "$("$PROJECT/tests/get-bats")" --tap -f "$(regex_of "$(meant_test "$1" "$2")")" "$suite"
  has "not ok 1 $(meant_test "$1" "$2")" && ! grep '^ok' <<<"$output"
}

# is_solved CHAPTER SEED: its own tests fail as everybody runs them, until a small change mends it
is_solved() {
  local dir=$1-$2
  FILTER=$(regex_of "$(meant_test "$1" "$2")") DIR=$dir run "$dir/tests/run" "$1"
  [ "$status" = 1 ] || { echo "not seen: $output" && return 1; }
  has "0 passed, 1 failed" || return
  solve "$dir" "$1" "$2" && quick_suite "$dir" && own_check 0 "$dir" && has "4 of 4 done"
}

# each WHAT CHAPTER SEED: what goes wrong is told and counted, and the next one is tried. Within WHAT
# no failure stops anything by itself.
each() {
  local said
  if ! said=$("$@" 2>&1); then
    printf '%s\n' "== $2, seed $3 ($(row_of "$2" "$3" | cut -f 1)):" "$said"
    lost=$((lost + 1))
  fi
}

handed_and_seen() { hands_out "$@" && last_week_passes "$@" && is_seen "$@" && rm -rf "$1-$2"; }

handed_and_solved() {
  hands_out "$@" && builds "$1-$2" && last_week_passes "$@" && is_solved "$@" && rm -rf "$1-$2"
}

@test "extra: one hunt of each chapter builds, passes last week's tests, and fails its own" {
  local chapter lost=0
  [ -z "${EVERY:-}" ] || skip "EVERY: see the next test"
  # Nobody looks at the speed: a quick build will do.
  export MAKEFLAGS='-j2 -- CFLAGS=-std=gnu11\ -O0\ -pthread'
  for chapter in $(hunted); do
    each handed_and_seen "$chapter" 1
  done
  [ "$lost" = 0 ]
}

@test "extra: a hunt builds, passes last week's tests, fails its own, and a small change solves it" {
  local chapter seed lost=0
  for chapter in $(every); do
    for seed in $(seq "$(mistakes "$HUNT/$chapter" | wc -l)"); do
      each handed_and_solved "$chapter" "$seed"
    done
  done
  [ -n "${EVERY:-}" ] || each handed_and_solved ch08 1
  [ "$lost" = 0 ]
}

# passes_whole CHAPTER SEED: its program without a mistake
passes_whole() {
  SEED=$2 OUT=$1 hunt 0 "$1" && solve "$1" "$1" "$2" && check 0 "$1" && has "4 of 4 done" && rm -rf "$1"
}

@test "extra: the right program passes its whole suite though it looks different, and check says so" {
  local chapter lost=0
  for chapter in $(every); do
    each passes_whole "$chapter" 3
  done
  [ -n "${EVERY:-}" ] || each passes_whole ch04 3
  [ "$lost" = 0 ]
}

@test "extra: the same seed writes the same, and seeds in a row have different mistakes" {
  local seed
  SEED=5 OUT=one hunt 0 ch07
  SEED=5 OUT=two hunt 0 ch07
  diff -r one two
  for seed in 1 2 3 4; do
    SEED=$seed OUT=$seed hunt 0 ch07
  done
  [ "$(sed -n '/^> /p' 1/HUNT.md 2/HUNT.md 3/HUNT.md 4/HUNT.md | grep -c 'paiding')" = 1 ]
  [ "$(for seed in 1 2 3 4; do grep '^> ' $seed/HUNT.md | cksum; done | sort -u | wc -l)" -eq 4 ]
  run -1 cmp -s 1/keyspace.c 3/keyspace.c
}

@test "extra: a seed is drawn where none is given, and told" {
  OUT=out hunt 0 ch03
  has "ch03, seed $(about out seed): see $PWD/out/HUNT.md"
}

@test "extra: neither a diff nor a look at the files points at the mistake" {
  local seed file patch blame differ total
  for seed in 1 2 3 4 5; do
    SEED=$seed OUT=$seed hunt 0 ch08
    IFS=$'\t' read -r patch blame _ <<<"$(row_of ch08 "$seed")"
    run -1 grep -rwE -- "$patch|$blame" "$seed"/{HUNT,SHEET}.md "$seed/last-week.txt" "$seed/.hunt/about"
    for file in "$seed"/*.c; do
      run -1 cmp -s "$file" "$PROJECT/ch08_hashtable/${file##*/}"
    done
    differ=$(diff "$seed/hashtable.c" "$PROJECT/ch08_hashtable/hashtable.c" | grep -c '^[<>]')
    total=$(wc -l <"$seed/hashtable.c")
    [ "$differ" -gt "$total" ] || { echo "hashtable.c of $seed: only $differ lines differ" && false; }
  done
}

@test "extra: a hunt stands on its own: README without our code, tests, printers for gdb" {
  unset VARY PROGRAMS # as for everybody
  SEED=1 OUT=out hunt 0 f07
  [ ! -e out/EXERCISE.md ] && [ -f out/tests/tools/gdb/structures.py ]
  run -1 grep -nE '^## Read the code|\]\(\.\./' out/README.md
  grep -qF 'table &server.dbs[0].map' out/HUNT.md
  grep -qF './client inspect pool' out/HUNT.md
  grep -qF 'make SAN=thread' out/HUNT.md
  SEED=1 OUT=first hunt 0 ch03
  run -1 grep -E 'inspect|\(gdb\) (table|tree|nodes|heap)|SAN=thread' first/HUNT.md
}

@test "extra: without gdb and strace a hunt is written all the same, and a line for each says so" {
  mkdir bin
  ln -s /usr/bin/* bin/
  ln -sf /bin/bash "$(command -v "${CC:-cc}")" bin/
  rm -f bin/gdb bin/strace
  PATH=$PWD/bin SEED=1 OUT=out hunt 0 ch03
  has "gdb is not installed here"
  has "strace is not installed here"
  [ "${#lines[@]}" = 3 ]
}

@test "extra: last week's tests can fail" {
  a_hunt
  printf '$ ./client\nserver says: moon\n$ echo $((1 + 1))\n2\n' >out/last-week.txt
  run -1 out/tests/hunt/last-week
  has "expected: server says: moon"
  has "got:      server says: world"
  has "1 passed, 1 failed"
  rm out/last-week.txt
  run -2 out/tests/hunt/last-week
  one_line
}

# ---- what is handed in ----

@test "extra: nothing is done at first, and check says what" {
  SEED=1 OUT=out hunt 0 ch03 # the mistake of which waits for nothing
  check 1 out
  has "not yet  the tests of ch03 pass"
  has "the first that fails: core: "
  has "not yet  the function: question 3 in SHEET.md names none"
  has "no answer, or fewer than five words, to 1, 2, 3, 4"
  has "not yet  the change: nothing is changed yet"
  has "0 of 4 done"
}

@test "extra: a wrong function is refused, and the right one is not told" {
  local blame
  a_hunt
  blame=$(row_of ch03 0 | cut -f 2)
  solve out ch03 0
  fill_in out die
  sed -i.bak "s/^\`$blame()\`\$/die/" out/SHEET.md
  own_check 1 out
  has "not yet  the function: it is not die()"
  has "3 of 4 done"
  run -1 grep -wF "$blame" <<<"$output"
}

@test "extra: the function may be written as one writes it" {
  local blame name
  a_hunt
  blame=$(row_of ch03 0 | cut -f 2)
  cp out/SHEET.md empty
  for name in "$blame" "$blame()" "**$blame**" "- \`$blame()\` in server.c"; do
    cp empty out/SHEET.md
    fill_in out "$name"
    own_check 1 out
    has "done     the function: it is $blame()"
  done
}

@test "extra: an empty sheet, a missing one, and one with too few words are refused" {
  a_hunt
  cp out/SHEET.md empty
  solve out ch03 0
  cp out/SHEET.md full
  cp empty out/SHEET.md
  own_check 1 out
  has "to 1, 2, 3, 4"
  sed 's/^one two three four five$/because/' full >out/SHEET.md
  own_check 1 out
  has "fewer than five words, to 1, 2, 4"
  has "done     the function"
  rm out/SHEET.md
  own_check 1 out
  has "to 1, 2, 3, 4"
}

@test "extra: a change of 200 lines is refused, of 15 not; blanks do not count" {
  a_hunt
  fill_in out none
  printf '\n\n   \n' >>out/server.c
  own_check 1 out
  has "the change: nothing is changed yet"
  seq 15 | sed 's|^|/* |; s|$| */|' >>out/client.c
  own_check 1 out
  has "done     the change: it is small, 15 of at most 15 lines"
  echo '/* 16 */' >>out/client.c
  own_check 1 out
  has "not yet  the change: 16 lines"
  seq 200 | sed 's|^|// |' >out/more.h
  own_check 1 out
  has "not yet  the change: 216 lines"
}

@test "extra: a program that does not build, or whose tests fail, is not done" {
  a_hunt
  solve out ch03 0
  echo 'nonsense' >>out/server.c
  own_check 1 out
  has "the first that fails: core: it builds"
  has "3 of 4 done"
}

@test "extra: with SEED the directory is not believed" {
  a_hunt
  solve out ch03 0
  fill_in out die
  sed -i.bak "s/^answer .*/answer $(answer ch03 0 die)/" out/.hunt/about
  sed -i.bak '/^> Its name/,/^## 4/{s/^`.*`$//;}' out/SHEET.md
  own_check 0 out
  SEED=0 check 1 out
  has "not yet  the function: it is not die()"
  SEED=0 own_check 2 out
  one_line
}

@test "extra: wrong use is one line and status 2, and nothing is written" {
  check 2 ''
  one_line
  check 2 nowhere
  one_line
  mkdir plain
  check 2 plain
  one_line
  has "no directory that make hunt-ch08 has written"
  cp -R "$PROJECT/ch03_hello" stage && mkdir stage/.hunt && echo 'chapter ch03' >stage/.hunt/about
  check 2 stage
  one_line
  for chapter in ch99 final f24 ''; do
    OUT=out hunt 2 $chapter
    one_line
  done
  OUT=out hunt 2 ch03 wrong
  one_line
  for seed in x -1 1.5 1234567890 '7 8'; do
    SEED=$seed OUT=out hunt 2 ch03
    one_line
    has "SEED is a number"
  done
  [ ! -e out ]
  OUT=plain SEED=1 hunt 0 ch03
  OUT=plain SEED=1 hunt 2 ch03
  one_line
  has "exists and is not empty"
}
