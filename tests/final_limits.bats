#!/usr/bin/env bats
# final_limits: what one client may cost the others: connections, memory, time.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# loop_ms: the CPU time that the loop's thread has taken so far.
loop_ms() {
  local ns rest
  read -r ns rest <"/proc/$SERVER_PID/task/$SERVER_PID/schedstat"
  echo $((ns / 1000000))
}

needs_schedstat() { [ -r /proc/self/schedstat ] || skip "there is no /proc/PID/schedstat here"; }

# ---- connections ----

@test "core: one client too many is told so, and may come when another has gone" {
  why 10 "the client is left waiting, closed without a word, or counted for ever"
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

# without_descriptors: thirty clients come where there is room for a few; half of those who got in
# go, and others are served. Between that, half a second: the CPU time and the log lines of it.
without_descriptors() {
  local words=() i spent lines
  for ((i = 1; i <= 30; i++)); do
    words+=("@c$i" send 'PING\r\n')
  done
  words+=(@c1 expect '+PONG\r\n' @c2 expect '+PONG\r\n' hold)
  for ((i = 1; i <= 15; i++)); do
    words+=("@c$i" close)
  done
  words+=(@c20 expect '+PONG\r\n')
  talk_start "${words[@]}"
  spent=$(cpu_ms)
  sleep 0.5
  spent=$(($(cpu_ms) - spent))
  lines=$(grep -c 'accept() error' "$SERVER_ERR")
  talk_resume
  talk_finish
  [ "$lines" -lt 10 ] || fail "within half a second without descriptors: $lines lines in the log"
  [ "$spent" -lt 150 ] || fail "within half a second without descriptors: $spent ms of CPU time"
}

@test "core: without descriptors the server neither spins nor ends, and goes on when there are some" {
  why 10 "accept() that fails is called again and again, or the listener is lost"
  needs_proc
  NOFILE=20 start_server
  without_descriptors
}

@test "hardening: a listener without descriptors rests, though another one has nobody waiting" {
  why 10 "one flag for all listeners: the one that is empty takes back what the other one has said"
  needs_proc
  needs_preload rare
  SERVER_ARGS=(--unixsocket "$BATS_TEST_TMPDIR/s.sock")
  NOFILE=20 start_server "$PRELOAD"
  without_descriptors
}

@test "hardening: an event on a descriptor that nobody knows does not stop the server" {
  why 9 "what is neither a client nor a listener is taken for the signal to stop"
  needs_preload rare
  start_server "$PRELOAD"
  talk send 'PING\r\n' expect '+PONG\r\n'
}

@test "core: an idle connection costs little memory, and no time" {
  why 10 "buffers stay with a connection that has nothing in them, or idle ones are looked at"
  needs_proc
  needs_no_sanitizer "it measures memory"
  NOFILE=1200 final_server
  local words=() i before after spent
  talk send 'PING\r\n' expect '+PONG\r\n'
  before=$(rss_kib)
  for ((i = 1; i <= 1000; i++)); do
    words+=("@c$i" send 'SET k v\r\n')
  done
  for ((i = 1; i <= 1000; i++)); do
    words+=("@c$i" expect '+OK\r\n')
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

# ---- requests ----

@test "core: a request longer than max-request ends its connection, in both protocols" {
  why 10 "the limit is not looked at before the request is complete: memory for all of it is taken"
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
  why 10 "only what is not complete yet is looked at"
  final_server --max-request 2000
  talk send 'SET k \{1900*v}\r\n' expect '+OK\r\n' send 'SET k \{2000*w}\r\n' \
    expect '-ERR Protocol error: the request is too long\r\n' expect-closed
  talk send 'STRLEN k\r\n' expect ':1900\r\n'
}

@test "core: many requests together may be longer than max-request" {
  why 10 "the limit is for all that is buffered, and not for the request at its front"
  final_server --max-request 2000
  talk join { repeat 5000 { send 'SET k %i-\{500*x}\r\n' } } repeat 5000 { expect '+OK\r\n' }
}

@test "core: before the password, requests are small" {
  why 11 "somebody who does not know the password may fill the memory"
  final_server --requirepass secret
  no_last_question
  talk send 'AUTH x\r\n' skip 64 send '*11\r\n' \
    expect '-ERR Protocol error: unauthenticated multibulk length\r\n' expect-eof
  talk send '*1\r\n$16385\r\n' \
    expect '-ERR Protocol error: unauthenticated bulk length\r\n' expect-eof
  talk send '*2\r\n$4\r\nAUTH\r\n$16384\r\n\{16384*x}\r\n' \
    expect '-WRONGPASS invalid username-password pair or user is disabled.\r\n'
  talk send 'AUTH secret\r\n' expect '+OK\r\n' send '*2\r\n$4\r\nECHO\r\n$20000\r\n\{20000*x}\r\n' \
    expect '$20000\r\n\{20000*x}\r\n' send '*12\r\n$4\r\nMGET\r\n' repeat 11 { send '$1\r\nk\r\n' } \
    skip 60
}

@test "core: a typed line that must wait for the next turn is still the line that was typed" {
  why 6 "it is decoded where it stands, dropped when the time is up, and then decoded once more"
  start_server
  talk_start @slow send 'PING\r\n' expect '+PONG\r\n' @typed send 'PING\r\n' expect '+PONG\r\n' hold \
    @slow send '*4\r\n$8\r\nSETRANGE\r\n$1\r\nk\r\n$8\r\n50000000\r\n$1\r\nv\r\n' \
    @typed send '"\\x45CHO" "a \\x62"\r\n' hold \
    @slow expect ':50000001\r\n' @typed expect '$3\r\na b\r\n'
  kill -STOP "$SERVER_PID" # for the server, all that comes now comes at once
  talk_resume
  kill -CONT "$SERVER_PID"
  talk_finish
}

@test "core: after RESET, requests are small again, also those that came with it" {
  why 6 "what stands behind RESET is parsed before it has run, as if the password still counted"
  final_server --requirepass secret
  no_last_question
  talk send 'AUTH secret\r\n' expect '+OK\r\n' join { send '*1\r\n$5\r\nRESET\r\n' \
    send '*12\r\n$4\r\nMGET\r\n' repeat 11 { send '$1\r\nk\r\n' } } \
    expect '+RESET\r\n-ERR Protocol error: unauthenticated multibulk length\r\n' expect-eof
}

@test "core: before the password, a connection holds 64 KB at most, whatever it sends or does not read" {
  why 11 "each request is small, but what is half-sent, typed or unread adds up, times 10,000 clients"
  needs_proc
  needs_no_sanitizer "it measures memory"
  final_server --requirepass secret
  no_last_question
  local words=() i before grown
  for ((i = 1; i <= 40; i++)); do
    # one half-sent, one of which much is left after a request, one with many words, and one that
    # does not read
    words+=("@h$i" send '*10\r\n' repeat 9 { send '$16384\r\n\{16384*x}\r\n' }
      "@l$i" join { repeat 3000 { send 'nonsense\r\n' } send '*2\r\n$4\r\nAUTH\r\n$16384\r\n\{16000*x}' }
      "@w$i" join { repeat 10000 { send 'a ' } send '\r\nx' }
      "@r$i" rcvbuf 4096 reading off join { repeat 20000 { send 'HELLO\r\n' } })
  done
  words+=(hold)
  talk send 'PING\r\n' expect -NOAUTH skip 26
  before=$(rss_kib)
  ulimit -n 400
  talk_start "${words[@]}"
  grown=$(($(rss_kib) - before))
  kill "$TALK_PID"
  TALK_PID=
  [ "$grown" -lt $((160 * 64)) ] || fail "160 connections without a password take $grown KiB"
}

@test "hardening: before the password, requests of the binary protocol are small, too" {
  why 11 "only RESP has the limit"
  needs_proc
  final_server --requirepass secret
  no_last_question
  local before
  before=$(peak_kib)
  talk header 30000000 fill 30000000 z drain || fail "the connection was not ended"
  talk send 'AUTH secret\r\n' expect '+OK\r\n'
  [ $(($(peak_kib) - before)) -lt 8000 ] || [ -n "${SAN:-}" ] ||
    fail "the server took $(($(peak_kib) - before)) KiB for somebody unknown"
}

@test "core: what a client sends while it waits is held only up to max-request" {
  why 10 "a client in a blocking command may send without end, and all of it is kept"
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
  why 10 "what MULTI or WATCH keeps is not counted"
  final_server --max-request 100kb
  talk send 'MULTI\r\n' expect '+OK\r\n' \
    repeat 50 { send 'SET k \{1000*x}\r\n' expect '+QUEUED\r\n' } send 'DISCARD\r\n' expect '+OK\r\n' \
    send 'MULTI\r\n' expect '+OK\r\n' join { repeat 200 { send 'SET k \{1000*x}\r\n' } } drain
  talk join { repeat 5000 { send 'WATCH key%i\r\n' } } drain
  talk send 'PING\r\n' expect '+PONG\r\n'
}

@test "core: what a client tells about itself is at most 1 KB each" {
  why 10 "a name of 50 MB is kept for as long as the connection, outside of all limits"
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

@test "core: many watched keys that are not there do not slow down those who add keys" {
  why 9 "a new key is compared with every watched one"
  start_server
  local began
  talk_start join { repeat 100000 { send 'WATCH some-key-%i\r\n' } } \
    repeat 100000 { expect '+OK\r\n' } hold
  began=$(ms)
  talk join { repeat 10000 { send 'SET other-%i v\r\n' } } repeat 10000 { expect '+OK\r\n' }
  began=$(($(ms) - began))
  talk_finish
  [ "$began" -lt 3000 ] || fail "10,000 new keys took $began ms"
}

# ---- replies ----

@test "core: who asks for much and reads nothing is held back, and costs no more than a reply" {
  why 10 "all requests that have come are answered into memory"
  needs_proc
  needs_no_sanitizer "it measures memory"
  start_server
  set_big k 1000000
  local before
  before=$(peak_kib)
  talk @deaf rcvbuf 4096 reading off join { repeat 1000 { send 'GET k\r\n' } } \
    @b send 'PING\r\n' expect '+PONG\r\n' repeat 50 { send 'PING\r\n' expect '+PONG\r\n' }
  [ $(($(peak_kib) - before)) -lt 20000 ] || fail "the server grew by $(($(peak_kib) - before)) KiB"
}

@test "core: who lets more wait than max-output is closed, and nobody else" {
  why 10 "a client that never reads keeps what it asked for in the server's memory"
  needs_proc
  final_server --max-output 5mb
  set_big k 30000000
  talk @deaf rcvbuf 4096 reading off send 'GET k\r\n' \
    @b send 'PING\r\n' expect '+PONG\r\n' send 'ECHO hello\r\n' expect '$5\r\nhello\r\n' \
    @deaf reading on drain
  eventually 3 log_has_now "too much output"
}

@test "core: a small request for a huge reply ends its connection, not the server" {
  why 10 "one reply may take all the memory there is"
  needs_proc
  needs_no_sanitizer "it measures memory"
  final_server --max-output 5mb
  set_big k 1000000
  local before
  before=$(peak_kib)
  talk join { send 'MGET' repeat 500 { send ' k' } send '\r\n' } drain
  talk send 'MULTI\r\n' expect '+OK\r\n' repeat 100 { send 'GET k\r\n' expect '+QUEUED\r\n' } \
    send 'EXEC\r\n' drain
  talk send 'PING\r\n' expect '+PONG\r\n'
  log_has "too much output"
  [ $(($(peak_kib) - before)) -lt 20000 ] || fail "the server grew by $(($(peak_kib) - before)) KiB"
}

@test "core: who sends many requests at once lets others have their turns" {
  why 9 "all requests that have come from one client are answered before anybody else's"
  start_server
  local keys
  keys=$(large 10000)
  talk join { repeat "$keys" { send 'SET key:%i v\r\n' } } repeat "$keys" { expect '+OK\r\n' }
  # 60 KB that take about a second; another client looks how far the server has come. On a busy
  # machine it may look too late: so it may look five times.
  local try seen=
  for try in 1 2 3 4 5; do
    talk_start @greedy join { send 'DEL n\r\n' repeat 3000 { send 'KEYS nothing\r\nINCR n\r\n' } } \
      hold send 'QUIT\r\n' drain
    seen=$(dialogue 2>&1 <<'END'
> incrby n 0
0..2900
END
    ) && seen=in-between
    talk_finish
    [ "$seen" != in-between ] || break
  done
  [ "$seen" = in-between ] || fail "$seen" "and so $try times"
}

# ---- large values ----

@test "core: FLUSHALL of half a million keys does not stop the loop" {
  why 9 "the loop itself frees all that was there"
  needs_schedstat
  needs_no_sanitizer "it measures time"
  start_server
  talk join { repeat 500000 { send 'SET key:%i value\r\n' } } repeat 500000 { expect '+OK\r\n' }
  local before took
  before=$(loop_ms)
  talk send 'FLUSHALL\r\n' expect '+OK\r\n' send 'DBSIZE\r\n' expect ':0\r\n'
  took=$(($(loop_ms) - before))
  [ "$took" -lt 25 ] || fail "FLUSHALL took $took ms of the loop's time"
}

# fill_zset KEY: gives it 200,000 members.
fill_zset() {
  talk join { repeat 200000 { send "ZADD $1 %i member:%i\r\n" } } repeat 200000 { expect ':1\r\n' }
}

@test "core: large sorted sets are freed off the loop, however they go" {
  why 9 "only DEL hands a large value to the pool"
  needs_schedstat
  needs_no_sanitizer "it measures time"
  start_server
  fill_zset z
  printf '> copy z a\n1\n> copy z b\n1\n> copy z c\n1\n> copy z d\n1\n> copy z e\n1\n> set s v\nOK\n' |
    PATIENCE=20000 dialogue
  local before took
  before=$(loop_ms)
  dialogue <<'END'
> del z
1
> unlink a
1
> set b string
OK
> rename s c
OK
> pexpire d 1
1
?> exists d
0
> flushdb
OK
END
  took=$(($(loop_ms) - before))
  [ "$took" -lt 15 ] || fail "letting go of six large sets took $took ms of the loop's time"
}

@test "core: large strings are freed off the loop, too, however they go" {
  why 9 "to give hundreds of megabytes back to the system takes longer than a turn may"
  start_server
  dialogue <<'END'
> setrange most 1024999 x
1025000
> setrange a 1048576 x
1048577
> setrange b 1048576 x
1048577
> setrange c 1048576 x
1048577
> setrange d 1048576 x
1048577
> set s v
OK
> del most s
2
> inspect pool
"*jobs done: 0\njobs waiting: 0"
> del a
1
?> inspect pool
"*jobs done: 1\n*"
> getset b v
"*"
> get b
"v"
?> inspect pool
"*jobs done: 2\n*"
> copy b c replace
1
> pexpire d 1
1
?> exists d
0
?> inspect pool
"*jobs done: 4\njobs waiting: 0"
END
}

# ---- keys that collide ----

@test "core: keys that collide in the chapters' hash cost no more than others" {
  why 12 "with a hash that is known, a few thousand keys in one slot stop everybody"
  needs_no_sanitizer "it measures time"
  build_differential colliding
  start_server
  "$TOOLS/launch" -t 60 "$TOOLS/colliding" "127.0.0.1:$SERVER_PORT" 17
}

@test "extra: the hash is SipHash-1-3, and its key is chosen anew by each server" {
  why 12 "a round is missing, or the key is always the same: then keys that collide can be found"
  unit_test siphash_test hash.c
}

# ---- the end ----

@test "core: SIGTERM sends the replies that are due, and ends with status 0" {
  why 14 "a reply that did not fit into the socket's buffer is cut off"
  start_server
  set_big k 8000000
  talk_start @slow rcvbuf 4096 reading off send 'GET k\r\n' @idle send 'PING\r\n' expect '+PONG\r\n' \
    @waits send 'BZPOPMIN none 0\r\n' hold @slow reading on expect '$8000000\r\n\{8000000*z}\r\n' \
    expect-eof @idle expect-closed
  eventually 5 holds_output
  kill "$SERVER_PID"
  talk_resume
  talk_finish
  eventually 5 server_ended
  ended_with 0
}

server_ended() { ! alive "$SERVER_PID"; }

# ended_with STATUS: that of a server that has ended by itself.
ended_with() {
  local result=0
  wait "$SERVER_JOB" || result=$?
  SERVER_PID=
  equal "the exit status" "$1" "$result"
  if sanitizer_report "$SERVER_ERR"; then
    fail "the sanitizer found a fault in the server"
  fi
}

# holds_output: has the server begun to reply?
holds_output() {
  "$SUT/client" -p "$SERVER_PORT" --resp client list | grep -q 'obl=[1-9][0-9]* .*cmd=get'
}

@test "core: who takes no replies does not keep the server from ending" {
  why 14 "the server waits for ever for a client that does not read"
  start_server
  set_big k 20000000
  talk_start @deaf rcvbuf 4096 reading off send 'GET k\r\n' hold
  eventually 5 holds_output
  local start took
  start=$(ms)
  stop_server
  took=$(($(ms) - start))
  equal "the exit status" 0 "$SERVER_STATUS"
  [ "$took" -lt 4000 ] || fail "the server ended $took ms after SIGTERM"
  kill "$TALK_PID"
  TALK_PID=
}

@test "core: SHUTDOWN ends the server like SIGTERM" {
  why 14 "SHUTDOWN leaves others without their replies"
  start_server
  talk @a send 'SET k v\r\nSHUTDOWN NOSAVE\r\n' expect '+OK\r\n' expect-closed
  eventually 5 server_ended
  ended_with 0
}

@test "core: SHUTDOWN SAVE is an error, for nothing would be saved; SHUTDOWN NOW FORCE ends the server" {
  why 14 "the server ends with status 0 as if the data were on a disk"
  start_server
  dialogue <<'END'
> set k v
OK
> shutdown save
-ERR SHUTDOWN cannot save*
> shutdown now save
-ERR SHUTDOWN cannot save*
> shutdown nonsense
-ERR syntax error
> get k
"v"
END
  talk send 'SHUTDOWN NOW FORCE\r\n' expect-closed
  eventually 5 server_ended
  ended_with 0
}
