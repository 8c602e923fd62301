#!/usr/bin/env bats
# f09_expire: times in seconds or milliseconds, from now or since 1970.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT and the four ways to ask" {
  why 1 "seconds for milliseconds, or a duration for a point in time"
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
  why 4 "a negative time removes the TTL, as in the book, or is an error"
  start_server
  dialogue <<'END'
> set a v
OK
> set b v
OK
> set c v
OK
> set d v
OK
> set e v
OK
> expire a 0
1
> get a
nil
> pexpire b -1
1
> expireat c 1
1
> pexpireat d 0
1
> expire e -9223372036854775
1
> get b
nil
> get c
nil
> get d
nil
> get e
nil
> dbsize
0
END
}

@test "core: on the book's protocol, too, a negative TTL deletes, and a condition is heeded" {
  why 4 "a negative time removes the TTL there, or the words behind the time are ignored"
  ours "the book's protocol"
  start_server
  talk req [ set a v ] expect-nil req [ pexpire a -1 ] expect-int 1 req [ get a ] expect-nil \
    req [ pttl a ] expect-int -2 req [ set b v ] expect-nil req [ pexpire b 0 ] expect-int 1 \
    req [ keys ] expect-set [ ] req [ set c v ] expect-nil req [ expire c 100 xx ] expect-int 0 \
    req [ expire c 100 nx ] expect-int 1 req [ pexpire c 100000 nx ] expect-int 0 \
    req [ ttl c ] expect-int-between 99 100 req [ pttl c ] expect-int-between 99000 100000 \
    req [ expireat c 9999999999 ] expect-int 1 req [ expiretime c ] expect-int 9999999999 \
    req [ persist c ] expect-int 1 req [ pttl c ] expect-int -1
}

@test "core: a time since 1970 and a time from now are two ways to say the same" {
  why 1 "the loop's clock does not begin in 1970: between the two the offset is added, once"
  start_server
  local now
  now=$(date +%s)
  dialogue <<END
> set k v
OK
> expireat k $((now + 1000))
1
> ttl k
990..1001
> pexpireat k $((now + 2000))000
1
> pttl k
1990000..2001000
> expire k 3000
1
> expiretime k
$((now + 2999))..$((now + 3010))
> pexpire k 4000000
1
> pexpiretime k
$((now + 3999))000..$((now + 4010))000
> pexpireat k $((now - 1))000
1
> get k
nil
> set k v
OK
> expireat k $((now - 1))
1
> get k
nil
END
}

@test "core: TTL rounds to the nearest second" {
  why 5 "TTL cuts off what is not a whole second, or rounds it up"
  start_server
  talk send 'SET k v\r\nPEXPIRE k 100900\r\nTTL k\r\n' expect '+OK\r\n:1\r\n:101\r\n' \
    send 'PEXPIRE k 100400\r\nTTL k\r\n' expect ':1\r\n:100\r\n' \
    send 'PEXPIREAT k 9999999999700\r\nEXPIRETIME k\r\n' expect ':1\r\n:10000000000\r\n'
}

@test "core: the ends of 64 bits are times or errors, and none wraps around" {
  why 2 "a time is multiplied or added first, and checked afterwards: run with SAN=undefined"
  start_server
  dialogue <<'END'
> set k v
OK
> expireat k 9223372036854775807
-ERR invalid expire time in 'expireat' command
> expireat k -9223372036854775808
-ERR invalid expire time in 'expireat' command
> expireat k 9223372036854775
1
> expiretime k
9223372036854775
> pexpireat k 9223372036854775807
1
> pexpiretime k
9223372036854775807
> pexpireat k -9223372036854775808
1
> get k
nil
> set k v
OK
> pexpire k -9223372036854775808
1
> get k
nil
END
}

@test "extra: a time that is beyond what a reply can tell is told as the longest" {
  why 2 "the book's pexpire takes 2^63 - 1 ms from now; from 1970 on that is more than 63 bits"
  start_server
  client set k v
  client pexpire k 9223372036854775807
  dialogue <<'END'
> pexpiretime k
9223372036854775807
> persist k
1
END
}

@test "core: NX, XX, GT and LT" {
  why 3 "a key without a TTL outlives any other: GT never sets it, LT always does"
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

@test "core: once a key has expired, no command finds it" {
  why ch13_ttl 1 "an expired key is hidden from GET only, until it is removed"
  start_server
  dialogue <<'END'
> set a 1
OK
> set b 2
OK
> set k v
OK
> pexpire k 1
1
> zadd z 1 m
1
> pexpire z 1
1
?> get k
nil
?> zscore z m
nil
> ttl k
-2
> pttl z
-2
> expiretime k
-2
> persist k
0
> expire k 100
0
> dbsize
2
> zrem z m
0
> del k
0
> del z
0
> set k new
OK
> ttl k
-1
> zadd z 2 n
1
> zscore z m
nil
> zscore z n
"2"
> ttl z
-1
END
  on_ours talk join { req [ pexpire k 0 ] req [ keys ] } expect-int 1 expect-set [ a b z ]
}

# count_left: how many keys the server still holds, expired or not.
count_left() { talk send 'DBSIZE\r\n' expect ':0\r\n' >/dev/null 2>&1; }

@test "core: keys that nobody asks for are removed, too" {
  why ch13_ttl 2 "expired keys are only removed when somebody looks for them: memory is not given back"
  start_server
  talk join { repeat 5000 { send 'SET k%i v\r\nPEXPIRE k%i 20 NX\r\n' } } \
    repeat 5000 { expect '+OK\r\n:1\r\n' }
  eventually 5 count_left
}

@test "core: the time of a key does not move with a slow or busy client" {
  why ch12_timer 5 "time limits are counted from when a reply was sent, or only run while the server waits"
  start_server
  local start took
  start=$(ms)
  dialogue <<'END'
> set k v
OK
> pexpire k 300
1
> ttl k
0
?> get k
nil
END
  took=$(($(ms) - start))
  [ "$took" -ge 300 ] || fail "a key with a time of 300 ms was gone after $took ms"
  [ "$took" -lt 2000 ] || fail "a key with a time of 300 ms was there for $took ms"
}

@test "core: INFO counts the look-ups of EXPIRE, TTL, EXPIRETIME and PERSIST" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 set k v
1 0 ttl k
0 1 expiretime none
0 0 expire k 100
0 0 persist k
END
}
