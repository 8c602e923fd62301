#!/usr/bin/env bats
# f07_session: what a connection remembers: protocol, database, names; and what is told about clients.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# lines TEXT: the client with these lines on stdin; sets status and output.
lines() {
  status=0
  printf '%s' "$1" | "$TOOLS/launch" -t 10 "$SUT/client" -p "$SERVER_PORT" --resp \
    >"$BATS_TEST_TMPDIR/out" 3>&- 4>&- || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/out")
}

# ---- HELLO, SELECT, RESET ----

@test "core: HELLO changes the protocol of its own connection only, and back" {
  why 4 "the version is kept for all connections, or this reply still uses the old one"
  start_server
  dialogue <<'END'
> hello
["server" "redis" "version" * "proto" 2 "id" * "mode" "standalone" "role" "master" "modules" []]
> hello 3
{* "proto" 3 *}
b> get none
nil
> get none
_
> hello
{* "proto" 3 *}
> hello 2
[* "proto" 2 *]
> get none
nil
> hello 4
-NOPROTO unsupported protocol version
> hello 1
-NOPROTO unsupported protocol version
> hello x
-ERR Protocol version is not an integer or out of range
> hello 3 setname worker
{*}
> client getname
"worker"
> hello 3 nonsense
-ERR Syntax error in HELLO option 'nonsense'
> client id
1..1000000000
END
}

@test "core: RESP3 replies are those of Redis: nulls, doubles, maps, texts" {
  why 4 "HELLO 3 is said, and some replies still have the types of RESP2"
  start_server
  dialogue <<'END'
> hello 3
{"server" "redis" "version" * "proto" 3 "id" * "mode" "standalone" "role" "master" "modules" []}
> get none
_
> zadd z 2.5 a
1
> zadd z inf c
1
> zscore z a
,2.5
> zscore z c
,inf
> zscore z none
_
> client info
=txt:id=*
> reset
RESET
> get none
nil
> zscore z a
"2.5"
END
}

@test "core: COMMAND INFO has sets in RESP3" {
  why 4 "a client that asks takes the flags for an array"
  start_server
  dialogue <<'END'
> hello 3
*
> command info get none
[["get" 2 ~[readonly fast] 1 1 1 ~[*] ~[*] ~[*] *[]] _]
END
  # Redis tells more in the four lists at the end
  on_ours dialogue <<'END'
> hello 3
*
> command info get
[["get" 2 ~[readonly fast] 1 1 1 ~[] ~[] ~[] []]]
END
}

@test "core: sixteen databases: each connection selects its own" {
  why 3 "the databases are one, or the selection is one for all connections"
  start_server
  dialogue <<'END'
> set k zero
OK
> select 15
OK
> get k
nil
> set k fifteen
OK
b> get k
"zero"
> select 16
-ERR DB index is out of range
> select -1
-ERR DB index is out of range
> select x
-ERR value is not an integer or out of range
> get k
"fifteen"
> select 0
OK
> get k
"zero"
END
}

@test "core: a time limit ends a key in its own database, and in each of them" {
  why 3 "the loop tells the time to the first database only, or a limit is one of another database"
  start_server
  dialogue <<'END'
> set k zero
OK
> select 15
OK
> set k fifteen
OK
> pexpire k 100
1
?> get k
nil
> select 0
OK
> get k
"zero"
> pttl k
-1
END
}

@test "extra: keys of every database are removed in time, though nobody asks for them" {
  why 3 "the timers look at the keys of the first database only, or nothing wakes the loop for the others"
  grep -qs inspect_heap "$SUT/inspect.c" || skip "there is no inspect heap"
  start_server
  talk send 'SELECT 9\r\nSET k v\r\nPEXPIRE k 50\r\n' expect '+OK\r\n+OK\r\n:1\r\n' pause 400 \
    send 'INSPECT heap\r\n' expect '$25\r\nkeys with a time limit: 0\r\n'
}

@test "core: RESET makes a connection as new" {
  why 2 "the protocol, the database or the name is still there"
  start_server
  dialogue <<'END'
> hello 3 setname x
{*}
> select 5
OK
> reset
RESET
> client getname
nil
> set k zero
OK
b> get k
"zero"
END
}

# ---- CLIENT ----

@test "core: names of two words are in any case of letters, too" {
  why f04_resp 5 "names are compared byte by byte in RESP, too"
  start_server
  dialogue <<'END'
> CLIENT gEtNaMe
nil
> client SETNAME Me
OK
> Client getname
"Me"
> HeLLo 3 SetName you
{*}
END
}

@test "core: CLIENT SETNAME, GETNAME, ID, INFO, LIST and SETINFO" {
  why 2 "what one client has set is reported for another one"
  start_server
  dialogue <<'END'
> client getname
nil
> client setname worker-1
OK
> client getname
"worker-1"
> client setname "two words"
-ERR Client names cannot contain spaces, newlines or special characters.
b> client getname
nil
> client info
"id=*name=worker-1*db=0*\n"
> select 3
OK
> client info
"*db=3*resp=2*\n"
> client list
"*name=worker-1*\n*name=*\n"
> client list nonsense
-ERR syntax error
> client setname ""
OK
> client getname
nil
END
}

