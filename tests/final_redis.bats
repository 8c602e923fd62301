#!/usr/bin/env bats
# final_redis: final with Redis's own programs: redis-cli, redis-benchmark, and redis-server itself,
# which must give the same replies to random commands. Tests of missing programs are skipped.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# cli ARG...: redis-cli against the server
cli() { "$TOOLS/launch" -t 20 redis-cli -p "$SERVER_PORT" "$@" </dev/null 3>&- 4>&-; }

# compare VERSION SEED: the differential test, 100,000 commands.
compare() {
  local count
  count=$(large 100000)
  build_differential differential
  build_differential garbled
  build_differential several
  output=$(RESP=$1 SEED=$2 COUNT=$count "$TOOLS/launch" -t 120 \
    "$BATS_TEST_DIRNAME/differential/run" 2>&1) || fail "$output" \
    "again: RESP=$1 SEED=$2 COUNT=$count tests/differential/run"
}

@test "extra: a redis-cli session" {
  why 4 "redis-cli asks for something that does not exist"
  needs redis-cli
  start_server
  equal PING PONG "$(cli ping)"
  equal SET OK "$(cli set k 'two words')"
  equal GET '"two words"' "$(cli --no-raw get k)"
  equal INCR 5 "$(cli incrby n 5)"
  equal ZADD '(integer) 2' "$(cli --no-raw zadd z 1 a 2.5 b)"
  equal ZRANGE $'1) "a"\n2) "1"\n3) "b"\n4) "2.5"' "$(cli --no-raw zrange z 0 -1 withscores)"
  equal 'ZRANGE in RESP3' $'1) 1) "a"\n   2) (double) 1\n2) 1) "b"\n   2) (double) 2.5' \
    "$(cli --no-raw -3 zrange z 0 -1 withscores)"
  equal 'database 3' OK "$(cli -n 3 set k three)"
  equal 'database 3' three "$(cli -n 3 get k)"
  contains INFO redis_version "$(cli info server)"
  equal --scan $'k\nn\nz' "$(cli --scan | sort)"
}

@test "extra: redis-cli has help for every command and every group" {
  why 4 "COMMAND DOCS is answered, but not with all that redis-cli relies on: it crashes"
  needs redis-cli
  start_server
  contains "help get" "GET" "$(cli help get)"
  contains "help set" "key value" "$(cli help set)"
  contains "help @string" "APPEND" "$(cli help @string)"
  contains "help @sorted-set" "ZADD" "$(cli help @sorted-set)"
  contains "help zquery" "ZQUERY" "$(cli help zquery)"
  contains "client help" "SETNAME" "$(cli client help)"
}

@test "extra: redis-cli reads requests from a file, and --pipe loads many" {
  why 2 "a hundred thousand requests in one piece"
  needs redis-cli
  start_server
  local replies
  replies=$(printf 'set a 1\nincr a\nmulti\nincr a\nget a\nexec\n' |
    timeout 20 redis-cli -p "$SERVER_PORT")
  equal "the replies to the lines" $'OK\n2\nOK\nQUEUED\nQUEUED\n3\n3' "$replies"
  replies=$(seq 100000 | awk '{ printf "SET key:%d value:%d\r\n", $1, $1 }' |
    timeout 30 redis-cli -p "$SERVER_PORT" --pipe)
  contains "--pipe" "errors: 0, replies: 100000" "$replies"
  equal DBSIZE 100001 "$(cli dbsize)"
}

@test "extra: redis-cli at the same time as the book's client" {
  why 1 "one protocol at a time"
  needs redis-cli
  start_server
  cli set k v
  client get k
  equal "the book's client" '(str) v' "$output"
  client set k w
  equal redis-cli w "$(cli get k)"
}

