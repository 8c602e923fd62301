#!/usr/bin/env bats
# f18_limits: what one client may cost the others: connections, memory, time. Who is closed when (idle
# clients, half-sent requests, unread replies) is observed all at once; tests look into what was noted.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2034,SC2154 # variables of helpers.bash
load helpers
load final
load observe
accepts tlv

OBSERVATIONS="clients patient"
IDLE=2000 STALLED=1000 # the server's limits, in ms

# A small request makes a big value. Sent as it is, 20 MB can stand still for longer than the
# io-timeout on a busy machine, and the server would be right to close the connection.
big_value() { talk send 'SETRANGE k 19999999 z\r\n' expect ':20000000\r\n'; }

observe_clients() {
  local others=()
  final_server --timeout 2 --io-timeout 1
  big_value || return
  talk pace 250 clock @drip send '*2\r\n$4\r\nECHO\r\n$20\r\n' split '1*' \
    send '12345678901234567890\r\n' ends 200 >>"$NOTES.now" &
  others+=($!)
  talk send '*2\r\n$6\r\nSTRLEN\r\n$200000\r\n' pace 200 \
    split '20000,20000,20000,20000,20000,20000,20000,20000,20000,20000' \
    send '\{200000*x}\r\n' expect ':0\r\n' && note steady yes &
  others+=($!)
  talk repeat 8 { send 'PING\r\n' expect '+PONG\r\n' pause 350 } && note busy yes &
  others+=($!)
  talk repeat 8 { req [ get none ] expect-nil pause 350 } && note busy-binary yes &
  others+=($!)
  talk timeout 6000 send 'BZPOPMIN none 2.8\r\n' expect '*-1\r\n' send 'PING\r\n' expect '+PONG\r\n' &&
    note waits yes &
  others+=($!)
  talk @w send 'BZPOPMIN late 0\r\n' pause 1700 @adds send 'ZADD late 1 m\r\n' expect ':1\r\n' \
    @w expect '*3\r\n$4\r\nlate\r\n$1\r\nm\r\n$1\r\n1\r\n' pause 1000 \
    send 'PING\r\n' expect '+PONG\r\n' && note served yes &
  others+=($!)
  talk clock @mute open @idle send 'PING\r\n' expect '+PONG\r\n' @binary req [ get none ] expect-nil \
    @half send '*2\r\n$3\r\nGET\r\n$1\r\n' @line send 'GET abc' @few send 'PI' \
    @frame send-hex '10000000 02' @header send-hex '1000' \
    @deaf rcvbuf 4096 reading off send 'GET k\r\n' ends 3200 >>"$NOTES.now"
  wait "${others[@]}"
  talk @a send 'CONFIG SET timeout 0\r\n' expect '+OK\r\n' clock ends 100 >/dev/null
  note stalled "$(grep -c 'removing stalled' "$SERVER_ERR")"
  note idle-ones "$(grep -c 'removing idle' "$SERVER_ERR")"
  printf '?> info clients\n"*connected_clients:1\\r\\n*"\n' | dialogue && note all-gone yes
}

# A client that sends nothing, to a server without any time limit in its settings.
observe_patient() {
  start_server
  talk clock @silent open @asks send 'CONFIG GET timeout\r\n' \
    expect '*2\r\n$7\r\ntimeout\r\n$1\r\n0\r\n' ends 6500 >>"$NOTES.now"
}

# Takes 7 seconds, meanwhile the first tests run. (A server that runs already is not for two at once.)
setup() {
  if [ -n "${RESP_ONLY:-}" ]; then
    OBSERVATIONS=patient
  elif [ -z "${FILTER:-}" ] && [ "${GROUP:-core}" = core ]; then
    start_observing
  fi
}

# ---- settings ----

@test "core: --help tells the limits" {
  why 1 "a setting is missing from the reply"
  ours "its settings"
  local setting
  SERVER_ARGS=(--help)
  run_server PORT=0
  for setting in io-timeout tcp-keepalive maxclients max-request max-output; do
    contains "--help" "$setting " "$output"
  done
}

@test "core: a wrong limit is one line on stderr, and status 2" {
  why 1 "a wrong setting is ignored, or cut to something that is right"
  ours "its settings"
  will_not_start "''" --maxclients ''
  will_not_start "0" --maxclients 0
  will_not_start "2000q" --max-request 2000q
}

