#!/usr/bin/env bats
# f10_strings: values with types, and all that SET and its relatives can do.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: SET replaces a value of any type and takes its time limit away" {
  why 6 "SET keeps what the key had before: its type, or when it ends"
  start_server
  dialogue <<'END'
> set k v ex 100
OK
> set k w
OK
> ttl k
-1
> zadd z 1 m
1
> set z string
OK
> get z
"string"
> set k v px 100000
OK
> pttl k
90000..100000
> set k w keepttl
OK
> ttl k
90..100
> set k v ex 5 ex 100
OK
> ttl k
90..100
> set k v ex 5 px 100
-ERR syntax error
> set k v exat 9999999999
OK
> expiretime k
9999999999
> set k v pxat 9999999999999
OK
> pexpiretime k
9999999999999
END
}

@test "core: SET with NX, XX and GET" {
  why 3 "the condition is checked too late, or GET does not reply with the old value"
  start_server
  dialogue <<'END'
> set k v xx
nil
> get k
nil
> set k v nx
OK
> set k w nx
nil
> get k
"v"
> set k w xx
OK
> set k x get
"w"
> set k y nx get
"x"
> get k
"x"
> set new z get
nil
> set new2 z nx get
nil
> get new2
"z"
> zadd z 1 m
1
> set z v get
-WRONGTYPE Operation against a key holding the wrong kind of value
> zscore z m
"1"
END
}

@test "core: SET refuses what makes no sense, and changes nothing" {
  why 3 "options that contradict each other, or invalid times"
  start_server
  dialogue <<'END'
> set k v
OK
> set k w nx xx
-ERR syntax error
> set k w ex
-ERR syntax error
> set k w ex 10 px 10
-ERR syntax error
> set k w ex 10 keepttl
-ERR syntax error
> set k w nonsense
-ERR syntax error
> set k w ex 0
-ERR invalid expire time in 'set' command
> set k w px -1
-ERR invalid expire time in 'set' command
> set k w ex 9223372036854775807
-ERR invalid expire time in 'set' command
> set k w ex 1.5
-ERR value is not an integer or out of range
> set k w ex abc
-ERR value is not an integer or out of range
> set k
-ERR wrong number of arguments for 'set' command
> get k
"v"
> ttl k
-1
END
}

@test "core: SETNX, SETEX, PSETEX, GETSET, GETDEL, GETEX" {
  why - "one of SET's older or newer relatives"
  start_server
  dialogue <<'END'
> setnx k v
1
> setnx k w
0
> get k
"v"
> setex k 100 w
OK
> ttl k
99..100
> psetex k 100000 x
OK
> pttl k
90000..100000
> setex k 0 w
-ERR invalid expire time in 'setex' command
> psetex k -5 w
-ERR invalid expire time in 'psetex' command
> getset k y
"x"
> ttl k
-1
> getset none y
nil
> getdel k
"y"
> getdel k
nil
> set k v
OK
> getex k ex 100
"v"
> ttl k
99..100
> getex k
"v"
> ttl k
99..100
> getex k persist
"v"
> ttl k
-1
> getex k px 1 ex 1
-ERR syntax error
> getex k ex 0
-ERR invalid expire time in 'getex' command
> getex k exat 1
"v"
> get k
nil
> getex gone ex 5
nil
END
}

@test "core: MGET, MSET and MSETNX take many keys" {
  why 4 "MSETNX sets some of its keys where it should set none, or MGET stops at a wrong type"
  start_server
  dialogue <<'END'
> mset a 1 b 2 a 3
OK
> zadd z 1 m
1
> mget a b none z a
["3" "2" nil nil "3"]
> msetnx c 1 b 9
0
> get c
nil
> msetnx c 1 d 2
1
> mget b c d
["2" "1" "2"]
> mset a
-ERR wrong number of arguments for 'mset' command
> mset a 1 b
-ERR wrong number of arguments for 'mset' command
> msetnx a 1 b
-ERR wrong number of arguments for 'msetnx' command
> mset z string
OK
> get z
"string"
END
}

@test "core: DEL takes many keys and counts" {
  why - "a key that is named twice can be deleted only once"
  start_server
  dialogue <<'END'
> mset a 1 b 2 c 3 d 4
OK
> zadd z 1 m
1
> del a none a z
2
> del b none b
1
> mget a b c d
[nil nil "3" "4"]
> zscore z m
nil
> dbsize
2
END
}

@test "core: on the book's protocol, set takes the time limit away, and a sorted set is an error" {
  why 6 "set keeps the TTL as it does in the book, or replaces a sorted set as RESP's does"
  ours "the book's protocol"
  start_server
  talk req [ set k v ] expect-nil req [ pexpire k 100000 ] expect-int 1 req [ set k w ] expect-nil \
    req [ pttl k ] expect-int -1 req [ get k ] expect-str w req [ zadd z 1 m ] expect-int 1 \
    req [ set z v ] expect-error 3 req [ zscore z m ] expect-dbl 1 \
    req [ setnx k x ] expect-int 0 req [ getdel k ] expect-str w req [ get k ] expect-nil
}

