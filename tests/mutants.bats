# long: make check runs this suite, make test does not
#
# tests/mutants: the tool that tests the tests, on a small project of two stages.

bats_require_minimum_version 1.5.0
load expect

setup() {
  cd "$BATS_TEST_TMPDIR" || exit
  mkdir -p tests/tools tests/mutants/ch02 ch01_one ch02_two
  cp "$BATS_TEST_DIRNAME"/runner.bash "$BATS_TEST_DIRNAME"/get-bats tests
  cp "$BATS_TEST_DIRNAME"/mutants/{run,generated,flaky,seed,*.bash,*.[ch]} tests/mutants
  [ ! -d "$BATS_TEST_DIRNAME/.cache" ] || ln -s "$BATS_TEST_DIRNAME/.cache" tests/.cache
  echo 'int main(void) { }' | tee tests/tools/none.c >ch01_one/server.c
  cp ch01_one/server.c ch02_two/client.c
  cat >ch02_two/server.c <<'C'
#include <stdio.h>
#include <stdlib.h>

static int larger(int a, int b)
{
    if (a > b)
        return a;
    return b;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "two numbers are wanted\n");
        return 2;
    }
    printf("%d\n", larger(atoi(argv[1]), atoi(argv[2])));
    return 0;
}
C
  for stage in ch01_one ch02_two; do
    # shellcheck disable=SC2016
    printf 'all: server client\nserver: server.c\n\t$(CC) -O1 -o $@ server.c\nclient:\n\tcp server client\n' >$stage/Makefile
  done
  sed 's/^%/@/' >tests/ch02_two.bats <<'B'
%test "core: the larger number is printed" {
  [ "$("$SUT/server" 1 2)" = 2 ]
  [ "$("$SUT/server" 4 3)" = 4 ]
}
%test "core: other than two numbers are refused" {
  run "$SUT/server" 1
  [ "$status" = 2 ]
}
B
}

# mutation NAME FROM TO TEST [SAYS]: writes a patch, made with sed
mutation() {
  local patch=tests/mutants/ch02/$1.patch
  printf 'mistake: %s\ncaught by: %s\nsays: %s\n\n' "$1" "$4" "${5:-.}" >"$patch"
  sed "s/$2/$3/" ch02_two/server.c >changed.c
  diff -u ch02_two/server.c changed.c | sed '1s/.*/--- a\/server.c/; 2s/.*/+++ b\/server.c/' >>"$patch"
}

# tool STATUS VAR=VALUE... NAME: runs it, with none of what this bats run has in its environment
tool() {
  local path # without the one where this bats has put a program called bats
  path=$(tr : '\n' <<<"$PATH" | grep -v 'libexec/bats' | paste -s -d : -)
  run "-$1" env -i PATH="$path" HOME="${HOME:-/}" TMPDIR="$BATS_TEST_TMPDIR" \
    "${@:2:$#-2}" "tests/mutants/${!#}"
}

LARGER='core: the larger number is printed' REFUSED='core: other than two numbers are refused'

@test "extra: mistakes that the meant test catches pass" {
  mutation smaller 'a > b' 'a < b' "$LARGER"
  mutation status 'return 2' 'return 3' "$REFUSED"
  tool 0 CHAPTER=ch02 run
  has "ch02: 2 caught"
  [ "${lines[${#lines[@]} - 1]}" = "2 passed, 0 failed" ]
}

@test "extra: each way in which a seeded mistake is not caught is told, and fails" {
  mutation survives 'a > b' 'a >= b' "$LARGER"
  mutation another 'a > b' 'a < b' "$REFUSED"
  mutation no-build 'return a;' 'return;x' "$LARGER"
  mutation no-test 'a > b' 'a < b' "core: no such test"
  mutation moved 'a > b' 'a < b' "$LARGER"
  sed 's/^ static int larger/ static int biggest/' tests/mutants/ch02/moved.patch >moved
  cat moved >tests/mutants/ch02/moved.patch
  tool 1 run
  has "ch02: 0 caught, 1 survived, 1 caught by another, 1 does not apply, 1 does not build, 1 bad head"
  has "caught by another: $LARGER"
  has "0 passed, 5 failed"
}

