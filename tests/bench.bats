# long: the bench has many programs to build
# The bench: its programs say what they saw, and complain about what they must not accept; the
# scripts refuse wrong use, and fail when a bound is not kept. How fast anything is, is not tested.

# shellcheck disable=SC2016,SC2154 # what is quoted is for another shell; bats sets stderr

bats_require_minimum_version 1.5.0
load expect

setup_file() {
  unset PROJECT SERVER BEFORE PEERS ONLY KEYS ROUNDS TURN SCALE IDLE TRIES
  export BENCH=$BATS_TEST_DIRNAME/bench BIN=$BATS_FILE_TMPDIR/bin
  "$BENCH/build" "$BIN"
  export PATH=$BIN:$PATH
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  PID=
}

teardown() {
  [ -z "$PID" ] || { kill -KILL "$PID" && wait "$PID"; } 2>/dev/null || true
}

# start_floor OPTION...: sets PID and PORT
start_floor() {
  : >out # it is looked at before the job below has begun, maybe
  PORT=0 floor "$@" >out 2>err 3>&- 4>&- &
  PID=$!
  for _ in $(seq 100); do
    PORT=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' out)
    [ -z "$PORT" ] || return 0
    sleep 0.05
  done
  fail "floor does not start" "$(cat err)"
}

# asks COMMAND...: sets status, output and stderr
asks() { run --separate-stderr timeout 30 "$@"; }

says() {
  case $output$'\n'$stderr in
  *"$1"*) ;;
  *) fail "expected: $1" "output: $output" "stderr: $stderr" ;;
  esac
}

ends_with() { [ "$status" = "$1" ] || fail "status $status, not $1" "$output" "$stderr"; }

# exchange BYTES: what the floor answers to them, sent as they are
exchange() {
  timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; printf "$2" >&3; head -c "$3" <&3' - \
    "$PORT" "$1" "$2"
}

# ---- floor ----

@test "extra: the floor keeps what was set" {
  start_floor
  asks ask "$PORT" SET a 41 && ends_with 0 && says '+OK'
  asks ask "$PORT" get a && ends_with 0 && says '41'
  asks ask "$PORT" INCR a && says ':42'
  asks ask "$PORT" GET a && says '42'
  asks ask "$PORT" GET aa && says '$-1'
  asks ask "$PORT" SET a abcdefghijklmnopqrstuvwxyz012345 && says '+OK'
  asks ask "$PORT" GET a && says abcdefghijklmnopqrstuvwxyz012345
  asks ask "$PORT" DBSIZE && says ':1'
}

@test "extra: the floor says what it does not do" {
  start_floor -k 2
  asks ask "$PORT" ZADD z 1 a && ends_with 1 && says 'not on the floor'
  asks ask "$PORT" SET a abcdefghijklmnopqrstuvwxyz0123456 && ends_with 1
  asks ask "$PORT" SET a b && ends_with 0
  asks ask "$PORT" INCR a && ends_with 1 && says 'not an integer'
  asks ask "$PORT" SET b b && ends_with 0
  asks ask "$PORT" SET c c && ends_with 1 && says 'full'
}

@test "extra: the floor takes requests in pieces, and several at once, in order" {
  start_floor
  output=$(exchange '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$4\r\nINCR\r\n$1\r\na\r\n' 9)
  [ "$output" = $'+OK\r\n:2\r' ] || fail "$output"
  output=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"
    for piece in "*2\r\n\$3" "\r\nGET\r\n\$1\r" "\na" "\r\n"; do printf "$piece" >&3; sleep 0.02; done
    head -c 7 <&3' - "$PORT")
  [ "$output" = $'$1\r\n2\r' ] || fail "$output"
}

@test "extra: the floor hangs up at a malformed request" {
  start_floor
  output=$(exchange '*1\r\n$4\r\nPING\r\n*x\r\n' 100)
  [ "$output" = $'+PONG\r' ] || fail "$output"
  asks ask "$PORT" PING && ends_with 0
}

