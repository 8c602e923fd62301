#!/usr/bin/env bats
# final_ttl: time limits with Redis' commands and rules.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT and the four ways to ask" {
  why 6 "seconds for milliseconds, or a time for a moment"
  start_server
  dialogue <<'END'
> set k v
OK
> ttl k
-1
> pttl k
-1
> expiretime k
-1
> pexpiretime k
-1
> expire k 100
1
> ttl k
99..100
> pttl k
99000..100000
> pexpire k 200500
1
> ttl k
199..201
> expireat k 9999999999
1
> expiretime k
9999999999
> pexpiretime k
9999999999000
> pexpireat k 9999999999123
1
> pexpiretime k
9999999999123
> persist k
1
> persist k
0
> ttl k
-1
> ttl none
-2
> pttl none
-2
> expiretime none
-2
> pexpiretime none
-2
> persist none
0
> expire none 10
0
END
}

@test "core: a time that is over deletes the key at once" {
  why 6 "a negative time takes the limit away, as in the book, or is an error"
  start_server
  dialogue <<'END'
> mset a 1 b 2 c 3 d 4 e 5
OK
> expire a 0
1
> exists a
0
> pexpire b -1
1
> expireat c 1
1
> pexpireat d 0
1
> expire e -9223372036854775
1
> exists b c d e
0
> dbsize
0
END
}

@test "core: NX, XX, GT and LT" {
  why 6 "a key without a limit ends later than any other: GT never sets it, LT always does"
  start_server
  dialogue <<'END'
> set k v
OK
> expire k 100 xx
0
> expire k 100 gt
0
> ttl k
-1
> expire k 100 lt
1
> expire k 200 lt
0
> expire k 200 gt
1
> ttl k
199..200
> expire k 100 gt
0
> expire k 300 nx
0
> expire k 300 xx
1
> expire k 50 xx lt
1
> ttl k
49..50
> persist k
1
> expire k 100 nx
1
> expire k 100 nx xx
-ERR NX and XX, GT or LT options at the same time are not compatible
> expire k 100 gt lt
-ERR GT and LT options at the same time are not compatible
> expire k 100 nonsense
-ERR Unsupported option nonsense
> expire k abc
-ERR value is not an integer or out of range
> expire k 9223372036854775807
-ERR invalid expire time in 'expire' command
> pexpire k 9223372036854775807
-ERR invalid expire time in 'pexpire' command
> expire k -9223372036854775808
-ERR invalid expire time in 'expire' command
> ttl k
98..100
END
}

@test "core: a key whose time is up is not there, for any command" {
  why 6 "an expired key is hidden from GET only, until it is removed"
  start_server
  dialogue <<'END'
> mset a 1 b 2
OK
> set k v px 1
OK
> zadd z 1 m
1
> pexpire z 1
1
?> exists k
0
?> exists z
0
> get k
nil
> ttl k
-2
> type z
none
> zcard z
0
> keys *
[* *]
> scan 0 count 1000
["0" [* *]]
> dbsize
2
> strlen k
0
> rename k x
-ERR no such key
> copy z x
0
> move k 1
0
> del k z
0
> setnx k new
1
> ttl k
-1
> zadd z 2 n
1
> zrange z 0 -1
["n"]
END
}

@test "core: what changes a value keeps its time limit, what replaces it does not" {
  why 6 "the limit belongs to the key's value: INCR keeps it, SET and GETSET take it away"
  start_server
  dialogue <<'END'
> set n 1 ex 100
OK
> incr n
2
> append n 0
2
> setrange n 0 3
2
> setbit n 1 1
*
> ttl n
99..100
> getset n 1
*
> ttl n
-1
> zadd z 1 m
1
> expire z 100
1
> zadd z 2 n
1
> zincrby z 1 m
"2"
> ttl z
99..100
> zunionstore z 1 z
2
> ttl z
-1
> expire z 100
1
> zrem z m n
2
> zadd z 1 m
1
> ttl z
-1
END
}

@test "core: a key whose time is up is not there for a request that was already waiting" {
  why 6 "expired keys are there until a timer removes them, and requests are answered first"
  start_server
  # what takes some 100 ms, and so many requests that the last one is of the next turn
  talk join { repeat 100000 { send 'SET key:%i v\r\n' } } repeat 100000 { expect '+OK\r\n' } \
    join { send 'SET k v PX 30\r\n' repeat 30 { send 'KEYS nothing*\r\n' } \
      repeat 1500 { send 'PING\r\n' } send 'GET k\r\n' } \
    expect '+OK\r\n' repeat 30 { expect '*0\r\n' } repeat 1500 { expect '+PONG\r\n' } \
    expect '$-1\r\n'
}

# count_left: how many keys the server still holds, looked at or not.
count_left() { talk send 'DBSIZE\r\n' expect ':0\r\n' >/dev/null 2>&1; }

@test "core: keys that nobody asks for are removed, too" {
  why 6 "expired keys are only removed when somebody looks for them: memory is not given back"
  start_server
  talk join { repeat 5000 { send 'SET k%i v PX 20\r\n' } } repeat 5000 { expect '+OK\r\n' }
  eventually 5 count_left
}

@test "core: the time of a key does not move with a slow or busy client" {
  why 6 "time limits are counted from when a reply was sent, or only run while the server waits"
  start_server
  local start took
  start=$(ms)
  dialogue <<'END'
> set k v px 300
OK
?> exists k
0
END
  took=$(($(ms) - start))
  [ "$took" -ge 300 ] || fail "a key with a time of 300 ms was gone after $took ms"
  [ "$took" -lt 2000 ] || fail "a key with a time of 300 ms was there for $took ms"
}