@test "core: CLIENT INFO and LIST tell both ends of a connection" {
  why - "a tool cannot tell through which address or socket a client has connected"
  ours "its settings"
  final_server --unixsocket "$SHARED/s.sock"
  dialogue <<END
> client info
"id=* addr=127.0.0.1:* laddr=127.0.0.1:$SERVER_PORT fd=* name= *"
> client list
"id=* addr=127.0.0.1:* laddr=127.0.0.1:$SERVER_PORT fd=* name= *"
END
  printf '> client info\n"id=* addr=%s:0 laddr=%s:0 fd=* name= *"\n' "$SHARED/s.sock" "$SHARED/s.sock" |
    dialogue "$SHARED/s.sock"
}

@test "core: CLIENT SETINFO, which newer libraries send" {
  why 2 "a library's greeting is an error, or is not kept"
  ours "Redis has it from 7.2 on"
  start_server
  dialogue <<'END'
> client setinfo lib-name redis-py
OK
> client setinfo LIB-VER 5.0.1
OK
> client info
"*lib-name=redis-py lib-ver=5.0.1*"
> client setinfo lib-name "a b"
-ERR lib-name cannot contain spaces, newlines or special characters.
> client setinfo nonsense x
-ERR Unrecognized option 'nonsense'
END
}

@test "core: an unknown subcommand is an error, and no command is called after a subcommand" {
  why f06_rows 1 "a subcommand is a row, and its row's name is taken for a command's"
  start_server
  dialogue <<'END'
> client nonsense
-ERR unknown subcommand 'nonsense'. Try CLIENT HELP.
> client|id
-ERR unknown command 'client|id', with args beginning with: 
> client
-ERR wrong number of arguments for 'client' command
END
}

@test "core: CLIENT has the HELP that its errors speak of" {
  why f06_rows 1 "the error names a command that does not exist"
  start_server
  dialogue <<'END'
> client nonsense
-ERR unknown subcommand 'nonsense'. Try CLIENT HELP.
> CLIENT help
[*GETNAME*]
> client help me
-ERR wrong number of arguments for 'client|help' command
END
  talk send '*2\r\n$6\r\nCLIENT\r\n$3\r\nx\r\n\r\n' \
    expect "-ERR unknown subcommand 'x  '. Try CLIENT HELP.\r\n" expect-silence 20
}

# ---- CLIENT KILL ----

@test "core: CLIENT KILL refuses what it does not know, and ends no others" {
  why - "an invalid filter matches everybody"
  start_server
  dialogue <<'END'
b> client setname victim
OK
c> ping
PONG
> client kill nonsense 5
-ERR syntax error
> client kill id abc
-ERR client-id should be greater than 0
> client kill id 0
-ERR client-id should be greater than 0
> client kill 1.2.3.4:5
-ERR No such client
> client kill id 999999
0
> client kill addr 1.2.3.4:5
0
> client kill 127.0.0.1:
-ERR No such client
> client kill addr 127.0.0.1
0
> client kill addr ""
0
> client kill id 999999 nonsense
-ERR syntax error
b> ping
PONG
c> ping
PONG
> ping
PONG
END
}

@test "core: CLIENT KILL ends those that all conditions mean, and itself only if told" {
  why - "only the last condition counts, or the client that asks is always among those that are meant"
  local id here
  start_server
  talk_start send 'PING\r\n' expect '+PONG\r\n' hold expect-closed
  id=$(told client list | sed -n 's/^id=\([0-9]*\) .*cmd=ping.*/\1/p')
  here=$(told client list | sed -n 's/.* laddr=\([0-9.:]*\) .*cmd=ping.*/\1/p')
  dialogue <<END
> client kill id $id addr 1.2.3.4:5
0
> client kill addr 1.2.3.4:5 id $id
0
> client kill id $id laddr 1.2.3.4:5
0
> client kill id $id skipme
-ERR syntax error
> client kill id $id skipme perhaps
-ERR syntax error
> client kill id $id laddr $here
1
> client kill laddr $here skipme yes
0
> client kill laddr $here skipme no
1
END
  talk_finish
}

@test "core: CLIENT KILL by address and by number" {
  why - "the address is compared without its port, or only its beginning"
  start_server
  local mine id
  talk_start send 'PING\r\n' expect '+PONG\r\n' hold expect-closed
  mine=$(told client list | sed -n 's/.* addr=\([0-9.:]*\) .*cmd=ping.*/\1/p')
  printf '> client kill %s\nOK\n' "$mine" | dialogue
  talk_finish
  talk_start send 'PING\r\n' expect '+PONG\r\n' hold expect-closed
  id=$(told client list | sed -n 's/^id=\([0-9]*\) .*cmd=ping.*/\1/p')
  printf '> client kill id %s\n1\n' "$id" | dialogue
  talk_finish
}

