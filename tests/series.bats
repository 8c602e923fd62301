# long: the whole series is written out again and again
# The series of steps from the last chapter to final. First, what stands in final/steps must hold.
# Then the scripts that keep it are tested on a small project of one chapter, two steps and final.

# shellcheck disable=SC2030,SC2031 # run sets output where it is read

bats_require_minimum_version 1.5.0
load expect

steps() { "$BATS_TEST_DIRNAME/maintain/steps" "$@"; }

@test "extra: every step fits the one before it exactly, and the last one is final" {
  steps check whole
}

@test "extra: no step asks more of its reader than one sitting" {
  steps check budget
}

@test "extra: a step's parts table names the files that it changes, and no others" {
  steps check parts
}

@test "extra: the lines of all steps fit, and their Makefiles are one text" {
  steps check lines
}

# ---- the scripts, on a small project ----

# small: a project in which f01 changes line 5 of add.c, and f02 line 15, and adds new.c
small() {
  command -v git >/dev/null || skip "needs git"
  cd "$BATS_TEST_TMPDIR" || exit
  export PROJECT=$PWD
  unset BASE DRY FORCE STAT A B PART OUT
  git init -q . && git config user.email a@b && git config user.name a
  mkdir -p tests/maintain ch01_one final final/steps/f01_first final/steps/f02_second
  seq 1 60 | sed 's/.*/line & of add/' >ch01_one/add.h
  echo 'int main(void) { return 0; }' >ch01_one/server.c
  # shellcheck disable=SC2016 # make expands it
  printf 'all: server client\n\nserver client: server.c\n\t$(CC) -o $@ server.c\n' >ch01_one/Makefile
  cp ch01_one/* final
  edit final/add.h 5 five
  cp -R final tests/first
  edit final/add.h 15 fifteen
  echo 'int fresh;' >final/new.h
  printf 'theme: the first\nthe sum: add.h\n    It grows.\n' >final/steps/f01_first/parts
  printf 'theme: the second\nthe new one: new.h\n    It is new.\nthe sum: add.h\n    Again.\n' \
    >final/steps/f02_second/parts
  : >final/steps/f01_first/step.diff
  : >final/steps/f02_second/step.diff
  maintain 0 steps write
  cp tests/first/*.[ch] tests/build/steps/f01_first
  cp final/*.[ch] tests/build/steps/f02_second
  rm -r tests/first
  maintain 0 steps save
  git add ch01_one final && git commit -qm series
}

# maintain STATUS SCRIPT ARGUMENT...: its words and its status, as `run` gives them
maintain() { run "-$1" "$BATS_TEST_DIRNAME/maintain/$2" "${@:3}"; }

# edit FILE LINE TEXT: changes that line
edit() { sed "$2s/.*/$3/" "$1" >edit.tmp && cat edit.tmp >"$1" && rm edit.tmp; }

@test "extra: a series is written out, built, and written back as it was" {
  small
  maintain 0 steps check whole parts lines
  rm -r tests/build
  maintain 0 steps write
  has "written to tests/build/steps: 2 programs"
  cmp tests/build/steps/f02_second/add.h final/add.h
  [ "$(sed -n 15p tests/build/steps/f01_first/add.h)" = "line 15 of add" ]
  maintain 0 steps save
  [ -z "$(git diff --name-only)" ]
  maintain 0 steps one f01 "$PWD/mine"
  has "built $PWD/mine/server"
  [ -x mine/server ] && [ ! -e mine/new.h ]
  maintain 2 steps one f01 "$PWD/mine"
  has "is not empty"
  maintain 2 steps one f07
  has "no step is called 'f07'"
}

@test "extra: what was edited in a step is not overwritten before it is saved" {
  small
  edit tests/build/steps/f01_first/add.h 30 mine
  maintain 2 steps write
  has "tests/build/steps/f01_first/add.h"
  [ "$(sed -n 30p tests/build/steps/f01_first/add.h)" = mine ]
  FORCE=1 maintain 0 steps write
  [ "$(sed -n 30p tests/build/steps/f01_first/add.h)" = "line 30 of add" ]
}

@test "extra: a step that does not fit, and a series that does not end in final, are found" {
  small
  edit final/add.h 40 "only in final"
  maintain 1 steps check whole
  has "the last step, f02_second, is not final"
  has "    add.h"
  git checkout -q final
  edit final/steps/f02_second/step.diff 9 " something else"
  maintain 1 steps check whole
  has "f02_second/step.diff does not fit"
  git checkout -q final
  { echo 'a line more' && cat ch01_one/add.h; } >add.tmp && mv add.tmp ch01_one/add.h
  maintain 1 steps check whole # it would fit, moved by a line
}

@test "extra: a step that is over its budget is found, unless it says what it replaces" {
  small
  seq 349 | sed 's|.*|/* & */|' >>tests/build/steps/f02_second/add.h
  seq 351 | sed 's|.*|/* & */|' >>tests/build/steps/f02_second/new.h
  edit tests/build/steps/f02_second/add.h 20,22 gone
  cp tests/build/steps/f02_second/*.h final
  maintain 0 steps save
  maintain 1 steps check budget
  has "f02_second adds 705 lines"
  has "f02_second adds 353 lines to files that were there"
  has "f02_second removes or rewrites 4 lines, 6.6%"
  echo 'replaces: much' >>final/steps/f02_second/parts
  maintain 1 steps check budget
  [ "$output" = "f02_second adds 705 lines; at most 700 can be read in one sitting" ]
}

@test "extra: a step that rewords too much of the comments is found; moving them is allowed" {
  small
  { seq 30 | sed 's|.*|/* line & */|' && cat tests/build/steps/f01_first/add.h; } >with
  cp with tests/build/steps/f01_first/add.h
  { cat tests/build/steps/f02_second/add.h && seq 30 | sed 's|.*|/* line & */|'; } >moved
  cp moved tests/build/steps/f02_second/add.h
  cp moved final/add.h
  maintain 0 steps save
  maintain 1 steps check budget
  [[ $output != *"lines of comment"* ]] || return
  sed 's|/. line|/* row|' moved >tests/build/steps/f02_second/add.h
  cp tests/build/steps/f02_second/add.h final/add.h
  maintain 0 steps save
  maintain 1 steps check budget
  has "f02_second rewords 30 lines of comment; at most 25 are a step"
}

@test "extra: a parts table that is wrong, or missing, is found" {
  small
  edit final/steps/f02_second/parts 2 "the new one: new.h old.h"
  edit final/steps/f02_second/parts 4 "the sum: new.h"
  maintain 1 steps check parts
  has "f02_second/parts names what the step does not change: old.h"
  has "f02_second/parts does not name what the step changes: add.h"
  has "f02_second/parts names a file twice: new.h"
  rm final/steps/f01_first/parts
  maintain 1 steps check parts
  has "f01_first has no parts table"
}

@test "extra: a program that does not build without a warning is found" {
  small
  maintain 0 steps check builds
  echo 'static int unused(void) { return 1; }' >>tests/build/steps/f01_first/server.c
  maintain 0 steps save
  CC="cc -Wall" maintain 1 steps check builds
  has "f01_first does not build without a warning"
  has "unused"
  ONLY=f02 CC="cc -Wall" maintain 0 steps check builds
}

@test "extra: a change to a chapter is carried through the steps into final" {
  small
  edit ch01_one/add.h 40 mended
  maintain 0 carry ch01_one/add.h
  has "f01_first        merged"
  has "final            identical"
  [ "$(sed -n 40p final/add.h)" = mended ]
  maintain 0 steps check whole
}

@test "extra: a change to a step is carried into the later ones, and saved" {
  small
  edit tests/build/steps/f01_first/add.h 40 mended
  maintain 0 carry f01/add.h
  has "f02_second       merged"
  has "saved final/steps/f01_first/step.diff"
  [ "$(sed -n 40p final/add.h)" = mended ]
  [ "$(sed -n 40p ch01_one/add.h)" = "line 40 of add" ]
  maintain 0 steps check whole
  maintain 2 carry f01/add.h
  has "there is nothing to carry"
}

@test "extra: what else was edited in a step must be carried with it, not taken back by the next" {
  small
  edit tests/build/steps/f01_first/add.h 40 mended
  edit tests/build/steps/f01_first/server.c 1 'int main(void) { return 1; }'
  maintain 2 carry f01/add.h
  has "edited and not saved, too: f01_first/server.c"
  [ "$(sed -n 40p final/add.h)" = "line 40 of add" ]
  maintain 0 carry 'f01/add.h f01/server.c'
  has "saved final/steps/f01_first/step.diff"
  [ "$(sed -n 40p final/add.h)" = mended ]
  [ "$(cat final/server.c)" = 'int main(void) { return 1; }' ]
  maintain 0 steps check whole
}

@test "extra: a change beside a line that a later step has changed is taken by its own lines" {
  small
  edit tests/build/steps/f01_first/add.h 16 beside
  maintain 0 carry tests/build/steps/f01_first/add.h
  has "f02_second       merged by its own lines"
  [ "$(sed -n 15,16p final/add.h | paste -s -d ' ' -)" = "fifteen beside" ]
}

@test "extra: a change that fits nowhere stops with its place and what to do" {
  small
  edit tests/build/steps/f01_first/add.h 15 mine
  maintain 1 carry f01/add.h
  has "f02_second       CONFLICT"
  has "then: make carry FILE=f02_second/add.h"
  [ "$(sed -n 15p final/add.h)" = fifteen ]
  merged=$(printf '%s\n' "$output" | sed -n 's/.* is in \(.*\); f02_second is.*/\1/p')
  grep -q '^<<<<<<< f02_second/add.h' "$merged"
  rm -r "${merged%/*/*}"
}

@test "extra: diff shows a step part by part, and final as its steps" {
  small
  maintain 0 diff f02
  has "==== part 1: the new one
     It is new."
  [ "$(printf '%s\n' "$output" | grep '^+++' | sed 's|.*/||' | paste -s -d ' ' -)" = "new.h add.h" ]
  PART=2 maintain 0 diff f02
  has "fifteen"
  case $output in *new.h*) false ;; esac
  PART=3 maintain 2 diff f02
  has "has no part 3"
  maintain 0 diff final
  has "f01_first            the first"
  maintain 0 diff ch01 final
  has "fifteen"
}