@test "core: an expired key does not exist for SET's relatives" {
  why ch13_ttl 1 "an expired key is hidden from GET only, until it is removed"
  start_server
  dialogue <<'END'
> mset a 1 b 2
OK
> set k v px 1
OK
> set l v px 1
OK
> zadd z 1 m
1
> pexpire z 1
1
?> mget k l
[nil nil]
?> zscore z m
nil
> getex k persist
nil
> getdel k
nil
> set k w xx
nil
> set k w xx get
nil
> del k z
0
> dbsize
2
> setnx k new
1
> ttl k
-1
> getset l new
nil
> ttl l
-1
> msetnx z string y string
1
> get z
"string"
END
}

@test "core: GETSET takes the time limit away, and what refuses to set keeps it" {
  why 6 "the TTL belongs to the key's value: SET and GETSET remove it"
  start_server
  dialogue <<'END'
> set n 1 ex 100
OK
> setnx n 2
0
> set n 2 nx
nil
> msetnx m 1 n 2
0
> ttl n
99..100
> getset n 1
"1"
> ttl n
-1
> set n 1 ex 100
OK
> mset m 1 n 2
OK
> ttl n
-1
END
}

@test "core: with SET's own time, too, keys that nobody asks for are removed" {
  why ch13_ttl 2 "only EXPIRE's keys are removed before somebody looks for them"
  start_server
  talk join { repeat 5000 { send 'SET k%i v PX 20\r\n' } } repeat 5000 { expect '+OK\r\n' }
  eventually 5 count_left
}

# count_left: how many keys the server still holds, expired or not.
count_left() { talk send 'DBSIZE\r\n' expect ':0\r\n' >/dev/null 2>&1; }

@test "core: large strings are freed off the loop, however they go" {
  why 5 "it takes too long for one turn to give hundreds of megabytes back to the system"
  ours "inspect"
  start_server
  local key
  set_big most 1025000
  for key in a b c d; do
    set_big "$key" 1048577
  done
  dialogue <<'END'
> set s v
OK
> del most s
2
> inspect pool
"*jobs done: 0\njobs waiting: 0"
> del a
1
?> inspect pool
"*jobs done: 1\n*"
> getset b v
"*"
> get b
"v"
?> inspect pool
"*jobs done: 2\n*"
> set c w
OK
> pexpire d 1
1
?> get d
nil
?> inspect pool
"*jobs done: 4\njobs waiting: 0"
END
}

# loop_ms: the CPU time that the loop's thread has taken so far.
loop_ms() {
  local ns rest
  read -r ns rest <"/proc/$SERVER_PID/task/$SERVER_PID/schedstat"
  echo $((ns / 1000000))
}

@test "core: a large sorted set in whose place a string comes is freed off the loop" {
  why 5 "only DEL hands a large value to the pool"
  ours "its CPU time"
  [ -r /proc/self/schedstat ] || skip "there is no /proc/PID/schedstat here"
  needs_no_sanitizer "it measures time"
  start_server
  local before took key
  for key in a b c; do
    talk join { repeat 200000 { send "ZADD $key %i member:%i\r\n" } } repeat 200000 { expect ':1\r\n' }
  done
  before=$(loop_ms)
  dialogue <<'END'
> set a string
OK
> mset b string c string
OK
> mget a b c
["string" "string" "string"]
END
  took=$(($(loop_ms) - before))
  [ "$took" -lt 15 ] || fail "letting go of three large sets took $took ms of the loop's time"
}

@test "core: INFO counts the look-ups of MGET, GETSET, GETEX, GETDEL, SET with GET, SETNX and MSET" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 set k v
2 1 mget k none k
1 0 getset k w
0 1 getex none
0 1 getdel g
1 0 set k v get
0 0 setnx k v
0 0 mset a 1 b 2
END
}

@test "core: MGET's reply is that of Redis, byte by byte" {
  why f04_resp 3 "a reply of another type, or with another end of line"
  start_server
  talk send 'SET k v\r\n' expect '+OK\r\n' \
    send 'MGET k none\r\n' expect '*2\r\n$1\r\nv\r\n$-1\r\n'
}

@test "core: names of options are in any case of letters" {
  why f04_resp 5 "names are compared byte by byte in RESP, too"
  start_server
  dialogue <<'END'
> SeT k v Ex 100
OK
> ttL k
99..100
> set k w KeepTTL
OK
> TTL k
99..100
END
}

@test "core: SET with GET refuses what is not a string, SET alone replaces it" {
  why 3 "the old value is lost, or returned although it is not a string"
  start_server
  dialogue <<'END'
> zadd z 1 a
1
> set z v get
-WRONGTYPE Operation against a key holding the wrong kind of value
> zscore z a
"1"
> set z v
OK
> get z
"v"
END
}

@test "core: KEEPTTL and PERSIST exclude a time, in either order" {
  why 3 "only a word behind the time is compared with it, and not one before it"
  start_server
  dialogue <<'END'
> set k v ex 100
OK
> set k w keepttl ex 10
-ERR syntax error
> set k w px 10000 keepttl
-ERR syntax error
> set k w keepttl exat 9999999999
-ERR syntax error
> getex k persist ex 10
-ERR syntax error
> getex k pxat 9999999999999 persist
-ERR syntax error
> getex k keepttl
-ERR syntax error
> get k
"v"
> ttl k
99..100
END
}
