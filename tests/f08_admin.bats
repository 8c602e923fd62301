#!/usr/bin/env bats
# f08_admin: what tools ask about the server, and what they change: INFO, CONFIG, SHUTDOWN.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

info_field() { told info | sed -n "s/^$1://p"; }

# ---- the server as a whole ----

@test "core: TIME is seconds and microseconds" {
  why - "two numbers in place of two strings, or one"
  start_server
  printf '> time\n["1*" "*"]\n' | dialogue
}

@test "core: FLUSHDB empties one database, FLUSHALL all of them, and DBSIZE counts" {
  why f07_session 3 "the other databases are emptied, too, or stay as they are"
  start_server
  dialogue <<'END'
> set k zero
OK
> select 15
OK
> set k fifteen
OK
> select 7
OK
> set k seven
OK
> dbsize
1
> flushdb
OK
> dbsize
0
> select 15
OK
> get k
"fifteen"
b> set k1 v
OK
b> dbsize
2
b> flushall
OK
> dbsize
0
b> dbsize
0
> flushall nonsense
-ERR syntax error
> flushall async
OK
> flushdb sync
OK
END
}

@test "core: a flush takes the time limits along, and leaves the counters" {
  why ch13_ttl 4 "the heap still has the times of deleted keys, or also figures that belong to no key are zeroed"
  start_server
  dialogue <<'END'
> config resetstat
OK
> set k v
OK
> pexpire k 100000
1
> get k
"v"
> flushall
OK
> set k w
OK
> info keyspace
"# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=*\r\n"
> pttl k
-1
> info stats
"*\r\nkeyspace_hits:2\r\n*"
END
}

# loop_ms: the CPU time that the loop's thread has taken so far.
loop_ms() {
  local ns rest
  read -r ns rest <"/proc/$SERVER_PID/task/$SERVER_PID/schedstat"
  echo $((ns / 1000000))
}

needs_schedstat() { [ -r /proc/self/schedstat ] || skip "there is no /proc/PID/schedstat here"; }

