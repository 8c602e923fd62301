#!/usr/bin/env bats
# f22_entries: an entry is one block with its key and a small value, and moves in memory.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: a string grows byte by byte out of its entry, and comes back, beside keys of any length" {
  why 1 "a value that no longer fits beside its key is cut, or left behind in the old entry"
  start_server
  local length words
  for length in 1 7 8 23 100 200 240 255 256 300 5000; do
    words=(send "SET before\\{$length*k} b\\r\\n" expect '+OK\r\n'
      join "{" repeat 300 "{" send "APPEND \\{$length*k} x\\r\\n" "}" "}" repeat 300 "{" expect ':%i\r\n' "}"
      send "GET \\{$length*k}\\r\\n" expect '$300\r\n\{300*x}\r\n'
      send "SET after\\{$length*k} a\\r\\n" expect '+OK\r\n'
      send "SETRANGE \\{$length*k} 299 y\\r\\n" expect ':300\r\n'
      send "GET \\{$length*k}\\r\\n" expect '$300\r\n\{299*x}y\r\n'
      send "SET \\{$length*k} short\\r\\n" expect '+OK\r\n'
      send "SETRANGE \\{$length*k} 8 y\\r\\n" expect ':9\r\n'
      send "GET \\{$length*k}\\r\\n" expect '$9\r\nshort\0\0\0y\r\n'
      send "MGET before\\{$length*k} after\\{$length*k}\\r\\n" expect '*2\r\n$1\r\nb\r\n$1\r\na\r\n')
    talk "${words[@]}"
  done
}

@test "core: a string that is too long for its entry goes out of it, and comes back when it is short" {
  why 1 "a value outside of the entry is taken for one inside, or left behind when a short one replaces it"
  start_server
  local length key
  for length in 1 7 8 23 100 900 990 1000 1100; do
    key="\\{$length*k}"
    talk repeat 3 { send "SET $key \\{900*a}\\r\\n" expect '+OK\r\n' \
      send "SETRANGE $key 1500 z\\r\\n" expect ':1501\r\n' \
      send "GET $key\\r\\n" expect '$1501\r\n\{900*a}\{600*\0}z\r\n' \
      send "SET $key short\\r\\n" expect '+OK\r\n' send "GET $key\\r\\n" expect '$5\r\nshort\r\n' \
      send "APPEND $key \\{2000*b}\\r\\n" expect ':2005\r\n' \
      send "GET $key\\r\\n" expect '$2005\r\nshort\{2000*b}\r\n' \
      send "SET $key \\{1800*c}\\r\\n" expect '+OK\r\n' \
      send "GET $key\\r\\n" expect '$1800\r\n\{1800*c}\r\n' \
      send "RENAME $key other\\r\\nSET $key tiny\\r\\n" expect '+OK\r\n+OK\r\n' \
      send "MGET $key other\\r\\n" expect '*2\r\n$4\r\ntiny\r\n$1800\r\n\{1800*c}\r\n' \
      send "COPY other $key REPLACE\\r\\nSET other o\\r\\n" expect ':1\r\n+OK\r\n' \
      send "MGET other $key\\r\\n" expect '*2\r\n$1\r\no\r\n$1800\r\n\{1800*c}\r\n' \
      send "DEL $key\\r\\nZADD $key 1 m\\r\\nSET $key s\\r\\n" expect ':1\r\n:1\r\n+OK\r\n' \
      send "GET $key\\r\\n" expect '$1\r\ns\r\n' }
  done
}

@test "core: values of all sizes, and the empty key, keep every byte" {
  why 1 "a length has not enough bits, or what points to an entry that has moved still points to the old one"
  start_server
  local words=() n
  for n in $(seq 0 140) 250 251 252 253 254 255 256 257 500 65535 65536 70000; do
    words+=(send "*3\\r\\n\$3\\r\\nSET\\r\\n\$0\\r\\n\\r\\n\$$n\\r\\n\\{$n*v}\\r\\n" expect '+OK\r\n'
      send "*3\\r\\n\$3\\r\\nSET\\r\\n\$4\\r\\nk$((n % 900 + 100))\\r\\n\$$n\\r\\n\\{$n*w}\\r\\n" expect '+OK\r\n'
      send '*2\r\n$3\r\nGET\r\n$0\r\n\r\n' expect "\$$n\\r\\n\\{$n*v}\\r\\n")
  done
  for n in $(seq 0 140); do
    words+=(send "GET k$((n + 100))\\r\\n" expect "\$$n\\r\\n\\{$n*w}\\r\\n")
  done
  talk "${words[@]}"
}

