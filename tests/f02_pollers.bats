#!/usr/bin/env bats
# f02_pollers: three ways to wait for events that all do the same, and what idle connections cost.

# shellcheck disable=SC1083 # { } [ ] are words of talk
# shellcheck disable=SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# poller_server NAME: from f03 on the poller is a flag, before that a variable of the
# environment. Neither knows the other.
poller_server() {
  SERVER_ARGS=(--poller "$1")
  start_server POLLER="$1"
}

# smoke POLLER: what any poller must do.
smoke() {
  poller_server "$1"
  talk @waits req [ set k v ] expect-nil req [ pexpire k 30 ] expect-int 1 pause 200 \
    req [ get k ] expect-nil req [ keys ] expect-arr [ ] @gone req [ get k ] expect-nil close \
    @half all-but 3 req [ get k ] @whole req [ get k ] expect-nil @half rest expect-nil
  local words=() i
  for ((i = 1; i <= 100; i++)); do
    words+=("@c$i" req "[" zadd z "$i" "n$i" "]" req "[" zscore z "n$i" "]")
  done
  for ((i = 1; i <= 100; i++)); do
    words+=("@c$i" expect-int 1 expect-dbl "$i")
  done
  talk "${words[@]}"
  talk @slow req [ set big '\{20000000*x}' ] expect-nil req [ get big ] \
    @quick req [ get k ] expect-nil @slow expect-str '\{20000000*x}' req [ get k ] expect-nil
  stop_server
  equal "the exit status" 0 "$SERVER_STATUS"
}

@test "core: the pollers poll and select do what the best one does" {
  why 1 "one of them forgets who waits to be written to, or whom to stop watching"
  smoke poll
  smoke select
}

@test "core: the poller epoll does so on Linux" {
  why 2 "an event that was reported once is not looked at again"
  [ "$(uname)" = Linux ] || skip "there is no epoll here"
  smoke epoll
}

@test "core: a poller that is not here is one line on stderr, and status 2" {
  why ch03_hello 3 "a missing poller is replaced by another one, without a word"
  SERVER_ARGS=(--poller kqueue2)
  run_server PORT=0 POLLER=kqueue2
  equal "the exit status" 2 "$status"
  equal "stdout" "" "$output"
  contains "stderr" "kqueue2" "$errors"
  equal "the number of lines on stderr" 1 "$(grep -c '' <<<"$errors")"
}

@test "core: a thousand idle connections do not make a request slower" {
  why 3 "all connections are looked at in every turn, also those of which nothing is known to have changed"
  needs_proc
  needs_no_sanitizer "it measures time"
  [ "$(uname)" = Linux ] || skip "there is no epoll here"
  [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 1500 ] || skip "too few descriptors here"
  ulimit -n 1500
  NOFILE=1500 start_server
  local words=() i alone among
  alone=$(asking_us)
  for ((i = 1; i <= 1200; i++)); do
    words+=("@c$i" req "[" get k "]" expect-nil)
  done
  talk_start "${words[@]}" hold
  among=$(asking_us)
  talk_finish
  [ "$among" -le $((alone * 2 + 20000)) ] ||
    fail "3,000 requests took $alone us of CPU time, and among 1,200 idle connections $among us"
}

# asking_us: the CPU time of the server for 3,000 requests, one after the other. Other programs make
# it longer, and nothing makes it shorter: the least of three counts.
asking_us() {
  local i before took least=
  for i in 1 2 3; do
    before=$(busy_us)
    talk repeat 3000 { req [ get k ] expect-nil } >/dev/null || return
    took=$(($(busy_us) - before))
    [ "${least:-$took}" -lt "$took" ] || least=$took
  done
  echo "$least"
}

