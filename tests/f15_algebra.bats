#!/usr/bin/env bats
# f15_algebra: several sorted sets to one, and members that are popped.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: unions, intersections and differences, with weights and aggregates" {
  why 1 "scores are combined in another way, or a plain key counts for nothing"
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
> zdiff 3 a none b
["x"]
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
> zadd y 2 b
1
> zadd z 1 a
1
> zmpop 2 z y min
["z" [["a" "1"]]]
> zmpop 2 z y min
["y" [["b" "2"]]]
END
}

@test "core: a sum or product that is not a number is 0" {
  why 4 "infinity minus infinity, or infinity times 0, is stored or replied as it is"
  start_server
  dialogue <<'END'
> zadd i inf x 1 y
2
> zadd j -inf x 1 y
2
> zunion 2 i j withscores
["x" "0" "y" "2"]
> zinter 2 i j withscores
["x" "0" "y" "2"]
> zunionstore o 1 i weights 0
2
> zrange o 0 -1 withscores
["x" "0" "y" "0"]
END
}

@test "core: an intersection looks at the members of the smallest set only" {
  why 3 "it goes through the set that was named first, however large that is"
  start_server
  local began
  talk join { repeat 100000 { send 'ZADD big %i m%i\r\n' } } repeat 100000 { expect ':1\r\n' } \
    send 'ZADD small 1 m5 2 m6 3 x\r\n' expect ':3\r\n'
  began=$(ms)
  talk join { repeat 300 { send 'ZINTERCARD 2 big small\r\n' } } repeat 300 { expect ':2\r\n' }
  began=$(($(ms) - began))
  [ "$began" -lt 2000 ] || fail "300 intersections of 100,000 members and 3 took $began ms"
}

@test "core: members that do not fit into a reply stay in their set" {
  why 5 "they are removed before the reply turns out to be too big, and are lost"
  ours "its binary protocol has a largest reply"
  start_server
  local words=() i
  for ((i = 10; i < 44; i++)); do
    words+=(send "*4\r\n\$4\r\nZADD\r\n\$1\r\nz\r\n\$1\r\n1\r\n\$1000002\r\n$i" fill 1000000 z
      send '\r\n' expect ':1\r\n')
  done
  talk "${words[@]}"
  talk req [ zpopmin z 40 ] expect-err 2 'response is too big.' req [ zcard z ] expect-int 34
}

@test "hardening: the order in which sets are intersected is one that qsort() can rely on" {
  why - "the comparison never says equal: a qsort() may then go beyond its array"
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

@test "core: who pops the last member pops the key" {
  why 6 "an empty set stays as a key, as in the book"
  start_server
  dialogue <<'END'
> zadd z 1 a
1
> zpopmin z
["a" "1"]
> exists z
0
> zadd z 1 a 2 b
2
> zpopmax z 2
["b" "2" "a" "1"]
> exists z
0
> zadd z 1 a
1
> zmpop 1 z max
["z" [["a" "1"]]]
> type z
none
END
}

@test "core: a string has no members to pop, and cannot be computed with as a set" {
  why ch10_avl 6 "a command for another type does something, or does not reply with the error"
  start_server
  refuse_a_string "zpopmin s" "zpopmax s" "zmpop 1 s min" "zinter 1 s" "zdiff 2 none s" \
    "zunionstore out 1 s" "zintercard 1 s"
}

@test "core: a result that is stored has no time limit, what pops members keeps it" {
  why ch13_ttl 4 "the TTL belongs to the key's value, and a stored result is a new value"
  start_server
  dialogue <<'END'
> zadd z 1 m 2 n 3 o
3
> expire z 100
1
> zpopmin z
["m" "1"]
> ttl z
99..100
> zunionstore z 1 z
2
> ttl z
-1
> zrange z 0 -1 withscores
["n" "2" "o" "3"]
> set s v ex 100
OK
> zinterstore s 1 z
2
> ttl s
-1
> zcard s
2
END
}

@test "core: an expired sorted set counts as an empty one" {
  why ch13_ttl 1 "an expired set is hidden from some of the commands only"
  start_server
  dialogue <<'END'
> zadd z 1 m
1
> zadd y 2 n
1
> pexpire z 1
1
?> zunion 2 y z
["n"]
> zpopmin z
[]
> zmpop 2 z y min
["y" [["n" "2"]]]
> zunionstore out 2 y z
0
> exists out y z
0
END
}

@test "core: INFO counts the look-ups of ZUNION, ZDIFFSTORE, ZINTERCARD and ZPOPMIN" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 zadd z 1 m 2 n 3 o
1 1 zunion 2 z none
1 1 zdiffstore zu 2 z none
2 0 zintercard 2 z z
0 0 zpopmin z
END
}

@test "core: ZPOPMIN's replies are those of Redis, byte by byte" {
  why f04_resp 3 "a reply of another type, or with another end of line"
  start_server
  talk send 'ZPOPMIN none\r\n' expect '*0\r\n' send 'ZADD z 1.5 m\r\n' expect ':1\r\n' \
    send 'ZPOPMIN z\r\n' expect '*2\r\n$1\r\nm\r\n$3\r\n1.5\r\n'
}

@test "core: ZPOPMIN and ZPOPMAX reply in RESP3 as Redis does: one member alone, or pairs" {
  why f07_session 4 "HELLO 3 is said, and some replies still have the types of RESP2"
  start_server
  dialogue <<'END'
> zadd z 2.5 a 2 b inf c
3
> hello 3
{*}
> zpopmin z
["b" ,2]
> zpopmax z 2
[["c" ,inf] ["a" ,2.5]]
END
}
