#!/usr/bin/env bats
# f20_batch: requests are planned for all clients, and run for a millisecond.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# all_at_once: everything that talk sends between two holds reaches the server at once.
all_at_once() {
  kill -STOP "$SERVER_PID"
  talk_resume
  kill -CONT "$SERVER_PID"
}

# slow_keys N: from here on, each KEYS with that pattern takes the server at least N times 0.04 ms.
slow_keys() {
  talk join { repeat "$1" { send 'SET \{50000*a}%i v\r\n' } } repeat "$1" { expect '+OK\r\n' }
}

@test "core: a turn is short, however many clients have sent how many slow requests" {
  why 4 "each client is answered for as long as a turn may last, or its next sixteen requests: forty
  of them take forty times as long"
  ours "a turn of a millisecond"
  start_server
  slow_keys 35
  local opened=() sent=() i seen round
  round=$(array KEYS '*aaaaaaaaaaaaaaaaaab')$(array INCR n)
  for ((i = 1; i <= 40; i++)); do
    opened+=("@c$i" send 'PING\r\n' expect '+PONG\r\n')
    sent+=("@c$i" join "{" repeat 16 "{" send "$round" "}" "}")
  done
  talk_start timeout 30000 "${opened[@]}" @other req [ set n 0 ] reply hold \
    "${sent[@]}" @other req [ get n ] hold @other print hold
  all_at_once
  talk_resume
  seen=$(sed -n 's/^(str) *//p' "$TALK_FILE.out")
  kill "$TALK_PID" 2>/dev/null || true
  TALK_PID=
  [ "$seen" ] || fail "the other client got no reply: what a turn has no time for is left out, not left over"
  # a turn may be a single slow request of one client; sixteen of each, and it is 320
  [ "${seen:-999}" -le 160 ] || fail "the other client was answered after ${seen:-?} of 640 rounds"
}

@test "core: a pipeline may be cut anywhere" {
  why 2 "the bytes behind the first requests are parsed too early, twice, or from the wrong place: how far
  half a request is parsed belongs to its client; or a request leaves the input before it runs, and its
  arguments are overwritten"
  start_server
  local text words=() i
  text="$(array SET k ab)GET k\\r\\n$(array SET n 5)$(array INCR n)"
  text+="ECHO \"a b\"\\r\\n$(array PING)$(array MGET k n none)"
  for ((i = 1; i < 150; i++)); do
    words+=(split "$i" send "$text" expect '+OK\r\n$2\r\nab\r\n+OK\r\n:6\r\n$3\r\na b\r\n+PONG\r\n' \
      expect '*3\r\n$2\r\nab\r\n$1\r\n6\r\n$-1\r\n')
  done
  talk pace 2 "${words[@]}"
  talk split '1*' send "$text" expect '+OK\r\n$2\r\nab\r\n+OK\r\n:6\r\n$3\r\na b\r\n+PONG\r\n'
}

@test "core: the book's requests may be cut anywhere, too" {
  why 2 "a request behind the first one is taken for complete, or its beginning is forgotten"
  ours "the book's protocol"
  start_server
  local words=() i
  for ((i = 1; i < 90; i++)); do
    words+=(split "$i" join "{" req "[" set k ab "]" req "[" get k "]" \
      req "[" set n 5 "]" req "[" incr n "]" "}" \
      expect-nil expect-str ab expect-nil expect-int 6)
  done
  talk pace 2 "${words[@]}"
}

