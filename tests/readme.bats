# What the READMEs show is what happens. The work is done by maintain/readme, which also runs by
# hand, as in `tests/maintain/readme replay ch07`. The rules for console blocks are in
# maintain/replay.c.

bats_require_minimum_version 1.5.0

readme() { "$BATS_TEST_DIRNAME/maintain/readme" "$@"; }

# The lessons of the steps are replayed by lessons.bats.
@test "extra: the console blocks of every README print what they show" {
  cd "$BATS_TEST_DIRNAME/.." || return
  readme replay . ch[0-9]*_*/ final tests
  command -v redis-cli >/dev/null || skip "only the blocks that call redis-cli were left out"
}

@test "extra: every stage's README has the headings of a chapter, in their order" {
  readme headings
}

@test "extra: the cc line in every stage's README builds its server and client" {
  readme cc
}

@test "extra: every relative link in a README leads to a file and a heading" {
  readme links
}

@test "extra: every excerpt in a README is still in the file that it names" {
  readme excerpts
}

# The first column of its tables, between backquotes; ... stands for anything.
@test "extra: every message that LEARNERS.md explains is one that the tests have" {
  cd "$BATS_TEST_DIRNAME" || return
  local piece missing='' messages
  messages=$(awk '/^## / { here = $0 == "## What each message means" }
    here && /^\| `/ { sub(/^\| `/, ""); sub(/` \|.*/, ""); gsub(/ ?[.][.][.] ?/, "\n"); print }' LEARNERS.md)
  [ "$(wc -l <<<"$messages")" -gt 20 ]
  while IFS= read -r piece; do
    grep -qF -- "$piece" run ./*.bash tools/*.[ch] || missing="$missing"$'\n'"  $piece"
  done <<<"$messages"
  [ -z "$missing" ] || { echo "no test says:$missing" && false; }
}
