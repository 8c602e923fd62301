#!/usr/bin/env bats
# f16_transactions: MULTI, EXEC, DISCARD, WATCH and UNWATCH.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: nothing runs before EXEC, and then all of it" {
  why 2 "commands run when they are queued, or their replies are not those of one array"
  start_server
  dialogue <<'END'
> multi
OK
> set k 1
QUEUED
> incr k
QUEUED
> zadd z 1 m
QUEUED
> get k
QUEUED
b> exists k z
0
> exec
[OK 2 1 "2"]
b> get k
"2"
> multi
OK
> exec
[]
END
}

@test "core: DISCARD forgets the queue" {
  why 6 "the queue is still there for the next MULTI"
  start_server
  dialogue <<'END'
> multi
OK
> set k v
QUEUED
> discard
OK
> exists k
0
> multi
OK
> ping
QUEUED
> exec
[PONG]
> discard
-ERR DISCARD without MULTI
> exec
-ERR EXEC without MULTI
> multi
OK
> multi
-ERR MULTI calls can not be nested
> watch k
-ERR WATCH inside MULTI is not allowed
> ping
QUEUED
> exec
[PONG]
END
}

@test "core: an error while queueing makes EXEC refuse" {
  why 2 "the rest is carried out: half a transaction"
  start_server
  dialogue <<'END'
> multi
OK
> set k v
QUEUED
> nonsense
-ERR unknown command 'nonsense', with args beginning with: 
> exec
-EXECABORT Transaction discarded because of previous errors.
> exists k
0
> multi
OK
> get
-ERR wrong number of arguments for 'get' command
> set k v
QUEUED
> exec
-EXECABORT Transaction discarded because of previous errors.
> exists k
0
> set k v
OK
> multi
OK
> exec x
-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command
> ping
PONG
END
}

@test "core: an error while it runs is one reply among the others" {
  why 2 "what comes after the command that failed is left out"
  start_server
  dialogue <<'END'
> set s v
OK
> multi
OK
> zadd s 1 m
QUEUED
> incr s
QUEUED
> append s w
QUEUED
> exec
[-WRONGTYPE Operation against a key holding the wrong kind of value -ERR value is not an integer or out of range 2]
> get s
"vw"
END
}

@test "core: EXEC does nothing if a watched key was changed, by anybody" {
  why 3 "changes by other clients, by commands that make or delete the key, or that come with the
  same value, are not seen"
  start_server
  local change
  for change in "set k 2" "set k 1" "del k" "append k x" "expire k 100" "rename k l" "flushall" \
    "flushdb" "unlink k" "getdel k" "move k 5" "rename other k" "setrange k 0 9" \
    "incr k" "mset a 1 k 2" "copy other k replace" "getex k ex 100" "zunionstore k 1 set"; do
    dialogue <<END
b> flushall
OK
b> mset k 1 other 2
OK
b> zadd set 1 m
1
> watch unrelated k
OK
b> $change
*
> multi
OK
> set result bad
QUEUED
> exec
nil[]
> exists result
0
> multi
OK
> ping
QUEUED
> exec
[PONG]
END
  done
}

@test "core: a watched key that came and went has been changed" {
  why 3 "only what is there at EXEC is compared with what was there at WATCH"
  start_server
  dialogue <<'END'
> watch k
OK
b> set k v
OK
b> del k
1
> multi
OK
> exec
nil[]
> watch z
OK
b> zadd z 1 m
1
b> zrem z m
1
> multi
OK
> exec
nil[]
END
}

@test "core: what happens to a member is a change of its set" {
  why 3 "a change inside a value is not seen by the keyspace, and the command does not report it"
  start_server
  local change
  for change in "zadd k 3 new" "zadd k 9 a" "zincrby k 1 a" "zrem k a" "zpopmin k" "zremrangebyrank k 0 0"; do
    dialogue <<END
b> flushall
OK
b> zadd k 1 a 2 b 3 c
3
> watch k
OK
b> $change
*
> multi
OK
> exec
nil[]
END
  done
  dialogue <<'END'
b> flushall
OK
b> zadd k 1 a
1
> watch k
OK
b> zadd k 1 a
0
b> zadd k nx 2 a
0
b> zrem k none
0
> multi
OK
> ping
QUEUED
> exec
[PONG]
END
}

@test "core: reading a watched key, or changing others, does not matter" {
  why 3 "any command counts as a change"
  start_server
  dialogue <<'END'
> set k v
OK
> watch k
OK
b> get k
"v"
b> ttl k
-1
b> getex k persist
"v"
b> set other v
OK
b> setnx k w
0
b> del none
0
b> expire k 100 xx
0
b> persist k
0
b> zrem none m
0
b> select 3
OK
b> set k v
OK
b> flushdb
OK
> multi
OK
> get k
QUEUED
> exec
["v"]
END
}

