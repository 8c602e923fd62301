#!/usr/bin/env bats
# f23_blocks: entries and members stand in pages of our own, and memory is asked for in time.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: FLUSHALL gives the memory of many keys back to the system" {
  why 10 "what is free stays with the server, between pieces that are still in use"
  needs_no_sanitizer "it measures memory"
  start_server
  local before most
  talk send 'PING\r\n' expect '+PONG\r\n'
  before=$(rss_kib)
  talk join { repeat 200000 { send 'SET key:%i \{30*v}\r\n' } } repeat 200000 { expect '+OK\r\n' } \
    join { repeat 100000 { send 'ZADD z %i member:%i\r\n' } } repeat 100000 { expect ':1\r\n' }
  most=$(rss_kib)
  talk send 'FLUSHALL\r\n' expect '+OK\r\n'
  eventually 5 given_back "$(((before + most) / 2))"
}

# given_back KIB: the server has no more than that.
given_back() { [ "$(rss_kib)" -le "$1" ]; }

@test "core: pages that are used again for other sizes hold what was put there" {
  why 5 "a block is given out twice, or is smaller than what is asked for"
  start_server
  local words=() size pad many
  many=$(large 3000)
  for size in 1 60 8 300 61 1000 0 1100 59; do
    pad="\\{$((size % 90 + 1))*l}"
    words+=(join "{" repeat "$many" "{" send "SET k%i \"\\{$size*v}\"\\r\\n"
      send "INCRBY $pad%i %i\\r\\nAPPEND k%i 0\\r\\n" "}" "}"
      repeat "$many" "{" expect "+OK\\r\\n:%i\\r\\n:$((size + 1))\\r\\n" "}"
      join "{" repeat "$many" "{" send "GET k%i\\r\\nINCRBY $pad%i 0\\r\\nDEL $pad%i\\r\\n" "}" "}"
      repeat "$many" "{" expect "\$$((size + 1))\\r\\n\\{$size*v}0\\r\\n:%i\\r\\n:1\\r\\n" "}")
  done
  talk "${words[@]}" send 'DBSIZE\r\n' expect ":$many\\r\\n"
}

@test "core: a sorted set that grows to pages of its own, and shrinks again, keeps its members" {
  why 5 "all members move at once, and something still points to where they were"
  start_server
  for _ in 1 2 3; do
    talk join { repeat 300 { send 'ZADD z %i m%i\r\nZCARD z\r\nZSCORE z m1\r\nZREVRANK z m%i\r\n' } } \
      repeat 300 { expect ':1\r\n:%i\r\n$1\r\n1\r\n:0\r\n' } \
      join { repeat 300 { send 'ZADD z CH -%i m%i\r\nZRANK z m%i\r\n' } } repeat 300 { expect ':1\r\n:0\r\n' } \
      send 'ZRANGE z 298 299\r\n' expect '*2\r\n$2\r\nm2\r\n$2\r\nm1\r\n' \
      send 'COPY z y REPLACE\r\n' expect ':1\r\n' \
      join { repeat 299 { send 'ZREM z m%i\r\nZSCORE z m%i\r\nZRANK z m300\r\n' } } \
      repeat 299 { expect ':1\r\n$-1\r\n:0\r\n' } send 'ZRANGE z 0 -1\r\n' expect '*1\r\n$4\r\nm300\r\n' \
      send 'DEL z\r\nZCARD y\r\nZRANK y m300\r\n' expect ':1\r\n:300\r\n:0\r\n'
  done
}

@test "core: while the next, larger table is prepared, keys come, go and are found" {
  why 9 "the table that is coming takes over before its memory is there, or is lost when it is not needed"
  start_server
  local many
  many=$(large 150000)
  talk join { repeat "$many" { send 'INCRBY k%i %i\r\n' } } repeat "$many" { expect ':%i\r\n' } \
    join { repeat "$many" { send 'INCRBY k%i 0\r\n' } } repeat "$many" { expect ':%i\r\n' } \
    send 'DBSIZE\r\n' expect ":$many\\r\\n" \
    join { repeat "$many" { send 'DEL k%i\r\n' } } repeat "$many" { expect ':1\r\n' } \
    send 'DBSIZE\r\n' expect ':0\r\n' send 'SET k1 v\r\nFLUSHALL\r\nGET k1\r\n' expect '+OK\r\n+OK\r\n$-1\r\n'
}

# bytes_each N WORD...: talk says this, by which N things come to be: what each of them costs
bytes_each() {
  local before n=$1
  talk send 'SET warm up\r\n' expect '+OK\r\n'
  before=$(rss_kib)
  talk "${@:2}"
  echo $((($(rss_kib) - before) * 1024 / n))
}

@test "extra: a block takes what was asked for, and hardly more: keys, and members of a set" {
  why 10 "each block has a head of its own, and is rounded up to a multiple of 16"
  needs_no_sanitizer "it measures memory"
  start_server
  local key member
  key=$(bytes_each 200000 join { repeat 200000 { send 'SET key:%i \{46*v}\r\n' } } \
    repeat 200000 { expect '+OK\r\n' })
  member=$(bytes_each 200000 join { repeat 200000 { send 'ZADD z %i sorted:member:%i\r\n' } } \
    repeat 200000 { expect ':1\r\n' })
  [ "$key" -le 100 ] || fail "a key of 10 bytes with a value of 46 takes $key bytes; about 93 are right"
  [ "$member" -le 99 ] || fail "a member of 20 bytes takes $member bytes; about 90 are right"
}

@test "extra: the sorted set and the table keep their promises, with pages of their own" {
  why 9 "a member is freed to another page than its own, or a prepared table is not given back"
  unit_test zset_test zset.c avl.c hashtable.c hash.c mem.c blocks.c
  unit_test hashtable_test hashtable.c mem.c
  unit_test mem_test mem.c
}