@test "extra: redis-benchmark runs without an error" {
  why 9 "what redis-benchmark asks for before it begins, or under load"
  needs redis-benchmark
  start_server
  local n
  n=$(large 20000)
  output=$("$TOOLS/launch" -t 60 redis-benchmark -p "$SERVER_PORT" -q -n "$n" -P 16 \
    -t ping_inline,ping_mbulk,set,get,incr,mset,zadd,zpopmin 2>&1 3>&- 4>&-)
  equal "the kinds of requests that were measured" 8 \
    "$(tr '\r' '\n' <<<"$output" | grep -c 'requests per second')"
  [[ $output != *[Ee]rror* && $output != *WARN* ]] || fail "$output"
  output=$("$TOOLS/launch" -t 60 redis-benchmark -p "$SERVER_PORT" -q -n "$n" -c 500 -3 \
    -t get,set 2>&1 3>&- 4>&-)
  [[ $output != *[Ee]rror* ]] || fail "$output"
  printf '> ping\nPONG\n' | dialogue
}

@test "extra: redis-benchmark with all its tests ends at the first command that is left out" {
  why 5 "it waits without end for a reply, or the server ends"
  needs redis-benchmark
  start_server
  local status=0
  output=$("$TOOLS/launch" -t 60 redis-benchmark -p "$SERVER_PORT" -q -n 1000 2>&1 3>&- 4>&-) ||
    status=$?
  equal "the exit status of redis-benchmark" 1 "$status"
  contains "redis-benchmark" "ERR unknown command 'LPUSH'" "$output"
  printf '> ping\nPONG\n' | dialogue
}

@test "extra: redis-benchmark's own commands: scripts of zadd, zrange and expiry" {
  why 9 "random arguments of redis-benchmark"
  needs redis-benchmark
  start_server
  local command
  for command in "zadd z __rand_int__ m:__rand_int__" "zrange z 0 9 withscores" \
    "set key:__rand_int__ v ex 1" "zrangebyscore z 0 100000000 limit 0 5" "getset k __rand_int__"; do
    # shellcheck disable=SC2086 # several words
    output=$("$TOOLS/launch" -t 60 redis-benchmark -p "$SERVER_PORT" -q -n 5000 -P 8 -r 100000 \
      $command 2>&1 3>&- 4>&-)
    contains "redis-benchmark $command" "requests per second" "$output"
    [[ $output != *[Ee]rror* ]] || fail "$command" "$output"
  done
}

@test "extra: random commands are answered as redis-server does, in RESP2" {
  why 5 "see the commands that are shown, and what Redis replies to the last of them"
  needs redis-server
  compare 2 20
}

@test "extra: random commands are answered as redis-server does, in RESP3" {
  why 4 "see the commands that are shown, and what Redis replies to the last of them"
  needs redis-server
  compare 3 30
}

@test "extra: broken requests are answered as redis-server does" {
  why 3 "see what was sent, and what Redis replies to it"
  needs redis-server
  compare none 40
}

@test "extra: several clients at once are each answered as redis-server does" {
  why 5 "requests run in another order than they came, or what was planned for a client is not dropped"
  needs redis-server
  compare several 50
}

@test "extra: so are those of a seed that you name" {
  [ -n "${SEED:-}" ] || skip "name one: SEED=N make test-final"
  why 5 "see the commands that are shown, and what Redis replies to the last of them"
  needs redis-server
  compare 2 "$SEED"
  compare 3 "$SEED"
  compare several "$SEED"
}

@test "extra: the final client speaks to redis-server" {
  why 4 "the client knows only our server"
  needs redis-server
  start_server
  redis-server --port 0 --unixsocket "$BATS_TEST_TMPDIR/redis.sock" --save '' --appendonly no \
    --dir "$BATS_TEST_TMPDIR" >/dev/null 2>&1 </dev/null 3>&- 4>&- &
  local redis=$!
  eventually 5 test -S "$BATS_TEST_TMPDIR/redis.sock"
  client --resp --pretty -s "$BATS_TEST_TMPDIR/redis.sock" lpush list a b
  kill "$redis"
  equal "the reply" '(integer) 2' "$output"
}
