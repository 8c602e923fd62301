#!/usr/bin/env bats
# final_server: what clients and tools ask about the connection and the server.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: PING, ECHO, TIME" {
  why 4 "PING with a message is a bulk string, without one a status"
  start_server
  dialogue <<'END'
> ping
PONG
> ping "hello there"
"hello there"
> ping a b
-ERR wrong number of arguments for 'ping' command
> echo ""
""
> echo
-ERR wrong number of arguments for 'echo' command
> time
["1*" "*"]
END
}

@test "core: CLIENT SETNAME, GETNAME, ID, INFO, LIST and SETINFO" {
  why 4 "what one client has said is told for another one"
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
  why 4 "a tool cannot tell at which address or socket a client has come in"
  final_server --unixsocket "$BATS_TEST_TMPDIR/s.sock"
  dialogue <<END
> client info
"id=* addr=127.0.0.1:* laddr=127.0.0.1:$SERVER_PORT fd=* name= *"
> client list
"id=* addr=127.0.0.1:* laddr=127.0.0.1:$SERVER_PORT fd=* name= *"
END
  printf '> client info\n"id=* addr=unix laddr=%s fd=* name= *"\n' "$BATS_TEST_TMPDIR/s.sock" |
    dialogue "$BATS_TEST_TMPDIR/s.sock"
}

