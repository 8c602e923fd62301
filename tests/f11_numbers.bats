#!/usr/bin/env bats
# f11_numbers: strings as numbers, in parts and as bits.

load helpers
load final
accepts tlv

@test "core: APPEND, STRLEN, GETRANGE, SUBSTR and SETRANGE" {
  why 3 "negative indexes, ranges beyond the end, or the bytes between old end and new ones"
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
> get none
nil
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
  why - "the empty string that APPEND begins with has no bytes to copy; run with SAN=undefined"
  local n key
  start_server
  for n in 1 100 990 1000 1010 1020 1100 70000; do
    key=$(printf "%${n}s" '' | tr ' ' k)
    printf '> append %s abc\n3\n> append %s de\n5\n> get %s\n"abcde"\n' "$key" "$key" "$key"
  done | dialogue
}

@test "core: INCR and its relatives count, and stop at the ends of 64 bits" {
  why 1 "an overflow wraps around, or a text with no number in it counts as 0"
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
  why - "0.1 + 0.2 shows the machine's digits, or large numbers come with an exponent"
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
  why - "bits are counted from the other end, or the string does not grow"
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

@test "core: what changes a string keeps its time limit, what replaces it does not" {
  why 5 "the TTL belongs to the key's value: INCR keeps it, SET and GETSET remove it"
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
> set n 1 keepttl
OK
> incrbyfloat n 0.5
"1.5"
> ttl n
99..100
> getset n 1
"1.5"
> ttl n
-1
END
}

@test "core: an expired string does not exist for what counts, measures and changes" {
  why ch13_ttl 1 "an expired key is hidden from GET only, until it is removed"
  start_server
  dialogue <<'END'
> set k 41 px 1
OK
> set l abc px 1
OK
> zadd z 1 m
1
> pexpire z 1
1
?> strlen k
0
?> strlen l
0
?> zscore z m
nil
> getrange k 0 -1
""
> getbit k 2
0
> incr k
1
> ttl k
-1
> append l new
3
> get l
"new"
> ttl l
-1
> append z string
6
END
}

@test "core: INFO counts the look-ups of STRLEN, GETRANGE, GETBIT, SETBIT, APPEND, SETRANGE and INCR" {
  why f08_admin 3 "look-ups of commands that only write count, too, or those of commands that also read do not"
  start_server
  lookups <<'END'
0 0 set k v
1 0 strlen k
0 1 getrange none 0 1
1 0 getbit k 1
0 0 setbit k 1 0
0 0 append k x
0 0 setrange k 0 y
0 0 incr n
END
}

@test "core: INCR's replies are those of Redis, byte by byte" {
  why f04_resp 3 "a reply of another type, or with another end of line"
  start_server
  talk send 'ZADD z 1.5 m\r\n' expect ':1\r\n' send 'INCR n\r\n' expect ':1\r\n' \
    send 'INCR z\r\n' expect '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n' \
    send 'SET n v\r\n' expect '+OK\r\n' send 'INCR n\r\n' \
    expect '-ERR value is not an integer or out of range\r\n'
}

@test "core: what is written into the middle leaves the rest as it is" {
  why - "the string becomes as long as what was written, and loses its end"
  start_server
  dialogue <<'END'
> set k abcdefgh
OK
> setrange k 2 XY
8
> get k
"abXYefgh"
> setbit k 7 0
1
> get k
"`bXYefgh"
> strlen k
8
END
}

@test "core: a gap is zeroed, whatever the memory held before" {
  why 3 "realloc() does not clear its memory: another client's data can be read there"
  start_server
  local size zeros
  for size in 24 100 1000; do
    zeros=$(printf "%${size}s" '' | sed 's/ /\\x00/g')
    talk send "*3\r\n\$3\r\nSET\r\n\$1\r\na\r\n\$$((size + 8))\r\n" fill $((size + 8)) z send '\r\n' \
      expect '+OK\r\n' send 'DEL a\r\n' expect ':1\r\n'
    printf '> setrange new %d x\n%d\n> getrange new 0 %d\n"%s"\n> del new\n1\n' \
      "$size" $((size + 1)) $((size - 1)) "$zeros"
    printf '> setbit bits %d 1\n0\n> getrange bits 0 %d\n"%s"\n> del bits\n1\n' \
      $((size * 8)) $((size - 1)) "$zeros"
  done | dialogue
}

@test "core: SETBIT makes the string long enough for a 0, too, and an error makes no key" {
  why 2 "a bit that is 0 already is not written, and the string is not made longer; or a key is added
  before the arguments are looked at"
  start_server
  dialogue <<'END'
> setbit k 17 0
0
> get k
"\x00\x00\x00"
> setbit k 3 0
0
> strlen k
3
> setbit a 4294967296 1
-ERR bit offset is not an integer or out of range
> setbit b 1 2
-ERR bit is not an integer or out of range
> setrange c 536870912 x
-ERR string exceeds maximum allowed size (proto-max-bulk-len)
> incrby d x
-ERR value is not an integer or out of range
> incrbyfloat e x
-ERR value is not a valid float
> decrby f -9223372036854775808
-ERR decrement would overflow
> dbsize
1
END
}

@test "core: INCRBYFLOAT shows neither -0 nor zeros at the end" {
  why - "trailing zeros are removed, but -0.000 becomes -0, or 100 becomes 1"
  start_server
  dialogue <<'END'
> set f -0
OK
> incrbyfloat f -0
"0"
> incrbyfloat f -1e-30
"0"
> incrbyfloat f 100
"100"
> incrbyfloat f -100.5
"-0.5"
> incrbyfloat f 0.5
"0"
> get f
"0"
END
}
