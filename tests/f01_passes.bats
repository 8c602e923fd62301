#!/usr/bin/env bats
# f01_passes: a turn receives, answers and sends. What it does for one client is bounded, and the
# last replies are sent before the server ends.

# shellcheck disable=SC1083 # { } [ ] are words of talk
# shellcheck disable=SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# While the server is stopped, clients can send as if at the same time.
stopped() { case $(sed 's/.*) //' "/proc/$SERVER_PID/stat") in T*) ;; *) false ;; esac; }

halt() {
  needs_proc
  kill -STOP "$SERVER_PID"
  eventually 3 stopped
}

go_on() { kill -CONT "$SERVER_PID"; }

# ---- turns ----

@test "core: who has sent many requests lets another client in between" {
  why 1 "all requests of one client are answered before anybody else's"
  local seen
  start_server
  talk_start @greedy req [ get n ] expect-nil @other req [ get n ] expect-nil hold \
    @greedy join { repeat 1900 { req [ zadd n %i m ] } } @other req [ zscore n m ] hold \
    @other print @greedy expect-int 1 repeat 1899 { expect-int 0 }
  halt
  talk_resume
  go_on
  talk_finish
  seen=$(sed -n 's/^(dbl) //p' "$TALK_FILE.out")
  [ "${seen:-1900}" -lt 1900 ] ||
    fail "all 1,900 requests of one client were answered before the one of another"
}