@test "core: an entry that moves in memory takes its time limit along, and is not forgotten by it" {
  why 4 "the heap of times still points to where the entry was"
  start_server
  local many at=99999999
  many=$(large 3000)
  talk join { repeat "$many" { send "SET k%i v PXAT ${at}0000%i\\r\\n" } } repeat "$many" { expect '+OK\r\n' } \
    join { repeat "$many" { send 'APPEND k%i \{30*x}\r\nPEXPIRETIME k%i\r\n' } } \
    repeat "$many" { expect ":31\\r\\n:${at}0000%i\\r\\n" } \
    join { repeat "$many" { send 'APPEND k%i \{300*x}\r\nPEXPIRETIME k%i\r\n' } } \
    repeat "$many" { expect ":331\\r\\n:${at}0000%i\\r\\n" } \
    join { repeat "$many" { send 'PERSIST k%i\r\nSETRANGE k%i 400 z\r\nPEXPIRE k%i 50\r\nSET k%i w KEEPTTL\r\n' } } \
    repeat "$many" { expect ':1\r\n:401\r\n:1\r\n+OK\r\n' }
  eventually 5 count_left
}

@test "core: entries that move while the table moves, too, are found in both of its halves" {
  why 4 "only the newer table learns of the new address, or only the front of a chain"
  start_server
  talk join { repeat 4096 { send 'SET k%i v\r\n' } } repeat 4096 { expect '+OK\r\n' } \
    join { repeat 4096 { send 'APPEND k%i \{30*x}\r\n' } } repeat 4096 { expect ':31\r\n' } \
    join { repeat 4096 { send 'APPEND k%i \{60*y}\r\n' } } repeat 4096 { expect ':91\r\n' } \
    join { repeat 4096 { send 'GET k%i\r\nDEL k%i\r\n' } } \
    repeat 4096 { expect '$91\r\nv\{30*x}\{60*y}\r\n:1\r\n' } send 'DBSIZE\r\n' expect ':0\r\n'
}

# count_left: how many keys the server still holds, expired or not.
count_left() { talk send 'DBSIZE\r\n' expect ':0\r\n' >/dev/null 2>&1; }

@test "core: a key changes its type and its size, under a limit, a watch and a wait" {
  why 4 "the entry that replaces the old one lacks what was noted there"
  start_server
  dialogue <<'END'
> set k v ex 100
OK
b> watch k
OK
c> bzpopmin z 0
...
> getex k persist
"v"
b> multi
OK
b> exec
nil[]
b> watch k
OK
> expire k 100
1
> append k 0123456789012345678901234567890123456789
41
b> multi
OK
b> exec
nil[]
> ttl k
99..100
b> watch k
OK
> append k and-so-it-needs-a-larger-block-once-more
81
b> multi
OK
b> exec
nil[]
> set z string
OK
> append z 0123456789012345678901234567890123456789
46
> rename k z
OK
> ttl z
99..100
> del z
1
> zadd z 1 m
1
c< ["z" "m" "1"]
> set z v
OK
> zadd z 1 m
-WRONGTYPE Operation against a key holding the wrong kind of value
> zadd y 1 m 2 n
2
> expire y 100
1
> copy y z replace
1
> zrange z 0 -1
["m" "n"]
> ttl z
99..100
> incr k
1
> getset k 2
"1"
> setrange k 100 x
101
> getrange k 99 100
"\x00x"
END
}

@test "core: a key of 10 bytes with a value of 30 takes 24 bytes more, and its slot" {
  why 1 "key, value and entry are blocks of memory of their own, each with what malloc() adds"
  needs_no_sanitizer "it measures memory"
  start_server
  local each
  each=$(bytes_each 200000 join { repeat 200000 { send 'SET key:%i \{30*v}\r\n' } } \
    repeat 200000 { expect '+OK\r\n' })
  [ "$each" -le 105 ] || fail "it takes $each bytes; with one block for all of it, it is about 90"
}

@test "extra: the table and the heap keep their promises, with owners that move" {
  why 4 "whatever points to an entry is changed in one place, but not in the other"
  unit_test hashtable_test hashtable.c mem.c
  unit_test heap_test heap.c mem.c
}
