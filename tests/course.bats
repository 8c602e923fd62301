# The course kit's tables: every rubric fits its suite; and what progress says where a hint would be a
# guess. That the kit grades as it should is for grading.bats, and progress has more tests in
# starters.bats: these take longer.

bats_require_minimum_version 1.5.0

course=$BATS_TEST_DIRNAME/course

# Other places and settings than the caller's: progress is run here
setup() {
  export OUTER_PATH=${PATH#"$BATS_LIBEXEC:"}
  unset DIR HINT GROUP FILTER PORT SAN CC JOBS PROJECT
  cd "$BATS_TEST_TMPDIR" || return
}

# progress [CHAPTER]: on mine, which is the program of ch08 with a mistake
progress() {
  DIR=mine PATH=$OUTER_PATH run -0 "$course/progress" "$@"
  echo "$output"
}


has() {
  case $2 in *"$1"*) ;; *)
    printf 'expected: %s\ngot: %s\n' "$1" "$2"
    return 1
    ;;
  esac
}

@test "extra: every rubric names every test once, and its core is worth 100" {
  unset RUBRIC
  run -0 "$course/grade" --check
  [ "${#lines[@]}" -ge 9 ]
}

@test "extra: a rubric that forgets a test, names one twice, does not sum to 100, or has a hint of a word is found" {
  # shellcheck source=tests/course/course.bash
  . "$course/course.bash"
  faults() { sed "$1" "$course/ch03/rubric" >"$BATS_TEST_TMPDIR/r" &&
    rubric_faults "$BATS_TEST_TMPDIR/r" "$BATS_TEST_DIRNAME/ch03_hello.bats"; }
  [ -z "$(faults '')" ]
  has "no requirement has the test: core: clients are served" "$(faults '/^test: core: clients are/d')"
  has "is there more than once" "$(faults 's/^\(test: core: clients are.*\)/\1\n\1/')"
  has "the suite has no test: core: clients Are" "$(faults 's/^test: core: clients are/test: core: clients Are/')"
  has "requirement survive: hint 2 has 1 words, not 20 to 80" \
    "$(faults '/^requirement: survive/,/^$/s/^hint 2:.*/hint 2: Short./')"
  has "requirement greet: hint 1 has 81 words" \
    "$(faults "/^requirement: greet/,/^\$/s/^hint 1:.*/hint 1: $(printf 'w%.0s ' {1..81})/")"
  [ -z "$(faults "/^requirement: greet/,/^\$/s/^hint 1:.*/hint 1: $(printf 'w%.0s ' {1..80})/")" ]
  has "not to 100" "$(faults '0,/^points: /s/^points: .*/points: 7/')"
}

@test "extra: where the basic exchange fails, progress says how, guesses no hint, and asks which chapter it is" {
  cp -R "$BATS_TEST_DIRNAME/../ch08_hashtable" mine
  sed -i.bak 's/(uint32_t)body)/(uint32_t)body + 4)/' mine/reply.c
  export FILTER='says hello is told|reply is the 5 bytes|replies are the book.s, byte'
  progress
  has "ch03  ............  0/2" "$output"
  has "ch07  later" "$output"
  has "further on already? name your chapter: DIR=mine tests/course/progress ch08" "$output"
  has $'client that says hello is told world\n           talk: too few bytes came' "$output"
  progress ch08
  has "talk: the reply's length counts its own 4 header bytes too" "$output"
  has "Next, in ch08: what all else needs" "$output"
  [[ $output != *"the basic exchange"* && $output != *hint* && $output != *HINT* && $output != *"further on"* ]]
}

@test "extra: where the server crashes, progress names a sanitizer instead of a hint" {
  cp -R "$BATS_TEST_DIRNAME/../ch08_hashtable" mine
  sed -i.bak '/^void cmd_del(/,/^{/s/^{/{ __builtin_trap();/' mine/cmd_keys.c
  FILTER='deleting a key leaves' progress ch08
  has "the server crashed (" "$output"
  has "try:     SAN=address,undefined, which" "$output"
  [[ $output != *hint* && $output != *HINT* ]]
}

@test "extra: where there is no client, progress says why, and its hint is about the client" {
  cp -R "$BATS_TEST_DIRNAME/../ch03_hello" mine
  sed -i.bak 's/^int main(/no C\n&/' mine/client.c
  FILTER='prints what the server says|says hello is told' progress ch03
  has "there is no ./client after the build"$'\n'"           client.c:" "$output"
  has "Next, in ch03: The client prints the reply" "$output"
  has "hint 1:" "$output"
}
