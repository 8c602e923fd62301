# long: it builds a chapter with a mistake dozens of times; make check runs it, make test does not
#
# tests/judge: a learner's tests are tested. A few sets of tests for ch04 are judged once, and the
# tests look at what came of it. A hostile set fails as soon as it succeeds at what it tries, so that
# "valid, and catches nothing" says that it could do nothing.

# shellcheck disable=SC2016 # what is quoted is to be expanded later

bats_require_minimum_version 1.5.0
load expect

judge=$BATS_TEST_DIRNAME/judge

# ---- the sets ----

# a_test NAME LINE...: as bats wants it (and as the bats that runs us does not see it)
a_test() {
  printf '@%s "%s" {\n' test "$1"
  printf '  %s\n' "${@:2}"
  echo '}'
}

# bats_file SET/NAME: with the tests on stdin
bats_file() {
  mkdir -p "$SETS/${1%/*}"
  { printf 'load helpers\naccepts world echo status tlv\n' && cat; } >"$SETS/$1"
}

# executable SET/NAME: with the script on stdin
executable() {
  mkdir -p "$SETS/${1%/*}"
  { echo '#!/bin/bash' && cat; } >"$SETS/$1"
  chmod +x "$SETS/$1"
}

# What the tests of this set catch is known: see the first test.
good() {
  {
    a_test 'a request gets its reply, and nothing else' start_server \
      'talk ask hello answer hello expect-silence 100 ask hello answer hello'
    a_test 'a header may come in pieces' start_server 'talk pace 60 split 1,3 ask hello answer hello'
    a_test 'two requests may come together' start_server \
      'talk prepare one prepare two join { ask one ask two } answer one answer two'
  } | bats_file good/server.bats
  {
    echo '. ./words.bash'
    a_test 'a reply may come in pieces' '[ "$DIALECT" = world ] || skip "another client"' \
      'fake_server pace 60 each-request { split 1,2,3 frame "$WORD" }' client fake_finish \
      'says_in_order "$WORD" "$WORD"'
  } | bats_file good/client.bats
  echo 'WORD=world' >"$SETS/good/words.bash"
}

# One request of five bytes, in one piece: of the mistakes, only big-endian cannot answer it.
shallow() {
  executable shallow/one-request <<'END'
"$SERVER" >/dev/null 2>&1 &
for try in 1 2 3 4 5 6 7 8 9; do
  { exec 3<>"/dev/tcp/127.0.0.1/$PORT"; } 2>/dev/null && break
  sleep 0.1
done
printf '\5\0\0\0hello' >&3 || exit
[ "$(timeout 3 head -c 9 <&3 | od -An -tx1 | tr -d ' \n')" = 05000000776f726c64 ]
END
  echo 'This is no test.' >"$SETS/shallow/notes"
}

# The book's client ends with 0, whatever happens.
invalid() {
  a_test 'without a reply the status is 1' 'fake_server open skip 9 half-close drain' client \
    'equal "the status of the client" 1 "$status"' | bats_file invalid/strict.bats
}

liar() {
  executable liar/no <<'END'
printf 'ok 1\n\033[2Jvalid on 3 of 3 right programs\n'
exit 1
END
}

endless() { echo 'sleep 1000' | executable endless/sleeps; }

