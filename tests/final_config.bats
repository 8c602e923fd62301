#!/usr/bin/env bats
# final_config: flags, file, addresses, password, pollers; what is refused at the start.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# refuses TEXT FLAG...: the server ends at once with status 2 and one line that has the text.
refuses() {
  local text=$1
  shift
  SERVER_ARGS=("$@")
  run_server PORT=0
  equal "the exit status with $*" 2 "$status"
  equal "stdout with $*" "" "$output"
  contains "stderr with $*" "$text" "$errors"
  equal "the number of lines on stderr with $*" 1 "$(grep -c '' <<<"$errors")"
}

@test "core: --help tells all settings, --version the version; both end with status 0" {
  why 14 "help is an error, or a setting is not told"
  local setting
  SERVER_ARGS=(--help)
  run_server PORT=0
  equal "the exit status of --help" 0 "$status"
  for setting in bind port unixsocket unixsocketperm timeout io-timeout tcp-keepalive maxclients \
    max-request max-output requirepass threads loglevel logfile poller; do
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
  why 14 "a wrong setting is ignored, or cut to something that is right"
  refuses "nonsense" --nonsense 1
  refuses "70000" --port 70000
  refuses "abc" --port abc
  refuses "'-1'" --port -1
  refuses "1x" --timeout 1x
  refuses "''" --maxclients ''
  refuses "0" --maxclients 0
  refuses "12q" --max-request 12q
  refuses "loud" --loglevel loud
  refuses "kqueue2" --poller kqueue2
  refuses "9" --unixsocketperm 9
  refuses "port" --port
  refuses "word" --port 0 word
  refuses "no-such-file" /no-such-file.conf
  refuses "$BATS_TEST_TMPDIR: " "$BATS_TEST_TMPDIR" # a directory
  printf '# %02000d timeout 7\n' 0 >"$BATS_TEST_TMPDIR/long.conf"
  refuses "long.conf:1: the line is too long" "$BATS_TEST_TMPDIR/long.conf"
  printf 'timeout 5\nrequirepass ab\0cdef\n' >"$BATS_TEST_TMPDIR/nul.conf"
  refuses "nul.conf:2: the line is too long, or has a NUL" "$BATS_TEST_TMPDIR/nul.conf"
  refuses "too long" --unixsocket "/tmp/$(printf '%0120d' 0)"
  refuses "no address" --bind ''
  [ "$(uname)" != Linux ] || # elsewhere 127.0.0.2 has to be set up
    refuses "too many" --bind "$(printf '127.0.0.%d ' $(seq 17))" --port 0
}

@test "core: a bad PORT is one line, and status 2; --port comes before PORT" {
  why 14 "PORT of the environment is not looked at any more"
  run_server PORT=abc
  equal "the exit status" 2 "$status"
  contains "stderr" "PORT" "$errors"
  local port
  port=$(free_port)
  SERVER_ARGS=(--port "$port")
  start_server
  equal "the port" "$port" "$SERVER_PORT"
}

@test "core: settings in a file, each a line, and flags come after" {
  why 14 "remarks, empty lines, blanks at the ends, or the order of file and flags"
  printf '%s\n' '# a remark' '' '  timeout   17  ' 'maxclients 123' 'requirepass "a b "' \
    'max-request 2mb' >"$BATS_TEST_TMPDIR/my.conf"
  final_server "$BATS_TEST_TMPDIR/my.conf" --maxclients 124 --loglevel warning
  dialogue <<'END'
> auth "a b "
OK
> config get timeout
["timeout" "17"]
> config get max*
*"maxclients" "124"*
> config get max-request
["max-request" "2097152"]
> config get loglevel
["loglevel" "warning"]
END
}

