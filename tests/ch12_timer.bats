# ch12_timer: connections that are idle for 5 seconds are closed.
#
# Such a thing takes its 8 seconds to watch. So it is done twice only, with a connection for each
# question, and the tests look into what was noted:
#
#   quiet   nothing happens but what is listed below, and nothing at all in the seconds in which the
#           first connections run out of time: whoever gets poll()'s timeout wrong is late
#   busy    a client sends requests all the time
#
# A time may be 0.2 s early, and 2 s late.

# shellcheck disable=SC1083,SC2030,SC2031,SC2034,SC2154 # { } [ ] are words of talk
load helpers
load observe
accepts tlv
OBSERVATIONS="quiet busy"

FAT=$((24 << 20))

# ---- the two observations ----

# Last activity of the connections, in seconds after the clock: silent, half, asked, slow 0;
# middle, late 1.9; first 3. Then nobody does anything until 7.4.
observe_quiet() {
  local before cpu wakes
  start_server && talk prepare x prepare-fat $FAT close || return
  before=$(fds_at_rest)
  talk_start clock \
    @first open @silent open @half send-hex 1200 @asked ask x @middle open \
    repeat 10 { @left open close @reset ask x rst @refused header 33554433 expect-closed close } \
    rcvbuf 65536 @slow reading off ask-fat $FAT rcvbuf 0 \
    repeat 10 { @left ask x answer x close } \
    until 1900 @middle ask x @late open \
    until 3000 @first ask x \
    until 3200 hold until 7200 hold until 7400 @slow reading on ends 10500 || return
  cpu=$(cpu_ms) wakes=$(wakes)
  talk_resume || return
  note cpu $(($(cpu_ms) - cpu))
  note wakes $(($(wakes) - wakes))
  talk_finish || return
  cat "$TALK_FILE.out" >>"$NOTES.now"
  eventually 2 fds_at_most "$before"
  note descriptors "$(fd_count) $before"
  note removed "$(grep -c '^removing idle connection: [0-9]' "$SERVER_ERR")"
}

# talker asks at 0, 2, 4 and 6 s; byte sends the first part of a request at 4.2 and the rest at
# 5.6; refused sends nonsense all the time; reader takes some of its reply every 1.5 s.
observe_busy() {
  local before ms words=() traffic reader
  start_server && talk prepare x prepare-fat $FAT close || return
  before=$(fds_at_rest)
  talk repeat 1000 { ask x answer x pause 20 } >"$NOTES.traffic" 2>&1 &
  traffic=$! # ends with the server
  talk rcvbuf 65536 reading off ask-fat $FAT \
    repeat 4 { pause 1500 skip $((4 << 20)) } skip $((FAT - (16 << 20) + 9)) &
  reader=$!
  for ((ms = 200; ms <= 7000; ms += 200)); do
    words+=(until "$ms")
    case $ms in
    2000 | 4000 | 6000) words+=(@talker ask x) ;;
    4200) words+=(@byte all-but 5 ask x) ;;
    5600) words+=(@byte rest) ;;
    esac
    [ $((ms % 600)) -gt 0 ] || words+=(@refused send nonsense)
  done
  talk_start clock @silent open @byte open @talker ask x @refused frame bad \
    "${words[@]}" until 7100 hold ends 7200 || return
  wait "$reader" && note reader finished
  eventually 1 fds_at_most $((before + 3))
  note descriptors "$(fd_count) $((before + 3))"
  talk_finish || return
  cat "$TALK_FILE.out" >>"$NOTES.now"
  alive "$traffic" && note traffic goes on
}

# The number of descriptors when the clients that left are gone.
fds_at_rest() {
  local now before=
  until now=$(fd_count) && [ "$now" = "$before" ]; do
    before=$now
    sleep 0.1
  done
  echo "$now"
}

fds_at_most() { [ "$(fd_count)" -le "$1" ]; }