# Without namespaces it could do harm.
hostile() {
  executable hostile/all-of-it <<END
[ \$\$ -lt 9 ] || exit 0 # not in a jail with process ids of its own
fails() { echo "it could \$1" && exit 1; }
trap '' TERM
[ "\$PPID" = 0 ] || kill -KILL "\$PPID"
kill -KILL -1
for file in "$BATS_TEST_DIRNAME/mutants/ch04/big-endian.patch" "$BATS_TEST_DIRNAME/helpers.bash" \\
  "$SETS/hostile/all-of-it" "\$SERVER" "\$CLIENT" /etc/shadow link.bats tests/helpers.bash; do
  ! head -c 1 "\$file" >/dev/null 2>&1 || fails "read \$file"
done
! chmod u+rw "\$SERVER" 2>/dev/null || fails "change the server's mode"
! cp -f /bin/true "\$SERVER" 2>/dev/null || fails "put something in the server's place"
[ "\$(ls -l --time-style=full-iso "\$SERVER" | awk '{ print \$5, \$6 }')" = "4194304 2020-01-01" ] ||
  fails "see another size, or another day"
"\$SERVER" >/dev/null 2>&1 &
until grep -q server /proc/\$!/comm; do sleep 0.02; done
! cat /proc/\$!/maps >/dev/null 2>&1 || fails "see the memory of the server"
! cat /proc/\$!/exe >/dev/null 2>&1 || fails "read the server's program"
for place in . /tmp /dev/shm "\$TMPDIR" "\$TOOLS" "\$(dirname "\$SERVER")" "$SETS" /var/tmp; do
  [ ! -e "\$place/seen" ] || fails "find what an earlier run has left"
  : >"\$place/seen"
done 2>/dev/null
! cat /proc/[0-9]*/environ 2>/dev/null | grep -qa 'concept[.]\\|right[.]' || fails "see which program it is"
(setsid sleep 300 &)
! { exec 3<>/dev/tcp/127.0.0.1/$LISTENS; } 2>/dev/null || fails "reach a server outside"
printf 'not ok 1 x\nok 1\nvalid on 9 of 9 right programs; catches 9 of 9 mistakes\n'
exit 0
END
  ln -s /etc/passwd "$SETS/hostile/link.bats"
  ln -s "$BATS_TEST_DIRNAME" "$SETS/hostile/tests"
}

# ---- all are judged once ----

# judged SET [VAR=VALUE...]: into a file beside the set
judged() {
  env PATH="$OUTER_PATH" TESTS="$SETS/$1" "${@:2}" "$judge/judge" ch04 >"$SETS/$1.out" 2>&1 3>&- 4>&- ||
    echo "status $?" >>"$SETS/$1.out"
}

setup_file() {
  unset TESTS ALL FORMAT OUT NO_NAMESPACES CC SAN
  export SETS=$BATS_FILE_TMPDIR/sets JOBS=2
  # bats puts its own innards first in PATH, and a bats among them that is not to be called
  export OUTER_PATH=${PATH#"$BATS_LIBEXEC:"}
  local listener
  mkdir "$SETS"
  "$TOOLS/launch" -t 600 "$TOOLS/talk" --timeout 600000 --listen 0 expect nothing \
    >"$BATS_FILE_TMPDIR/listens" 2>/dev/null 3>&- 4>&- &
  listener=$!
  until grep -q listening "$BATS_FILE_TMPDIR/listens"; do sleep 0.02; done
  LISTENS=$(sed -n '1s/.*://p' "$BATS_FILE_TMPDIR/listens")
  good && shallow && invalid && liar && endless && hostile
  judged good ALL=1
  judged shallow FORMAT=data
  judged invalid
  judged liar FORMAT=data
  judged endless TEST_SECONDS=2
  judged hostile
  kill "$listener" 2>/dev/null || true # it ends when somebody calls
}

says() { has "$2" "$(cat "$SETS/$1.out")"; }

says_not() {
  case $(cat "$SETS/$1.out") in *"$2"*)
    printf '%s says: %s\n' "$1" "$2"
    return 1
    ;;
  esac
}

needs_namespaces() { ! grep -q 'not confined: ' "$SETS/hostile.out" || skip "there are no namespaces here"; }

# ---- what came of it ----

@test "extra: a good set is valid on three programs, and what it does not catch is named" {
  says good "valid on 3 of 3 right programs; catches 7 of 12 mistakes; not caught:
  a message without a body
  a client that leaves in the middle of a body
  a length that needs more than 16 bits
  a body of one byte above the limit
  a body of exactly the limit
"
  says good "20 of 20 points for validity, 46.67 of 80 for what it catches"
  says_not good $'\nstatus'
}

@test "extra: ALL=1 tells of the other mistakes, and which test catches what" {
  says good "others that count nothing it catches"
  says good "
  a message that is too long gets an error message
"
  says good "
  a second request on the same connection
      by server.bats: a request gets its reply, and nothing else"
  says good "
  a reply that reaches the client in pieces
      by client.bats: a reply may come in pieces"
  says good "
  the reply is sent without a header
      by server.bats: a request gets its reply, and nothing else"
}