@test "core: the lines of a stock redis.conf are taken where they ask for nothing that is not here" {
  why 14 "a file that works with Redis stops the server, though it only switches things off"
  cat >"$BATS_TEST_TMPDIR/redis.conf" <<'END'
bind 127.0.0.1 -::1
protected-mode yes
port 0
tcp-backlog 511
timeout 0
tcp-keepalive 300
daemonize no
supervised no
pidfile /var/run/redis_6379.pid
loglevel notice
logfile ""
databases 16
always-show-logo no
set-proc-title yes
proc-title-template "{title} {listen-addr} {server-mode}"
save ''
stop-writes-on-bgsave-error yes
rdbcompression yes
dbfilename dump.rdb
dir ./
replica-serve-stale-data yes
repl-diskless-sync yes
acllog-max-len 128
lazyfree-lazy-eviction no
oom-score-adj no
oom-score-adj-values 0 200 800
disable-thp yes
appendonly no
appendfilename "appendonly.aof"
no-appendfsync-on-rewrite no
auto-aof-rewrite-min-size 64mb
aof-use-rdb-preamble yes
cluster-enabled no
slowlog-max-len 128
latency-monitor-threshold 0
notify-keyspace-events ""
hash-max-listpack-entries 512
list-max-listpack-size -2
set-max-intset-entries 512
zset-max-listpack-value 64
hll-sparse-max-bytes 3000
stream-node-max-bytes 4096
activerehashing yes
client-output-buffer-limit normal 0 0 0
client-output-buffer-limit pubsub 32mb 8mb 60
hz 10
dynamic-hz yes
jemalloc-bg-thread yes
maxmemory-policy noeviction
END
  final_server "$BATS_TEST_TMPDIR/redis.conf" --save '' --appendonly no
  printf '> config get tcp-keepalive\n["tcp-keepalive" "300"]\n' | dialogue
}

@test "core: a line that asks for what is not here is one line on stderr, and status 2" {
  why 14 "the line is skipped, and nothing is saved, replicated or encrypted"
  local line
  for line in 'appendonly yes' 'save 900 1' 'daemonize yes' 'cluster-enabled yes' 'tls-port 6380' \
    'replicaof 10.0.0.1 6379' 'maxmemory 100mb' 'notify-keyspace-events KEA' 'databases 32' \
    'rename-command FLUSHALL ""' 'user default off' 'directory ./'; do
    printf 'timeout 5\n%s\n' "$line" >"$BATS_TEST_TMPDIR/my.conf"
    refuses "my.conf:2: ${line%% *} " "$BATS_TEST_TMPDIR/my.conf"
  done
  refuses "save '900'" --save 900 1
}

@test "core: an address with - in front is listened on if this machine has it" {
  why 14 "a machine without IPv6 cannot use a file that says -::1"
  final_server --bind '127.0.0.1 -198.51.100.7'
  printf '> ping\nPONG\n' | dialogue
  SERVER_ARGS=(--bind '198.51.100.7' --requirepass x)
  run_server PORT=0
  equal "the exit status without -" 1 "$status"
}

@test "core: a wrong line of the file is told with its number" {
  why 14 "the message does not say where to look"
  printf '%s\n' 'timeout 17' '' 'nonsense 5' >"$BATS_TEST_TMPDIR/my.conf"
  refuses "my.conf:3" "$BATS_TEST_TMPDIR/my.conf"
  printf '%s\n' 'timeout abc' >"$BATS_TEST_TMPDIR/my.conf"
  refuses "my.conf:1" "$BATS_TEST_TMPDIR/my.conf"
}

@test "core: CONFIG GET and CONFIG SET" {
  why 14 "patterns, several names at once, or that some cannot be changed while it runs"
  start_server
  dialogue <<'END'
> config get timeout
["timeout" "0"]
> config get TIMEOUT
["timeout" "0"]
> config get nonsense
[]
> config get databases
["databases" "16"]
> config get save
["save" ""]
> config get appendonly
["appendonly" "no"]
> config set timeout 60 maxclients 500
OK
> config get timeout
["timeout" "60"]
> config set timeout abc
-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer
> config set max-request 5q
-ERR CONFIG SET failed (possibly related to argument 'max-request') - argument must be a memory value
> config set port 5
-ERR CONFIG SET failed (possibly related to argument 'port') - can't set immutable config
> config set nonsense 5
-ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'
> config set timeout 70 maxclients 0
-ERR CONFIG SET failed (possibly related to argument 'maxclients') - argument must be between 1 and 1000000 inclusive
> config set timeout 80 loglevel warning nonsense 5
-ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'
> config set timeout 80 maxclients 7 TimeOut 80
-ERR CONFIG SET failed (possibly related to argument 'TimeOut') - duplicate parameter
> config get loglevel
["loglevel" "notice"]
> config set timeout "70\x00"
-ERR CONFIG SET failed *'timeout'*
> config set timeout
-ERR wrong number of arguments for 'config|set' command
> config get timeout
["timeout" "60"]
> config resetstat
OK
> config nonsense
-ERR unknown subcommand 'nonsense'. Try CONFIG HELP.
END
}

@test "core: by default a silent client may stay for ever, and a slow one has a minute" {
  why 10 "connections that a client library keeps for later are closed, and honest slow readers cut off"
  start_server
  dialogue <<'END'
> config get timeout io-timeout
["timeout" "0" "io-timeout" "60"]
# with five questions, a sixth of that apart, a vanished client is gone within two minutes
> config get tcp-keepalive
["tcp-keepalive" "60"]
END
}