@test "core: limits can be changed while it runs: all of them, or none" {
  why 1 "patterns, several names at once, or a limit that is out of range is taken"
  ours "its settings"
  start_server
  dialogue <<'END'
> config get timeout
["timeout" "0"]
> config get maxclients
["maxclients" "10000"]
> config set timeout 60 maxclients 500
OK
> config set max-request 5q
-ERR CONFIG SET failed (possibly related to argument 'max-request') - argument must be a memory value
> config set timeout 70 maxclients 0
-ERR CONFIG SET failed (possibly related to argument 'maxclients') - argument must be between 1 and 1000000 inclusive
> config set timeout 80 maxclients 7 TimeOut 80
-ERR CONFIG SET failed (possibly related to argument 'TimeOut') - duplicate parameter
> config set max-request 2mb
OK
> config get max-request
["max-request" "2097152"]
> config get timeout maxclients
["timeout" "60" "maxclients" "500"]
> hello 3
{*}
> config get maxclients
{"maxclients" "500"}
END
}

@test "core: CONFIG GET takes patterns" {
  why 1 "a star means all settings, or none"
  start_server
  dialogue <<'END'
> config get TIMEO?T
["timeout" "*"]
> config get max[^m]emory
[]
> config get max[c-m]emor?
["maxmemory" "*"]
> config get *xmemory*
[*"maxmemory-policy" "*"*]
> config get nonsense*
[]
END
  on_ours dialogue <<'END'
> config set timeout 66
OK
> config get maxmemory* timeout
["timeout" "66" "maxmemory" "0" "maxmemory-policy" "noeviction"]
> config get TIMEO?T
["timeout" "66"]
> config get nonsense*
[]
END
}

@test "core: by default a silent client may stay as long as it likes, and a slow one has a minute" {
  why 3 "connections that a client library keeps for later are closed, and honest slow readers cut off"
  ours "its settings"
  start_server
  dialogue <<'END'
> config get timeout io-timeout
["timeout" "0" "io-timeout" "60"]
# with five questions, a sixth of that apart, a vanished client is gone within two minutes
> config get tcp-keepalive
["tcp-keepalive" "60"]
END
}

@test "core: the lines of a stock redis.conf are taken where they ask for nothing that is not here" {
  why 1 "a file that works with Redis stops the server, though it only switches things off"
  ours "its settings"
  share redis.conf <<'END'
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
  final_server "$SHARED/redis.conf" --save '' --appendonly no
  printf '> config get tcp-keepalive\n["tcp-keepalive" "300"]\n' | dialogue
}