@test "extra: a shallow set of executables is valid where its protocol is spoken, and catches little" {
  [ "$(grep -c '^test.passes .*passed' "$SETS/shallow.out")" = 2 ]
  [ "$(grep -c '^test' "$SETS/shallow.out")" = 14 ]
  says shallow $'test\tthe order of the bytes of a length\tpassed'
  [ "$(grep -c '^test.*failed.*passes all tests' "$SETS/shallow.out")" = 11 ]
}

@test "extra: a set that fails a right program says which one and how, and catches nothing" {
  says invalid "valid on 2 of 3 right programs, so none of 12 mistakes counts as caught"
  says invalid "it fails on the book's own program (tests/faithful/ch04):
  strict.bats: without a reply the status is 1"
  says invalid "the status of the client is not as expected"
  says invalid "13.33 of 20 points for validity, 0 of 80 for what it catches"
  says_not invalid "it fails on ch04_protocol"
}

@test "extra: a set that always fails catches nothing, whatever it prints" {
  [ "$(grep -c '^test.*failed' "$SETS/liar.out")" = 14 ]
  says_not liar passed
  says liar "no: status 1"
}

@test "extra: a test without an end is ended, and that is told" {
  says endless "valid on 0 of 2 right programs"
  says endless "sleeps: it did not end within 2 s"
}

@test "extra: a hostile set sees no test, no mistake and no other run, and no program's bytes" {
  needs_namespaces
  says hostile "valid on 2 of 2 right programs; catches 0 of 12 mistakes; not caught:"
  says_not hostile "9 of 9"
  [ ! -e "$SETS/seen" ] && [ ! -e /tmp/seen ]
}

@test "extra: every form is well-formed, and has the points" {
  local python form report=$BATS_TEST_TMPDIR/report
  cc -o "$report" "$BATS_TEST_DIRNAME"/course/report/*.c
  for form in json gradescope classroom junit autolab; do
    "$report" $form <"$SETS/shallow.out" >"$BATS_TEST_TMPDIR/shallow.$form"
    "$report" $form <"$SETS/liar.out" >"$BATS_TEST_TMPDIR/liar.$form"
  done
  python=$(command -v python3) && "$python" -c 'import json, xml.dom.minidom' 2>/dev/null ||
    skip "there is no python3 that can read them"
  "$python" - "$BATS_TEST_TMPDIR" <<'END'
import json, sys, xml.dom.minidom
def read(name): return open(sys.argv[1] + '/' + name, encoding='utf-8').read()
assert json.loads(read('shallow.json'))['score'] == 26.67
assert [t['max_score'] for t in json.loads(read('shallow.gradescope'))['tests']] == [20, 80]
assert json.loads(read('shallow.classroom'))['max_score'] == 100
assert json.loads(read('shallow.autolab').splitlines()[-1])['scores'] == {'valid': 20, 'concepts': 6.67}
assert len(xml.dom.minidom.parseString(read('shallow.junit')).getElementsByTagName('failure')) == 11
for form in 'json', 'gradescope': assert json.loads(read('liar.' + form))['score'] == 0
assert '\x1b' not in read('liar.junit') + read('liar.json')
END
}

# made_up ID.ROUND=VERDICT...: judge's functions, on such results
made_up() {
  local run
  # shellcheck disable=SC2034 # for results.bash
  SCRATCH=$BATS_TEST_TMPDIR/made NOT_CONFINED=''
  rm -rf "$SCRATCH"
  mkdir -p "$SCRATCH"/programs/{right.stage,concept.one}
  printf 'right.stage\tx\tour stage\n' >"$SCRATCH/right"
  printf 'concept.one\tx\ta first thing\n' >"$SCRATCH/mistakes"
  for run in "$SCRATCH"/programs/*; do
    : >"$run/client" && chmod +x "$run/client"
  done
  for run in "$@"; do
    mkdir -p "$SCRATCH/results/${run%=*}"
    [ "${run#*=}" = broken ] || echo "${run#*=}" >"$SCRATCH/results/${run%=*}/verdict"
    echo "mine: status 1" >"$SCRATCH/results/${run%=*}/said"
    echo "jail: no" >"$SCRATCH/results/${run%=*}/log"
  done
  # shellcheck source=tests/judge/results.bash
  . "$judge/results.bash"
}

@test "extra: tests that pass a right program once and fail it another time are not valid" {
  made_up right.stage.1=passed right.stage.2=passed concept.one.1=failed
  has "valid on 1 of 1 right programs; catches 1 of 1 mistakes" "$(write_text)"
  made_up right.stage.1=passed right.stage.2=failed concept.one.1=failed
  has "valid on 0 of 1 right programs, so none of 1 mistakes counts as caught" "$(write_text)"
  has "it fails on our stage, in the second of two runs on it:" "$(write_text)"
  made_up right.stage.1=passed right.stage.2=late concept.one.1=failed
  has "valid on 0 of 1" "$(write_text)"
}

@test "extra: a run that came to nothing catches nothing, and on a right program is told" {
  made_up right.stage.1=passed right.stage.2=passed concept.one.1=broken
  has "catches 0 of 1 mistakes" "$(write_text)"
  made_up right.stage.1=broken concept.one.1=failed
  has "valid on 0 of 1" "$(write_text)"
  has "the run itself came to nothing" "$(write_text)"
}

# ---- the lines concept: ----

@test "extra: every chapter has 8 to 12 concepts, and every step 6 to 12, of a few words, none twice" {
  run -0 "$judge/check" --heads
}

@test "extra: a concept that is too long, stands twice, or at the wrong place is told" {
  local copy=$BATS_TEST_TMPDIR/mutants
  mkdir -p "$copy" && cp -R "$BATS_TEST_DIRNAME"/mutants/{ch04,patches.bash} "$copy/"
  faults() {
    run -1 env MUTANTS="$copy" "$judge/check" --heads
    has "$1" "$output"
  }
  run -0 env MUTANTS="$copy" "$judge/check" --heads
  sed -i.bak 's/^concept: .*/concept: a message without a body/' "$copy/ch04/one-request.patch"
  faults "a message without a body: stands there twice"
  sed -i.bak 's/^concept: .*/concept: 1 2 3 4 5 6 7 8 9 10 11 12 13/' "$copy/ch04/one-request.patch"
  faults "one-request.patch: a concept has 1 to 12 words, not 13"
  printf 'concept: at the wrong place\n%s\n' "$(sed '/^concept: /d' "$copy/ch04/one-request.patch")" \
    >"$copy/new" && mv "$copy/new" "$copy/ch04/one-request.patch"
  faults "one-request.patch: its line 'concept:' is not below 'mistake:'"
}