@test "extra: the floor finds each of many keys, whatever pipelines they come in" {
  start_floor
  asks load -q -m fill -k 20000 -P 64 -o "$PORT" "$PID" && ends_with 0 && says 'done=20000 '
  asks load -q -m get -k 20000 -P 600 -c 3 -o "$PORT" "$PID" && ends_with 0 && says 'misses=0 '
  asks load -q -m get,set,incr -k 20000 -P 7 -n 20000 "$PORT" "$PID" && ends_with 0
  says 'misses=0 '
}

@test "extra: floor -o answers OK to everything" {
  start_floor -o
  output=$(exchange '*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nZADD\r\n$1\r\na\r\n' 10)
  [ "$output" = $'+OK\r\n+OK\r' ] || fail "$output"
}

# ---- load ----

@test "extra: load says what a request costs the server" {
  start_floor
  asks load -m ping -n 2000 -P 5 -c 7 "$PORT" "$PID" && ends_with 0
  says "us of the server's CPU per operation"
  says ' done=2000 '
  [[ $output =~ \ cpu_us=[0-9]+\.[0-9]+\  ]] && [[ ! $output =~ \ cpu_us=0\.0000\  ]]
}

@test "extra: load counts the keys that are not there" {
  start_floor
  asks load -q -m get -n 100 "$PORT" "$PID" && ends_with 0 && says 'misses=100 '
}

@test "extra: load complains of an error" {
  start_floor
  asks load -q -m zadd -n 10 "$PORT" "$PID" && ends_with 1 && says 'ERR not on the floor'
}

@test "extra: load complains of an answer to something else" {
  start_floor -o
  asks load -q -m get -n 10 "$PORT" "$PID"
  ends_with 1 && says 'get was answered with something else'
}

@test "extra: load complains of another key's value" {
  start_floor
  asks ask "$PORT" SET key:000000000000 key:000000000001xxxxxxxxxxxxxxxx && ends_with 0
  asks load -q -m get -k 1 -n 1 "$PORT" "$PID"
  ends_with 1 && says 'get was answered with something else'
}

@test "extra: load complains when the server hangs up" {
  start_floor
  asks load -q -m set -v 60000 -n 10 "$PORT" "$PID" && ends_with 1 && says 'the server hung up'
}

@test "extra: load complains when the server says nothing" {
  start_floor
  kill -STOP "$PID"
  asks load -q -w 300 -n 10 "$PORT" "$PID" && ends_with 1 && says 'said nothing for 300 ms'
}

@test "extra: load complains when the server or its process is missing" {
  start_floor
  asks load -q -n 10 1 "$PID" && ends_with 1 && says 'connect'
  asks load -q -n 10 "$PORT" 99999999 && ends_with 1 && says 'there is no process'
}

@test "extra: load, probe, hold and ask refuse wrong use" {
  local words
  for words in 'load' 'load 1' 'load -m nonsense 1 1' 'load -m get=0 1 1' 'load -c 0 1 1' \
    'load -P x 1 1' 'load -t -1 1 1' 'load -p nonsense 1 1' 'load -m zrank 1 1' \
    'load -p echo 1 1' 'load 99999 1' 'probe' 'probe 1' 'probe -a 1 1' 'probe -p echo 1 1' \
    'hold 1 1' 'hold 1 1 0' 'ask' 'ask 1' 'ask x PING'; do
    # shellcheck disable=SC2086 # words
    asks $words
    [ "$status" = 2 ] || fail "$words: status $status" "$output" "$stderr"
  done
}

# ---- probe, hold ----

@test "extra: fresh says how long new memory holds a program up, and refuses wrong use" {
  run -0 fresh 8
  [[ $output =~ ^fresh\ longest_ms=[0-9]+\.[0-9]{3}\ mean_us=[0-9]+\.[0-9]{2}$ ]] || fail "$output"
  run -2 fresh
  run -2 fresh none
}

