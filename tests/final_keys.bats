#!/usr/bin/env bats
# final_keys: the commands for keys of any type, databases, and SCAN's guarantee.

# shellcheck disable=SC1083,SC2016 # { } are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: DEL, UNLINK, EXISTS and TOUCH take many keys and count" {
  why 5 "a key that is named twice counts twice for EXISTS, but can be deleted only once"
  start_server
  dialogue <<'END'
> mset a 1 b 2 c 3 d 4
OK
> zadd z 1 m
1
> exists a b none a z
4
> touch a none a
2
> del a none a z
2
> unlink b none b
1
> exists a b c z
1
> dbsize
2
END
}

@test "core: TYPE tells what a key holds" {
  why 5 "types have Redis' names: string, zset, none"
  start_server
  dialogue <<'END'
> set s v
OK
> zadd z 1 m
1
> type s
string
> type z
zset
> type none
none
END
}

@test "core: KEYS matches patterns as Redis does" {
  why 5 "the glob: ? * [a-c] [^a] and backslashes"
  start_server
  dialogue <<'END'
> mset one 1 two 2 three 3 four 4 "a*b" 5 axb 6 a[b 7
OK
> keys t*
[*]
> keys one
["one"]
> keys ?o?r
["four"]
> keys [o]*
["one"]
> keys [^a-tv-z]*
[]
> keys a\*b
["a*b"]
> keys a[x]b
["axb"]
> keys f[a-p]u*
["four"]
> keys [^a]*e
[*]
> keys t[h-w]?
["two"]
> keys "a\\[b"
["a[b"]
> keys none*
[]
END
}

@test "core: no pattern takes long, however it is made and whatever the key is" {
  why 9 "after each failure the rest of the pattern is tried again one byte further on"
  needs_no_sanitizer "it measures time"
  start_server
  talk send '*3\r\n$3\r\nSET\r\n$1000000\r\n\{1000000*a}\r\n$1\r\nv\r\n' expect '+OK\r\n'
  talk send 'ZADD z 1 \{60000*a}\r\n' expect ':1\r\n'
  talk clock send 'KEYS *\{1000*a}b\r\n' expect '*0\r\n' \
    send 'SCAN 0 MATCH *\{400*?}*\{500*a}b\r\n' expect '*2\r\n$1\r\n0\r\n*0\r\n' \
    send 'ZSCAN z 0 MATCH *\{1000*a}b\r\n' expect '*2\r\n$1\r\n0\r\n*0\r\n' expect-within 1000
}

@test "core: a pattern of more than 1 KB is refused, wherever one is taken" {
  why 9 "the length of the pattern is not bounded, and so what each byte of a key costs"
  start_server
  talk send 'SET k v\r\n' expect '+OK\r\n' \
    send 'KEYS \{1023**}k\r\n' expect '*1\r\n$1\r\nk\r\n' \
    send 'KEYS \{1024**}k\r\n' expect '-ERR pattern is longer than 1024 bytes\r\n' \
    send 'SCAN 0 MATCH \{1025*a}\r\n' expect '-ERR pattern is longer than 1024 bytes\r\n' \
    send 'ZADD z 1 m\r\n' expect ':1\r\n' \
    send 'ZSCAN z 0 MATCH \{1025*a}\r\n' expect '-ERR pattern is longer than 1024 bytes\r\n' \
    send 'CONFIG GET \{1025*a}\r\n' expect '-ERR pattern is longer than 1024 bytes\r\n' \
    join { send 'CONFIG GET' repeat 65 { send ' port' } send '\r\n' } \
    expect '-ERR CONFIG GET takes at most 64 patterns\r\n'
}

@test "extra: patterns fit what they should" {
  why 5 "a place of the pattern is lost between two words of the set, or a star takes too little"
  unit_test glob_test glob.c
}

@test "core: RENAME and RENAMENX take value and time limit along" {
  why 5 "the time limit stays behind, or the new name keeps its own"
  start_server
  dialogue <<'END'
> set a v ex 100
OK
> set b w ex 500
OK
> rename a b
OK
> exists a
0
> get b
"v"
> ttl b
99..100
> rename none x
-ERR no such key
> set c x
OK
> renamenx b c
0
> renamenx b d
1
> ttl d
99..100
> rename c d
OK
> ttl d
-1
> rename d d
OK
> renamenx d d
0
> get d
"x"
> zadd z 1 m
1
> rename z d
OK
> zscore d m
"1"
END
}

@test "core: COPY copies a value of any type, also to another database" {
  why 5 "the copy shares the value with the original, or lacks its time limit"
  start_server
  dialogue <<'END'
> zadd z 1 a 2 b
2
> expire z 100
1
> copy z y
1
> zrem z a
1
> zrange y 0 -1 withscores
["a" "1" "b" "2"]
> ttl y
99..100
> copy z y
0
> copy z y replace
1
> zrange y 0 -1
["b"]
> copy z z
-ERR source and destination objects are the same
> copy none y
0
> set s v
OK
> copy s s db 3
1
> append s more
5
> select 3
OK
> get s
"v"
> copy s s db 16
-ERR DB index is out of range
> copy s t db x
-ERR value is not an integer or out of range
END
}

@test "core: sixteen databases: SELECT, MOVE, FLUSHDB and FLUSHALL" {
  why 5 "the databases are one, or the selection is one for all connections"
  start_server
  dialogue <<'END'
> set k zero ex 100
OK
> select 15
OK
> get k
nil
> set k fifteen
OK
b> get k
"zero"
> select 16
-ERR DB index is out of range
> select -1
-ERR DB index is out of range
> select x
-ERR value is not an integer or out of range
> select 0
OK
> move k 15
0
> move k 7
1
> exists k
0
> select 7
OK
> ttl k
99..100
> move k 7
-ERR source and destination objects are the same
> get k
"zero"
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

@test "core: SCAN with MATCH, COUNT and TYPE, from cursor 0 to cursor 0" {
  why 5 "options of SCAN; a cursor that is no number"
  start_server
  dialogue <<'END'
> scan 0
["0" []]
> mset a1 1 a2 2 b1 3
OK
> zadd a3 1 m
1
> scan 0 count 1000 match b*
["0" ["b1"]]
> scan 0 count 1000 type zset
["0" ["a3"]]
> scan 0 match a* count 1000 type zset
["0" ["a3"]]
> scan 0 count 1000 type hash
["0" []]
> scan 0 count 1000 match none
["0" []]
> scan x
-ERR invalid cursor
> scan 99999999999999999999
-ERR invalid cursor
> scan 123456789012345678901234567890
-ERR invalid cursor
> scan "1\x00"
-ERR invalid cursor
> scan ""
["*" [*]]
> scan " 0"
-ERR invalid cursor
> scan 0 count 0
-ERR syntax error
> scan 0 count x
-ERR value is not an integer or out of range
> scan 0 nonsense
-ERR syntax error
> scan 0 match
-ERR syntax error
END
}

@test "core: SCAN returns every key that is there all the time, while others come and go" {
  why 9 "a cursor that counts slots: what is moved by a rehash, or by the table's shrinking, is
  passed over"
  build_differential scanning
  start_server
  "$TOOLS/launch" -t 60 "$TOOLS/scanning" "127.0.0.1:$SERVER_PORT" "$(large 3000)"
}

@test "core: RENAME and MOVE carry values of any size, which can be changed afterwards" {
  why 5 "a value is left behind, shared by two keys, or cut to what fits beside the key"
  start_server
  local size
  for size in 0 1 127 128 129 5000; do
    dialogue <<END
> setrange big $size x
$((size + 1))
> expire big 100
1
> rename big a
OK
> exists big
0
> append a yz
$((size + 3))
> move a 3
1
> select 3
OK
> rename a b
OK
> setrange b 0 w
$((size + 3))
> getrange b -2 -1
"yz"
> strlen b
$((size + 3))
> ttl b
99..100
> set b short
OK
> get b
"short"
> flushall
OK
END
  done
}