@test "core: many requests of many clients, in three spellings, are answered each in its order" {
  why 1 "at the end of a client's share, or of a turn, a request is left out or runs twice"
  ours "the book's protocol is one of the three"
  start_server
  local opened=() sent=() words=() i
  for ((i = 1; i <= 9; i++)); do
    opened+=("@c$i" open)
  done
  for ((i = 1; i <= 9; i += 3)); do
    sent+=("@c$i" join "{" repeat 2000 "{" send "$(array INCR "c$i")" "}" "}" \
      "@c$((i + 1))" join "{" repeat 1000 "{" send "INCR c$((i + 1))\\r\\n" "}" "}" \
      "@c$((i + 2))" join "{" repeat 2000 "{" req "[" append "c$((i + 2))" x "]" "}" "}")
    words+=("@c$i" repeat 2000 "{" expect ':%i\r\n' "}" "@c$((i + 1))" repeat 1000 "{" expect ':%i\r\n' "}" \
      "@c$((i + 2))" repeat 1999 "{" reply "}" expect-int 2000)
  done
  talk_start "${opened[@]}" @c1 send 'PING\r\n' expect '+PONG\r\n' hold "${sent[@]}" hold "${words[@]}"
  all_at_once
  talk_finish
}

@test "core: what a request changes holds for those behind it that came with it" {
  why 1 "requests are checked when they come, not when they run: in another database, outside of
  the transaction, for another state of the connection"
  start_server
  local text
  talk send "$(array SET k 0)$(array SELECT 3)$(array GET k)" expect '+OK\r\n+OK\r\n$-1\r\n' ||
    fail "GET ran in the database that was selected before the SELECT in front of it"
  talk send "$(array GET)$(array CLIENT SETNAME me)$(array CLIENT GETNAME)" \
    expect "-ERR wrong number of arguments for 'get' command\\r\\n+OK\\r\\n\$2\\r\\nme\\r\\n" ||
    fail "is the row found by the first word alone, whatever the number of words?"
  text="$(array SET k 0)$(array SELECT 3)$(array GET k)$(array SET k 3)$(array MULTI)$(array GET k)"
  text+="$(array SELECT 0)$(array GET k)$(array EXEC)$(array GET k)$(array MULTI)"
  text+="$(array GET)$(array SET k 9)$(array EXEC)"
  text+="$(array GET k)$(array CLIENT SETNAME me)$(array CLIENT GETNAME)$(array SELECT 3)$(array MULTI)"
  text+="$(array RESET)$(array CLIENT GETNAME)$(array GET k)"
  talk send "$text" expect '+OK\r\n+OK\r\n$-1\r\n+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n' \
    expect '*3\r\n$1\r\n3\r\n+OK\r\n$1\r\n0\r\n$1\r\n0\r\n' \
    expect "+OK\\r\\n-ERR wrong number of arguments for 'get' command\\r\\n+QUEUED\\r\\n" \
    expect '-EXECABORT Transaction discarded because of previous errors.\r\n$1\r\n0\r\n' \
    expect '+OK\r\n$2\r\nme\r\n+OK\r\n+OK\r\n+RESET\r\n$-1\r\n$1\r\n0\r\n'
}

@test "core: a password that is set or given counts for what stands behind it" {
  why 1 "whether a client may run requests is decided once for all that arrived together"
  start_server
  talk @in send 'PING\r\n' expect '+PONG\r\n' @out send 'PING\r\n' expect '+PONG\r\n' \
    send "$(array SET k v)$(array CONFIG SET requirepass x)$(array GET k)" \
    expect '+OK\r\n+OK\r\n$1\r\nv\r\n' \
    @new join { send "$(array GET k)$(array AUTH x)$(array GET k)$(array RESET)$(array GET k)" \
      send "$(array AUTH x)$(array CONFIG SET requirepass '')$(array GET k)" } \
    expect '-NOAUTH Authentication required.\r\n+OK\r\n$1\r\nv\r\n+RESET\r\n-NOAUTH Authentication required.\r\n' \
    expect '+OK\r\n+OK\r\n$1\r\nv\r\n' @in send 'PING\r\n' expect '+PONG\r\n'
}