# How often the process went to sleep so far (nothing where that is not counted).
wakes() { sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' "/proc/$SERVER_PID/status" 2>/dev/null; }

# kept_open NAME BYTES: it was not closed, and has received so many bytes.
kept_open() {
  local end
  end=$(noted "$1")
  [ "${end%% *}" = open ] || fail "connection '$1' was closed after ${end%% *} ms" || return
  equal "the number of bytes that '$1' received" "$2" "${end##* }"
}

# few_descriptors: no more than were expected
few_descriptors() {
  local now
  now=$(noted descriptors)
  [ "${now%% *}" -le "${now##* }" ] ||
    fail "the server has ${now%% *} descriptors open, and should have ${now##* }"
}

@test "core: connections that end in another way leave the list, and the server goes on" {
  why 4 "a connection that was closed is still on the list: its memory is used after it was
  freed, and its descriptor is closed twice (make SAN=address shows where)"
  healthy quiet
  healthy busy
}

# ---- nothing else happens ----

@test "core: a client that says nothing is closed after 5 seconds" {
  why 1 "no timer at all; or poll()'s timeout does not follow the nearest one (invariant 3)"
  seen quiet
  closed_at silent 5000
}

@test "core: a client that has got its reply is closed 5 seconds later" {
  why 1 "only connections that never said anything are on the list"
  seen quiet
  closed_at asked 5000
}

@test "core: a request starts the 5 seconds anew" {
  why 1 "the time of the last activity is set when the client is accepted, and never again"
  seen quiet
  closed_at middle 6900
  closed_at first 8000
}

@test "core: a client that is accepted later has its own 5 seconds" {
  why 5 "it got the time at which the loop began to wait, not the time at which it came"
  seen quiet
  closed_at late 6900
}

@test "core: each is closed in its time, whatever the order in which they came" {
  why 2 "the list is not in order of last activity: a connection must go to its end on every event.
  Whoever stands behind one that has more time left is closed too late"
  seen quiet
  closed_at silent 5000
  closed_at late 6900
  closed_at first 8000
}

@test "core: when nothing else happens the timers are still in time" {
  why 3 "poll() waits for ever, or for 5 s, or for the newest connection's timer. It must wait for
  the nearest, and look again after every turn"
  seen quiet
  closed_at silent 5000
  closed_at middle 6900
}

@test "core: half a request does not keep a connection open" {
  why 1 "a connection is idle while nothing comes, also in the middle of a message"
  seen quiet
  case $(noted half) in
  open*) fail "a client that sent half a header was not closed" ;;
  *) [ "$(noted half | cut -d ' ' -f 1)" -le 7000 ] || closed_at half 5000 ;;
  esac
}

@test "core: a client that does not read its reply is closed, too" {
  why 1 "a connection with output that waits is not on the list"
  seen quiet
  local got
  got=$(noted slow | cut -d ' ' -f 2)
  [ "$got" -lt $FAT ] ||
    fail "it did not read for 7 s, and then got all of its $FAT bytes: it was never closed"
}

@test "core: idle connections give their descriptors back" {
  needs_proc
  why 4 "the connection is taken off the list, but not closed; or closed, and not forgotten"
  seen quiet
  few_descriptors
}

@test "core: the log names idle connections that are removed" {
  why 1 "the chapter's words on stderr: removing idle connection: <descriptor>"
  seen quiet
  [ "$(noted removed)" -ge 7 ] ||
    fail "of 7 idle connections $(noted removed) were announced in the log"
}

@test "core: waiting for timers costs no CPU time" {
  needs_proc
  why 3 "poll()'s timeout is rounded down to 0 (seconds for milliseconds?) or is always 0"
  seen quiet
  [ "$(noted cpu)" -le 200 ] ||
    fail "in 4 s in which 4 timers ran the server used $(noted cpu) ms of CPU time"
}

@test "core: the server wakes up for its timers only" {
  needs_proc
  [ -n "$(SERVER_PID=self wakes)" ] || skip "wake-ups are not counted here"
  why 3 "poll() has a short timeout, and looks at the timers again and again"
  seen quiet
  [ "$(noted wakes)" -le 30 ] ||
    fail "in 4 s in which 4 timers ran the server woke up $(noted wakes) times"
}

