#!/usr/bin/env bats
# final_zset: sorted sets with the commands of Redis.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: ZADD with NX, XX, GT, LT, CH and INCR" {
  why 5 "options of ZADD, or what it counts: new members, with CH changed ones, too"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c
3
> zadd z 1 a 5 b 4 d
1
> zadd z ch 1 a 6 b 5 e
2
> zadd z nx 9 a 9 f
1
> zadd z xx ch 8 a 8 g
1
> zadd z gt ch 7 a 10 b
1
> zadd z lt ch 7 a 20 b
1
> zadd z gt 1 h
1
> zadd z xx gt ch 1 i
0
> zrange z 0 -1 withscores
["h" "1" "c" "3" "d" "4" "e" "5" "a" "7" "f" "9" "b" "10"]
> zadd z incr 2.5 a
"9.5"
> zadd z nx incr 1 a
nil
> zadd z xx incr 1 none
nil
> zadd z gt incr -1 a
nil
> zadd z incr 1 a 2 b
-ERR INCR option supports a single increment-element pair
> zadd z nx xx 1 a
-ERR XX and NX options at the same time are not compatible
> zadd z nx gt 1 a
-ERR GT, LT, and/or NX options at the same time are not compatible
> zadd z gt lt 1 a
-ERR GT, LT, and/or NX options at the same time are not compatible
> zadd z 1 a 2
-ERR syntax error
> zadd z x a
-ERR value is not a valid float
> zadd z 1 new nan bad
-ERR value is not a valid float
> zscore z new
nil
> zadd s xx 1 a
0
> exists s
0
END
}

@test "core: scores are printed so that they read back the same" {
  why 5 "six digits, as %g prints, are not enough"
  start_server
  dialogue <<'END'
> zadd z 0.1 a 1e300 b 3.0 c -0.5 d inf e -inf f 17179869184.25 g 1e-7 h 123456789012345678 i
9
> zmscore z a b c d e f g h i none
["0.10000000000000001" "1.0000000000000001e+300" "3" "-0.5" "inf" "-inf" "17179869184.25" "9.9999999999999995e-08" "1.2345678901234568e+17" nil]
> zincrby z 0.2 a
"0.30000000000000004"
> zincrby z -inf e
-ERR resulting score is not a number (NaN)
> zincrby z 1 new
"1"
> zincrby z x new
-ERR value is not a valid float
END
}

@test "core: an increment of -0 is what a new member's score is replied as, and 0 what it is" {
  why 5 "the sign of a zero is lost before the reply, or kept afterwards"
  start_server
  dialogue <<'END'
> zincrby z -0 new
"-0"
> zscore z new
"0"
> zincrby z -0 new
"0"
> zadd z incr -0 other
"-0"
> zrange z 0 -1 withscores
["new" "0" "other" "0"]
> zadd z -0 other
0
> zadd z 5 other
0
> zincrby z -5 other
"0"
> zadd z ch -0 other
0
END
}

@test "core: ZREM, ZCARD and the key that goes with its last member" {
  why 5 "an empty set stays as a key, as in the book"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c
3
> zrem z a none c
2
> zcard z
1
> zrem z b
1
> exists z
0
> zcard z
0
> zadd z 1 a
1
> zpopmin z
["a" "1"]
> exists z
0
> zadd z 1 a
1
> zremrangebyrank z 0 -1
1
> type z
none
END
}

@test "core: ZRANK and ZREVRANK count from both ends" {
  why 5 "ranks begin at 0, and equal scores are in the order of their names"
  start_server
  dialogue <<'END'
> zadd z 1 b 1 a 0 c 2 d
4
> zrank z a
1
> zrank z b
2
> zrevrank z d
0
> zrevrank z c
3
> zrank z none
nil
> zrank none a
nil
END
  talk join { repeat 2000 { send 'ZADD big %i m%i\r\n' } } repeat 2000 { expect ':1\r\n' } \
    send 'ZRANK big m1500\r\n' expect ':1499\r\n' send 'ZREVRANK big m1\r\n' expect ':1999\r\n' \
    send 'ZCOUNT big (100 1000\r\n' expect ':900\r\n'
}