@test "core: a client that quits in the middle of a pipeline gets its replies, and nothing behind QUIT runs" {
  why 2 "the client's other planned requests run nevertheless, or run for another client"
  start_server
  talk_start @a send 'PING\r\n' expect '+PONG\r\n' @b send 'PING\r\n' expect '+PONG\r\n' \
    @c send 'PING\r\n' expect '+PONG\r\n' hold \
    @a send "$(array SET k 1)$(array QUIT)$(array SET k 2)" \
    @b join { repeat 100 { send "$(array APPEND l x)" } send "$(array QUIT)$(array DEL l)" } \
    @c join { repeat 100 { send "$(array INCR n)" } } hold \
    @a expect '+OK\r\n+OK\r\n' expect-closed @c repeat 100 { expect ':%i\r\n' } \
    @b repeat 100 { expect ':%i\r\n' } expect '+OK\r\n' expect-closed
  all_at_once
  talk_finish || fail "does what is planned behind QUIT run nevertheless?"
  talk send 'GET k\r\nSTRLEN l\r\n' expect '$1\r\n1\r\n:100\r\n'
}

@test "core: a malformed request in a pipeline ends it, after the replies to those before" {
  why 1 "the error comes before the replies that are due, or what follows it is carried out"
  start_server
  talk send "$(array SET k 1)$(array INCR k)$(array PING)*1\\r\\nPING\\r\\n$(array SET k 9)" \
    expect '+OK\r\n:2\r\n+PONG\r\n' expect "-ERR Protocol error: expected '\$', got 'P'\\r\\n" expect-closed
  on_ours talk join { req [ set n 1 ] req [ incr n ] header 4294967295 req [ set n 9 ] } \
    expect-nil expect-int 2 expect-closed
  talk send 'GET k\r\n' expect '$1\r\n2\r\n'
  on_ours talk send 'GET n\r\n' expect '$1\r\n2\r\n'
}

