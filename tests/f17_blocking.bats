#!/usr/bin/env bats
# f17_blocking: clients that wait for members: BZPOPMIN, BZPOPMAX, BZMPOP.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

# until_waiting N: waits until the server says that N clients are blocked.
until_waiting() { printf '?> info clients\n*blocked_clients:%s\\r\\n*\n' "$1" | dialogue; }

@test "core: who does not have to wait gets its reply at once" {
  why 1 "a set that has members is not looked at before waiting"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c 4 d
4
> bzpopmin none z 0
["z" "a" "1"]
> bzpopmax z 0
["z" "d" "4"]
> bzmpop 0 2 none z min count 5
["z" [["b" "2"] ["c" "3"]]]
> exists z
0
END
}

@test "core: a member that is added goes to the client that waits" {
  why 1 "nobody looks at blocked clients when a set gets members"
  start_server
  dialogue <<'END'
b> bzpopmin y z 0
...
c> bzpopmax z 0
...
d> bzmpop 0 1 z max count 2
...
> zadd z 1 one
1
b< ["z" "one" "1"]
> zadd z 1 two
1
c< ["z" "two" "1"]
> zadd z 1 three 2 four 3 five
3
d< ["z" [["five" "3"] ["four" "2"]]]
END
}

@test "core: clients are served in the order in which they came" {
  why 2 "the last who came is served first, or all get the same member"
  start_server
  dialogue <<'END'
b> bzpopmin z 0
...
c> bzpopmin z 0
...
d> bzpopmin z 0
...
> zadd z 1 first
1
b< ["z" "first" "1"]
> zadd z 2 second 3 third
2
c< ["z" "second" "2"]
d< ["z" "third" "3"]
> exists z
0
> zadd z 4 fourth
1
> zcard z
1
END
}

@test "core: of several keys the first that comes is taken, or the first named of those that are there" {
  why 1 "a client that waits for several keys is given a member of the wrong one"
  start_server
  dialogue <<'END'
b> bzpopmin x y z 0
...
> multi
OK
> zadd z 1 in-z
QUEUED
> zadd y 2 in-y
QUEUED
> exec
[1 1]
b< ["z" "in-z" "1"]
> zadd z 1 in-z
1
b> bzpopmin x y z 0
["y" "in-y" "2"]
b> bzpopmin x y z 0
["z" "in-z" "1"]
b> bzpopmin x y z 0
...
> zadd x 3 in-x
1
b< ["x" "in-x" "3"]
END
}

@test "core: each way in which a set gets members ends the wait" {
  why 1 "only ZADD wakes blocked clients"
  start_server
  dialogue <<'END'
b> bzpopmin z 0
...
> zincrby z 5 m
"5"
b< ["z" "m" "5"]
> zadd from 1 a
1
b> bzpopmin z 0
...
> rename from z
OK
b< ["z" "a" "1"]
> zadd from 1 a 2 b
2
b> bzpopmin z 0
...
> copy from z
1
b< ["z" "a" "1"]
b> bzpopmin y 0
...
> zunionstore y 1 from
2
b< ["y" "a" "1"]
> del y
1
b> bzpopmin y 0
...
> zrangestore y from 1 1
1
b< ["y" "b" "2"]
b> select 3
OK
b> bzpopmin from 0
...
> move from 3
1
b< ["from" "a" "1"]
END
}

@test "core: a wait ends with null at its timeout, no earlier and not much later" {
  why - "seconds are taken for milliseconds; or the null stays in a buffer until something else happens"
  start_server
  local start took
  start=$(ms)
  talk send 'BZPOPMIN none 0.2\r\n' expect '*-1\r\n' send 'BZMPOP 0.05 1 none MIN\r\n' \
    expect '*-1\r\n' send 'HELLO 3\r\n' skip 20
  took=$(($(ms) - start))
  [ "$took" -ge 250 ] || fail "waits of 250 ms together were over after $took ms"
  [ "$took" -lt 2500 ] || fail "waits of 250 ms together took $took ms"
}

@test "core: timeouts that are none" {
  why - "a timeout is a number of seconds, not negative; a fraction is allowed"
  start_server
  dialogue <<'END'
> bzpopmin z abc
-ERR timeout is not a float or out of range
> bzpopmin z -1
-ERR timeout is negative
> bzmpop -0.5 1 z min
-ERR timeout is negative
> bzpopmin z
-ERR wrong number of arguments for 'bzpopmin' command
> bzmpop 0 0 z min
-ERR numkeys should be greater than 0
> bzmpop 0 1 z middle
-ERR syntax error
> set s v
OK
> bzpopmin s 0
-WRONGTYPE Operation against a key holding the wrong kind of value
END
}

