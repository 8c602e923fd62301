# For the suites that test tools, not servers (`load expect`): what a text must say.
# shellcheck disable=SC2154 # run sets output and lines

fail() {
  printf '%s\n' "$@"
  return 1
}

# has TEXT [IN]: this stands in it; in what `run` has got, if nothing else is named
has() {
  local in=${2-$output}
  case $in in *"$1"*) ;; *) fail "expected: $1" "got: $in" ;; esac
}

has_not() {
  local in=${2-$output}
  case $in in *"$1"*) fail "not expected: $1" "got: $in" ;; esac
}

# one_line: it is a message, not a report
one_line() { [ "${#lines[@]}" = 1 ] || fail "not one line: $output"; }