@test "hardening: a client is killed, and the server told to end, while requests are planned" {
  why 2 "the plan still names a connection that is gone (make SAN=address shows where)"
  start_server
  local text words=() i id=0
  text=$(array INCR n)
  for ((i = 1; i <= 9; i++)); do
    words+=("@c$i" send 'PING\r\n' expect '+PONG\r\n')
  done
  words+=(hold)
  for ((i = 1; i <= 9; i++)); do
    words+=("@c$i" join "{" repeat 50 "{" send "$text" "}")
    for id in 1 2 3 4 5 6 7 8 9 10 11 12; do
      words+=(send "$(array CLIENT KILL ID "$id")")
    done
    words+=("}")
  done
  talk_start "${words[@]}" hold
  all_at_once
  eventually 5 only_one_left
  talk send "$(array PING)$(array SHUTDOWN NOSAVE)$(array PING)" expect '+PONG\r\n' expect-closed
  eventually 5 server_ended
  ended_with 0
  kill "$TALK_PID"
  TALK_PID=
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

# only_one_left: at most one of those nine clients is still connected.
only_one_left() {
  [ "$("$SUT/client" -p "$SERVER_PORT" --resp client list | grep -c 'cmd=incr\|cmd=client|kill')" -le 1 ]
}

@test "core: a typed line that must wait for the next turn is still the line that was typed" {
  why 6 "it is decoded in place, left for later when the turn ends, and then decoded again"
  start_server
  talk_start @slow send 'PING\r\n' expect '+PONG\r\n' @typed send 'PING\r\n' expect '+PONG\r\n' hold \
    @slow send '*4\r\n$8\r\nSETRANGE\r\n$1\r\nk\r\n$8\r\n50000000\r\n$1\r\nv\r\n' \
    @typed send '"\\x45CHO" "a \\x62"\r\n' hold \
    @slow expect ':50000001\r\n' @typed expect '$3\r\na b\r\n' \
    @slow send '*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n' expect ':1\r\n' \
    join { send '*4\r\n$8\r\nSETRANGE\r\n$1\r\nk\r\n$8\r\n50000000\r\n$1\r\nv\r\n' \
      send '"\\x45CHO" "b \\x63"\r\n' } expect ':50000001\r\n$3\r\nb c\r\n'
  kill -STOP "$SERVER_PID" # for the server, everything that arrives now arrives at once
  talk_resume
  kill -CONT "$SERVER_PID"
  talk_finish
}

@test "core: a half request behind others is parsed again when their plan is dropped" {
  why 7 "the requests before it are forgotten, but not how far it was parsed: the next one is then read
  from its middle"
  start_server
  slow_keys 150
  local words=() i half
  half=$(array INCR n)
  for ((i = 1; i < 21; i++)); do # bytes of it that come together with what is slow
    words+=(split $((76 + i)) send "$(array KEYS '*aaaaaaaaaaaaaaaaaab')$(array PING)$(array INCR n)$half" \
      expect '*0\r\n' expect "+PONG\r\n:$((2 * i - 1))\r\n:$((2 * i))\r\n")
  done
  talk pace 20 "${words[@]}"
}

@test "hardening: a long text is one reply, with nothing in front of it and behind others" {
  why 1 "the text's length, or what ends it, is missing where it is sent without a copy"
  start_server
  local before reply text
  for before in '' $'PING\r\n'; do
    reply=$(told "$before"$'CLIENT INFO\r\nECHO end')
    reply=${reply#$'+PONG\n'}
    text=${reply#*$'\n'}
    [[ $reply =~ ^\$([0-9]+) && ${text:0:BASH_REMATCH[1]} == id=*$'\n' ]] &&
      [ "${text:BASH_REMATCH[1]}" = $'\n$3\nend\n+OK' ] ||
      fail "CLIENT INFO ${before:+behind PING }and ECHO end are answered by:" "$reply"
  done
}

# lists REPLY N WHERE: the reply lists N clients, each once, and ends with the one to ECHO.
lists() {
  local reply=$1 n=$2 where=$3 text
  text=${reply#*$'\n$'*$'\n'}
  if [ "$(grep -c '^id=' <<<"$text")" != "$n" ] ||
    [ "$(sed -n 's/^id=\([0-9]*\) .* lib-ver=$/\1/p' <<<"$text" | sort -u | grep -c .)" != "$n" ]; then
    fail "CLIENT LIST $where has $(grep -c '^id=' <<<"$text") lines for $n clients, or not each of them once"
  fi
  [[ $reply == *$'\n$3\nend\n+OK' ]] || fail "CLIENT LIST $where: what follows gets no reply" "${reply: -100}"
}

@test "hardening: a list of hundreds of clients is whole, wherever it is asked for" {
  why 1 "a list that goes on in the next turn begins again, ends early, lets the next request pass, or is
  asked for where it cannot be interrupted"
  start_server
  local opened=() i list echo
  for ((i = 1; i <= 600; i++)); do
    opened+=("@c$i" open)
  done
  talk_start "${opened[@]}" @c600 send 'PING\r\n' expect '+PONG\r\n' hold
  # shellcheck disable=SC2059 # the words have backslashes
  list=$(printf "$(array PING)$(array CLIENT LIST)") echo=$(printf "$(array ECHO end)")
  lists "$(told "$list"$'\n'"${echo%$'\r'}")" 601 "in a pipeline"
  lists "$(told $'PING\r\n"\\x43LIENT" "LIST"\r\nECHO end')" 601 "as a typed line"
  # shellcheck disable=SC2059
  list=$(printf "$(array MULTI)$(array CLIENT LIST)$(array EXEC)")
  lists "$(told "$list"$'\n'"${echo%$'\r'}")" 601 "in a transaction"
  # a client that goes away, and one that is killed, while their lists are under way
  talk_resume
  talk_finish
  for ((i = 1; i <= 20; i++)); do
    opened+=("@c$i" send "$(array CLIENT LIST)" send "$(array CLIENT LIST)")
  done
  talk "${opened[@]}" @other send "$(array CLIENT KILL SKIPME yes)" expect ':600\r\n'
  talk send 'PING\r\n' expect '+PONG\r\n'
}

@test "extra: a command that needs no client runs without one" {
  why 1 "a command asks a connection that is not there: a log could not be replayed"
  local file files=()
  for file in "$SUT"/*.c; do
    case ${file##*/} in client*.c | server.c) ;; *) files+=("${file##*/}") ;; esac
  done
  unit_test call_test "${files[@]}"
}
