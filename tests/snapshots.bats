# The stages are one program that grows: held against each other by tests/maintain/snapshots.

# shellcheck disable=SC2030,SC2031 # run sets output where it is read

bats_require_minimum_version 1.5.0

snapshots() { "$BATS_TEST_DIRNAME/maintain/snapshots" "$@"; }

@test "extra: files that a stage carries on are unchanged, unless steps.list declares it" {
  snapshots carried
}

@test "extra: each step adds and rewrites no more than a reader can follow" {
  snapshots budget
}

@test "extra: a chapter's parts table names the files that its step changes, and no others" {
  snapshots parts
}

@test "extra: source lines have at most 80 columns, no tabs and no trailing blanks" {
  snapshots lines
}

@test "extra: the Makefiles of all stages are one text with different objects" {
  snapshots makefiles
}

# layers [DIR]: final, or a copy of it
layers() { "$BATS_TEST_DIRNAME/maintain/layers" ${1:+"$1"}; }

@test "extra: no file of final includes or calls one of a higher layer, and none is in no layer" {
  layers ''
}

# broken WHAT_IS_SAID COMMAND...: that is what layers says of a copy of final that COMMAND has broken
broken() {
  local dir
  dir=$(mktemp -d "$BATS_TEST_TMPDIR/XXXXXX")
  cp "$BATS_TEST_DIRNAME"/../final/*.[ch] "$dir"
  (cd "$dir" && "${@:2}")
  run -1 layers "$dir"
  case $output in *"$1"*) ;; *) echo "$output" && return 1 ;; esac
}

calls_up() {
  echo 'void conns_release(void *s); void up(void *s); void up(void *s) { conns_release(s); }' >>heap.c
}

@test "extra: an include, a call, a circle or a new file that breaks final's layers is named" {
  broken "heap.c, of layer 2, includes server.h, of layer 4" \
    sed -i.old 's/#include "mem.h"/#include "server.h"/' heap.c
  broken "heap.c, of layer 2, calls conns_release() of conns.c, of layer 7" calls_up
  broken "in a circle: accept includes timers" \
    sed -i.old 's/#include "server.h"/#include "timers.h"/' accept.h
  broken "other.c: in no layer of layers.list" cp mem.c other.c
}
