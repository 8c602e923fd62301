#!/usr/bin/env bats
# f03_settings: flags, file, addresses, sockets and the log; what is refused at the start.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk
# shellcheck disable=SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# asks_at HOST: get k by the book's protocol; shows the last byte of its value
asks_at() {
  {
    printf '\20\0\0\0\2\0\0\0\3\0\0\0get\1\0\0\0k' >&5
    head -c 10 <&5 | tail -c 1
  } 5<>"/dev/tcp/$1/$SERVER_PORT"
}

@test "core: --help tells all settings, --version the version; both end with status 0" {
  why - "help is an error, or does not list a setting"
  local setting
  SERVER_ARGS=(--help)
  run_server PORT=0
  equal "the exit status of --help" 0 "$status"
  for setting in bind port unixsocket unixsocketperm timeout threads loglevel logfile poller; do
    contains "--help" "$setting " "$output"
  done
  local flag
  for flag in --version -v; do
    SERVER_ARGS=("$flag")
    run_server PORT=0
    equal "the exit status of $flag" 0 "$status"
    [[ $output =~ ^server\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "$flag prints: $output"
  done
}

@test "core: a wrong setting is one line on stderr, and status 2" {
  why 1 "a wrong setting is ignored, or cut to something that is right"
  will_not_start "nonsense" --nonsense 1
  will_not_start "70000" --port 70000
  will_not_start "abc" --port abc
  will_not_start "'-1'" --port -1
  will_not_start "'01'" --port 01
  will_not_start "'+1'" --port +1
  will_not_start "18446744073709552850" --port 18446744073709552850 # 1234, if it wraps around
  will_not_start "1x" --timeout 1x
  will_not_start "''" --threads ''
  will_not_start "0" --threads 0
  will_not_start "loud" --loglevel loud
  will_not_start "kqueue2" --poller kqueue2
  will_not_start "9" --unixsocketperm 9
  will_not_start "port" --port
  will_not_start "word" --port 0 word
  will_not_start "no-such-file" /no-such-file.conf
  will_not_start "$SHARED: " "$SHARED" # a directory
  printf '# %02000d timeout 7\n' 0 | share long.conf
  will_not_start "long.conf:1: the line is too long" "$SHARED/long.conf"
  printf 'timeout 5\nlogfile ab\0cdef\n' | share nul.conf
  will_not_start "nul.conf:2: the line is too long, or has a NUL" "$SHARED/nul.conf"
  will_not_start "too long" --unixsocket "/tmp/$(printf '%0120d' 0)"
  will_not_start "no address" --bind ''
  [ "$(uname)" != Linux ] || # elsewhere 127.0.0.2 has to be set up
    will_not_start "too many" --bind "$(printf '127.0.0.%d ' $(seq 17))" --port 0
}

@test "core: a bad PORT is one line, and status 2; --port comes before PORT" {
  why 2 "PORT of the environment is not looked at any more"
  run_server PORT=abc
  equal "the exit status" 2 "$status"
  contains "stderr" "PORT" "$errors"
  local port
  port=$(free_port)
  SERVER_ARGS=(--port "$port")
  run_server PORT=abc
  equal "the exit status where --port overrides a bad PORT" 2 "$status"
  start_server
  equal "the port" "$port" "$SERVER_PORT"
}

@test "core: settings in a file, each a line, and flags come after" {
  why 2 "remarks, empty lines, blanks at the ends, or the order of file and flags"
  local path="$SHARED/a b "
  printf '%s\n' '# a remark' '' '  timeout   17  ' 'loglevel notice' "unixsocket \"$path\"" | share my.conf
  final_server "$SHARED/my.conf" --loglevel warning
  talk req [ get k ] expect-nil
  [ -S "$path" ] || fail "there is no socket called '$path'"
  equal "stderr with the loglevel warning" "" "$(cat "$SERVER_ERR")"
  client inspect timers
  contains "what inspect timers shows" ": 17000 ms left" "$output"
  stop_server
  final_server "$SHARED/my.conf" --timeout 18
  client inspect timers
  contains "what inspect timers shows" ": 18000 ms left" "$output"
  log_has 'new client'
}

@test "core: a line that asks for what is not here is one line on stderr, and status 2" {
  why 1 "the line is skipped, and nothing is saved, replicated or encrypted"
  local line
  for line in 'appendonly yes' 'save 900 1' 'daemonize yes' 'cluster-enabled yes' 'tls-port 6380' \
    'replicaof 10.0.0.1 6379' 'maxmemory 100mb' 'notify-keyspace-events KEA' 'databases 32' \
    'rename-command FLUSHALL ""' 'user default off' 'directory ./'; do
    printf 'timeout 5\n%s\n' "$line" | share my.conf
    will_not_start "my.conf:2: ${line%% *} " "$SHARED/my.conf"
  done
  will_not_start "save '900'" --save 900 1
}

@test "core: a wrong line of the file is told with its number" {
  why 2 "the message does not say where to look"
  printf '%s\n' 'timeout 17' '' 'nonsense 5' | share my.conf
  will_not_start "my.conf:3" "$SHARED/my.conf"
  printf '%s\n' 'timeout abc' | share my.conf
  will_not_start "my.conf:1" "$SHARED/my.conf"
  will_not_start "my.conf:1" "$SHARED/my.conf" --timeout 5 # though nothing would use it
}

# ---- addresses ----

@test "core: an address with - in front is listened on if this machine has it" {
  why 1 "a machine without IPv6 cannot use a file that says -::1"
  final_server --bind '127.0.0.1 -198.51.100.7'
  talk req [ get k ] expect-nil
}

@test "core: an address that others can reach is refused" {
  why 4 "anybody on the network may read and change the data"
  will_not_start "other machines" --bind 0.0.0.0
  will_not_start "other machines" --bind '127.0.0.1 0.0.0.0'
  will_not_start "other machines" --bind '::'
}

@test "core: all addresses have the same port, also if the system picks it" {
  why - "with port 0 the system picks a port for each address"
  [ "$(uname)" = Linux ] || skip "127.0.0.2 would have to be set up here"
  final_server --bind '127.0.0.1 127.0.0.2'
  contains "stdout" "listening on 127.0.0.1:$SERVER_PORT" "$(cat "$SERVER_OUT")"
  contains "stdout" "listening on 127.0.0.2:$SERVER_PORT" "$(cat "$SERVER_OUT")"
  talk req [ set k v ] expect-nil
  equal "what there is at 127.0.0.2" v "$(asks_at 127.0.0.2)"
}

@test "core: several addresses, IPv6 among them" {
  why - "only the first address is listened on"
  [ ! -r /proc/net/if_inet6 ] || grep -q '^0*1 ' /proc/net/if_inet6 || skip "there is no ::1 here"
  [ -r /proc/net/if_inet6 ] || skip "there is no IPv6 here"
  final_server --bind '127.0.0.1 ::1'
  talk req [ set k v ] expect-nil
  equal "what there is at 127.0.0.1" v "$(asks_at 127.0.0.1)"
  equal "what there is at ::1" v "$(asks_at ::1)"
  contains "stdout" "listening on [::1]:$SERVER_PORT" "$(cat "$SERVER_OUT")"
}

@test "core: a Unix domain socket with a mode, which is gone afterwards" {
  why 5 "the socket can be reached by everybody, or a stale one stops the next start"
  local path=$SHARED/s.sock
  final_server --unixsocket "$path" --unixsocketperm 600
  equal "the socket with mode 600" "$path" "$(find "$path" -type s -perm 600)"
  contains "stdout" "listening on $path" "$(cat "$SERVER_OUT")"
  stop_server
  [ ! -e "$path" ] || fail "the socket is still there after the server's end"
  # what a killed server leaves is replaced
  final_server --unixsocket "$path"
  stop_server -KILL
  [ -S "$path" ] || fail "a killed server leaves its socket: this test is wrong"
  final_server --unixsocket "$path"
}

@test "hardening: a Unix domain socket has its mode before anybody can connect" {
  why - "bind() makes a file that all may use, and a moment later its mode is changed"
  needs_preload rare
  umask 000
  SERVER_ARGS=(--unixsocket "$SHARED/s.sock" --unixsocketperm 640 --logfile "$SHARED/log")
  start_server "$PRELOAD"
  equal "the mode at listen()" "listens with mode 640" "$(shared log | grep '^listens')"
  equal "the log with mode 644" "$SHARED/log" "$(find "$SHARED/log" -perm 644)"
  stop_server
  umask 077
  SERVER_ARGS=(--unixsocket "$SHARED/s.sock" --unixsocketperm 666)
  start_server
  equal "the socket with mode 666" "$SHARED/s.sock" \
    "$(find "$SHARED/s.sock" -type s -perm 666)"
}

@test "hardening: a socket of another kind is somebody else's, and is left alone" {
  why 5 "any socket that refuses connections is taken for the leftover of an earlier run"
  needs python3
  local path=$SHARED/s.sock other
  "$TOOLS/launch" -t 20 python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
time.sleep(20)' "$path" >/dev/null 2>&1 3>&- 4>&- &
  other=$!
  eventually 5 test -S "$path"
  SERVER_ARGS=(--unixsocket "$path")
  run_server PORT=0
  kill "$other"
  equal "the exit status" 1 "$status"
  contains "stderr" "in use" "$errors"
  [ -S "$path" ] || fail "the other program's socket is gone"
}

@test "core: an address or a socket that is taken is one line, and status 1" {
  why 1 "the message does not name the call or the reason"
  final_server --unixsocket "$SHARED/s.sock"
  SERVER_ARGS=(--port "$SERVER_PORT")
  run_server PORT=0
  equal "the exit status" 1 "$status"
  contains "stderr" "bind: Address already in use" "$errors"
  SERVER_ARGS=(--unixsocket "$SHARED/s.sock")
  run_server PORT=0
  equal "the exit status" 1 "$status"
  contains "stderr" "in use" "$errors"
  [ -S "$SHARED/s.sock" ] || fail "the socket of the first server is gone"
  echo data | share file
  SERVER_ARGS=(--unixsocket "$SHARED/file")
  run_server PORT=0
  equal "the exit status where a file is at the path" 1 "$status"
  equal "what is in the file then" data "$(shared file)"
}

@test "hardening: a listener without descriptors rests, though another one has nobody waiting" {
  why ch06_event_loop 10 "one flag for all listeners: the one that is empty takes back what the other one has said"
  needs_proc
  needs_preload rare
  SERVER_ARGS=(--unixsocket "$SHARED/s.sock")
  NOFILE=20 start_server "$PRELOAD"
  without_descriptors
}

# ---- the log ----

# logged TEXT: into the file
logged() { shared log | grep -q "$1"; }

@test "core: what is logged goes to stderr, or to a file, as much as is wanted" {
  why - "loglevel or logfile has no effect"
  final_server --loglevel warning --logfile "$SHARED/log"
  talk req [ get k ] expect-nil
  equal "stderr" "" "$(cat "$SERVER_ERR")"
  stop_server
  final_server --loglevel WarninG
  talk req [ get k ] expect-nil
  equal "stderr with the level in other letters" "" "$(cat "$SERVER_ERR")"
  stop_server
  final_server --loglevel notice --logfile "$SHARED/log"
  talk header 33554433 expect-closed
  eventually 3 logged 'too long'
}

@test "core: a client that resets before it is accepted is not said to come from a Unix socket" {
  why - "an address that getpeername() has not filled in is looked at"
  start_server
  kill -STOP "$SERVER_PID"
  talk @a open rst
  kill -CONT "$SERVER_PID"
  talk req [ get k ] expect-nil
  if grep -a 'new client' "$SERVER_ERR" | grep -aqv 'from \(?\|127\.0\.0\.1:[0-9]*\)$'; then
    fail "the log has an address that no client has:" "$(cat -v "$SERVER_ERR")"
  fi
}

# ---- the time limit ----

@test "core: timeout closes who is silent for so long, and 0 nobody" {
  why ch12_timer 1 "the time limit is still a constant, or a timeout of 0 ends at once"
  final_server --timeout 1
  talk req [ get k ] expect-nil expect-silence 400 expect-closed
  stop_server
  final_server --timeout 0
  talk req [ get k ] expect-nil expect-silence 300 req [ get k ] expect-nil
}

@test "extra: inspect timers tells how long connections are idle, where there is no limit" {
  why ch12_timer 1 "the time left is counted down from a limit of 0"
  final_server --timeout 0
  client inspect timers
  contains "what inspect timers shows" "connections: 1" "$output"
  [[ $output =~ connection\ [0-9]+:\ idle\ for\ [0-9]+\ ms,\ no\ limit ]] || fail "it shows: $output"
}