@test "core: CONFIG SET refuses what this server does not have, and takes it switched off" {
  why 14 "OK is said, and nothing is saved or evicted"
  start_server
  dialogue <<'END'
> config set appendonly yes
-ERR CONFIG SET failed (possibly related to argument 'appendonly') - not supported; the only value is 'no'
> config set save "900 1"
-ERR CONFIG SET failed (possibly related to argument 'save') - not supported; the only value is ''
> config set timeout 77 maxmemory 100mb
-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - not supported; the only value is '0'
> config get appendonly save
["appendonly" "no" "save" ""]
> config get timeout
["timeout" "0"]
> config set save "" appendonly NO maxmemory 0 timeout 66
OK
> config set save "" save ""
-ERR CONFIG SET failed (possibly related to argument 'save') - duplicate parameter
> config get maxmemory* timeout
["timeout" "66" "maxmemory" "0" "maxmemory-policy" "noeviction"]
END
}

@test "core: a public address without a password is refused, in words that say what to set" {
  why 11 "anybody on the network may read and change the data"
  refuses "requirepass" --bind 0.0.0.0
  refuses "requirepass" --bind '127.0.0.1 0.0.0.0'
  refuses "requirepass" --bind '::'
}

@test "core: where others can reach the server, the password cannot be taken away" {
  why 11 "what is refused at the start can be had later"
  unshare -rn true 2>/dev/null || skip "needs unshare, so that nobody can reach it"
  local path=$BATS_TEST_TMPDIR/s.sock pid
  unshare -rn "$TOOLS/launch" "$SUT/server" --bind 0.0.0.0 --port 0 --requirepass x --unixsocket "$path" \
    >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- 4>&- &
  pid=$!
  eventually 5 test -S "$path"
  no_last_question
  dialogue "$path" <<'END'
> auth x
OK
> config set timeout 9 requirepass ""
-ERR CONFIG SET failed *'requirepass'*
> config get timeout
["timeout" "0"]
> config set requirepass y
OK
b> auth y
OK
END
  kill "$pid"
  wait "$pid" || fail "the server ended with status $?"
}

@test "core: when there is no password any more, all are trusted" {
  why 11 "who came while there was one can neither say it nor do without"
  final_server --requirepass x
  no_last_question
  dialogue <<'END'
b> get k
-NOAUTH Authentication required.
b> exec
-EXECABORT Transaction discarded because of: NOAUTH Authentication required.
> auth x
OK
> config set requirepass ""
OK
b> get k
nil
b> hello 3
{*}
> config set requirepass z
OK
> get k
nil
b> get k
-NOAUTH Authentication required.
END
}

@test "core: several addresses, IPv6 among them" {
  why 11 "only the first address is listened on"
  [ ! -r /proc/net/if_inet6 ] || grep -q '^0*1 ' /proc/net/if_inet6 || skip "there is no ::1 here"
  [ -r /proc/net/if_inet6 ] || skip "there is no IPv6 here"
  final_server --bind '127.0.0.1 ::1'
  dialogue 127.0.0.1 "$SERVER_PORT" <<<$'> set k v\nOK'
  dialogue ::1 "$SERVER_PORT" <<<$'> get k\n"v"'
  contains "stdout" "listening on [::1]:$SERVER_PORT" "$(cat "$SERVER_OUT")"
}

@test "core: a Unix domain socket with a mode, which is gone afterwards" {
  why 11 "the socket can be reached by everybody, or a stale one stops the next start"
  local path=$BATS_TEST_TMPDIR/s.sock
  final_server --unixsocket "$path" --unixsocketperm 600
  dialogue "$path" <<<$'> ping\nPONG\n> client info\n"*unix*"'
  equal "the socket with mode 600" "$path" "$(find "$path" -type s -perm 600)"
  stop_server
  [ ! -e "$path" ] || fail "the socket is still there after the server's end"
  # what a killed server leaves is replaced
  final_server --unixsocket "$path"
  stop_server -KILL
  [ -S "$path" ] || fail "a killed server leaves its socket: this test is wrong"
  final_server --unixsocket "$path"
  dialogue "$path" <<<$'> ping\nPONG'
}

