#!/usr/bin/env bats
# f14_ranges: ranges of sorted sets: by rank, score and name, replied, counted, stored or removed.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: ZRANGE by rank, by score and by name, in both directions" {
  why 4 "one of ZRANGE's forms; REV exchanges the limits of BYSCORE and BYLEX"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c 4 d 5 e
5
> zrange z 1 3
["b" "c" "d"]
> zrange z -2 -1 withscores
["d" "4" "e" "5"]
> zrange z 0 1 rev
["e" "d"]
> zrange z 3 1
[]
> zrange z 10 20
[]
> zrange z -100 1
["a" "b"]
> zrange z 2 (4 byscore
["b" "c"]
> zrange z (1 +inf byscore limit 1 2
["c" "d"]
> zrange z 4 2 byscore rev withscores
["d" "4" "c" "3" "b" "2"]
> zrange z +inf -inf byscore rev limit 0 -1
["e" "d" "c" "b" "a"]
> zrange z 0 -1 limit 0 1
-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX
> zrange z 0 -1 bylex
-ERR min or max not valid string range item
> zrange z x y byscore
-ERR min or max is not a float
> zrange z x y
-ERR value is not an integer or out of range
> zadd l 0 a 0 b 0 ba 0 c
4
> zrange l [b + bylex
["b" "ba" "c"]
> zrange l - (c bylex
["a" "b" "ba"]
> zrange l - [b bylex
["a" "b"]
> zrange l (b + bylex
["ba" "c"]
> zrange l [c (a bylex rev
["c" "ba" "b"]
> zrange l - + bylex limit 1 2
["b" "ba"]
> zrange l - + bylex withscores
-ERR syntax error, WITHSCORES not supported in combination with BYLEX
END
}

@test "core: the older spellings of ranges" {
  why 4 "ZREVRANGEBYSCORE names the higher limit first"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c
3
> zrevrange z 0 1 withscores
["c" "3" "b" "2"]
> zrangebyscore z -inf (3 withscores limit 1 5
["b" "2"]
> zrangebyscore z " 1" "( 3"
["a" "b"]
> zrangebyscore z " " 3
-ERR min or max is not a float
> zrangebyscore z "1\x00x" "(3\x00"
["a" "b"]
> zcount z "\x00" "1x\x00"
-ERR min or max is not a float
> zrevrangebyscore z 3 (1
["c" "b"]
> zrevrangebyscore z 3 1 limit 1 1
["b"]
> zrangebylex z - +
[*]
> zadd l 0 a 0 b 0 c
3
> zrangebylex l [b +
["b" "c"]
> zrevrangebylex l + [b
["c" "b"]
> zcount z 2 3
2
> zcount z (1 (3
1
> zlexcount l - (c
2
> zcount z a b
-ERR min or max is not a float
> zlexcount l a b
-ERR min or max not valid string range item
END
}

@test "core: ZCOUNT and ZLEXCOUNT count in a large set" {
  why 2 "members of equal scores, or those at the limits, are counted too often or not at all"
  start_server
  talk join { repeat 2000 { send 'ZADD big %i m%i\r\n' } } repeat 2000 { expect ':1\r\n' } \
    send 'ZCOUNT big (100 1000\r\n' expect ':900\r\n' send 'ZCOUNT big -inf +inf\r\n' expect ':2000\r\n' \
    send 'ZCOUNT big 1000 (100\r\n' expect ':0\r\n' send 'ZCOUNT big (2000 inf\r\n' expect ':0\r\n' \
    join { repeat 2000 { send 'ZADD names 0 m%i\r\n' } } repeat 2000 { expect ':1\r\n' } \
    send 'ZLEXCOUNT names [m1 (m2\r\n' expect ':1111\r\n' send 'ZLEXCOUNT names - +\r\n' expect ':2000\r\n'
}

@test "core: ZREMRANGEBYRANK, BYSCORE and BYLEX" {
  why 2 "a member is removed from one index only, or the limits are off by one"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c 4 d 5 e 6 f
6
> zremrangebyrank z 0 0
1
> zremrangebyrank z -1 -1
1
> zremrangebyscore z (2 (4
1
> zrange z 0 -1
["b" "d" "e"]
> zscore z c
nil
> zadd l 0 a 0 b 0 c
3
> zremrangebylex l - (b
1
> zremrangebylex l [x [z
0
> zrange l 0 -1
["b" "c"]
> zremrangebyscore none 0 1
0
END
}

@test "core: ZRANGESTORE stores what ZRANGE returns" {
  why 5 "the result is added to the old set, or an empty one leaves the old set"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c
3
> zadd out 9 old
1
> zrangestore out z 0 1
2
> zrange out 0 -1 withscores
["a" "1" "b" "2"]
> zrangestore out z (1 +inf byscore limit 0 1
1
> zrange out 0 -1
["b"]
> zrangestore z z 0 0 rev
1
> zrange z 0 -1
["c"]
> zrangestore out none 0 -1
0
> exists out
0
END
}

@test "core: a range that takes the last member takes the key" {
  why f13_zsets 3 "an empty set stays as a key, as in the book"
  start_server
  dialogue <<'END'
> zadd z 1 a
1
> zremrangebyrank z 0 -1
1
> type z
none
> zadd z 1 a 2 b
2
> zremrangebyscore z -inf inf
2
> exists z
0
> zadd z 0 a 0 b
2
> zremrangebylex z - +
2
> exists z
0
END
}

@test "core: a string has no ranges of members" {
  why ch10_avl 6 "a command for another type does something, or does not reply with the error"
  start_server
  refuse_a_string "zrange s 0 -1" "zcount s 0 1" "zrangestore o s 0 -1" "zremrangebyrank s 0 -1" \
    "zlexcount s - +" "zrevrange s 0 -1" "zrangebyscore s 0 1" "zremrangebyscore s 0 1" "zremrangebylex s - +"
}

@test "core: ZRANGESTORE takes the time limit away, and what takes members out keeps it" {
  why ch13_ttl 4 "the TTL belongs to the key's value, and a stored result is a new value"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c
3
> expire z 100
1
> zremrangebyrank z 0 0
1
> ttl z
99..100
> zrangestore z z 0 -1
2
> ttl z
-1
> zrange z 0 -1
["b" "c"]
END
}

@test "core: an expired sorted set has no range" {
  why ch13_ttl 1 "an expired set is hidden from some of the commands only"
  start_server
  dialogue <<'END'
> zadd z 1 m
1
> pexpire z 1
1
?> zrange z 0 -1
[]
> zcount z -inf inf
0
> zremrangebyrank z 0 -1
0
> zrangestore out z 0 -1
0
> zadd z 2 n
1
> zrange z 0 -1
["n"]
> ttl z
-1
END
}

@test "core: INFO counts the look-ups of ZCOUNT, ZRANGE, ZRANGESTORE and ZREMRANGEBYRANK" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 zadd z 1 m 2 n 3 o
1 0 zcount z 0 9
0 1 zrange none 0 -1
1 0 zrangestore zs z 0 1
0 0 zremrangebyrank z 9 10
END
}

@test "core: ZRANGE's replies are those of Redis, byte by byte" {
  why f04_resp 3 "a reply of another type, or with another end of line"
  start_server
  talk send 'ZADD z 1.5 m\r\n' expect ':1\r\n' \
    send 'ZRANGE z 0 -1 WITHSCORES\r\n' expect '*2\r\n$1\r\nm\r\n$3\r\n1.5\r\n' \
    send 'ZRANGE none 0 -1\r\n' expect '*0\r\n'
}

@test "core: ZRANGE replies in RESP3 as Redis does: with scores, a pair for each member" {
  why f07_session 4 "HELLO 3 is said, and some replies still have the types of RESP2"
  start_server
  dialogue <<'END'
> zadd z 2.5 a 2 b inf c
3
> hello 3
{*}
> zrange z 0 -1 withscores
[["b" ,2] ["a" ,2.5] ["c" ,inf]]
> zrange z 0 -1
["b" "a" "c"]
END
}
