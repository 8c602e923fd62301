# long: make check runs this suite, make test does not
# What progress says where a hint would be a guess. (starters.bats tests how it counts, and how it
# finds what is next.)

bats_require_minimum_version 1.5.0
load expect

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
