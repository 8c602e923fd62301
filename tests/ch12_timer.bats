# ch12_timer: connections that are idle for 5 seconds are closed.
#
# It takes some seconds to watch that. So each case is watched once, on a server of its own, and the
# tests look into what was noted:
#
#   quiet     only a few requests come, and nothing at all in the seconds in which the first
#             connections run out of time: a server with a wrong timeout for poll() is late
#   busy      a client sends requests all the time
#   unread    a client does not read its reply
#   reader    a client takes its reply bit by bit
#   leaving   connections end in all the other ways
#   refused   a client is refused, and goes on sending
#   ms31 ...  the clock is about to wrap, or is set; see tools/clock_preload.c
#
# A time may be 0.2 s early, and 2 s late.

# shellcheck disable=SC1083,SC2030,SC2031,SC2034,SC2154 # { } [ ] are words of talk
load helpers
load observe
accepts tlv
OBSERVATIONS="quiet busy unread reader leaving refused ms31 ms32 us31 wall"

# ---- the observations ----

# Last activity of the connections, in seconds after the clock: silent, half, asked 0; middle, late
# 1.9; first 3. Then nobody does anything.
observe_quiet() {
  local before watching
  start_server || return
  before=$(fds_at_rest)
  talk_start clock \
    @first open @silent open @half send-hex 1200 @asked ask x @middle open \
    until 1900 @middle ask x @late open \
    until 3000 @first ask x until 3200 hold ends 10500 || return
  watch_at_work & # while the first timers run
  watching=$!
  talk_finish || return
  wait "$watching"
  cat "$TALK_FILE.out" >>"$NOTES.now"
  eventually 2 fds_at_most "$before"
  note descriptors "$(fd_count) $before"
  note removed "$(log | grep -ciE 'remov|idle|time.?out|timed out|expire')"
}

# How often, in many looks within three seconds or four, the server was at work; and was woken up
watch_at_work() {
  local n=0 looks=0 before end=$((SECONDS + 4))
  before=$(wakes)
  while [ "$SECONDS" -lt "$end" ]; do
    looks=$((looks + 1))
    ! at_work || n=$((n + 1))
    nap 0.05
  done
  note at-work "$n"
  note looks "$looks"
  note wakes $(($(wakes) - before))
}

# The clients silent, third and twothirds stop at 0, 0.35 and 0.7 s. The talker asks at 0, 2, 4 and
# 6 s. The client byte sends the first part of a request at 4.2 s, and the rest at 5.6 s.
observe_busy() {
  local traffic
  start_server || return
  talk repeat 1000 { ask x answer x pause 20 } >"$NOTES.traffic" 2>&1 &
  traffic=$! # ends with the server
  talk clock @silent open @byte open @talker ask x \
    until 350 @third open until 700 @twothirds open until 2000 @talker ask x until 4000 ask x \
    until 4200 @byte all-but 5 ask x until 5600 rest until 6000 @talker ask x \
    until 7100 ends 7200 >>"$NOTES.now" || return
  alive "$traffic" && note traffic goes on
}

# A reply that is more than the sockets hold
FAT=$((24 << 20))

# It reads nothing until the time is over, and then everything.
observe_unread() {
  start_server && talk prepare-fat $FAT close || return
  talk rcvbuf 65536 @slow reading off ask-fat $FAT clock \
    until 7400 reading on ends 10500 >>"$NOTES.now"
}

# It takes 1 MiB every 1.5 s, and the server has more to send all the time.
observe_reader() {
  start_server && talk prepare-fat $FAT close || return
  if talk rcvbuf 65536 reading off ask-fat $FAT \
    repeat 4 { pause 1500 skip $((1 << 20)) } skip $((4 << 20)); then
    note reader gets on
  fi
}

# stays is the first on the list, those that left are behind it.
observe_leaving() {
  local before
  start_server || return
  before=$(fds_at_rest)
  talk clock @stays open \
    repeat 10 { @left open close @reset send-hex 1200 pause 5 rst \
    @refused header 33554433 expect-closed close } \
    repeat 10 { @left ask x reply close } until 5600 || return
  eventually 2 fds_at_most "$before"
  note descriptors "$(fd_count) $before"
}

observe_refused() {
  local before words=() ms
  start_server || return
  before=$(fds_at_rest)
  for ((ms = 600; ms <= 6600; ms += 600)); do
    words+=(until "$ms" @refused send nonsense)
  done
  talk_start clock @refused frame bad "${words[@]}" until 7000 hold || return
  note descriptors "$(fd_count) $before"
  talk_finish
}

# observe_clock VAR=VALUE: asked is active once more, after three seconds.
observe_clock() {
  can_preload clock_preload || return
  start_server "LD_PRELOAD=$TOOLS/clock_preload.so" "$1" || return
  talk clock @silent open @asked open until 3000 ask x ends 10500 >>"$NOTES.now"
}

# Two seconds before the clock reaches 2^31 or 2^32 ms, or 2^31 us, so that asked is active after it.
# The first two are multiples of 2^32 us, too.
observe_ms31() { observe_clock CLOCK_MS=$(((1 << 31) - 2000)); }
observe_ms32() { observe_clock CLOCK_MS=$(((1 << 32) - 2000)); }
observe_us31() { observe_clock CLOCK_MS=$(((1 << 31) / 1000 - 2000)); }
observe_wall() { observe_clock WALL_JUMP=3600; }

# The number of descriptors once the clients have disconnected.
fds_at_rest() {
  local now before=
  until now=$(fd_count) && [ "$now" = "$before" ]; do
    before=$now
    nap 0.1
  done
  echo "$now"
}

