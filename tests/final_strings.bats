#!/usr/bin/env bats
# final_strings: the commands for strings, numbers and bits, with Redis' replies.

load helpers
load final
accepts tlv

@test "core: SET replaces a value of any type and takes its time limit away" {
  why 5 "SET keeps what the key had before: its type, or when it ends"
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
  why 5 "the condition is looked at too late, or GET does not reply the old value"
  start_server
  dialogue <<'END'
> set k v xx
nil
> exists k
0
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
> type z
zset
END
}

@test "core: SET refuses what makes no sense, and changes nothing" {
  why 5 "options that contradict each other, or times that are none"
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
  why 5 "one of SET's older or newer relatives"
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
> exists k
0
> getex gone ex 5
nil
END
}

@test "core: MGET, MSET and MSETNX take many keys" {
  why 5 "MSETNX sets some of its keys where it should set none, or MGET stops at a wrong type"
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
> exists c
0
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

@test "core: APPEND, STRLEN, GETRANGE, SUBSTR and SETRANGE" {
  why 5 "negative indexes, ranges beyond the end, or the bytes between old end and new ones"
  start_server
  dialogue <<'END'
> append k Hello
5
> append k " World"
11
> strlen k
11
> strlen none
0
> getrange k 0 4
"Hello"
> getrange k -5 -1
"World"
> getrange k 3 100
"lo World"
> getrange k 5 2
""
> getrange k -100 -200
""
> getrange none 0 -1
""
> substr k 0 0
"H"
> setrange k 6 Redis
11
> get k
"Hello Redis"
> setrange k 13 !
14
> get k
"Hello Redis\x00\x00!"
> setrange none 0 ""
0
> exists none
0
> setrange none 3 x
4
> get none
"\x00\x00\x00x"
> setrange k -1 x
-ERR offset is out of range
> setrange k 536870912 x
-ERR string exceeds maximum allowed size (proto-max-bulk-len)
> zadd z 1 m
1
> append z x
-WRONGTYPE Operation against a key holding the wrong kind of value
> strlen z
-WRONGTYPE Operation against a key holding the wrong kind of value
> getrange z 0 1
-WRONGTYPE Operation against a key holding the wrong kind of value
END
}

@test "core: APPEND begins with nothing, also at a key so long that its value is elsewhere" {
  why 5 "the empty string that APPEND begins with has no bytes to copy; run with SAN=undefined"
  local n key
  start_server
  for n in 1 100 990 1000 1010 1020 1100 70000; do
    key=$(printf "%${n}s" '' | tr ' ' k)
    printf '> append %s abc\n3\n> append %s de\n5\n> get %s\n"abcde"\n' "$key" "$key" "$key"
  done | dialogue
}

@test "core: INCR and its relatives count, and stop at the ends of 64 bits" {
  why 5 "an overflow wraps around, or a text that is no number counts as 0"
  start_server
  dialogue <<'END'
> incr n
1
> incrby n 41
42
> decr n
41
> decrby n 50
-9
> incrby n -1
-10
> set n 9223372036854775807
OK
> incr n
-ERR increment or decrement would overflow
> get n
"9223372036854775807"
> set n -9223372036854775808
OK
> decr n
-ERR increment or decrement would overflow
> decrby n -9223372036854775808
-ERR decrement would overflow
> set n abc
OK
> incr n
-ERR value is not an integer or out of range
> set n " 1"
OK
> incr n
-ERR value is not an integer or out of range
> set n 1.0
OK
> incr n
-ERR value is not an integer or out of range
> set n 01
OK
> incr n
-ERR value is not an integer or out of range
> set n 9223372036854775808
OK
> incr n
-ERR value is not an integer or out of range
> incrby n x
-ERR value is not an integer or out of range
> set n 5 ex 100
OK
> incr n
6
> ttl n
99..100
> zadd z 1 m
1
> incr z
-WRONGTYPE Operation against a key holding the wrong kind of value
END
}

@test "core: INCRBYFLOAT prints numbers as Redis does" {
  why 5 "0.1 + 0.2 shows the machine's digits, or large numbers come with an exponent"
  start_server
  dialogue <<'END'
> set f 10.50
OK
> incrbyfloat f 0.1
"10.6"
> incrbyfloat f -5
"5.6"
> incrbyfloat f 1e-5000
-ERR value is not a valid float
> set f 5.0e3
OK
> incrbyfloat f 2.0e2
"5200"
> set f 0.1
OK
> incrbyfloat f 0.2
"0.3"
> incrbyfloat none 1e20
"100000000000000000000"
> get none
"100000000000000000000"
> incrbyfloat f nan
-ERR value is not a valid float
> incrbyfloat f abc
-ERR value is not a valid float
> incrbyfloat f inf
-ERR increment would produce NaN or Infinity
> incrbyfloat f " 1"
-ERR value is not a valid float
> set f x
OK
> incrbyfloat f 1
-ERR value is not a valid float
END
}

@test "core: SETBIT and GETBIT count from the highest bit of the first byte" {
  why 5 "bits are counted from the other end, or the string does not grow"
  start_server
  dialogue <<'END'
> setbit k 7 1
0
> get k
"\x01"
> setbit k 0 1
0
> get k
"\x81"
> setbit k 7 0
1
> getbit k 0
1
> getbit k 7
0
> getbit k 1000
0
> getbit none 3
0
> setbit k 17 1
0
> get k
"\x80\x00@"
> setbit k 1 2
-ERR bit is not an integer or out of range
> setbit k -1 1
-ERR bit offset is not an integer or out of range
> setbit k 4294967296 1
-ERR bit offset is not an integer or out of range
> getbit k x
-ERR bit offset is not an integer or out of range
END
}

@test "core: a wrong number of arguments, an unknown command and a wrong type change nothing" {
  why 5 "something is done before all has been looked at, or the error's text is another one"
  start_server
  dialogue <<'END'
> set k v
OK
> get
-ERR wrong number of arguments for 'get' command
> get a b
-ERR wrong number of arguments for 'get' command
> GeT
-ERR wrong number of arguments for 'get' command
> nonsense a "b c"
-ERR unknown command 'nonsense', with args beginning with: 'a' 'b c' 
> config
-ERR wrong number of arguments for 'config' command
> client nonsense
-ERR unknown subcommand 'nonsense'. Try CLIENT HELP.
> client|id
-ERR unknown command 'client|id', with args beginning with: 
> zadd k 1 m
-WRONGTYPE Operation against a key holding the wrong kind of value
> get k
"v"
END
}