@test "core: slow requests that one client has sent together do not keep another one waiting" {
  why 4 "a turn ends only after all of a client's requests, however long each takes"
  local took
  start_server
  talk join { repeat 50000 { req [ set key:%i v ] } } repeat 50000 { expect-nil }
  took=$(talk @greedy req [ get k ] expect-nil @other req [ get k ] expect-nil clock \
    @greedy join { repeat 1000 { req [ inspect table ] } } @other pause 20 req [ get k ] expect-nil elapsed \
    @greedy repeat 1000 { reply } elapsed)
  # shellcheck disable=SC2086 # two numbers
  set -- $took
  [ $# -eq 2 ] || fail "talk has shown: $took"
  [ "$(($1 * 3))" -lt "$2" ] || [ "$1" -lt 150 ] ||
    fail "a thousand slow requests took $2 ms, and meanwhile another client waited for $1 ms"
}

@test "core: what a turn has no time for is answered in the next one, though nothing more comes" {
  why 4 "requests that were left over wait for another byte, or are forgotten at the end of the input"
  start_server
  talk join { repeat 5000 { req [ zadd n %i m ] } } expect-int 1 repeat 4999 { expect-int 0 } \
    expect-silence 10 req [ zscore n m ] expect-dbl 5000
  talk join { repeat 5000 { req [ zadd n 1 m%i ] } } half-close repeat 5000 { expect-int 1 } expect-eof
}

@test "core: requests that are left over at the end of the input are answered, too" {
  why 4 "the connection is closed when the end of the input is read and what was replied is sent: the
  requests that the turn had no time or no room for are forgotten"
  start_server
  talk req [ set big '\{600000*z}' ] expect-nil
  talk_start @many req [ get k ] expect-nil @large req [ get k ] expect-nil hold \
    @many join { repeat 9000 { req [ zadd n 1 m%i ] } } half-close \
    @large join { repeat 9 { req [ get big ] } } half-close hold \
    @many repeat 9000 { expect-int 1 } expect-eof @large repeat 9 { expect-str '\{600000*z}' } expect-eof
  halt
  talk_resume
  go_on
  talk_finish
}

@test "core: two clients that send as much as they can both get on" {
  why 1 "the first client on the list is served until it has nothing more"
  start_server
  talk @a join { repeat 20000 { req [ get k ] } } @b join { repeat 20000 { req [ get k ] } } \
    @c req [ get k ] expect-nil @b repeat 20000 { expect-nil } @a repeat 20000 { expect-nil }
}

@test "core: clients that come all at once are all served" {
  why 4 "of the connections that wait, those that one turn does not accept are not accepted at all"
  local words=() i
  start_server
  for ((i = 1; i <= 300; i++)); do
    words+=("@c$i" req "[" get k "]")
  done
  words+=(hold)
  for ((i = 300; i >= 1; i--)); do
    words+=("@c$i" expect-nil)
  done
  talk_start @first req [ get k ] expect-nil hold "${words[@]}"
  halt
  talk_resume
  go_on
  talk_finish
}

has_descriptors() { [ "$(fd_count)" -eq "$1" ]; }

# A socket takes 5 ms to close here: three hundred of them 1.5 s.
@test "hardening: clients that leave all at once do not keep another one waiting" {
  why 4 "all connections that have ended are closed in one turn, and closing a socket takes its time"
  needs_preload close
  needs_proc
  local words=() i took before
  start_server "$PRELOAD"
  before=$(fd_count)
  for ((i = 1; i <= 300; i++)); do
    words+=("@c$i" req "[" get k "]" expect-nil)
  done
  talk_start "${words[@]}" hold
  halt
  talk_resume
  talk_finish
  go_on
  took=$(talk clock req [ get k ] expect-nil elapsed)
  [ "${took:-9999}" -lt 1000 ] || fail "a client that comes when 300 others have left waits for $took ms"
  eventually 10 has_descriptors "$before" ||
    fail "$(fd_count) descriptors are open when nobody is connected; there were $before"
}

# FDSize: how many descriptors the system has room for, before it must make more
room_for() { sed -n 's/^FDSize:[^0-9]*//p' "/proc/$SERVER_PID/status"; }

@test "extra: the system's table of descriptors does not grow when clients come" {
  why 4 "the table grows when there are threads already: then the system makes accept() wait, for 20 ms"
  needs_proc
  local before words=() i
  start_server
  before=$(room_for)
  [ "$before" ] || skip "the system does not tell"
  for ((i = 1; i <= 300; i++)); do
    words+=("@c$i" req "[" get k "]" expect-nil)
  done
  talk_start "${words[@]}" hold
  equal "room for descriptors, with 300 clients" "$before" "$(room_for)"
  talk_resume
  talk_finish
}

@test "hardening: clients that end while others have their turn leave nothing behind" {
  why 3 "a connection is closed in the middle of a turn, and still on its list"
  needs_proc
  start_server
  local before
  talk req [ get k ] expect-nil
  before=$(fd_count)
  talk_start @a req [ get k ] expect-nil @b req [ get k ] expect-nil @c req [ get k ] expect-nil \
    @d req [ get k ] expect-nil hold @a join { repeat 5000 { req [ get k ] } } @b req [ get k ] @c header 33554433 \
    @d all-but 3 req [ get k ] @b rst @a rst @d rst hold @c expect-closed
  halt
  talk_resume
  go_on
  talk_finish
  talk req [ get k ] expect-nil
  closed() { [ "$(fd_count)" -le "$before" ]; }
  eventually 3 closed
}

# ---- what one client may cost ----

@test "core: without descriptors the server neither spins nor ends, and goes on when there are some" {
  why ch06_event_loop 10 "accept() that fails is called again and again, or the listener is lost"
  needs_proc
  NOFILE=20 start_server
  without_descriptors
}

@test "core: who asks for much and reads nothing is held back, and costs no more than a reply" {
  why 4 "all requests are answered into memory, however large the replies"
  needs_proc
  needs_no_sanitizer "it measures memory"
  start_server
  talk req [ set k '\{100000*z}' ] expect-nil
  local before words=() i
  before=$(peak_kib)
  for ((i = 1; i <= 10; i++)); do # so that it is much, however soon a turn ends
    words+=("@deaf$i" rcvbuf 4096 reading off join "{" repeat 1000 "{" req "[" get k "]" "}" "}")
  done
  talk "${words[@]}" @b ask x answer x repeat 50 { ask x answer x }
  [ $(($(peak_kib) - before)) -lt 10000 ] ||
    fail "for ten clients that read nothing, the server grew by $(($(peak_kib) - before)) KiB"
}

# ---- the end ----

@test "core: SIGTERM sends the replies that are due, and ends with status 0" {
  why 5 "a reply that did not fit into the socket's buffer is cut off"
  local beside
  for beside in idle ''; do # with nobody beside the slow one, nothing but its socket wakes the server
    start_server
    talk req [ set k '\{8000000*z}' ] expect-nil
    talk_start @slow rcvbuf 4096 req [ get k ] begins ${beside:+@idle ask x answer x} hold \
      @slow expect-str '\{8000000*z}' expect-eof ${beside:+@idle expect-closed}
    kill "$SERVER_PID"
    talk_resume
    talk_finish
    ended_with 0
  done
}

@test "core: who takes no replies does not keep the server from ending" {
  why 5 "the server waits endlessly for a client that does not read"
  start_server
  talk req [ set k '\{20000000*z}' ] expect-nil
  talk_start @deaf rcvbuf 4096 req [ get k ] begins hold
  local start took
  start=$(ms)
  stop_server
  took=$(($(ms) - start))
  equal "the exit status" 0 "$SERVER_STATUS"
  [ "$took" -lt 4000 ] || fail "the server ended $took ms after SIGTERM"
  kill "$TALK_PID"
  TALK_PID=
}

@test "core: while it sends the last replies, the server accepts nobody and reads nothing" {
  why 5 "a client that goes on asking keeps the server from ending"
  start_server
  talk req [ set k '\{8000000*z}' ] expect-nil
  talk_start @slow rcvbuf 4096 reading off req [ get k ] @idle req [ get none ] expect-nil hold \
    @slow req [ get none ] @slow reading on expect-str '\{8000000*z}' expect-closed
  kill "$SERVER_PID"
  no_listener() { "$TOOLS/talk" "$SERVER_PORT" expect-refused >/dev/null 2>&1; }
  eventually 3 no_listener
  talk_resume
  talk_finish
  ended_with 0
}

@test "core: where nothing is due, the server ends at once" {
  why 5 "idle clients are waited for, or half a request is"
  start_server
  talk_start @idle req [ get k ] expect-nil @half all-but 3 req [ get k ] @idle req [ get k ] expect-nil hold \
    @idle expect-closed @half expect-closed
  local start took
  start=$(ms)
  stop_server
  took=$(($(ms) - start))
  equal "the exit status" 0 "$SERVER_STATUS"
  talk_finish
  [ "$took" -lt 900 ] || fail "the server ended $took ms after SIGTERM"
}
