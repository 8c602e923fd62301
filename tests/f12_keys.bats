#!/usr/bin/env bats
# f12_keys: finding, listing, scanning, renaming, moving and copying keys, whatever they hold.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

@test "core: DEL, UNLINK, EXISTS and TOUCH take many keys and count" {
  why - "a key that is named twice counts twice for EXISTS, but can be deleted only once"
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
  why f10_strings 1 "types have Redis' names: string, zset, none"
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
  why - "the glob: ? * [a-c] [^a] and backslashes"
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

@test "core: a star takes nothing, or all, and a pattern fits whole names only" {
  why - "a star needs a byte, or a name fits as soon as its beginning does"
  start_server
  dialogue <<'END'
> mset abc 1 abcd 2
OK
> keys abc
["abc"]
> keys abcd*
["abcd"]
> keys *abc
["abc"]
> keys a*b*c
["abc"]
> keys **a**bc**d**
["abcd"]
> keys ???
["abc"]
> keys bc*
[]
> keys [c-a]bc
["abc"]
> keys ABC
[]
END
}

@test "core: no pattern takes long, however it is made and whatever the key is" {
  why 3 "after each failure the rest of the pattern is tried again one byte further on"
  ours "Redis has no such bound"
  needs_no_sanitizer "it measures time"
  start_server
  talk send '*3\r\n$3\r\nSET\r\n$1000000\r\n\{1000000*a}\r\n$1\r\nv\r\n' expect '+OK\r\n'
  talk clock send 'KEYS *\{1000*a}b\r\n' expect '*0\r\n' \
    send 'SCAN 0 MATCH *\{400*?}*\{500*a}b\r\n' expect '*2\r\n$1\r\n0\r\n*0\r\n' \
    expect-within 1000
}

@test "core: a pattern of more than 1 KB is refused by KEYS and SCAN" {
  why 3 "the length of the pattern is not bounded, and so what each byte of a key costs"
  ours "Redis has no such bound"
  start_server
  talk send 'SET k v\r\n' expect '+OK\r\n' \
    send 'KEYS \{1023**}k\r\n' expect '*1\r\n$1\r\nk\r\n' \
    send 'KEYS \{1024**}k\r\n' expect '-ERR pattern is longer than 1024 bytes\r\n' \
    send 'SCAN 0 MATCH \{1025*a}\r\n' expect '-ERR pattern is longer than 1024 bytes\r\n'
}

@test "extra: patterns fit what they should" {
  why - "a place of the pattern is lost between two words of the set, or a star takes too little"
  unit_test glob_test glob.c
}

@test "core: RENAME and RENAMENX take value and time limit along" {
  why 4 "the TTL stays behind, or the new name keeps its own"
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
  why 4 "the copy shares the value with the original, or lacks its TTL"
  start_server
  dialogue <<'END'
> zadd z 1 a
1
> zadd z 2 b
1
> expire z 100
1
> copy z y
1
> zrem z a
1
> zscore y a
"1"
> zscore y b
"2"
END
  on_ours dialogue <<'END'
> zquery y -inf "" 0 10
["a" "1" "b" "2"]
END
  dialogue <<'END'
> ttl y
99..100
> copy z y
0
> copy z y replace
1
> zscore y a
nil
> zscore y b
"2"
END
  on_ours dialogue <<'END'
> zquery y -inf "" 0 10
["b" "2"]
END
  dialogue <<'END'
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

@test "core: MOVE carries a key to another of sixteen databases" {
  why 4 "the key is in both databases, or replaces what is there, or loses its TTL"
  start_server
  dialogue <<'END'
> set k zero ex 100
OK
> select 15
OK
> set k fifteen
OK
> select 0
OK
> move k 15
0
> move k 16
-ERR DB index is out of range
> move k -1
-ERR DB index is out of range
> move k x
-ERR value is not an integer or out of range
> move none 7
0
> ttl k
99..100
> move k 7
1
> exists k
0
b> exists k
0
> select 7
OK
> ttl k
99..100
> move k 7
-ERR source and destination objects are the same
> get k
"zero"
> select 15
OK
> get k
"fifteen"
END
}

@test "core: SCAN with MATCH, COUNT and TYPE, from cursor 0 to cursor 0" {
  why 1 "options of SCAN; a cursor that is not a number"
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
> scan "0\x00junk" count 1000 type zset
["0" ["a3"]]
> scan "\x00"
["*" [*]]
> scan "x\x00"
-ERR invalid cursor
END
}

@test "core: SCAN returns every key that is there all the time, while others come and go" {
  why 1 "a cursor that counts slots: what is moved by a rehash, or by the table's shrinking, is
  passed over"
  build_differential scanning
  start_server
  "$TOOLS/launch" -t 60 "$TOOLS/scanning" "127.0.0.1:$SERVER_PORT" "$(large 3000)"
}

@test "core: RENAME and MOVE carry values of any size, which can be changed afterwards" {
  why 4 "a value is left behind, shared by two keys, or cut to what fits beside the key"
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

@test "core: an expired key is not found, listed, renamed, moved or copied" {
  why ch13_ttl 1 "an expired key is hidden from GET only, until it is removed"
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
> touch k z
0
> type z
none
> keys *
[* *]
> scan 0 count 1000
["0" [* *]]
> dbsize
2
> rename k x
-ERR no such key
> renamenx z x
-ERR no such key
> copy z x
0
> move k 1
0
> unlink k z
0
> renamenx a z
1
> ttl z
-1
END
}

@test "core: an expired key does not exist for a request that was already waiting" {
  why ch13_ttl 1 "expired keys are there until a timer removes them, and requests are answered first"
  start_server
  # what takes some 100 ms, and so many requests that the last one is of the next turn
  talk join { repeat 100000 { send 'SET key:%i v\r\n' } } repeat 100000 { expect '+OK\r\n' } \
    join { send 'SET k v PX 30\r\n' repeat 30 { send 'KEYS nothing*\r\n' } \
      repeat 1500 { send 'PING\r\n' } send 'GET k\r\n' } \
    expect '+OK\r\n' repeat 30 { expect '*0\r\n' } repeat 1500 { expect '+PONG\r\n' } \
    expect '$-1\r\n'
}

@test "core: who sends many requests at once lets others have their turns" {
  why f01_passes 4 "all requests of one client are answered before anybody else's"
  start_server
  local keys=10000
  talk join { repeat "$keys" { send 'SET key:%i v\r\n' } } repeat "$keys" { expect '+OK\r\n' }
  # 60 KB that take about a second; another client checks how far the server is. On a busy
  # machine it may look too late: so it may look five times.
  local try seen=
  for try in 1 2 3 4 5; do
    talk_start @greedy join { send 'DEL n\r\n' repeat 3000 { send 'KEYS nothing\r\nINCR n\r\n' } } \
      hold send 'QUIT\r\n' drain
    seen=$(dialogue 2>&1 <<'END'
> incrby n 0
0..2900
END
    ) && seen=in-between
    talk_finish
    [ "$seen" != in-between ] || break
  done
  [ "$seen" = in-between ] || fail "$seen" "and so $try times"
}

# slow_keys N: from here on, each KEYS with that pattern takes the server at least N times 0.04 ms.
slow_keys() {
  talk join { repeat "$1" { send 'SET \{50000*a}%i v\r\n' } } repeat "$1" { expect '+OK\r\n' }
}

@test "core: slow requests of one client, sent together, do not keep the others waiting" {
  why f01_passes 4 "a turn ends after a number of requests, however long they take"
  ours "Redis has no such bound"
  needs_no_sanitizer "it measures time"
  start_server
  slow_keys 35
  local waited all
  talk_says timeout 30000 @other send 'PING\r\n' expect '+PONG\r\n' \
    clock @slow join { repeat 990 { send 'KEYS *aaaaaaaaaaaaaaaaaab\r\n' } } pause 100 elapsed \
    @other send 'PING\r\n' expect '+PONG\r\n' elapsed @slow repeat 990 { expect '*0\r\n' } elapsed
  [ "$status" = 0 ] || fail "$errors"
  # shellcheck disable=SC2086 # three numbers
  set -- $output
  waited=$(($2 - $1)) all=$(($3 - $1)) # a busy machine is slow with everything
  [ "$waited" -le 1000 ] || [ $((2 * waited)) -le "$all" ] ||
    fail "the other client waited $waited ms, of $all that all the slow requests took"
}

# loop_ms: the CPU time that the loop's thread has taken so far.
loop_ms() {
  local ns rest
  read -r ns rest <"/proc/$SERVER_PID/task/$SERVER_PID/schedstat"
  echo $((ns / 1000000))
}

needs_schedstat() { [ -r /proc/self/schedstat ] || skip "there is no /proc/PID/schedstat here"; }

# fill_zset KEY: gives it 200,000 members.
fill_zset() {
  talk join { repeat 200000 { send "ZADD $1 %i member:%i\r\n" } } repeat 200000 { expect ':1\r\n' }
}

@test "core: large sorted sets are freed off the loop, however they go" {
  why ch14_threads 4 "only DEL hands a large value to the pool"
  ours "its CPU time"
  needs_schedstat
  needs_no_sanitizer "it measures time"
  start_server
  fill_zset z
  printf '> copy z a\n1\n> copy z b\n1\n> copy z c\n1\n> copy z d\n1\n> copy z e\n1\n> set s v\nOK\n' |
    PATIENCE=20000 dialogue
  local before took
  before=$(loop_ms)
  dialogue <<'END'
> del z
1
> unlink a
1
> set b string
OK
> rename s c
OK
> pexpire d 1
1
?> exists d
0
> flushdb
OK
END
  took=$(($(loop_ms) - before))
  [ "$took" -lt 15 ] || fail "letting go of six large sets took $took ms of the loop's time"
}

@test "core: a large string that is copied over, renamed over or unlinked is freed off the loop" {
  why f10_strings 5 "the loop itself frees what COPY with REPLACE and RENAME replace"
  ours "inspect"
  start_server
  local key
  for key in b c d e; do
    set_big "$key" 1048577
  done
  dialogue <<'END'
> set s v
OK
> copy s b
0
> inspect pool
"*jobs done: 0\njobs waiting: 0"
> copy s b replace
1
?> inspect pool
"*jobs done: 1\n*"
> copy c d replace
1
?> inspect pool
"*jobs done: 2\n*"
> rename s d
OK
?> inspect pool
"*jobs done: 3\n*"
> unlink e
1
?> inspect pool
"*jobs done: 4\njobs waiting: 0"
> get d
"v"
> exists c
1
END
}

@test "core: INFO counts the look-ups of EXISTS, TOUCH, TYPE, COPY, RENAME, MOVE, DEL and SCAN" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 set k v
2 1 exists k none k
1 0 touch k
0 1 type none
0 0 set a 1
0 0 set b 2
1 0 copy a d
0 0 rename a aa
0 0 move b 3
0 0 set b 2
0 0 del none b
0 0 scan 0
END
}

@test "core: EXISTS's reply is that of Redis, byte by byte" {
  why f04_resp 3 "a reply of another type, or with another end of line"
  start_server
  talk send 'SET k v\r\n' expect '+OK\r\n' send 'EXISTS k\r\n' expect ':1\r\n' \
    send 'EXISTS none\r\n' expect ':0\r\n'
}

@test "core: SCAN's reply, a list within a list, is whole on the binary protocol, too" {
  why ch08_hashtable 5 "a list that is made apart loses its values, or has a header too many"
  ours "the book's protocol"
  start_server
  client set k v
  client scan 0
  equal "what the client prints" $'(arr) len=2\n(str) 0\n(arr) len=1\n(str) k\n(arr) end\n(arr) end' "$output"
  equal "the exit status" 0 "$status"
}

@test "core: what has expired and is not removed yet is not listed" {
  why ch13_ttl 1 "KEYS and SCAN return what they find in the table, without checking whether it has expired"
  start_server
  # in one packet: nothing is removed between two of its requests
  talk join { send 'SET a v\r\nSET b v\r\nPEXPIRE a 0\r\nKEYS *\r\nSCAN 0 COUNT 1000\r\nEXISTS a\r\n' } \
    expect '+OK\r\n+OK\r\n:1\r\n*1\r\n$1\r\nb\r\n*2\r\n$1\r\n0\r\n*1\r\n$1\r\nb\r\n:0\r\n' \
    send 'FLUSHALL\r\n' expect '+OK\r\n'
  on_ours talk join { req [ set a v ] req [ set b v ] req [ pexpire a 0 ] req [ keys ] \
      req [ keys '*' ] req [ scan 0 count 1000 ] req [ exists a ] } \
    expect-nil expect-nil expect-int 1 expect-set [ b ] expect-set [ b ] \
    expect-arr [ str 0 arr [ str b ] ] expect-int 0
}

@test "core: a SCAN that finds nothing comes back soon" {
  why 2 "SCAN goes on until it has COUNT keys that fit, through the whole table"
  start_server
  talk join { repeat 5000 { send 'SET key:%i v\r\n' } } repeat 5000 { expect '+OK\r\n' }
  local words
  for words in 'MATCH nothing*' 'TYPE zset' 'MATCH nothing* COUNT 20'; do
    # its cursor is on the third line
    [[ $(told scan 0 "$words") =~ ^'*2'$'\n$'[0-9]+$'\n'([0-9]+)$'\n*' ]] || fail "scan 0 $words has no such reply"
    [ "${BASH_REMATCH[1]}" != 0 ] || fail "scan 0 $words went through all 5000 keys in one call"
  done
}

@test "extra: a table that is almost empty shrinks, and one that is half empty does not" {
  why 2 "a table that was large once stays so, and each walk through it visits its empty slots"
  start_server
  local slots
  talk join { repeat 5000 { send 'SET key:%i v\r\n' } } repeat 5000 { expect '+OK\r\n' }
  client inspect table
  contains "with 5000 keys" $'newer: 8192 slots, 5000 keys\n' "$output"
  talk join { repeat 3000 { send 'DEL key:%i\r\n' } } repeat 3000 { expect ':1\r\n' }
  client inspect table
  contains "with 2000 keys" $'newer: 8192 slots, 2000 keys\n' "$output"
  talk join { repeat 4995 { send 'DEL key:%i\r\n' } } repeat 3000 { expect ':0\r\n' } \
    repeat 1995 { expect ':1\r\n' }
  client inspect table
  slots=$(sed -n 's/.*newer: \([0-9]*\) slots.*/\1/p' <<<"$output")
  [ "$slots" -le 64 ] || fail "with 5 keys there are $slots slots"
}