@test "core: FLUSHALL of half a million keys does not stop the loop" {
  why 4 "the loop itself frees all that was there"
  ours "its CPU time"
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

# ---- INFO ----

@test "core: INFO has the fields that clients look for before they begin" {
  why - "a library hangs, or takes the server for a replica or a cluster"
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
> set a 1
OK
> set b 2
OK
> pexpire a 100000
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
  why - "a field is missing, in another section, or no number"
  start_server
  dialogue <<'END'
> info server
"# Server\r\n*uptime_in_seconds:*\r\nuptime_in_days:*\r\n*"
> info memory
"# Memory\r\nused_memory:*\r\nused_memory_human:*\r\n*used_memory_peak:*\r\nused_memory_peak_human:*\r\n*maxmemory:*\r\n*lazyfree_pending_objects:0\r\n*"
> info cpu
"# CPU\r\nused_cpu_sys:*.*\r\nused_cpu_user:*.*\r\n*"
END
  # nothing more, on a server that has just begun
  on_ours dialogue <<'END'
> info server
"# Server\r\n*uptime_in_days:0\r\n"
> info memory
"# Memory\r\n*used_memory_human:*M\r\n*used_memory_peak_human:*M\r\n*maxmemory:0\r\n*lazyfree_pending_objects:0\r\n"
> info cpu
"# CPU\r\nused_cpu_sys:*.*\r\nused_cpu_user:*.*\r\n"
END
}

@test "core: INFO's used_memory is what the program has, and falls when memory goes back" {
  why - "it is the peak, or a number of pages"
  needs_proc
  start_server
  needs_no_sanitizer "it keeps what is freed"
  local before with after
  before=$(info_field used_memory)
  set_big big 50000000
  with=$(info_field used_memory)
  talk send 'DEL big\r\n' expect ':1\r\n'
  freed() { after=$(info_field used_memory) && [ "$after" -lt $((with - 40000000)) ]; }
  [ "$with" -gt $((before + 45000000)) ] || fail "50 MB more, and $before became $with"
  eventually 3 freed || fail "50 MB less, and $with became $after"
  [ "$(info_field used_memory_peak)" -ge "$with" ] || fail "the peak is below $with"
}

@test "core: INFO counts a key that is looked for to be read as a hit or a miss" {
  why 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 1 get none
0 0 set k v
1 0 get k
0 1 pttl none
1 0 pttl k
0 0 pexpire k 100000
0 0 del none
0 0 zadd z 1 m
1 0 zscore z none
0 1 zscore none m
1 0 zscore k m
0 0 zrem z none
END
  dialogue <<'END'
> config resetstat
OK
> info stats
"*\r\nkeyspace_hits:0\r\nkeyspace_misses:0\r\n*"
END
}

@test "core: INFO counts replies that are an error" {
  why - "an error is counted where it is found, not where it is sent"
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
> info stats
"*\r\ntotal_error_replies:3\r\n*"
END
  talk send '*1\r\n%\r\n' expect "-ERR Protocol error: expected '\$', got '%'\r\n"
  dialogue <<'END'
> info stats
"*\r\ntotal_error_replies:4\r\n*"
> config resetstat
OK
> info stats
"*\r\ntotal_error_replies:0\r\n*"
END
}

@test "core: INFO counts connections and commands, and CONFIG RESETSTAT starts anew" {
  why - "the counters do not move, or not back"
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

@test "core: INFO tells which poller waits, and how many clients there are" {
  why - "the server does not report what was chosen at the start"
  ours "its settings"
  local poller pollers="poll select"
  [ "$(uname)" != Linux ] || pollers+=" epoll"
  for poller in $pollers; do
    final_server --poller "$poller"
    dialogue <<END
> info server
"*multiplexing_api:$poller\\r\\n*"
b> ping
PONG
> info clients
"# Clients\\r\\nconnected_clients:2\\r\\n*"
b: close
?> info clients
"# Clients\\r\\nconnected_clients:1\\r\\n*"
END
    stop_server
  done
}

@test "core: a client that has been killed is not counted any more" {
  why f07_session 6 "it is counted until somebody reads from it"
  ours "its settings"
  final_server --unixsocket "$SHARED/s.sock"
  printf '> client kill %s:0\nOK\n' "$SHARED/s.sock" | dialogue "$SHARED/s.sock"
  printf '?> info clients\n*connected_clients:1\\r\\n*\n' | dialogue
  dialogue "$SHARED/s.sock" <<END
b> ping
PONG
c> ping
PONG
> client kill addr $SHARED/s.sock:0
2
?> info clients
*connected_clients:1\r\n*
END
}

# ---- CONFIG ----

@test "core: CONFIG GET and CONFIG SET, all values or none" {
  why 2 "several names at once, or that some cannot be changed while it runs"
  ours "its settings"
  final_server --timeout 0
  dialogue <<'END'
> config get timeout
["timeout" "0"]
> config get TIMEOUT
["timeout" "0"]
> config get nonsense
[]
> config get databases
["databases" "16"]
> config get save
["save" ""]
> config get appendonly
["appendonly" "no"]
> config set timeout 60 loglevel verbose
OK
> config get timeout
["timeout" "60"]
> config get loglevel
["loglevel" "verbose"]
> config set timeout abc
-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer
> config set port 5
-ERR CONFIG SET failed (possibly related to argument 'port') - can't set immutable config
> config set nonsense 5
-ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'
> config set loglevel debug timeout -1
-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and * inclusive
> config set timeout 80 loglevel warning nonsense 5
-ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'
> config set timeout 80 loglevel debug TimeOut 80
-ERR CONFIG SET failed (possibly related to argument 'TimeOut') - duplicate parameter
> config get loglevel
["loglevel" "verbose"]
> config set timeout "70\x00"
-ERR CONFIG SET failed *'timeout'*
> config set timeout
-ERR wrong number of arguments for 'config|set' command
> config get timeout
["timeout" "60"]
> config resetstat
OK
> config nonsense
-ERR unknown subcommand 'nonsense'. Try CONFIG HELP.
END
}

@test "core: CONFIG GET is a map in RESP3, and an array on the binary protocol" {
  why ch08_hashtable 5 "a list that is made apart loses its values, or has a header too many"
  ours "its settings"
  final_server --timeout 77
  prints $'(arr) len=2\n(str) timeout\n(str) 77\n(arr) end' 0 config get timeout
  dialogue <<'END'
> config get timeout threads
["timeout" "77" "threads" "4"]
> hello 3
*
> config get timeout threads
{"timeout" "77" "threads" "4"}
> info keyspace
=txt:# Keyspace*
END
}

@test "core: CONFIG SET refuses what this server does not have, and takes it switched off" {
  why 1 "the reply is OK, but nothing is saved or evicted"
  ours "its settings"
  final_server --timeout 0
  dialogue <<'END'
> config set appendonly yes
-ERR CONFIG SET failed (possibly related to argument 'appendonly') - not supported; the only value is 'no'
> config set save "900 1"
-ERR CONFIG SET failed (possibly related to argument 'save') - not supported; the only value is ''
> config set timeout 77 maxmemory 100mb
-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - not supported; the only value is '0'
> config get appendonly save
["appendonly" "no" "save" ""]
> config get timeout
["timeout" "0"]
> config set save "" appendonly NO maxmemory 0 timeout 66
OK
> config set save "" save ""
-ERR CONFIG SET failed (possibly related to argument 'save') - duplicate parameter
> config get maxmemory maxmemory-policy timeout
["timeout" "66" "maxmemory" "0" "maxmemory-policy" "noeviction"]
END
}

@test "core: CONFIG without a subcommand has a wrong number of arguments" {
  why f06_rows 2 "the row of CONFIG takes any number of arguments"
  start_server
  dialogue <<'END'
> config
-ERR wrong number of arguments for 'config' command
> config nonsense
-ERR unknown subcommand 'nonsense'. Try CONFIG HELP.
END
}

@test "core: CONFIG has the HELP that its errors speak of" {
  why f06_rows 1 "the error names a command that does not exist"
  start_server
  dialogue <<'END'
> config help
[*GET *RESETSTAT*]
> config help me
-ERR wrong number of arguments for 'config|help' command
END
}

@test "core: what is switched off in a file or by a flag may be so" {
  why 1 "a file that works with Redis stops the server, though it only switches things off"
  ours "its settings"
  printf '%s\n' 'appendonly no' "save ''" 'databases 16' 'daemonize no' 'maxmemory-policy noeviction' \
    'cluster-enabled no' 'supervised no' 'notify-keyspace-events ""' | share my.conf
  final_server "$SHARED/my.conf" --save '' --appendonly no
  printf '> config get appendonly\n["appendonly" "no"]\n' | dialogue
}

@test "core: what is logged can be changed, in any case of letters" {
  why 1 "the level is compared letter by letter, or looked at by its first one only"
  ours "its settings"
  final_server --loglevel WARNING
  dialogue <<'END'
> config get loglevel
["loglevel" "warning"]
> config set loglevel whisper
-ERR CONFIG SET failed (possibly related to argument 'loglevel') - argument(s) must be one of the following: debug, verbose, notice, warning
> config set loglevel verBose
OK
> config get loglevel
["loglevel" "verbose"]
b> ping
PONG
> config set loglevel Warning
OK
c> ping
PONG
END
  equal "how many clients were logged" 1 "$(grep -c 'new client' "$SERVER_ERR")"
}

@test "extra: inspect timers follows CONFIG SET timeout" {
  why ch12_timer 1 "the time left is counted down from a limit of 0"
  final_server --timeout 0
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

# ---- SHUTDOWN ----

@test "core: SHUTDOWN ends the server like SIGTERM" {
  why 5 "SHUTDOWN leaves others without their replies"
  ours "its process"
  start_server
  talk @a send 'SET k v\r\nSHUTDOWN NOSAVE\r\n' expect '+OK\r\n' expect-closed
  ended_with 0
}

@test "core: SHUTDOWN SAVE is an error, for nothing would be saved; SHUTDOWN NOW FORCE ends the server" {
  why 5 "the server ends with status 0 as if the data were on a disk"
  ours "its process"
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
  ended_with 0
}

@test "core: SHUTDOWN on the binary protocol is answered before the end" {
  why ch08_hashtable 5 "a reply without a value is a bad response"
  ours "its process"
  start_server
  prints "(nil)" 0 shutdown
  ended_with 0
}

@test "core: SHUTDOWN by --resp is answered by the end, which does not count as an error" {
  why f05_client 1 "a request that succeeded is reported as failed"
  ours "its process"
  start_server
  client --resp ShutDown now please
  equal "the exit status of one that is refused" 1 "$status"
  client --resp ShutDown
  equal "the exit status" 0 "$status"
  equal "what was printed" "" "$output"
  ended_with 0
}

@test "core: at a terminal SHUTDOWN does not count as an error, but what comes after it does" {
  why f05_client 1 "the prompt goes on without a connection, or ends at the first error"
  ours "our client"
  start_server
  run "$TOOLS/launch" -t 20 "$TOOLS/typist" see '> ' type $'nonsense\r' \
    see "(error) ERR unknown command 'nonsense'" see '> ' type $'shutdown\r' see '> ' type $'ping\r' \
    -- "$SUT/client" -p "$SERVER_PORT" --resp
  equal "the exit status without a server" 1 "$status"
  ended_with 0
}

# ---- our client ----

@test "core: every type of RESP3 is printed, plain and for people" {
  why - "a type of RESP3 ends the client, or is printed as another one"
  ours "our client"
  answers '#t\r\n' true '(true)'
  answers '#f\r\n' false '(false)'
  answers '(3492890328409238509324850943850943825024385\r\n' \
    3492890328409238509324850943850943825024385 \
    '(big number) 3492890328409238509324850943850943825024385'
  answers '!8\r\nERR a\r\nb\r\n' $'ERR a\r\nb' $'(error) ERR a\r\nb' 1
  answers '%1\r\n+a\r\n*2\r\n:1\r\n~1\r\n#t\r\n' $'a\n1\ntrue' \
    $'1) a\n2) 1) (integer) 1\n   2) 1~ (true)'
  answers '>2\r\n+message\r\n:1\r\n>1\r\n+again\r\n+the reply\r\n' \
    $'message\n1\nagain\nthe reply' $'1) message\n2) (integer) 1\n1) again\nthe reply'
  answers '*2\r\n|1\r\n+ttl\r\n:5\r\n$1\r\na\r\n-ERR no\r\n' $'ttl\n5\na\nERR no' \
    $'1) 1) ttl\n   2) (integer) 5\n   "a"\n2) (error) ERR no'
}