@test "extra: probe sees how long the server was away" {
  start_floor -k 1000
  asks probe -q -v 32 "$PORT" "$PID" sh -c "kill -STOP $PID; sleep 0.2; kill -CONT $PID"
  ends_with 0
  [[ $output =~ ping_max_ms=([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 150 ] || fail "$output"
  [[ $output =~ set_max_ms=([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 150 ] || fail "$output"
}

@test "extra: probe ends with the status of what it runs" {
  start_floor
  asks probe -q -v 32 "$PORT" "$PID" sh -c 'exit 3' && ends_with 3
  asks probe -q -v 32 -a "$PORT" "$PID" DBSIZE && ends_with 0
  asks probe -q -v 32 -a "$PORT" "$PID" ZADD && ends_with 1 && says 'ZADD was answered with an error'
}

@test "extra: probe complains of a wrong answer" {
  start_floor
  asks probe -q "$PORT" "$PID" && ends_with 1 && says 'set was answered wrongly'
}

@test "extra: hold opens connections while something runs" {
  start_floor
  asks hold "$PORT" "$PID" 50 sh -c "ls /proc/$PID/fd | wc -l; exit 4" && ends_with 4
  says 'hold connections=50 bytes='
  [ "${lines[1]}" -ge 50 ] || fail "$output"
}

# ---- peers ----

# A server under test that is the floor, and a redis-server that is the floor, too.
fakes() {
  mkdir -p under-test fake
  printf '%s\n' 'server:' "	printf '#!/bin/sh\nexec $BIN/floor -k 30000\n' >server" \
    '	chmod +x server' 'clean:' '	rm -f server' >under-test/Makefile
  printf '%s\n' '#!/bin/sh' 'while [ "$1" != --port ]; do shift; done' \
    "PORT=\$2 exec $BIN/floor" >fake/redis-server
  chmod +x fake/redis-server
  export SERVER=$PWD/under-test PATH=$PWD/fake:$PATH KEYS=30000 ROUNDS=1 TURN=0.02 IDLE=50
}

@test "extra: peers refuses wrong use" {
  fakes
  asks "$BENCH/peers" get16 && ends_with 2
  ONLY=nonsense asks "$BENCH/peers" && ends_with 2 && says 'get16'
  ONLY=get16,nonsense asks "$BENCH/peers" && ends_with 2
  KEYS=many asks "$BENCH/peers" && ends_with 2
  PEERS='no port' ONLY=get16 asks "$BENCH/peers" && ends_with 2
  SERVER=/nowhere ONLY=get16 asks "$BENCH/peers" && ends_with 2
}

@test "extra: peers prints the row of what is chosen, with whatever it is compared with" {
  fakes
  ONLY=get16 PEERS="third=env PORT={PORT} $BIN/floor" asks "$BENCH/peers"
  says '| GET of 30,000 keys, pipeline 16 '
  says '/ third'
  [ "$status" -le 1 ] || fail "$status" "$output" # chance decides who is faster
}

@test "extra: peers fails when a must is not met" {
  fakes
  ONLY=bytes-used asks "$BENCH/peers" && ends_with 1
  says '**NOT**'
  says '1 missed'
}

@test "extra: peers ends with 0 when every must is met" {
  fakes
  ONLY=bytes-key asks "$BENCH/peers" && ends_with 0
  says '| bytes per key, 30,000 keys of 16 + 32 bytes'
  says 'ok'
  says 'every must is met'
}

@test "extra: peers says what a server cannot do, and fails where that is the one under test" {
  fakes
  ONLY=inspect asks "$BENCH/peers" && ends_with 1
  says 'answered w' # wrongly, or with an error: PING and INSPECT are asked at once, and one is first
  says 'not measured'
}

# ---- claims ----

@test "extra: claims refuses wrong use" {
  asks "$BENCH/claims" table && ends_with 2
  ONLY=nonsense asks "$BENCH/claims" && ends_with 2 && says 'table'
  SCALE=0 asks "$BENCH/claims" && ends_with 2
}

@test "extra: claims fails where a claim does not hold" {
  mkdir project
  cp -R "$BATS_TEST_DIRNAME"/../ch06_event_loop project/ch04_protocol
  cp -R "$BATS_TEST_DIRNAME"/../ch06_event_loop project/ch06_event_loop
  PROJECT=$PWD/project ONLY=silent asks "$BENCH/claims" && ends_with 1
  says 'at least 1000: NOT'
  says '1 of the claims do not hold here'
}
