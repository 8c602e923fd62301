#!/usr/bin/env bats
# final_libraries: programs that use redis-py and hiredis, with their default settings. Debian's
# packages are called python3-redis and libhiredis-dev.

load helpers
load final
accepts tlv

# needs_redis_py: sets PYTHON to one that has it, or skips.
needs_redis_py() {
  for PYTHON in python3 /usr/bin/python3; do
    if "$PYTHON" -c 'import redis' 2>/dev/null; then return; fi
  done
  skip "there is no redis-py here"
}

# redis_py THEME: a part of libraries/session.py, with a server of its own
redis_py() {
  needs_redis_py
  final_server --maxclients 100
  "$TOOLS/launch" -t 30 "$PYTHON" "$BATS_TEST_DIRNAME/libraries/session.py" "$SERVER_PORT" "$1" \
    3>&- 4>&-
}

@test "extra: redis-py sets, gets and lets keys expire" {
  why 4 "an option, a reply or an error is not as the library expects it"
  redis_py strings
}

@test "extra: redis-py works with sorted sets" {
  why 4 "scores are not as the library expects them"
  redis_py zsets
}

@test "extra: redis-py's pipelines, transactions and watches" {
  why 7 "its default pipeline is MULTI ... EXEC"
  redis_py transactions
}

@test "extra: redis-py's iterators see all keys and members" {
  why 5 "SCAN's cursor or its options are not as the library expects them"
  redis_py iterators
}

@test "extra: redis-py waits for members" {
  why 8 "the reply of a wait, or of a wait that times out, is not as the library expects it"
  redis_py waits
}

@test "extra: redis-py asks about the server, its clients and its commands" {
  why 4 "a field is missing that the library reads"
  redis_py server
}

@test "extra: hiredis asks one by one, in a pipeline, in a transaction and in RESP3" {
  why 4 "a reply is not as the library expects it"
  local program=$BATS_TEST_TMPDIR/session
  echo '#include <hiredis/hiredis.h>' | "${CC:-cc}" -E - >/dev/null 2>&1 ||
    skip "there is no hiredis here"
  "${CC:-cc}" -std=gnu11 -o "$program" "$BATS_TEST_DIRNAME/libraries/session.c" -lhiredis
  start_server
  "$TOOLS/launch" -t 30 "$program" "$SERVER_PORT" 3>&- 4>&-
}
