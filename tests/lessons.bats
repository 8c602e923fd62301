# long: every lesson's program is built, which takes a minute
# What the lessons of the steps show is what happens; see readme.bats, which has the other pages.

bats_require_minimum_version 1.5.0

@test "extra: the console blocks of every lesson print what they show" {
  cd "$BATS_TEST_DIRNAME/../final/steps" || return
  "$BATS_TEST_DIRNAME/maintain/readme" replay f*/
  command -v redis-cli >/dev/null || skip "only the blocks that call redis-cli were left out"
}