# ---- a client keeps the server busy ----

@test "core: the requests of one client keep no other alive" {
  why 2 "every event renews every connection"
  seen busy
  [ -n "$(noted traffic)" ] || fail "the busy client failed:" "$(cat "$NOTES.traffic")"
  closed_at silent 5000
}

@test "core: a client that asks every 2 seconds is never closed" {
  why 1 "the 5 seconds are counted from accept(), or from the first request"
  seen busy
  kept_open talker 40
}

@test "core: a single byte is activity" {
  why 1 "only a whole request starts the 5 seconds anew. Any event of the connection must"
  seen busy
  kept_open byte 10
}

@test "core: a client that takes a big reply bit by bit is never closed" {
  why 1 "being writable is an event, too: only reading starts the 5 seconds anew"
  seen busy
  [ -n "$(noted reader)" ] || fail "it did not get its whole reply:" "$(cat "$NOTES.log")"
}

@test "hardening: a client that was refused and goes on sending is closed" {
  needs_proc
  why 1 "what comes after a malformed request is not looked at, and is no activity either:
  such a client would keep its connection for ever"
  seen busy
  few_descriptors
}

@test "core: without connections the server sleeps" {
  needs_proc
  why 3 "with an empty list poll() has to wait for ever (-1): there is no nearest timer"
  start_server
  talk ask x reply
  local before wakes
  before=$(cpu_ms) wakes=$(wakes)
  sleep 0.5
  [ $(($(cpu_ms) - before)) -le 50 ] ||
    fail "in half a second the server used $(($(cpu_ms) - before)) ms of CPU time"
  [ -z "$wakes" ] || [ $(($(wakes) - wakes)) -le 10 ] ||
    fail "in half a second the server woke up $(($(wakes) - wakes)) times"
}

# ---- only ours ----

@test "extra: inspect timers lists the connections in the order of their time left" {
  why 2 "the list is not in order of last activity"
  grep -qs inspect_timers "$SUT/inspect.c" || skip "there is no inspect timers"
  start_server
  talk_says clock @a ask x reply @b ask x reply @c ask x reply until 150 @a ask x reply \
    until 300 @b ask x reply until 450 @d req [ inspect timers ] print
  [ "$status" = 0 ] || fail "$errors"
  contains "inspect timers" "connections: 4" "$output"
  local left
  left=$(printf '%b\n' "$output" | sed -n 's/.*connection [0-9]*: \([0-9]*\) ms left.*/\1/p')
  equal "the number of times" 4 "$(wc -l <<<"$left")"
  equal "the times, sorted" "$(sort -n <<<"$left")" "$left"
  [ "$(head -n 1 <<<"$left")" -le 4700 ] && [ "$(tail -n 1 <<<"$left")" -le 5000 ] &&
    [ "$(tail -n 1 <<<"$left")" -ge 4800 ] || fail "these times left are not right:" "$left"
}

@test "hardening: without free descriptors the server sleeps" {
  needs_proc
  why 3 "the listener is to be looked at again in a moment, and poll()'s timeout is 0 or in the past"
  NOFILE=24 start_server
  talk_start repeat 30 { @early%i ask x } @early1 answer x hold
  local before used
  before=$(cpu_ms)
  sleep 0.5
  used=$(($(cpu_ms) - before))
  talk_resume
  [ "$used" -le 100 ] || fail "in half a second without free descriptors it used $used ms"
}

@test "extra: the clock is the system's monotonic clock, in milliseconds" {
  why 3 "seconds and nanoseconds are not added up to milliseconds"
  grep -qs 'clock_now_ms(void)' "$SUT/clock.h" || skip "there is no such clock.h"
  unit_test clock_test clock.c
}

@test "extra: the list keeps its order, and a node leaves it in one step" {
  why 2 "list_append() or list_detach() leaves one of the four links wrong"
  grep -qs 'list_append(struct list \*' "$SUT/list.h" || skip "there is no such list.h"
  unit_test list_test
}
