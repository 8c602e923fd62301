# The course kit's tables: every rubric fits its suite. (progress.bats tests what progress says, and
# grading.bats that the kit grades as it should: these take longer.)

bats_require_minimum_version 1.5.0
load expect

course=$BATS_TEST_DIRNAME/course

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