@test "core: ZRANGE by rank, by score and by name, in both directions" {
  why 5 "one of ZRANGE's forms; REV exchanges the limits of BYSCORE and BYLEX"
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
> zrange l [c (a bylex rev
["c" "ba" "b"]
> zrange l - + bylex limit 1 2
["b" "ba"]
> zrange l - + bylex withscores
-ERR syntax error, WITHSCORES not supported in combination with BYLEX
END
}

@test "core: the older spellings of ranges" {
  why 5 "ZREVRANGEBYSCORE names the higher limit first"
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
> zrevrangebyscore z 3 (1
["c" "b"]
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

@test "core: ZREMRANGEBYRANK, BYSCORE and BYLEX" {
  why 5 "a member is removed from one index only, or the limits are off by one"
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

@test "core: ZPOPMIN, ZPOPMAX and ZMPOP" {
  why 5 "how many are taken, and how the reply is nested"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b 3 c 4 d 5 e
5
> zpopmin z
["a" "1"]
> zpopmax z 2
["e" "5" "d" "4"]
> zpopmin z 0
[]
> zpopmin none
[]
> zmpop 2 none z max
["z" [["c" "3"]]]
> zmpop 1 z min count 10
["z" [["b" "2"]]]
> zmpop 1 z min
nil[]
> zmpop 0 z min
-ERR numkeys should be greater than 0
> zmpop 1 z middle
-ERR syntax error
> zmpop 1 z min count 0
-ERR count should be greater than 0
> zpopmin z -1
-ERR value is out of range, must be positive
END
}

@test "core: unions, intersections and differences, with weights and aggregates" {
  why 5 "scores are combined in another way, or a plain key counts for nothing"
  start_server
  dialogue <<'END'
> zadd a 1 x 2 y 3 z
3
> zadd b 10 y 20 z 30 w
3
> zunion 2 a b withscores
["x" "1" "y" "12" "z" "23" "w" "30"]
> zinter 2 a b withscores
["y" "12" "z" "23"]
> zinter 2 a b weights 2 0.5 aggregate max withscores
["y" "5" "z" "10"]
> zunion 2 a b aggregate min
["x" "y" "z" "w"]
> zdiff 2 a b withscores
["x" "1"]
> zdiff 3 b a none
["w"]
> zintercard 2 a b
2
> zintercard 2 a b limit 1
1
> zunionstore out 2 a b weights 1 -1
4
> zrange out 0 -1 withscores
["w" "-30" "z" "-17" "y" "-8" "x" "1"]
> zinterstore out 2 a none
0
> exists out
0
> zdiffstore a 2 a b
1
> zrange a 0 -1
["x"]
> zunion 0 a
-ERR at least 1 input key is needed for 'zunion' command
> zunion 3 a b
-ERR syntax error
> zunion 2 a b weights 1
-ERR syntax error
> zunion 2 a b weights 1 x
-ERR weight value is not a float
> zunion 1 a aggregate avg
-ERR syntax error
> zintercard 1 a limit -1
-ERR LIMIT can't be negative
> set s v
OK
> zunion 2 a s
-WRONGTYPE Operation against a key holding the wrong kind of value
END
}

@test "core: ZRANGESTORE stores what ZRANGE returns" {
  why 5 "the result is added to what was there, or an empty one leaves the old"
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

@test "core: ZSCAN" {
  why 5 "members are missing, or come in another form"
  start_server
  dialogue <<'END'
> zadd z 1 a
1
> zscan z 0
["0" ["a" "1"]]
> zscan z 0 match b*
["0" []]
> zscan none 0
["0" []]
END
  talk join { repeat 1000 { send 'ZADD big %i m%i\r\n' } } repeat 1000 { expect ':1\r\n' }
  dialogue <<'END'
> zscan big 0 count 100000 match m77
["0" ["m77" "77"]]
END
}

@test "hardening: the order in which sets are intersected is one that qsort() can rely on" {
  why 5 "the comparison never says equal: a qsort() may then go beyond its array"
  needs_preload qsort
  start_server "$PRELOAD"
  dialogue <<'END'
> zadd a 1 x 2 y 3 z
3
> zadd b 1 x 2 y
2
> zadd c 1 y 2 z
2
> zinter 5 a b none c a
[]
> zinter 5 a b c a b withscores
["y" "9"]
END
}

@test "core: a string is no sorted set, and a sorted set no string" {
  why 5 "a command for another type does something, or another thing than to say so"
  start_server
  local name
  for name in "zadd s 1 m" "zrem s m" "zcard s" "zscore s m" "zincrby s 1 m" "zrank s m" \
    "zrange s 0 -1" "zcount s 0 1" "zpopmin s" "zscan s 0" "zrangestore o s 0 -1" \
    "zremrangebyrank s 0 -1" "zmscore s m" "zlexcount s - +" "bzpopmin s 0" "zmpop 1 s min"; do
    printf '> %s\n-WRONGTYPE Operation against a key holding the wrong kind of value\n' "$name"
  done >"$BATS_TEST_TMPDIR/lines"
  {
    printf '> set s v\nOK\n'
    cat "$BATS_TEST_TMPDIR/lines"
    printf '> get s\n"v"\n'
  } | dialogue
}

@test "core: the book's own commands keep their replies on the binary protocol" {
  why 1 "the replies of the chapters changed with the commands of Redis"
  start_server
  talk req [ zadd z 1 a ] expect-int 1 req [ zadd z 2 a ] expect-int 0 \
    req [ zadd z x a ] expect-err 4 'expect float' req [ zscore z a ] expect-dbl 2 \
    req [ zscore z none ] expect-nil req [ zquery z 0 '' 0 10 ] expect-arr [ str a dbl 2 ] \
    req [ zquery z x '' 0 10 ] expect-err 4 'expect fp number' \
    req [ zquery z 0 '' x 10 ] expect-err 4 'expect int' req [ zrem z a ] expect-int 1 \
    req [ set s v ] expect-nil req [ zadd s 1 a ] expect-err 3 'expect zset'
  talk send 'ZADD z 1 a 2 b 3 c\r\n' expect ':3\r\n' \
    send 'ZQUERY z 2 "" 0 2\r\n' expect '*2\r\n$1\r\nb\r\n$1\r\n2\r\n'
}