@test "core: CLIENT SETINFO, which newer libraries send" {
  why 4 "a library's greeting is an error, or is not kept"
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

@test "core: CLIENT KILL refuses what it does not know, and ends no others" {
  why 5 "a filter that is none fits everybody"
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
> client kill id 1 addr 1.2.3.4:5
-ERR syntax error
> client kill 1.2.3.4:5
-ERR No such client
> client kill id 999999
0
> client kill addr 1.2.3.4:5
0
b> ping
PONG
c> ping
PONG
> ping
PONG
END
}

@test "core: CLIENT KILL by address and by number" {
  why 5 "the address is compared without its port, or only its beginning"
  start_server
  local mine id
  talk_start send 'PING\r\n' expect '+PONG\r\n' hold expect-closed
  mine=$(printf 'client list\n' | "$SUT/client" -p "$SERVER_PORT" --resp |
    sed -n 's/.* addr=\([0-9.:]*\) .*cmd=ping.*/\1/p')
  printf '> client kill %s\nOK\n' "$mine" | dialogue
  talk_finish
  talk_start send 'PING\r\n' expect '+PONG\r\n' hold expect-closed
  id=$(printf 'client list\n' | "$SUT/client" -p "$SERVER_PORT" --resp |
    sed -n 's/^id=\([0-9]*\) .*cmd=ping.*/\1/p')
  printf '> client kill id %s\n1\n' "$id" | dialogue
  talk_finish
}

@test "core: CLIENT KILL of itself: by its address after the reply; by a filter not at all" {
  why 5 "the reply is lost, or the connection stays; or a filter takes the one who asks along"
  start_server
  dialogue <<'END'
> client id
1..1000
END
  talk send 'CLIENT ID\r\n' expect ':2\r\n' send 'CLIENT KILL ID 2\r\nPING\r\n' \
    expect ':0\r\n+PONG\r\n'
  stop_server
  final_server --unixsocket "$BATS_TEST_TMPDIR/s.sock"
  no_last_question
  printf '> client kill unix\nOK\n' | dialogue "$BATS_TEST_TMPDIR/s.sock"
  printf '?> info clients\n*connected_clients:1\\r\\n*\n' | dialogue
}

@test "core: a client that was killed is there no more, in the same pipeline" {
  why 5 "it is counted until the turn is over"
  start_server
  talk @victim send 'CLIENT ID\r\n' expect ':1\r\n' \
    @killer send 'CLIENT KILL ID 1\r\nCLIENT KILL ID 1\r\n' expect ':1\r\n:0\r\n' \
    @victim expect-closed
}

@test "core: CLIENT KILL by a filter ends all whom it fits" {
  why 5 "only the first client with that address is closed"
  final_server --unixsocket "$BATS_TEST_TMPDIR/s.sock"
  dialogue "$BATS_TEST_TMPDIR/s.sock" <<'END'
b> ping
PONG
c> ping
PONG
d> ping
PONG
> client kill addr unix
3
?> info clients
*connected_clients:1\r\n*
END
}

@test "core: INFO has the fields that clients look for before they begin" {
  why 4 "a library waits for ever, or takes the server for a replica or a cluster"
  start_server
  dialogue <<'END'
> info
"# Server\r\nredis_version:7.*\r\n*redis_mode:standalone\r\n*tcp_port:*\r\n*connected_clients:1\r\n*loading:0\r\n*role:master\r\n*"
> info replication
"# Replication\r\nrole:master\r\n*"
> info nonsense
""
> info keyspace
"# Keyspace\r\n"
> mset a 1 b 2
OK
> expire a 100
1
> select 7
OK
> set k v
OK
> info keyspace
"# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=*\r\ndb7:keys=1,expires=0,avg_ttl=*\r\n"
> info stats server
"# Server*# Stats*"
END
}

@test "core: INFO has the fields that tools draw their curves of" {
  why 4 "a field is missing, in another section, or no number"
  start_server
  dialogue <<'END'
> info server
"# Server\r\n*uptime_in_seconds:*\r\nuptime_in_days:0\r\n"
> info memory
"# Memory\r\nused_memory:*\r\nused_memory_human:*M\r\n*used_memory_peak:*\r\nused_memory_peak_human:*M\r\n*maxmemory:0\r\n*lazyfree_pending_objects:0\r\n"
> info cpu
"# CPU\r\nused_cpu_sys:*.*\r\nused_cpu_user:*.*\r\n"
END
}

info_field() { "$SUT/client" -p "$SERVER_PORT" --resp info | tr -d '\r' | sed -n "s/^$1://p"; }

@test "core: INFO's used_memory is what the program has, and falls when memory goes back" {
  why 4 "it is the peak, or a number of pages"
  needs_proc
  start_server
  needs_no_sanitizer "it keeps what is freed"
  local before with after
  before=$(info_field used_memory)
  set_big big 50000000
  with=$(info_field used_memory)
  talk send 'UNLINK big\r\n' expect ':1\r\n'
  freed() { after=$(info_field used_memory) && [ "$after" -lt $((with - 40000000)) ]; }
  [ "$with" -gt $((before + 45000000)) ] || fail "50 MB more, and $before became $with"
  eventually 3 freed || fail "50 MB less, and $with became $after"
  [ "$(info_field used_memory_peak)" -ge "$with" ] || fail "the peak is below $with"
}

@test "core: INFO counts a key that is looked for to be read as a hit or a miss" {
  why 4 "look-ups of commands that only write count, too, or those of commands that do both do not"
  local hits misses command h=0 m=0
  start_server
  while read -r hits misses command; do
    h=$((h + hits)) m=$((m + misses))
    printf '> %s\n*\n> info stats\n"*\\r\\nkeyspace_hits:%d\\r\\nkeyspace_misses:%d\\r\\n*"\n' \
      "$command" $h $m
  done >"$BATS_TEST_TMPDIR/asked" <<'END'
0 1 get none
0 0 set k v
1 0 get k
2 1 mget k none k
2 1 exists k none k
1 0 touch k
0 1 type none
1 0 ttl k
0 1 expiretime none
1 0 strlen k
0 1 getrange none 0 1
1 0 getbit k 1
0 0 setbit k 1 0
0 0 append k x
0 0 setrange k 0 y
0 0 incr n
1 0 getset k w
0 1 getex none
0 1 getdel g
1 0 set k v get
0 0 setnx k v
0 0 expire k 100
0 0 persist k
0 0 mset a 1 b 2
1 0 copy a d
0 0 rename a aa
0 0 move b 3
0 0 del none b
0 0 zadd z 1 m 2 n 3 o
0 0 zincrby z 1 m
1 0 zscore z none
0 1 zscore none m
1 0 zmscore z m n
1 0 zcard z
1 0 zcount z 0 9
0 1 zrange none 0 -1
1 0 zrangestore zs z 0 1
0 0 zrem z none
0 0 zremrangebyrank z 9 10
1 1 zunion 2 z none
1 1 zdiffstore zu 2 z none
2 0 zintercard 2 z z
0 0 zpopmin z
0 0 bzpopmin z 1
1 0 zscan z 0
0 0 scan 0
1 0 zscore k m
0 0 watch k none
END
  dialogue <"$BATS_TEST_TMPDIR/asked"
  dialogue <<'END'
> config resetstat
OK
> info stats
"*\r\nkeyspace_hits:0\r\nkeyspace_misses:0\r\n*"
END
}

@test "core: INFO counts replies that are an error, those inside of EXEC, too" {
  why 4 "an error is counted where it is found, and not where it is said"
  start_server
  dialogue <<'END'
> nonsense
-ERR *
> get
-ERR *
> set k v
OK
> zadd k 1 m
-WRONGTYPE *
> multi
OK
> nonsense
-ERR *
> exec
-EXECABORT *
> multi
OK
> incr k
QUEUED
> get k
QUEUED
> exec
[-ERR * "v"]
> info stats
"*\r\ntotal_error_replies:6\r\n*"
END
  talk send '*1\r\n%\r\n' expect "-ERR Protocol error: expected '\$', got '%'\r\n"
  dialogue <<'END'
> info stats
"*\r\ntotal_error_replies:7\r\n*"
> config resetstat
OK
> info stats
"*\r\ntotal_error_replies:0\r\n*"
END
}

@test "core: INFO counts connections and commands, and CONFIG RESETSTAT starts anew" {
  why 4 "the counters do not move, or not back"
  start_server
  dialogue <<'END'
> info stats
"*total_connections_received:*\r\n*total_commands_processed:*"
> config resetstat
OK
b> ping
PONG
> info stats
"*total_connections_received:1\r\n*"
END
}

@test "core: COMMAND tells what there is, as tools ask for it" {
  why 5 "the reply's form is not the one of Redis, or rows are missing"
  start_server
  dialogue <<'END'
> command count
60..400
> command info get nonsense
[["get" 2 [readonly fast] 1 1 1 *] nil]
> command info zadd
[["zadd" -4 [write* fast] 1 1 1 *]]
> command docs get
-ERR unknown subcommand 'docs'. Try COMMAND HELP.
> command nonsense
-ERR unknown subcommand 'nonsense'. Try COMMAND HELP.
END
  talk send 'COMMAND\r\n' expect '*' @b send 'COMMAND LIST\r\n' expect '*'
}

@test "core: CLIENT, COMMAND and CONFIG have the HELP that their errors speak of" {
  why 5 "the error names a command that does not exist"
  start_server
  dialogue <<'END'
> client nonsense
-ERR unknown subcommand 'nonsense'. Try CLIENT HELP.
> CLIENT help
[GETNAME *]
> command Help
[* *]
> config help
[GET pattern ... *]
> client help me
-ERR wrong number of arguments for 'client|help' command
END
}

@test "extra: HELP has a line for every command of two words" {
  why 5 "a command was added, and its line in HELP was not"
  [ -f "$SUT/command_rows.h" ] || skip "there are no rows"
  start_server
  local first second
  sed -n 's/^ROW("\([a-z]*|[a-z]*\)".*/\1/p' "$SUT/command_rows.h" >"$BATS_TEST_TMPDIR/rows"
  [ "$(grep -c . "$BATS_TEST_TMPDIR/rows")" -gt 10 ] || fail "the rows are not found"
  while IFS='|' read -r first second; do
    client --resp "$first" help
    grep -qi "^$second" <<<"$output" || fail "$first help has no line for $second"
  done <"$BATS_TEST_TMPDIR/rows"
}

@test "core: RESET makes a connection as new" {
  why 4 "the transaction, the database or the name is still there"
  start_server
  dialogue <<'END'
> hello 3 setname x
{*}
> select 5
OK
> watch k
OK
> multi
OK
> set k v
QUEUED
> reset
RESET
> exec
-ERR EXEC without MULTI
> client getname
nil
> set k zero
OK
b> get k
"zero"
END
}

@test "extra: inspect timers tells how long connections are idle, where there is no limit" {
  why 10 "the time left is counted down from a limit of 0"
  start_server
  dialogue <<'END'
b> ping
PONG
> inspect timers
"connection *: idle for * ms, no limit\nconnection *: idle for 0 ms, no limit\nconnections: *"
> config set timeout 100
OK
> inspect timers
"connection *: * ms left\nconnection *: 100000 ms left\nconnections: *"
END
}

@test "extra: inspect shows the table, over RESP, too" {
  why 4 "inspect writes lines where one reply is due"
  start_server
  dialogue <<'END'
> set k v
OK
> inspect table
"*"
> inspect
-ERR wrong number of arguments for 'inspect' command
> inspect nonsense
-ERR *
> ping
PONG
END
}

@test "extra: a command that needs no client runs without one" {
  why 5 "a command asks a connection that is not there: a log could not be replayed"
  local file files=()
  for file in "$SUT"/*.c; do
    case ${file##*/} in client*.c | server.c) ;; *) files+=("${file##*/}") ;; esac
  done
  unit_test call_test "${files[@]}"
}
