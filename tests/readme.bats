# What the READMEs show is what happens. The work is done by maintain/readme, which also runs by
# hand, as in `tests/maintain/readme replay ch07`. The rules for console blocks are in
# maintain/replay.c.

bats_require_minimum_version 1.5.0

readme() { "$BATS_TEST_DIRNAME/maintain/readme" "$@"; }

@test "extra: the console blocks of every README print what they show" {
  readme replay
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