@test "core: what a waiting client sends is answered after its wait, in order" {
  why 4 "later requests are carried out while it waits, or forgotten"
  start_server
  talk_start send 'BZPOPMIN z 0\r\nINCR n\r\nINCR n\r\n' hold \
    expect '*3\r\n$1\r\nz\r\n$1\r\nm\r\n$1\r\n1\r\n:1\r\n:2\r\n'
  until_waiting 1
  printf '> get n\nnil\n> zadd z 1 m\n1\n' | dialogue
  talk_finish
}

@test "core: a blocked client that has disconnected is forgotten, and gets no member" {
  why 5 "the member is taken for a connection that is closed, and lost"
  start_server
  dialogue <<'END'
b> bzpopmin z 0
...
c> bzpopmin z 0
...
d> bzpopmin z 0
...
b: close
d: close
> ping
PONG
?> info clients
*blocked_clients:1\r\n*
> zadd z 1 first
1
c< ["z" "first" "1"]
> zadd z 2 second
1
> zcard z
1
END
}

@test "core: a client that was killed gets no member any more" {
  why 5 "it is served once more before its connection is closed, and the member is lost"
  start_server
  talk_start send 'BZPOPMIN z 0\r\n' hold expect-closed
  until_waiting 1
  talk join { send "CLIENT KILL ID $(blocked_id)\r\n" send 'ZADD z 1 m\r\nZCARD z\r\n' } \
    expect ':1\r\n:1\r\n:1\r\n'
  talk_finish
}

# blocked_id: the number of the blocked client.
blocked_id() {
  told client list | sed -n 's/^id=\([0-9]*\) .*flags=b.*/\1/p'
}

@test "core: a client that disconnected while the server was busy gets no member" {
  why 5 "its end is read, and still it is served, all in one turn"
  ours "its process"
  start_server
  talk_start @adds send 'PING\r\n' expect '+PONG\r\n' @first send 'BZPOPMIN z 0\r\n' hold \
    @second send 'BZPOPMIN z 0\r\n' hold \
    @first close @adds send 'ZADD z 1 m\r\n' hold @adds expect ':1\r\n' \
    @second expect '*3\r\n$1\r\nz\r\n$1\r\nm\r\n$1\r\n1\r\n'
  until_waiting 1
  talk_resume
  until_waiting 2
  kill -STOP "$SERVER_PID" # for the server, everything that arrives now arrives at once
  talk_resume
  kill -CONT "$SERVER_PID"
  talk_finish
}

@test "core: of keys that come together, the one that came first is first, though it went in between" {
  why 3 "a key that comes again loses its place"
  start_server
  dialogue <<'END'
b> bzpopmin x y 0
...
> multi
OK
> zadd x 1 m
QUEUED
> zadd y 2 n
QUEUED
> del x
QUEUED
> zadd x 3 again
QUEUED
> exec
[1 1 1 1]
b< ["x" "again" "3"]
END
}

@test "core: what is gone again at once was there nevertheless" {
  why 3 "blocked clients are served at the end of a turn, when the member is gone again"
  start_server
  talk_start send 'BZPOPMIN z 0\r\n' hold expect '*3\r\n$1\r\nz\r\n$1\r\nm\r\n$1\r\n1\r\n'
  until_waiting 1
  talk join { send 'ZADD z 1 m\r\n' send 'ZREM z m\r\n' } expect ':1\r\n:0\r\n'
  talk_finish
}

@test "core: within a transaction those who wait are served after EXEC" {
  why f16_transactions 1 "a waiter takes a member in the middle of a transaction"
  start_server
  dialogue <<'END'
b> bzpopmin z 0
...
> multi
OK
> zadd z 1 gone
QUEUED
> zrem z gone
QUEUED
> exec
[1 1]
> multi
OK
> zadd z 2 low 3 high
QUEUED
> zcard z
QUEUED
> exec
[2 2]
b< ["z" "low" "2"]
> zcard z
1
END
}

@test "core: a string in place of the set is no reason to end the wait" {
  why 1 "a waiter is told about a wrong type that came later"
  start_server
  dialogue <<'END'
b> bzpopmin z 0
...
> set z string
OK
> del z
1
> zadd z 1 m
1
b< ["z" "m" "1"]
END
}

@test "core: a key named twice, and one that somebody else watches, are waited for like others" {
  why 1 "a client that blocks twice, or waits for another reason, is forgotten or served twice"
  start_server
  dialogue <<'END'
c> watch z
OK
b> bzpopmin z z z 0
...
d> bzpopmin y z 0
...
> zadd z 1 a 2 b 3 c
3
b< ["z" "a" "1"]
d< ["z" "b" "2"]
> del z
1
c> multi
OK
c> ping
QUEUED
c> exec
nil[]
b> bzpopmin z 0
...
> zadd y 9 late
1
> zadd z 4 d
1
b< ["z" "d" "4"]
> zrange y 0 -1
["late"]
END
}