@test "hardening: a Unix domain socket has its mode before anybody can connect" {
  why 11 "bind() makes a file that all may use, and a moment later its mode is changed"
  needs_preload rare
  umask 000
  SERVER_ARGS=(--unixsocket "$BATS_TEST_TMPDIR/s.sock" --unixsocketperm 640 --logfile "$BATS_TEST_TMPDIR/log")
  start_server "$PRELOAD"
  equal "the mode at listen()" "listens with mode 640" "$(grep '^listens' "$BATS_TEST_TMPDIR/log")"
  equal "the log with mode 644" "$BATS_TEST_TMPDIR/log" "$(find "$BATS_TEST_TMPDIR/log" -perm 644)"
  stop_server
  umask 077
  SERVER_ARGS=(--unixsocket "$BATS_TEST_TMPDIR/s.sock" --unixsocketperm 666)
  start_server
  equal "the socket with mode 666" "$BATS_TEST_TMPDIR/s.sock" \
    "$(find "$BATS_TEST_TMPDIR/s.sock" -type s -perm 666)"
}

@test "hardening: a socket of another kind is somebody else's, and is left alone" {
  why 14 "any socket that cannot be connected to is taken for what an earlier run has left"
  needs python3
  local path=$BATS_TEST_TMPDIR/s.sock other
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
  why 14 "the message does not name the call or the reason"
  final_server --unixsocket "$BATS_TEST_TMPDIR/s.sock"
  SERVER_ARGS=(--port "$SERVER_PORT")
  run_server PORT=0
  equal "the exit status" 1 "$status"
  contains "stderr" "bind: Address already in use" "$errors"
  SERVER_ARGS=(--unixsocket "$BATS_TEST_TMPDIR/s.sock")
  run_server PORT=0
  equal "the exit status" 1 "$status"
  contains "stderr" "in use" "$errors"
  dialogue "$BATS_TEST_TMPDIR/s.sock" <<<$'> ping\nPONG'
}

@test "core: before the password nothing but AUTH, HELLO, QUIT and RESET is done" {
  why 11 "a command is carried out, or its existence told, before the password was said"
  final_server --requirepass secret
  no_last_question
  dialogue <<'END'
> get k
-NOAUTH Authentication required.
> ping
-NOAUTH Authentication required.
> nonsense
-ERR unknown command 'nonsense', with args beginning with: 
> multi
-NOAUTH Authentication required.
> hello 3
-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> *
> auth wrong
-WRONGPASS invalid username-password pair or user is disabled.
> auth secre
-WRONGPASS invalid username-password pair or user is disabled.
> auth secretsecret
-WRONGPASS invalid username-password pair or user is disabled.
> auth ""
-WRONGPASS invalid username-password pair or user is disabled.
> auth someone secret
-WRONGPASS invalid username-password pair or user is disabled.
> auth a b c
-ERR syntax error
> set k v
-NOAUTH Authentication required.
> auth secret
OK
> get k
nil
b> auth default secret
OK
b> ping
PONG
b> reset
RESET
b> ping
-NOAUTH Authentication required.
c> hello 3 auth default secret setname c
{*}
c> client getname
"c"
d> hello 2 auth default wrong
-WRONGPASS invalid username-password pair or user is disabled.
d> quit
OK
d: gone
END
  talk req [ get k ] expect-err 4 'NOAUTH Authentication required.' \
    req [ auth secret ] expect-nil req [ get k ] expect-nil
}

@test "core: AUTH where no password is set" {
  why 11 "a client that says a password that is not needed is let in without a word, or not at all"
  start_server
  dialogue <<'END'
> auth something
-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?
> auth default anything
OK
> ping
PONG
END
}

@test "core: the password may be changed while it runs, for those who come later" {
  why 11 "CONFIG SET requirepass has no effect, or shuts out who set it"
  start_server
  no_last_question
  dialogue <<'END'
> config set requirepass new
OK
> ping
PONG
b> ping
-NOAUTH Authentication required.
b> auth new
OK
> config set requirepass ""
OK
c> ping
PONG
END
}

# smoke POLLER: what any poller must do.
smoke() {
  final_server --poller "$1"
  dialogue <<END
> info server
"*multiplexing_api:$1\\r\\n*"
b> bzpopmin z 0
...
> zadd z 1 m
1
b< ["z" "m" "1"]
> set k v px 30
OK
?> exists k
0
b: close
> ping
PONG
END
  local words=() i
  for ((i = 1; i <= 100; i++)); do
    words+=("@c$i" send 'APPEND n x\r\nPING\r\n')
  done
  for ((i = 1; i <= 100; i++)); do
    words+=("@c$i" expect ':' skip 3)
  done
  talk "${words[@]}" @last send 'STRLEN n\r\n' expect ':100\r\n'
  talk @slow send '*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$2000000\r\n\{2000000*x}\r\n' expect '+OK\r\n' send 'GET big\r\n' \
    @quick send 'PING\r\n' expect '+PONG\r\n' @slow expect '$2000000\r\n\{2000000*x}\r\n'
  stop_server
  equal "the exit status" 0 "$SERVER_STATUS"
}