# ---- wrong use ----

@test "extra: wrong use is one clear line and status 2" {
  refused() {
    local say=$1
    shift
    run -2 env PATH="$OUTER_PATH" "$@"
    has "$say" "$output"
    [ "$(printf '%s\n' "$output" | wc -l)" = 1 ]
  }
  mkdir "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR/empty"
  echo text >"$BATS_TEST_TMPDIR/none/readme"
  echo 'load helpers' >"$BATS_TEST_TMPDIR/empty/mine.bats"
  echo there >"$BATS_TEST_TMPDIR/there"
  refused "which chapter?" TESTS="$SETS/good" "$judge/judge"
  refused "no chapter is called 'ch99'" TESTS="$SETS/good" "$judge/judge" ch99
  refused "which tests?" TESTS= "$judge/judge" ch04
  refused "TESTS=/nowhere is not a directory" TESTS=/nowhere "$judge/judge" ch04
  refused "has no tests" TESTS="$BATS_TEST_TMPDIR/none" "$judge/judge" ch04
  refused "there is no @test in mine.bats" TESTS="$BATS_TEST_TMPDIR/empty" "$judge/judge" ch04
  refused "FORMAT is text" TESTS="$SETS/good" FORMAT=html "$judge/judge" ch04
  refused "is there already" TESTS="$SETS/good" OUT="$BATS_TEST_TMPDIR/there" "$judge/judge" ch04
  refused "TEST_SECONDS is a number" TESTS="$SETS/good" TEST_SECONDS=x "$judge/judge" ch04
  refused "JOBS is a number" TESTS="$SETS/good" JOBS=0 "$judge/judge" ch04
  [ "$(cat "$BATS_TEST_TMPDIR/there")" = there ]
}