@test "core: select refuses descriptors beyond its 1,024 in the words of Redis" {
  why 1 "FD_SET() beyond the end of its set: memory is overwritten"
  ours "its settings"
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

# ---- connections ----

@test "core: one client too many is told so, and may come when another has left" {
  why 1 "the client is left waiting, closed without a word, or counted for ever"
  ours "its settings"
  final_server --maxclients 5
  talk @a send 'PING\r\n' @b send 'PING\r\n' @c send 'PING\r\n' @d req [ get k ] @e send 'PING\r\n' \
    @a expect '+PONG\r\n' @b expect '+PONG\r\n' @c expect '+PONG\r\n' @d expect-nil \
    @e expect '+PONG\r\n' \
    @f expect '-ERR max number of clients reached\r\n' expect-closed \
    @a send 'CONFIG SET maxclients 6\r\n' expect '+OK\r\n' \
    @g send 'PING\r\n' expect '+PONG\r\n' \
    @h expect '-ERR max number of clients reached\r\n' expect-closed \
    @b close @a send 'PING\r\n' expect '+PONG\r\n'
  printf '?> info stats\n"*rejected_connections:2*"\n' | dialogue
}

@test "core: as many descriptors as maxclients needs are asked of the system" {
  why 1 "the limit that the shell hands down is taken, and the last clients wait for a descriptor"
  ours "its settings"
  [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 500 ] || skip "too few descriptors here"
  local words=() i
  ulimit -Sn 64
  final_server --maxclients 150
  ulimit -Sn 500
  for ((i = 1; i <= 240; i++)); do
    words+=("@c$i" send 'PING\r\n' expect '+PONG\r\n')
    [ "$i" != 140 ] || words+=(send 'CONFIG SET maxclients 250\r\n' expect '+OK\r\n')
  done
  talk "${words[@]}"
}

# ---- requests ----

@test "core: a request longer than max-request ends its connection, in both protocols" {
  why 1 "the limit is not checked until the request is complete, so all of it takes memory"
  ours "its settings"
  needs_proc
  final_server --max-request 1mb
  local before
  set_big k 900000
  before=$(peak_kib)
  talk send '*2\r\n$4\r\nECHO\r\n$30000000\r\n' fill 30000000 z skip 5 drain ||
    fail "the connection was not ended"
  talk header 30000000 fill 30000000 z drain || fail "the binary connection was not ended"
  talk send 'STRLEN k\r\n' expect ':900000\r\n'
  [ $(($(peak_kib) - before)) -lt 8000 ] || [ -n "${SAN:-}" ] ||
    fail "the server took $(($(peak_kib) - before)) KiB for requests of 1 MB at most"
}

@test "core: a request longer than max-request ends its connection, though it comes in one piece" {
  why 1 "only requests that are not complete yet are checked"
  ours "its settings"
  final_server --max-request 2000
  talk send 'SET k \{1900*v}\r\n' expect '+OK\r\n' send 'SET k \{2000*w}\r\n' \
    expect '-ERR Protocol error: the request is too long\r\n' expect-closed
  talk send 'STRLEN k\r\n' expect ':1900\r\n'
}

@test "core: many requests together may be longer than max-request" {
  why 1 "the limit is for all that is buffered, and not for the request at its front"
  ours "its settings"
  final_server --max-request 2000
  talk join { repeat 5000 { send 'SET k %i-\{500*x}\r\n' } } repeat 5000 { expect '+OK\r\n' }
}

@test "core: what a client sends while it waits is held only up to max-request" {
  why 1 "a client in a blocking command may send without end, and all of it is kept"
  ours "its settings"
  needs_proc
  final_server --max-request 1mb
  local before
  before=$(peak_kib)
  talk send 'BZPOPMIN none 0\r\n' fill 30000000 z drain || fail "the connection was not ended"
  talk send 'PING\r\n' expect '+PONG\r\n'
  [ $(($(peak_kib) - before)) -lt 8000 ] || [ -n "${SAN:-}" ] ||
    fail "the server took $(($(peak_kib) - before)) KiB for a client that waits"
}

@test "core: a transaction, and what is watched, may be as long as one request" {
  why 1 "what MULTI or WATCH keeps is not counted"
  ours "its settings"
  final_server --max-request 100kb
  talk send 'MULTI\r\n' expect '+OK\r\n' \
    repeat 50 { send 'SET k \{1000*x}\r\n' expect '+QUEUED\r\n' } send 'DISCARD\r\n' expect '+OK\r\n' \
    send 'MULTI\r\n' expect '+OK\r\n' join { repeat 200 { send 'SET k \{1000*x}\r\n' } } drain
  talk join { repeat 5000 { send 'WATCH key%i\r\n' } } drain
  talk send 'PING\r\n' expect '+PONG\r\n'
}

@test "core: who watches more than may be kept is closed, and that is told once" {
  why 4 "the limit is checked, but a request beyond it is kept nevertheless"
  ours "its settings"
  final_server --max-request 20000
  talk join { send 'WATCH' repeat 900 { send ' key%i' } send '\r\n' } expect-closed
  equal "the number of lines that tell of it" 1 "$(grep -c 'too large a transaction' "$SERVER_ERR")"
}

@test "core: to watch a key again and again costs nothing" {
  why 1 "each WATCH of the same key is kept, until there are too many"
  ours "its settings"
  final_server --max-request 20000
  talk join { repeat 2000 { send 'WATCH k none\r\n' } } repeat 2000 { expect '+OK\r\n' } \
    send 'MULTI\r\nPING\r\nEXEC\r\n' expect '+OK\r\n+QUEUED\r\n*1\r\n+PONG\r\n'
}

@test "core: what a client tells about itself is at most 1 KB each" {
  why 1 "a name of 50 MB is kept for as long as the connection, outside of all limits"
  ours "Redis has no such bound"
  start_server
  talk send 'CLIENT SETNAME \{1024*n}\r\n' expect '+OK\r\n' \
    send 'CLIENT SETINFO lib-name \{1024*n}\r\n' expect '+OK\r\n' \
    send 'CLIENT SETNAME \{1025*x}\r\n' \
    expect '-ERR Client names cannot be longer than 1024 bytes.\r\n' \
    send 'CLIENT SETINFO lib-ver \{1025*x}\r\n' \
    expect '-ERR lib-ver cannot be longer than 1024 bytes.\r\n' \
    send 'HELLO 2 SETNAME \{1025*x}\r\n' \
    expect '-ERR Client names cannot be longer than 1024 bytes.\r\n' \
    send 'CLIENT GETNAME\r\n' expect '$1024\r\n\{1024*n}\r\n'
}

@test "core: CONFIG GET takes patterns of 1 KB at most, and 64 of them" {
  why 1 "the length of the pattern is not bounded, and so what each setting costs"
  ours "Redis has no such bound"
  start_server
  talk send 'CONFIG GET \{1025*a}\r\n' expect '-ERR pattern is longer than 1024 bytes\r\n' \
    join { send 'CONFIG GET' repeat 65 { send ' port' } send '\r\n' } \
    expect '-ERR CONFIG GET takes at most 64 patterns\r\n' \
    send 'CONFIG GET io-\{1000**} none? \r\n' expect '*2\r\n$10\r\nio-timeout\r\n$2\r\n60\r\n'
}

# ---- replies ----

@test "core: who lets more wait than max-output is closed, and nobody else" {
  why 1 "a client that never reads keeps what it asked for in the server's memory"
  ours "its settings"
  needs_proc
  final_server --max-output 5mb
  set_big k 30000000
  talk @deaf rcvbuf 4096 reading off send 'GET k\r\n' \
    @b send 'PING\r\n' expect '+PONG\r\n' send 'ECHO hello\r\n' expect '$5\r\nhello\r\n' \
    @deaf reading on drain
  eventually 3 log_has_now "too much output"
}

@test "core: a small request for a huge reply ends its connection, not the server" {
  why 2 "one reply may take all the memory there is"
  ours "its settings"
  needs_proc
  needs_no_sanitizer "it measures memory"
  final_server --max-output 5mb
  set_big k 1060000 # five of them are above the limit, but within the last reply that it allows
  local before
  before=$(peak_kib)
  talk join { send 'MGET' repeat 500 { send ' k' } send '\r\n' } drain
  talk send 'MULTI\r\n' expect '+OK\r\n' repeat 100 { send 'GET k\r\n' expect '+QUEUED\r\n' } \
    send 'EXEC\r\n' drain
  talk send 'PING\r\n' expect '+PONG\r\n'
  log_has "too much output"
  equal "how often that is logged of two clients" 2 "$(grep -c 'too much output' "$SERVER_ERR")"
  [ $(($(peak_kib) - before)) -lt 20000 ] || fail "the server grew by $(($(peak_kib) - before)) KiB"
}

# ---- time ----

@test "core: a server with time limits keeps well" {
  why 4 "what a timer closes is looked at once more"
  ours "its settings"
  healthy clients
}

@test "core: idle clients are closed after the timeout" {
  why 3 "the time never starts for a client that sends nothing, or one protocol is forgotten"
  ours "its settings"
  seen clients
  closed_at mute $IDLE
  closed_at idle $IDLE
  closed_at binary $IDLE
  [ "$(noted all-gone)" ] || fail "connections are left over:" "$(cat "$NOTES.log")"
  [ "$(noted idle-ones)" -ge 3 ] || fail "the log tells of $(noted idle-ones) idle connections"
}

@test "core: without a timeout, a silent client stays" {
  why 3 "it is closed after five seconds, as in the book: the timeout is 0, which means never"
  seen patient
  local end
  end=$(noted silent)
  [ "${end%% *}" = open ] || fail "it was closed after ${end%% *} ms"
}

@test "core: who says something now and then is not idle" {
  why 3 "the time runs from when the client came"
  ours "its settings"
  seen clients
  [ "$(noted busy)$(noted busy-binary)" = yesyes ] ||
    fail "a client with a request each 350 ms was closed:" "$(cat "$NOTES.log")"
}

@test "core: a half-sent request is closed at the io-timeout, not at the idle timeout" {
  why 3 "both share one time limit: idle clients are closed early, or stalled ones late"
  ours "its settings"
  seen clients
  closed_at half $STALLED
  closed_at line $STALLED
  closed_at frame $STALLED
  [ "$(noted stalled)" -ge 4 ] || fail "the log tells of $(noted stalled) stalled connections"
}

@test "core: who sends a byte now and then is stalling, too" {
  why 3 "any byte restarts the time: a byte every minute keeps a connection and its memory forever"
  ours "its settings"
  seen clients
  closed_at drip $STALLED
}

only_we_are_left() { told INFO clients | grep -q '^connected_clients:1$'; }

@test "core: an unread reply is closed at the io-timeout" {
  why 3 "a client that never reads keeps its reply in the server's memory"
  ours "its settings"
  final_server --io-timeout 1
  big_value
  talk_start @deaf rcvbuf 4096 reading off send 'GET k\r\n' hold
  eventually 4 only_we_are_left
  kill "$TALK_PID"
  TALK_PID=
}

@test "core: fewer than four bytes are half a request, too" {
  why 3 "before the protocol is known no time limit runs, but for the idle one"
  ours "its settings"
  seen clients
  closed_at few $STALLED
  closed_at header $STALLED
  [ "$(noted stalled)" -ge 7 ] || fail "of seven stalled connections the log tells of $(noted stalled)"
}

@test "core: who gets on slowly is not stalling" {
  why 3 "the time limit is for the whole of a message, however large"
  ours "its settings"
  seen clients
  [ "$(noted steady)" ] || fail "20,000 bytes each 200 ms were too slow:" "$(cat "$NOTES.log")"
}

@test "core: who waits in a blocking command is neither idle nor stalling" {
  why 3 "a client that waits for us is taken for an idle one"
  ours "its settings"
  seen clients
  [ "$(noted waits)" ] || fail "its wait did not end with a reply:" "$(cat "$NOTES.log")"
}

@test "core: half a request behind a blocking one may wait as long as that" {
  why 3 "a client that waits for the server is held responsible for what it has sent meanwhile"
  ours "its settings"
  final_server --io-timeout 1
  talk send 'BZPOPMIN none 1.8\r\nPI' expect '*-1\r\n' send 'NG\r\n' expect '+PONG\r\n'
}

@test "core: who has just got what it waited for is not idle" {
  why 3 "the time of the wait counts against the client afterwards"
  ours "its settings"
  seen clients
  [ "$(noted served)" ] || fail "it was closed after its wait:" "$(cat "$NOTES.log")"
}

@test "core: who always has a request half-sent, but sends them all, is not stalling" {
  why 3 "a complete request does not restart the time"
  ours "its settings"
  final_server --io-timeout 1
  talk send 'PI' repeat 8 { pause 250 send 'NG\r\nPI' expect '+PONG\r\n' }
}

# slow_keys N: from here on, each KEYS with that pattern takes the server at least N times 0.04 ms.
slow_keys() {
  talk join { repeat "$1" { send 'SET \{50000*a}%i v\r\n' } } repeat "$1" { expect '+OK\r\n' }
}

@test "core: a client whose requests the server is slow to answer is not stalling" {
  why 3 "the time that the server takes counts against the client"
  ours "its settings"
  final_server --io-timeout 1
  slow_keys "$([ "${SAN:-}" ] && echo 3 || echo 15)" # some sanitizers take ten times as long
  talk timeout 30000 join { repeat 2100 { send 'KEYS *aaaaaaaaaaaaaaaaaab\r\n' } send 'PING\r\n' } \
    repeat 2100 { expect '*0\r\n' } expect '+PONG\r\n'
}

# cut_off: 127.9.9.9, an address of this machine in a network of its own, can no longer be reached.
cut_off() { "${APART[@]}" ip addr del 127.9.9.9/32 dev lo; }

# client_at ADDRESS WORD...: in the background, until the test is over.
client_at() {
  local out=$BATS_TEST_TMPDIR/client-${#CLIENTS[@]}
  : >"$out"
  TALK_GO=$BATS_TEST_TMPDIR/go "${APART[@]}" "$TOOLS/talk" --address "$1" "$SERVER_PORT" \
    send 'PING\r\n' expect '+PONG\r\n' "${@:2}" >"$out" 2>&1 3>&- 4>&- &
  CLIENTS+=($!)
  eventually 5 grep -q '^holding' "$out"
}

@test "core: a client that has vanished is dropped, one that is only silent is kept" {
  why 3 "nobody asks whether a silent client is still there, or only while nothing is being sent"
  ours "its settings"
  local CLIENTS=() path=$SHARED/s.sock
  server_apart 'ip link set lo up && ip addr del 127.0.0.1/8 dev lo &&
    ip addr add 127.0.0.1/32 dev lo && ip addr add 127.9.9.9/32 dev lo' \
    --bind '127.0.0.1 127.9.9.9' --unixsocket "$path" --tcp-keepalive 1 --io-timeout 3
  client_at 127.0.0.1 hold send 'PING\r\n' expect '+PONG\r\n'
  client_at 127.9.9.9 hold
  client_at 127.9.9.9 send 'BZPOPMIN z 0\r\n' hold
  cut_off
  PATIENCE=20000 dialogue "$path" <<'END'
?> info clients
"*connected_clients:4*blocked_clients:1*"
> zadd z 1 m
1
?> info clients
"*connected_clients:2*"
END
  : >"$BATS_TEST_TMPDIR/go.1"
  wait "${CLIENTS[0]}" || fail "the client that was silent was dropped, too"
  kill "${CLIENTS[1]}" "${CLIENTS[2]}" 2>/dev/null || true
}
