#!/usr/bin/env bats
# f23_blocks: entries and members are in pages of our own, and memory is allocated in time.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: FLUSHALL gives the memory of many keys back to the system" {
  why 4 "free memory stays with the server, between pieces that are still in use"
  needs_no_sanitizer "it measures memory"
  ours "what it gives back to the system"
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

# given_back KIB: the server has at most that much memory.
given_back() { [ "$(rss_kib)" -le "$1" ]; }

@test "core: the memory of deleted keys is used for new ones, and comes back when all are gone" {
  why 3 "a page that was full once is never found again, or is kept when its last block is free"
  needs_no_sanitizer "it measures memory"
  start_server
  local before full
  talk send 'PING\r\n' expect '+PONG\r\n'
  before=$(rss_kib)
  talk join { repeat 150000 { send 'SET key:%i \{60*v}\r\n' } } repeat 150000 { expect '+OK\r\n' }
  full=$(rss_kib)
  talk join { repeat 150000 { send 'DEL key:%i\r\n' } } repeat 150000 { expect ':1\r\n' }
  if [ -z "${RESP_ONLY:-}" ]; then # others may keep it for a while
    eventually 5 given_back $((before + (full - before) * 3 / 5))
  fi
  talk join { repeat 150000 { send 'SET kez:%i \{60*v}\r\n' } } repeat 150000 { expect '+OK\r\n' }
  [ "$(rss_kib)" -le $((before + (full - before) * 3 / 2)) ] ||
    fail "with 150000 keys there were $full KiB; when they had been deleted and as many set: $(rss_kib)"
}

@test "core: what is set after a flush, and while it still goes on, is not lost with it" {
  why 5 "the pages that a flush gives away are still used, or what stands outside of them is not counted"
  start_server
  local many
  many=$(large 20000)
  talk repeat 4 { join { repeat "$many" { send 'SET k%i \{20*v}\r\n' } } repeat "$many" { expect '+OK\r\n' } \
    send 'SET \{5000*k} long\r\nSET l \{5000*v}\r\nZADD z 1 m\r\nMOVE z 3\r\nMOVE l 3\r\n' \
    expect '+OK\r\n+OK\r\n:1\r\n:1\r\n:1\r\n' \
    send 'SET \{2000*k} long\r\nDEL \{2000*k}\r\nSET \{5000*l} long\r\nRENAME \{5000*l} \{1001*l}\r\n' \
    expect '+OK\r\n:1\r\n+OK\r\n+OK\r\n' send 'FLUSHDB\r\n' expect '+OK\r\n' \
    join { repeat "$many" { send 'INCRBY k%i %i\r\n' } } repeat "$many" { expect ':%i\r\n' } \
    join { repeat "$many" { send 'INCRBY k%i 0\r\n' } } repeat "$many" { expect ':%i\r\n' } \
    send 'SELECT 3\r\nZSCORE z m\r\nSTRLEN l\r\nSELECT 0\r\n' expect '+OK\r\n$1\r\n1\r\n:5000\r\n+OK\r\n' \
    send 'FLUSHALL\r\nDBSIZE\r\n' expect '+OK\r\n:0\r\n' }
}

@test "core: pages that are used again for other sizes hold what was put there" {
  why 1 "a block is given out twice, or is smaller than what is asked for"
  start_server
  local words=() size pad many
  many=$(large 3000)
  for size in 1 60 8 300 61 1000 0 990 1100 59; do
    pad="\\{$((size % 90 + 1))*l}"
    words+=(join "{" repeat "$many" "{" send "SET k%i \"\\{$size*v}\"\\r\\n"
      send "INCRBY $pad%i %i\\r\\nAPPEND k%i 0\\r\\n" "}" "}"
      repeat "$many" "{" expect "+OK\\r\\n:%i\\r\\n:$((size + 1))\\r\\n" "}"
      join "{" repeat "$many" "{" send "GET k%i\\r\\nINCRBY $pad%i 0\\r\\nDEL $pad%i\\r\\n" "}" "}"
      repeat "$many" "{" expect "\$$((size + 1))\\r\\n\\{$size*v}0\\r\\n:%i\\r\\n:1\\r\\n" "}")
  done
  talk "${words[@]}" send 'DBSIZE\r\n' expect ":$many\\r\\n" \
    join { repeat "$many" { send 'SET k%i \{993*v}\r\n' } } repeat "$many" { expect '+OK\r\n' } \
    join { repeat "$many" { send 'DEL k%i\r\n' } } repeat "$many" { expect ':1\r\n' }
}

@test "core: a sorted set that grows to pages of its own, and shrinks again, keeps its members" {
  why 2 "all members move at once, and something still points to where they were"
  start_server
  for _ in 1 2 3; do
    talk join { repeat 300 { send 'ZADD z %i m%i\r\nZCARD z\r\nZSCORE z m1\r\nZREVRANK z m%i\r\n' } } \
      repeat 300 { expect ':1\r\n:%i\r\n$1\r\n1\r\n:0\r\n' } \
      join { repeat 300 { send 'ZADD z CH -%i m%i\r\nZRANK z m%i\r\n' } } repeat 300 { expect ':1\r\n:0\r\n' } \
      send 'ZRANGE z 298 299\r\n' expect '*2\r\n$2\r\nm2\r\n$2\r\nm1\r\n' \
      send 'COPY z y REPLACE\r\n' expect ':1\r\n' \
      join { repeat 299 { send 'ZREM z m%i\r\nZSCORE z m%i\r\nZRANK z m300\r\n' } } \
      repeat 299 { expect ':1\r\n$-1\r\n:0\r\n' } send 'ZRANGE z 0 -1\r\n' expect '*1\r\n$4\r\nm300\r\n' \
      send 'DEL z\r\nZCARD y\r\nZRANK y m300\r\n' expect ':1\r\n:300\r\n:0\r\n' \
      send 'ZADD y 9 \{2000*l} 9 \{1500*m}\r\nZREM y \{1500*m}\r\nZRANK y \{2000*l}\r\n' \
      expect ':2\r\n:1\r\n:300\r\n' send 'DEL y\r\nZCARD y\r\n' expect ':1\r\n:0\r\n'
  done
}

@test "core: while the next, larger table is prepared, keys come, go and are found" {
  why 6 "the next table takes over before its memory is there, or is lost when it is not needed"
  start_server
  local many
  many=$(large 150000)
  talk join { repeat "$many" { send 'INCRBY k%i %i\r\nINCRBY k%i 0\r\n' } } \
    repeat "$many" { expect ':%i\r\n:%i\r\n' } \
    join { repeat "$many" { send 'INCRBY k%i 0\r\n' } } repeat "$many" { expect ':%i\r\n' } \
    send 'DBSIZE\r\n' expect ":$many\\r\\n" \
    join { repeat "$many" { send 'DEL k%i\r\n' } } repeat "$many" { expect ':1\r\n' } \
    send 'DBSIZE\r\n' expect ':0\r\n' send 'SET k1 v\r\nFLUSHALL\r\nGET k1\r\n' expect '+OK\r\n+OK\r\n$-1\r\n'
}

@test "extra: a block takes what was asked for, and hardly more: keys, and members of a set" {
  why 1 "each block has a head of its own, and is rounded up to a multiple of 16"
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
  why 2 "a member is freed to another page than its own, or a prepared table is not given back"
  unit_test zset_test zset.c avl.c hashtable.c hash.c mem.c blocks.c
  unit_test hashtable_test hashtable.c mem.c
  unit_test mem_test mem.c
}