# reworded FILE: the same program with other comments, more of them, and other blanks
reworded() {
  awk '
    /^ *(\/\*|\* )/ { gsub(/[a-z]+/, "x"); print; next }
    { print }
    /^ .*[;{]$/ { printf "\n/* one line\n * and one more */\n" }' "$1" | sed 's/;$/ ;  \/\/ "x"/; s/^    /\t/'
}

@test "extra: a mistake still fits when comments, blank lines and blanks are others" {
  mutation smaller 'a > b' 'a < b' "$LARGER"
  reworded ch02_two/server.c >new.c
  mv new.c ch02_two/server.c
  tool 0 run
  has "ch02: 1 caught"
  sed -i.old 's/return a/return +a/' ch02_two/server.c
  tool 1 run
  has "does not apply: hunk 1 of "
}

@test "extra: each seeded mistake of a chapter fits when all comments are reworded" {
  local chapter patch file kind
  mkdir -p same other
  for chapter in ch03 ch04 ch06 ch07 ch08 ch10 ch12 ch13 ch14; do
    for patch in "$BATS_TEST_DIRNAME/mutants/$chapter"/*.patch; do
      while IFS= read -r file; do
        cp "$BATS_TEST_DIRNAME/../${chapter}"_*/"$file" same
        reworded "same/$file" >"other/$file"
      done < <(sed -n 's|^--- a/||p' "$patch")
      for kind in same other; do
        "$BATS_TEST_DIRNAME/mutants/seed" "$patch" $kind
      done
    done
  done
}

@test "extra: a first message that does not mention what it must is shown, and too many fail" {
  mutation smaller 'a > b' 'a < b' "$LARGER" 'the larger of the two'
  mutation status 'return 2' 'return 3' "$REFUSED" 'STATUS.* = 2'
  tool 1 run
  has "ch02: 2 caught; 1 first messages do not name the mistake"
  has "its first message does not mention /the larger of the two/:"
  has "1 of 2 first messages name the mistake"
  has "that is less than 95% in ch02"
  has "2 passed, 1 failed"
  tool 0 SAID=50 run
  has "2 passed, 0 failed"
}

@test "extra: the first message is that of the first test that fails, whichever is meant" {
  mutation both 'argc != 3' 'argc == 3' "$REFUSED" 'STATUS.* = 2'
  tool 1 run
  has "ch02: 1 caught; 1 first messages do not name the mistake"
  has "  FAIL  $LARGER"
}

@test "extra: a test that fails without the mistake, too, proves nothing" {
  mutation smaller 'a > b' 'a < b' "$LARGER"
  sed 's/= 4 \]/= 5 ]/' tests/ch02_two.bats >changed.bats
  cat changed.bats >tests/ch02_two.bats
  tool 1 run
  has "1 no proof"
  has "0 passed, 1 failed"
}

@test "extra: generated mutations are those of what the stage changes, and survivors are shown" {
  tool 1 GENERATED=1 COUNT=1 ONLY='return 0;' run
  has "ch01: nothing to mutate"
  has "ch02: 0 of 1 killed (0%)"
  has "survived: server.c"
  has "original: return 0;"
  has "replacement: return 1;"
  has "1 passed, 1 failed"
}

@test "extra: final is meant where it is named, with all its suites, which know nothing of our SEED" {
  cp -R ch02_two final
  sed 's/return 2/return 4/' ch02_two/server.c >final/server.c
  sed -n 's/^%/@/; 1,4p' >tests/final_one.bats <<'B'
%test "core: the larger number is printed" {
  [ "$("$SUT/server" 1 2)" = 2 ]
  [ -z "${SEED:-}" ]
}
B
  tool 1 CHAPTER=final GENERATED=1 SEED=3 COUNT=1 ONLY='return 4' run
  has "final: 0 of 1 killed (0%)"
  # shellcheck disable=SC2016
  sed 's/the larger number is printed/others are refused/; s/\[ "\$(.*/run -4 "$SUT\/server" 1/' tests/final_one.bats \
    >tests/final_two.bats
  tool 0 CHAPTER=final GENERATED=1 SEED=3 COUNT=1 ONLY='return 4' run
  has "final: 1 of 1 killed (100%)"
  tool 0 GENERATED=1 COUNT=0 run
  [[ $output != *final* ]]
  sed 's/-4/-5/' tests/final_two.bats >changed
  cat changed >tests/final_two.bats
  tool 1 CHAPTER=final GENERATED=1 COUNT=1 run
  has "final: no proof: the stage itself fails this test: core: others are refused"
}

@test "extra: an equivalent mutation is not drawn, and one that is no more is reported" {
  printf 'file: server.c\nfunction: main\noriginal: return 0;\nreplacement: return 1;\n' \
    >tests/mutants/ch02/equivalent
  tool 0 CHAPTER=ch02 GENERATED=1 COUNT=1 ONLY='return 0;' run
  has "ch02: nothing to mutate"
  sed 's/main/larger/' tests/mutants/ch02/equivalent >changed
  cat changed >tests/mutants/ch02/equivalent
  tool 1 CHAPTER=ch02 GENERATED=1 COUNT=0 run
  has "there is no such mutation"
}

@test "extra: flaky finds a test that does not always pass, and keeps what it said" {
  tool 0 N=2 SUITE=ch02 flaky
  has "2 passed, 0 failed"
  sed "s/^%/@/; s|HERE|$PWD|" >>tests/ch02_two.bats <<'B'
%test "core: every second time" {
  echo "what it said"
  mkdir "HERE/first" || rmdir "HERE/first"
  [ -d "HERE/first" ]
}
B
  tool 1 N=2 SUITE=ch02 flaky
  has "ch02_two: failed in 1 of 2 runs: core: every second time"
  has "2 passed, 1 failed"
  grep -rq "what it said" "$BATS_TEST_TMPDIR"/flaky.*
}

@test "extra: flaky runs the suite of a step on final" {
  cp -R ch02_two final
  sed 's/ch02/f01/' tests/ch02_two.bats >tests/f01_two.bats
  tool 0 N=1 SUITE=f01 flaky
  has "2 passed, 0 failed"
}

@test "extra: wrong use is told, with status 2" {
  tool 2 CHAPTER=ch09 run
  has "there is no chapter 'ch09'"
  tool 2 CHAPTER=ch02 ONLY=nothing run
  has "there is no such patch"
  run -2 tests/mutants/run ch07
  has "'ch07' means nothing here"
  tool 2 GENERATED=1 COUNT=many run
  has "COUNT is a number, not 'many'"
  tool 2 SUITE=ch09 flaky
  has "there is no suite 'ch09'"
}