@test "core: the pollers poll and select do what the best one does" {
  why 13 "one of them forgets who waits to be written to, or whom to stop watching"
  smoke poll
  smoke select
}

@test "core: the pollers work where only a few descriptors are allowed" {
  why 13 "poll() is told of more descriptors than the system allows, and fails"
  local poller
  for poller in poll select; do
    NOFILE=40 final_server --poller "$poller"
    printf '> ping\nPONG\n' | dialogue
    stop_server
  done
}

@test "core: the poller epoll does so on Linux" {
  why 13 "an event that was reported once is not looked at again"
  [ "$(uname)" = Linux ] || skip "there is no epoll here"
  smoke epoll
}

@test "core: clients that come, go and are cut off confuse no poller" {
  why 13 "a client that closes while others are served leaves the poller with a stale descriptor"
  local poller
  for poller in poll select; do
    final_server --poller "$poller"
    talk @a send 'PING\r\n' @b send 'PING\r\n' @c send 'PING\r\n' @b rst @a expect '+PONG\r\n' \
      close @d send 'PING\r\n' expect '+PONG\r\n' @c expect '+PONG\r\n' half-close expect-eof \
      @e send 'QUIT\r\n' expect '+OK\r\n' expect-eof @d send 'PING\r\n' expect '+PONG\r\n'
    stop_server
  done
}

@test "core: select refuses descriptors beyond its 1,024 clearly, and goes on" {
  why 13 "FD_SET() beyond the end of its set: memory is overwritten"
  [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 2200 ] || skip "too few descriptors here"
  local words=() i
  ulimit -n 2200
  NOFILE=2200 final_server --poller select --maxclients 2000
  for ((i = 1; i <= 1100; i++)); do
    words+=("@c$i" send 'PING\r\n')
  done
  # the first is served, the last is told why not
  words+=(@c1 expect '+PONG\r\n' @c500 expect '+PONG\r\n')
  words+=(@c1100 expect '-ERR max number of clients reached\r\n' expect-closed)
  words+=(@c1 send 'PING\r\n' expect '+PONG\r\n')
  "$TOOLS/launch" -n 2200 -t 60 "$TOOLS/talk" "$SERVER_PORT" "${words[@]}" 3>&- 4>&-
}

@test "core: what is logged goes to stderr, or to a file, as much as is wanted" {
  why 14 "loglevel or logfile has no effect"
  final_server --loglevel warning --logfile "$BATS_TEST_TMPDIR/log"
  talk send 'PING\r\n' expect '+PONG\r\n'
  equal "stderr" "" "$(cat "$SERVER_ERR")"
  stop_server
  final_server --loglevel notice --logfile "$BATS_TEST_TMPDIR/log"
  talk send '*x\r\n' expect "-ERR Protocol error: invalid multibulk length\r\n"
  eventually 3 grep -q 'invalid multibulk length' "$BATS_TEST_TMPDIR/log"
}

@test "core: a client that resets before it is accepted is not said to come from a Unix socket" {
  why 14 "an address that getpeername() has not filled in is looked at"
  start_server
  kill -STOP "$SERVER_PID"
  talk @a open rst
  kill -CONT "$SERVER_PID"
  talk send 'PING\r\n' expect '+PONG\r\n'
  if grep -q 'from unix' "$SERVER_ERR"; then
    fail "the log:" "$(cat "$SERVER_ERR")"
  fi
}

@test "core: what is logged can be changed, in any case of letters" {
  why 14 "the level is compared letter by letter, or looked at by its first one only"
  final_server --loglevel WARNING
  dialogue <<'END'
> config get loglevel
["loglevel" "warning"]
> config set loglevel whisper
-ERR CONFIG SET failed (possibly related to argument 'loglevel') - argument(s) must be one of the following: debug, verbose, notice, warning
> config set loglevel verBose
OK
> config get loglevel
["loglevel" "verbose"]
b> ping
PONG
> config set loglevel Warning
OK
c> ping
PONG
END
  equal "how many clients were logged" 1 "$(grep -c 'new client' "$SERVER_ERR")"
}
