#!/usr/bin/env bats
# final_timeouts: who is closed when: idle clients, half-sent requests, unread replies. All is
# observed at the same time, on one server; the tests look into what was noted (observe.bash).

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2034,SC2154 # variables of helpers.bash
load helpers
load final
load observe
accepts tlv

OBSERVATIONS="clients"
IDLE=2000 STALLED=1000 # the server's limits, in ms

observe_clients() {
  local others=()
  final_server --timeout 2 --io-timeout 1
  set_big k 20000000 || return
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

@test "core: a server with time limits keeps well" {
  why 10 "what a timer closes is looked at once more"
  healthy clients
}

@test "core: idle clients are closed after the timeout" {
  why 10 "nothing starts the time of a client that never said a word, or one protocol is forgotten"
  seen clients
  closed_at mute $IDLE
  closed_at idle $IDLE
  closed_at binary $IDLE
  [ "$(noted idle-ones)" -ge 3 ] || fail "the log tells of $(noted idle-ones) idle connections"
}

@test "core: who says something now and then is not idle" {
  why 10 "the time runs from when the client came"
  seen clients
  [ "$(noted busy)$(noted busy-binary)" = yesyes ] ||
    fail "a client with a request each 350 ms was closed:" "$(cat "$NOTES.log")"
}

@test "core: a half-sent request is closed at the io-timeout, not at the idle timeout" {
  why 10 "there is one time limit for both: who is only idle ends early, or who stalls late"
  seen clients
  closed_at half $STALLED
  closed_at line $STALLED
  closed_at frame $STALLED
  [ "$(noted stalled)" -ge 4 ] || fail "the log tells of $(noted stalled) stalled connections"
}

@test "core: fewer than four bytes are half a request, too" {
  why 10 "before the protocol is known no time limit runs, but for the idle one"
  seen clients
  closed_at few $STALLED
  closed_at header $STALLED
}

@test "core: who sends a byte now and then is stalling, too" {
  why 10 "any byte starts the time anew: one a minute keeps a connection and its memory for ever"
  seen clients
  closed_at drip $STALLED
}

@test "core: an unread reply is closed at the io-timeout" {
  why 10 "a client that never reads keeps its reply in the server's memory"
  seen clients
  [ "$(noted stalled)" -ge 6 ] || fail "the log tells of $(noted stalled) stalled connections"
  [ "$(noted all-gone)" ] || fail "connections are left over:" "$(cat "$NOTES.log")"
}

@test "core: who gets on slowly is not stalling" {
  why 10 "the time limit is for the whole of a message, however large"
  seen clients
  [ "$(noted steady)" ] || fail "20,000 bytes each 200 ms were too slow:" "$(cat "$NOTES.log")"
}

@test "core: who waits in a blocking command is neither idle nor stalling" {
  why 8 "a client that waits for us is taken for one that is idle"
  seen clients
  [ "$(noted waits)" ] || fail "its wait did not end with a reply:" "$(cat "$NOTES.log")"
}

@test "core: who has just got what it waited for is not idle" {
  why 8 "the time of the wait is held against the client when the wait is over"
  seen clients
  [ "$(noted served)" ] || fail "it was closed after its wait:" "$(cat "$NOTES.log")"
}

@test "core: who always has a request half-sent, but sends them all, is not stalling" {
  why 10 "the time is not begun anew by a request that is complete"
  final_server --io-timeout 1
  talk send 'PI' repeat 8 { pause 250 send 'NG\r\nPI' expect '+PONG\r\n' }
}

# slow_keys N: from here on each KEYS of that pattern takes the server N times 0.04 ms or more.
slow_keys() {
  talk join { repeat "$1" { send 'SET \{50000*a}%i v\r\n' } } repeat "$1" { expect '+OK\r\n' }
}

@test "core: a client whose requests the server is slow to answer is not stalling" {
  why 10 "the time that the server takes is held against the client"
  final_server --io-timeout 1
  slow_keys "$([ "${SAN:-}" ] && echo 3 || echo 15)" # some sanitizers take ten times as long
  talk timeout 30000 join { repeat 2100 { send 'KEYS *aaaaaaaaaaaaaaaaaab\r\n' } send 'PING\r\n' } \
    repeat 2100 { expect '*0\r\n' } expect '+PONG\r\n'
}

@test "core: slow requests of one client, sent together, do not keep the others waiting" {
  why 9 "a turn ends after so many requests, however long they take"
  needs_no_sanitizer "it measures time"
  start_server
  slow_keys 35
  local waited all
  talk_says timeout 30000 @other send 'PING\r\n' expect '+PONG\r\n' \
    clock @slow join { repeat 990 { send 'KEYS *aaaaaaaaaaaaaaaaaab\r\n' } } pause 100 elapsed \
    @other send 'PING\r\n' expect '+PONG\r\n' elapsed @slow repeat 990 { expect '*0\r\n' } elapsed
  [ "$status" = 0 ] || fail "$errors"
  # shellcheck disable=SC2086 # three numbers
  set -- $output
  waited=$(($2 - $1)) all=$(($3 - $1)) # a busy machine is slow with everything
  [ "$waited" -le 1000 ] || [ $((2 * waited)) -le "$all" ] ||
    fail "the other client waited $waited ms, of $all that all the slow requests took"
}

# cut_off: 10.9.9.9, an address of this machine in a network of its own, can be reached no more.
cut_off() { away ip addr del 10.9.9.9/32 dev lo; }

# away COMMAND...: in the network of the server.
away() { nsenter -t "$SERVER_PID" -U -n --preserve-credentials "$@"; }

# client_at ADDRESS WORD...: in the background, with the password, until the test is over.
client_at() {
  local out=$BATS_TEST_TMPDIR/client-${#CLIENTS[@]}
  : >"$out"
  TALK_GO=$BATS_TEST_TMPDIR/go away "$TOOLS/talk" --address "$1" "$SERVER_PORT" \
    send 'AUTH x\r\n' expect '+OK\r\n' "${@:2}" >"$out" 2>&1 3>&- 4>&- &
  CLIENTS+=($!)
  eventually 5 grep -q '^holding' "$out"
}

@test "core: a client that has vanished is dropped, one that is only silent is kept" {
  why 10 "nobody asks whether a silent client is still there, or only while nothing is being sent"
  needs ip nsenter unshare
  unshare -rn ip addr add 10.9.9.9/32 dev lo 2>/dev/null || skip "no network of its own is allowed"
  local CLIENTS=() path=$BATS_TEST_TMPDIR/s.sock
  SERVER_OUT=$BATS_TEST_TMPDIR/out SERVER_ERR=$BATS_TEST_TMPDIR/err SERVER_PORT=7000
  unshare -rn sh -c 'ip link set lo up && ip addr add 10.9.9.9/32 dev lo && exec "$@"' sh \
    "$SUT/server" --port "$SERVER_PORT" --bind '127.0.0.1 10.9.9.9' --requirepass x \
    --unixsocket "$path" --tcp-keepalive 1 --io-timeout 3 >"$SERVER_OUT" 2>"$SERVER_ERR" \
    3>&- 4>&- &
  SERVER_PID=$! SERVER_JOB=$!
  eventually 5 test -S "$path"
  no_last_question
  client_at 127.0.0.1 hold send 'PING\r\n' expect '+PONG\r\n'
  client_at 10.9.9.9 hold
  client_at 10.9.9.9 send 'BZPOPMIN z 0\r\n' hold
  cut_off
  PATIENCE=20000 dialogue "$path" <<'END'
> auth x
OK
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