@test "core: an idle connection costs little memory, and no time" {
  why 3 "buffers stay with a connection that has nothing in them, or idle ones are looked at"
  needs_proc
  needs_no_sanitizer "it measures memory"
  NOFILE=1200 start_server
  local words=() i before after spent
  talk ask x answer x
  before=$(rss_kib)
  for ((i = 1; i <= 1000; i++)); do
    words+=("@c$i" req "[" set k v "]")
  done
  for ((i = 1; i <= 1000; i++)); do
    words+=("@c$i" expect-nil)
  done
  ulimit -n 1200
  talk_start "${words[@]}" hold
  after=$(rss_kib)
  spent=$(cpu_ms)
  sleep 0.3
  spent=$(($(cpu_ms) - spent))
  talk_finish
  [ $((after - before)) -lt 2500 ] || fail "1,000 idle connections take $((after - before)) KiB"
  [ "$spent" -le 20 ] || fail "1,000 idle connections took $spent ms of CPU time in 0.3 s"
}

@test "core: more clients that are ready at once than a poller tells are all served" {
  why 4 "an event that does not fit into the answer of one wait is lost, or always comes last"
  local poller words i
  for poller in "" poll select; do
    words=()
    poller_server "$poller"
    for ((i = 1; i <= 600; i++)); do
      words+=("@c$i" req "[" get k "]" expect-nil)
    done
    words+=(hold)
    for ((i = 1; i <= 600; i++)); do
      words+=("@c$i" repeat 3 { req "[" get k "]" })
    done
    words+=(hold)
    for ((i = 600; i >= 1; i--)); do
      words+=("@c$i" repeat 3 { expect-nil })
    done
    talk_start "${words[@]}"
    kill -STOP "$SERVER_PID"
    talk_resume
    kill -CONT "$SERVER_PID"
    talk_finish
    stop_server
  done
}

@test "core: the pollers work where only a few descriptors are allowed" {
  why 1 "poll() is told of more descriptors than the system allows, and fails"
  local poller
  for poller in poll select; do
    NOFILE=40 poller_server "$poller"
    talk req [ get k ] expect-nil
    stop_server
  done
}

@test "core: clients that come, go and are cut off confuse no poller" {
  why 1 "a client that closes while others are served leaves the poller with a stale descriptor"
  local poller
  for poller in poll select; do
    poller_server "$poller"
    talk @a req [ get k ] @b req [ get k ] @c req [ get k ] @b rst @a expect-nil close \
      @d req [ get k ] expect-nil @c expect-nil half-close expect-eof \
      @e req [ get k ] half-close expect-nil expect-eof @f header 33554433 expect-closed \
      @d req [ get k ] expect-nil
    stop_server
  done
}

@test "core: select refuses descriptors beyond its 1,024 clearly, and goes on" {
  why 5 "FD_SET() beyond the end of its set: memory is overwritten"
  [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 2200 ] || skip "too few descriptors here"
  local words=() i
  ulimit -n 2200
  NOFILE=2200 poller_server select
  for ((i = 1; i <= 1100; i++)); do
    words+=("@c$i" req "[" get k "]")
  done
  # the first is served, the last is closed (in later steps after an error)
  words+=(@c1 expect-nil @c500 expect-nil @c1100 drain @c1 req "[" get k "]" expect-nil)
  "$TOOLS/launch" -n 2200 -t 60 "$TOOLS/talk" "$SERVER_PORT" "${words[@]}" 3>&- 4>&-
}

@test "hardening: an event on a descriptor that nobody knows does not stop the server" {
  why 2 "an event of neither a client nor a listener is taken for the signal to stop"
  needs_preload rare
  start_server "$PRELOAD"
  talk ask x answer x
}

@test "hardening: select is told whole seconds apart from microseconds" {
  why 1 "the whole timeout stands in microseconds: a million of them or more are an error on some systems"
  needs_preload rare
  SERVER_ARGS=(--poller select)
  start_server POLLER=select "$PRELOAD"
  talk req [ set k v ] expect-nil req [ pexpire k 1900 ] expect-int 1 pause 100 req [ get k ] expect-str v
}