@test "core: a client's own changes count, and UNWATCH, EXEC and DISCARD end the watch" {
  why 6 "a watch outlives its EXEC, or misses the client's own commands"
  start_server
  dialogue <<'END'
> watch k
OK
> set k v
OK
> multi
OK
> exec
nil[]
> watch k
OK
b> set k w
OK
> unwatch
OK
> multi
OK
> exec
[]
> watch k
OK
b> set k x
OK
> multi
OK
> discard
OK
> multi
OK
> exec
[]
> watch k
OK
> multi
OK
> set k y
QUEUED
> exec
[OK]
END
}

@test "core: a watched key that has expired counts as it does in Redis" {
  why 3 "a key that expired after WATCH is not the one that was watched"
  start_server
  dialogue <<'END'
> set k v px 30
OK
> watch k
OK
b?> exists k
0
> multi
OK
> ping
QUEUED
> exec
nil[]
END
}

@test "core: SELECT within a transaction counts for what comes behind it" {
  why f07_session 2 "a queued command runs in the database that was selected when it was queued"
  start_server
  dialogue <<'END'
> multi
OK
> select 2
QUEUED
> set k two
QUEUED
> exec
[OK OK]
> get k
"two"
> select 0
OK
> exists k
0
END
}

@test "core: a transaction of another client does not come in between" {
  why 1 "EXEC is interrupted, or a pipelined MULTI mixes with what others send"
  start_server
  local round='MULTI\r\nSET k %s\r\nSTRLEN k\r\nGET k\r\nEXEC\r\n'
  local replies='+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n:1\r\n$1\r\n%s\r\n'
  talk @a join { repeat 500 { send "${round//%s/a}" } } \
    @b join { repeat 500 { send "${round//%s/b}" } } \
    @a repeat 500 { expect "${replies//%s/a}" } @b repeat 500 { expect "${replies//%s/b}" }
}

@test "core: a connection that ends takes its transaction along" {
  why 6 "queued commands are carried out, or leak (a sanitizer shows it)"
  start_server
  talk send 'WATCH k l m\r\nMULTI\r\nSET k v\r\nSET l v\r\n' \
    expect '+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n' rst
  talk send 'EXISTS k l\r\n' expect ':0\r\n'
}

@test "core: to watch a key again and again keeps the first look at it" {
  why 3 "what counts is the last WATCH of a key: a change between two of them is not seen"
  start_server
  talk join { repeat 2000 { send 'WATCH k none\r\n' } } repeat 2000 { expect '+OK\r\n' }
  dialogue <<'END'
> watch k none
OK
b> set k v
OK
> watch k none
OK
> multi
OK
> ping
QUEUED
> exec
nil[]
END
}

@test "core: many watched keys that are not there do not slow down those who add keys" {
  why 4 "a new key is compared with every watched one"
  start_server
  local began words=() i
  for ((i = 1; i <= 20; i++)); do # Redis compares what one client watches
    words+=("@c$i" join { repeat 5000 { send "WATCH some-key-$i-%i\r\n" } } repeat 5000 { expect '+OK\r\n' })
  done
  talk_start "${words[@]}" hold
  began=$(ms)
  talk join { repeat 10000 { send 'SET other-%i v\r\n' } } repeat 10000 { expect '+OK\r\n' }
  began=$(($(ms) - began))
  talk_finish
  [ "$began" -lt 3000 ] || fail "10,000 new keys took $began ms"
}

@test "core: INFO counts the look-ups of WATCH" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 set k v
0 0 watch k none
1 0 get k
END
}

@test "core: EXEC replies in RESP3 as Redis does; an EXEC that refuses, with null" {
  why f07_session 4 "HELLO 3 is said, and some replies still have the types of RESP2"
  start_server
  dialogue <<'END'
> hello 3
{*}
> multi
OK
> get none
QUEUED
> exec
[_]
> watch w
OK
b> set w 1
OK
> multi
OK
> exec
_
> reset
RESET
> get none
nil
END
}

@test "core: RESET ends a transaction, too" {
  why 6 "the transaction, the database or the name is still there"
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

@test "core: INFO counts replies that are an error inside of EXEC, too" {
  why - "an error is counted where it is found, not where it is sent"
  start_server
  dialogue <<'END'
> set k v
OK
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
"*\r\ntotal_error_replies:3\r\n*"
END
}
