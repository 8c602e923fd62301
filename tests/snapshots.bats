# The stages are one program that grows: held against each other by tests/maintain/snapshots.

bats_require_minimum_version 1.5.0

snapshots() { "$BATS_TEST_DIRNAME/maintain/snapshots" "$@"; }

@test "extra: files that a stage carries on are unchanged, unless steps.list declares it" {
  snapshots carried
}

@test "extra: each step adds and rewrites no more than a reader can follow" {
  snapshots budget
}

@test "extra: source lines have at most 80 columns, no tabs and no trailing blanks" {
  snapshots lines
}

@test "extra: the Makefiles of all stages are one text with different objects" {
  snapshots makefiles
}
