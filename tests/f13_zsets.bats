#!/usr/bin/env bats
# f13_zsets: sorted sets as Redis has them.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

# holds KEY MEMBER SCORE...: the sorted set has these members, in this order, and no others.
holds() {
  local key=$1 all='' rank=0
  shift
  {
    printf '> zcard %s\n%d\n' "$key" $(($# / 2))
    while [ $# -gt 0 ]; do
      printf '> zrank %s %s\n%d\n> zscore %s %s\n"%s"\n' "$key" "$1" "$rank" "$key" "$1" "$2"
      all="$all \"$1\" \"$2\"" rank=$((rank + 1))
      shift 2
    done
    on_ours printf '> zquery %s -inf "" 0 100\n[%s]\n' "$key" "${all# }"
  } | dialogue
}

@test "core: ZADD with NX, XX, GT, LT, CH and INCR" {
  why 2 "options of ZADD, or what it counts: new members, with CH changed ones, too"
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
END
  holds z h 1 c 3 d 4 e 5 a 7 f 9 b 10
  dialogue <<'END'
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
  why - "six digits, as %g prints, are not enough"
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
  why 4 "the sign of a zero is lost before the reply, or kept afterwards"
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
END
  holds z new 0 other 0
  dialogue <<'END'
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
  why 3 "an empty set stays as a key, as in the book"
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
> zadd z 1 a 2 b
2
> zrem z a b a
2
> type z
none
> keys *
[]
> zcard none
0
END
}

@test "core: ZRANK and ZREVRANK count from both ends" {
  why 1 "ranks begin at 0, and equal scores are in the order of their names"
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
    send 'ZRANK big m1500\r\n' expect ':1499\r\n' send 'ZREVRANK big m1\r\n' expect ':1999\r\n'
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

@test "core: no pattern takes ZSCAN long, and one of more than 1 KB is refused" {
  why f12_keys 3 "the pattern of ZSCAN is not the one of SCAN, which is bounded"
  ours "Redis has no such bound"
  needs_no_sanitizer "it measures time"
  start_server
  talk send 'ZADD z 1 \{60000*a}\r\n' expect ':1\r\n' \
    clock send 'ZSCAN z 0 MATCH *\{1000*a}b\r\n' expect '*2\r\n$1\r\n0\r\n*0\r\n' \
    send 'ZSCAN z 0 MATCH *\{400*?}*\{500*a}b\r\n' expect '*2\r\n$1\r\n0\r\n*0\r\n' expect-within 1000 \
    send 'ZSCAN z 0 MATCH \{1025*a}\r\n' expect '-ERR pattern is longer than 1024 bytes\r\n'
}

@test "core: a string is not taken for a sorted set" {
  why ch10_avl 6 "a command for another type does something, or does not reply with the error"
  start_server
  refuse_a_string "zadd s 1 m" "zrem s m" "zcard s" "zscore s m" "zincrby s 1 m" "zrank s m" \
    "zrevrank s m" "zscan s 0" "zmscore s m"
}

@test "core: what changes a sorted set keeps its time limit, but the limit ends with the last member" {
  why ch13_ttl 4 "the TTL belongs to the key's value: a new set under the same name has none"
  start_server
  dialogue <<'END'
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
> zrem z m n
2
> zadd z 1 m
1
> ttl z
-1
END
}

@test "core: an expired sorted set has no members, and is begun anew" {
  why ch13_ttl 1 "an expired set is hidden from commands that read it, but not from commands that add to it"
  start_server
  dialogue <<'END'
> zadd z 1 m 2 n
2
> pexpire z 1
1
?> zcard z
0
> zrank z n
nil
> zmscore z m n
[nil nil]
> zscan z 0
["0" []]
> zadd z xx 5 m
0
> zincrby z 7 o
"7"
> zcard z
1
> ttl z
-1
END
}

@test "core: the book's own commands keep their replies on the binary protocol" {
  why f04_resp 5 "the replies of the chapters changed with the commands of Redis"
  ours "the book's protocol"
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

@test "core: on the book's protocol, too, the key goes with its last member" {
  why 3 "an empty set stays as a key there"
  ours "the book's protocol"
  start_server
  talk req [ zadd z 1 a 2 b ] expect-int 2 req [ zrem z a ] expect-int 1 req [ keys ] expect-set [ z ] \
    req [ zrem z b ] expect-int 1 req [ keys ] expect-set [ ] req [ set z v ] expect-nil \
    req [ get z ] expect-str v
}

@test "core: INFO counts the look-ups of ZADD, ZINCRBY, ZSCORE, ZMSCORE, ZCARD, ZREM and ZSCAN" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 zadd z 1 m 2 n 3 o
0 0 zincrby z 1 m
1 0 zscore z none
0 1 zscore none m
1 0 zmscore z m n
1 0 zcard z
0 0 zrem z none
1 0 zscan z 0
END
}

@test "core: ZADD INCR, ZMSCORE and ZRANK reply in RESP3 as Redis does" {
  why f07_session 4 "HELLO 3 is said, and some replies still have the types of RESP2"
  start_server
  dialogue <<'END'
> hello 3
{*}
> zadd z 1.5 a 2 b inf c
3
> zadd z incr 1 a
,2.5
> zscore z c
,inf
> zmscore z b none
[,2 _]
> zrank z none
_
END
}

@test "core: ZADD takes several members, and COMMAND INFO says so" {
  why f06_rows 1 "the row still has the number of arguments of the chapters"
  start_server
  printf '> zadd z 1 a 2 b\n2\n' | dialogue
  printf '> command info zadd\n[["zadd" -4 [write* fast] 1 1 1 *]]\n' | dialogue
}

@test "core: a score that does not fit into a double is refused, and no key is made" {
  why 4 "1e400 becomes infinity; or members are added, or a key, before all scores are read"
  start_server
  dialogue <<'END'
> zadd z 1e400 a
-ERR value is not a valid float
> zadd z -1e400 a
-ERR value is not a valid float
> zadd z 1e-400 a
-ERR value is not a valid float
> zincrby z 1e400 a
-ERR value is not a valid float
> zadd z 1 a x b
-ERR value is not a valid float
> zadd z 1 a 2
-ERR syntax error
> zadd z nx xx 1 a
-ERR XX and NX options at the same time are not compatible
> exists z
0
> zadd z 1.7976931348623157e308 a
1
> zscore z a
"1.7976931348623157e+308"
END
}

@test "core: a member may be named twice in one ZADD" {
  why - "all members are looked up first: the second time it is as new as the first"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 a
1
> zscore z a
"2"
> zadd z ch 1 b 2 b 2 b
2
> zadd z nx 1 c 2 c
1
> zscore z c
"1"
> zadd z gt ch 3 c 2 c 4 c
2
> zcard z
3
END
}

@test "core: a member that gets its neighbor's score stands where its name belongs" {
  why 1 "whether a member has to move is decided by scores alone"
  start_server
  dialogue <<'END'
> zadd z 1 m 2 a 3 z
3
> zadd z 1 a
0
END
  holds z a 1 m 1 z 3
  dialogue <<'END'
> zadd z 3 m
0
> zrank z m
1
> zadd z 1 z
0
END
  holds z a 1 z 1 m 3
  dialogue <<'END'
> zadd z 1 m
0
END
  holds z a 1 m 1 z 1
  dialogue <<'END'
> zrank z z
2
> zrevrank z a
2
END
}