fds_at_most() { [ "$(fd_count)" -le "$1" ]; }

# kept_open NAME: it was not closed
kept_open() {
  local end
  end=$(noted "$1")
  [ "${end%% *}" = open ] || fail "connection '$1' was closed after ${end%% *} ms"
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
  healthy leaving
}

# ---- nothing else happens ----

@test "core: a client that says nothing is closed after 5 seconds" {
  why 1 "no timer at all; or the clock is read once, at the start; or poll()'s timeout does not follow
  the nearest timer (invariant 3)"
  seen quiet
  local end
  end=$(noted silent)
  case ${end%% *} in
  [7-9]??? | [1-9]????) why 2 "others kept it open: the list is not in order of last activity, so it stands
    behind one that has more time left; or every event renews every connection; or poll() does not wait
    for the nearest timer (invariant 3)" ;;
  esac
  closed_at silent 5000
}

@test "core: a client that has got its reply is closed 5 seconds later" {
  why 1 "only connections that never said anything are on the list"
  seen quiet
  case "$(noted half), $(noted late)" in
  open*', open'*) why 1 "it stands on the list behind a connection with half a request, which is never
    closed: a connection is idle while nothing comes, also in the middle of a message" ;;
  esac
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
  why 3 "poll() waits without a limit, or for 5 s, or for the newest connection's timer. It must wait for
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
  seen unread
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
  why 1 "nothing is logged: the chapter's words are removing idle connection: <descriptor>"
  seen quiet
  [ "$(noted removed)" -gt 0 ] || fail "6 idle connections were closed without a line in the log"
}

@test "core: waiting for timers costs no CPU time" {
  needs_proc
  why 3 "poll()'s timeout is rounded down to 0 (seconds for milliseconds?) or is always 0"
  seen quiet
  [ $((4 * $(noted at-work))) -le "$(noted looks)" ] || fail "while some timers ran the server was" \
    "at work in $(noted at-work) of $(noted looks) looks"
}

@test "core: the server wakes up for its timers only" {
  needs_proc
  [ -n "$(SERVER_PID=$$ wakes)" ] || skip "wake-ups are not counted here"
  why 3 "poll() has a short timeout, and looks at the timers again and again"
  seen quiet
  [ "$(noted wakes)" -le 30 ] ||
    fail "in 4 s in which some timers ran the server woke up $(noted wakes) times"
}

# ---- a client keeps the server busy ----

@test "core: the requests of one client keep no other alive" {
  why 2 "every event renews every connection"
  seen busy
  [ -n "$(noted traffic)" ] || fail "the busy client failed:" "$(cat "$NOTES.traffic")"
  closed_at silent 5000
}

@test "core: no connection is closed a part of a second early or late" {
  why 3 "the clock has whole seconds only, or a time left is rounded to them"
  seen busy
  closed_at silent 5000
  closed_at third 5350
  closed_at twothirds 5700
}

@test "core: a client that asks every 2 seconds is never closed" {
  why 1 "the 5 seconds are counted from accept(), or from the first request"
  seen busy
  kept_open talker
}

@test "core: a single byte is activity" {
  why 1 "only a whole request starts the 5 seconds anew. Any event of the connection must"
  seen busy
  kept_open byte
}

@test "core: a client that takes a big reply bit by bit is never closed" {
  why 1 "being writable is an event, too: only reading starts the 5 seconds anew"
  seen reader
  [ "$(noted reader)" = "gets on" ] ||
    fail "it took 1 MiB every 1.5 s, and did not get all of it:" "$(cat "$NOTES.log")"
}

@test "hardening: a client that was refused and goes on sending is closed" {
  needs_proc
  why 1 "what comes after a malformed request is not looked at, and is no activity either:
  such a client would keep its connection forever"
  seen refused
  few_descriptors
}

# on_a_clock NAME: what observe_clock has seen
on_a_clock() {
  can_preload clock_preload || skip "LD_PRELOAD cannot be used here, or not with a sanitizer"
  seen "$1"
  closed_at silent 5000
  closed_at asked 8000
}

@test "core: a machine may be up for 25 days, or for 50" {
  why 5 "the milliseconds are kept in 32 bits, which are full after 24.9 days (int) or 49.7
  (unsigned); or the microseconds are, which takes 71 minutes"
  on_a_clock ms31
  on_a_clock ms32
}

@test "core: a machine may be up for 36 minutes" {
  why 5 "the microseconds are kept in an int, which is full after 35.8 minutes"
  on_a_clock us31
}

@test "core: whoever sets the system's time closes no connection, and keeps none open" {
  why 5 "the clock is the time of day, which may be set: take the monotonic one"
  on_a_clock wall
}

@test "core: without connections the server sleeps" {
  needs_proc
  why 3 "with an empty list poll() must wait without a limit (-1): it has no nearest timer"
  start_server
  talk ask x reply
  local wakes
  sleeps
  wakes=$(wakes)
  sleep 0.5
  [ -z "$wakes" ] || [ $(($(wakes) - wakes)) -le 10 ] ||
    fail "in half a second the server woke up $(($(wakes) - wakes)) times"
}

@test "core: what earlier chapters promised still holds" {
  why ch06_event_loop 8 "something that an earlier chapter promised is broken: a reset ends one connection
  only, a request may be large, and del takes whatever the key holds"
  looks_back sets
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
  why 3 "the listener must be tried again in a moment, but poll()'s timeout is 0 or in the past"
  NOFILE=24 start_server
  talk_start repeat 30 { @early%i ask x } @early1 answer x hold
  sleeps
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