# next_id: the number that the next client will have.
next_id() { echo $(($(told client id | sed -n 's/^:\([0-9]*\)$/\1/p') + 1)); }

# kill_oneself: CLIENT KILL with one's own address, and what comes of it.
kill_oneself() {
  # shellcheck disable=SC2016 # the inner shell expands it
  "$TOOLS/launch" -t 10 bash -c 'exec 5<>"/dev/tcp/127.0.0.1/$0"
    printf "CLIENT INFO\r\n" >&5
    read -r _ <&5 && read -r _ mine _ <&5 && read -r _ <&5
    printf "CLIENT KILL %s\r\n" "${mine#addr=}" >&5
    cat <&5' "$SERVER_PORT" </dev/null 3>&- 4>&-
}

kill_by_socket() {
  stop_server
  final_server --unixsocket "$SHARED/s.sock"
  no_last_question
  printf '> client kill %s:0\nOK\n' "$SHARED/s.sock" | dialogue "$SHARED/s.sock"
  printf '> client kill %s:0\n-ERR No such client\n?> client kill addr %s:0\n0\n' "$SHARED/s.sock" \
    "$SHARED/s.sock" | dialogue
}

@test "core: CLIENT KILL of itself: by its address after the reply; by a filter not at all" {
  why 6 "the reply is lost, or the connection stays; or a filter closes the caller's own connection, too"
  start_server
  local id
  id=$(next_id)
  talk send 'CLIENT ID\r\n' expect ":$id\r\n" send "CLIENT KILL ID $id\r\nPING\r\n" \
    expect ':0\r\n+PONG\r\n'
  equal "the reply to its own address" $'+OK\r' "$(kill_oneself)"
  on_ours kill_by_socket
}

@test "core: a client that was killed is there no more, in the same pipeline" {
  why 6 "it is counted until the turn is over"
  start_server
  local id
  id=$(next_id)
  talk @victim send 'CLIENT ID\r\n' expect ":$id\r\n" \
    @killer send "CLIENT KILL ID $id\r\nCLIENT KILL ID $id\r\n" expect ':1\r\n:0\r\n' \
    @victim expect-closed
}

@test "core: CLIENT KILL by a filter ends all whom it fits" {
  why - "only the first client with that address is closed"
  ours "its settings"
  final_server --unixsocket "$SHARED/s.sock"
  dialogue "$SHARED/s.sock" <<END
b> ping
PONG
c> ping
PONG
d> ping
PONG
> client kill addr $SHARED/s.sock:0
3
b: gone
c: gone
d: gone
> client kill addr $SHARED/s.sock:0
0
END
}

# ---- our client ----

@test "core: the client speaks RESP3 after hello 3, to its end" {
  why - "a set is a reply that the client does not know, and it stops"
  ours "our client"
  start_server
  lines $'hello 3\ncommand info get\nzadd z 1.5 a\nzscore z a\nget none\nclient info\nping\n'
  equal "the exit status" 0 "$status"
  contains "the map of hello" $'proto\n3\nid\n' "$output"
  contains "the set of flags" $'\nget\n2\nreadonly\nfast\n1\n' "$output"
  contains "double, null and text" $'\n1\n1.5\n\nid=' "$output"
  equal "the last reply" PONG "${output##*$'\n'}"
}

@test "core: nulls, doubles, texts, sets and maps are printed, plain and for people" {
  why - "a type of RESP3 ends the client, or is printed as another one"
  ours "our client"
  answers '_\r\n' '' '(nil)'
  answers ',1.5\r\n' 1.5 '(double) 1.5'
  answers ',-inf\r\n' -inf '(double) -inf'
  answers '=9\r\ntxt:a "b"\r\n' 'a "b"' 'a "b"'
  answers '~2\r\n:1\r\n$1\r\na\r\n' $'1\na' $'1~ (integer) 1\n2~ "a"'
  answers '~0\r\n' '' '(empty set)'
  answers '%1\r\n+a\r\n*2\r\n:1\r\n~1\r\n,2\r\n' $'a\n1\n2' $'1) a\n2) 1) (integer) 1\n   2) 1~ (double) 2'
}

@test "core: at a terminal, who is hung up on goes on with a new connection; quit ends it" {
  why - "the prompt ends with an error, because the server has closed a connection"
  ours "our client"
  start_server
  local other="'$SUT/client' -p $SERVER_PORT --resp" hang_up
  hang_up="$other client kill id \$($other client list | sed -n 's/^id=\([0-9]*\) .*name=me .*/\1/p') | grep -qx 1"
  run "$TOOLS/launch" -t 20 "$TOOLS/typist" see '> ' type $'client setname me\r' see OK see '> ' \
    run "$hang_up && $other ping" type $'echo hello\r' see 'new connection' see '"hello"' see '> ' \
    type $'echo again\r' see '> echo again' see '"again"' see '> ' type $'quit\r' \
    -- "$SUT/client" -p "$SERVER_PORT" --resp
  [ "$status" -eq 0 ] || fail "at the terminal:" "$output"
}