@test "core: a key is waited for in one database, and not in the others" {
  why 1 "a key of the same name in another database ends the wait, or the wait forgets its database"
  start_server
  dialogue <<'END'
b> select 5
OK
b> bzpopmin z 0
...
> zadd z 1 here
1
> zrange z 0 -1
["here"]
> move z 5
1
b< ["z" "here" "1"]
b> bzpopmin z 0
...
> flushall
OK
> select 5
OK
> zadd z 2 there
1
b< ["z" "there" "2"]
END
}

@test "core: CLIENT LIST tells who waits" {
  why - "a client that waits is not marked with a b"
  start_server
  dialogue <<'END'
b> client setname waiter
OK
b> bzpopmin z 0
...
> client list
"*name=waiter*flags=b*"
END
}

@test "core: three hundred clients wait, and are all served" {
  why 2 "with many blocked clients, one is passed over or served twice"
  start_server
  local words=() i
  for ((i = 1; i <= 300; i++)); do
    words+=("@c$i" send 'BZPOPMIN z 0\r\n')
  done
  words+=(hold)
  for ((i = 1; i <= 300; i++)); do
    words+=("@c$i" expect '*3\r\n$1\r\nz\r\n$1\r\nm\r\n')
  done
  talk_start "${words[@]}"
  until_waiting 300
  talk join { repeat 300 { send 'ZADD z %i m\r\n' } } repeat 300 { expect ':1\r\n' } \
    send 'EXISTS z\r\n' expect ':0\r\n'
  talk_finish
}

@test "core: within a transaction, a blocking command does not block" {
  why f16_transactions 1 "EXEC is held up until somebody adds a member, or a queued command waits after it"
  start_server
  dialogue <<'END'
> multi
OK
> set k v
QUEUED
> bzpopmin none 0
QUEUED
> bzmpop 0 1 none max
QUEUED
> exec
[OK nil[] nil[]]
> zadd none 1 m
1
> get k
"v"
> zcard none
1
END
}

@test "core: who waits is not idle, nor is who has just got what it waited for" {
  why 6 "a client that waits for the server is taken for an idle one, or the time of the wait counts
  against it afterwards"
  ours "its settings"
  final_server --timeout 2
  talk @waits send 'BZPOPMIN none 2.8\r\n' @served send 'BZPOPMIN late 0\r\n' pause 1700 \
    @adds send 'ZADD late 1 m\r\n' expect ':1\r\n' \
    @served expect '*3\r\n$4\r\nlate\r\n$1\r\nm\r\n$1\r\n1\r\n' \
    pause 1000 send 'PING\r\n' expect '+PONG\r\n' \
    @waits expect '*-1\r\n' send 'PING\r\n' expect '+PONG\r\n'
}

@test "core: SIGTERM ends the waits of blocked clients, and the server" {
  why f01_passes 5 "the server waits for its blocked clients, or leaves their connections to the system"
  ours "its process"
  start_server
  talk_start @waits send 'BZPOPMIN none 0\r\n' hold expect-closed
  until_waiting 1
  stop_server
  equal "the exit status" 0 "$SERVER_STATUS"
  talk_finish
}

@test "core: INFO counts the look-ups of BZPOPMIN" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 zadd z 1 m
0 0 bzpopmin z 1
0 1 zscore z m
END
}

@test "core: BZPOPMIN's reply where nothing comes is that of Redis, byte by byte" {
  why f04_resp 3 "a null of another type"
  start_server
  talk send 'BZPOPMIN none 0.01\r\n' expect '*-1\r\n'
  dialogue <<'END'
> hello 3
{*}
> bzpopmin none 0.01
_
END
}

@test "core: with every poller, a blocked client is told when a member comes" {
  why f02_pollers 1 "a poller forgets to write to a client that has sent nothing in this turn"
  ours "its settings"
  local poller
  for poller in poll select ""; do
    final_server --poller "$poller"
    dialogue <<'END'
b> bzpopmin z 0
...
> zadd z 1 m
1
b< ["z" "m" "1"]
> set k v px 30
OK
?> exists k
0
b: close
> ping
PONG
END
    stop_server
  done
}

@test "core: COMMAND COUNT counts all commands, those of two words once" {
  why f06_rows 1 "the reply's form is not the one of Redis, or rows are missing"
  start_server
  printf '> command count\n60..400\n' | dialogue
}
