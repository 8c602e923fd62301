#!/usr/bin/env bats
# f21_prefetch: what is fetched ahead is only a hint: replies are the same as without it.
# unseen: the step changes the cost of a look-up, and nothing that a test can see

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

@test "core: a key that is looked up ahead is the one that is there when the request runs" {
  why 1 "what a request needs is found before those in front of it have run: a key that they delete,
  rename, move, replace or let expire is used nevertheless"
  start_server
  local text
  text="$(array SET k 1)$(array GET k)$(array DEL k)$(array GET k)$(array SET k 2)$(array GET k)$(array RENAME k l)"
  text+="$(array GET k)$(array GET l)$(array MOVE l 3)$(array GET l)$(array SET l 3)$(array GET l)$(array FLUSHALL)"
  text+="$(array GET l)$(array SET l 4)$(array GET l)$(array FLUSHDB)$(array EXISTS l k)$(array SET k 5)"
  text+="$(array COPY k l)$(array APPEND l 6)$(array MGET k l)$(array PEXPIRE k 0)$(array GET k)$(array ZADD l 1 m)"
  text+="$(array SETEX k 100 7)$(array GET k)$(array GETDEL k)$(array INCR k)$(array EXISTS k)"
  talk repeat 50 { send "$text" expect '+OK\r\n$1\r\n1\r\n:1\r\n$-1\r\n+OK\r\n$1\r\n2\r\n+OK\r\n' \
    expect '$-1\r\n$1\r\n2\r\n:1\r\n$-1\r\n+OK\r\n$1\r\n3\r\n+OK\r\n' \
    expect '$-1\r\n+OK\r\n$1\r\n4\r\n+OK\r\n:0\r\n+OK\r\n' \
    expect ':1\r\n:2\r\n*2\r\n$1\r\n5\r\n$2\r\n56\r\n:1\r\n$-1\r\n' \
    expect '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n' \
    expect '+OK\r\n$1\r\n7\r\n$1\r\n7\r\n:1\r\n:1\r\n' \
    send "$(array FLUSHALL)$(array MSET k 0 l 0)" expect '+OK\r\n+OK\r\n' }
}

@test "core: keys are found ahead in the database in which their request will run" {
  why 3 "a key is looked up in the database of another client, or in that before a SELECT"
  start_server
  local words=() text='' i
  for ((i = 0; i < 16; i++)); do
    text+="$(array SELECT "$i")$(array INCRBY same "$i")$(array INCRBY same 100)"
    words+=("@c$i" send "SELECT $i\\r\\n" expect '+OK\r\n')
  done
  for ((i = 0; i < 16; i++)); do
    words+=("@c$i" join "{" repeat 200 "{" send "$(array INCR key)" "}" send "$(array INCRBY key "$i")" "}")
  done
  for ((i = 0; i < 16; i++)); do
    words+=("@c$i" repeat 200 "{" expect ':%i\r\n' "}" expect ":$((200 + i))\\r\\n")
  done
  words+=(@all send "$text")
  for ((i = 0; i < 16; i++)); do
    words+=(expect "+OK\\r\\n:$i\\r\\n:$((i + 100))\\r\\n")
  done
  talk "${words[@]}"
}

@test "core: keys of one length at the same place of a client's input are different keys" {
  why 3 "the hash of a key is remembered by where its bytes stand, and by now other bytes are there"
  start_server
  local words=() i
  for i in aa ab ba bb zz; do
    words+=(send "$(array SET "$i" "v$i")" expect '+OK\r\n')
  done
  for i in aa bb ab zz ba zy yz aa; do
    words+=(send "$(array GET "$i")")
    case $i in
    *y*) words+=(expect '$-1\r\n') ;;
    *) words+=(expect "\$3\\r\\nv$i\\r\\n") ;;
    esac
  done
  words+=(send "$(array MGET aa zz ab)" expect '*3\r\n$3\r\nvaa\r\n$3\r\nvzz\r\n$3\r\nvab\r\n'
    send "$(array MULTI)$(array GET aa)$(array GET bb)$(array MGET ab zz none)"
    send "$(array DEL aa)$(array GET aa)$(array EXEC)"
    expect '+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n'
    expect '*5\r\n$3\r\nvaa\r\n$3\r\nvbb\r\n*3\r\n$3\r\nvab\r\n$3\r\nvzz\r\n$-1\r\n:1\r\n$-1\r\n')
  talk "${words[@]}"
}

@test "core: what is remembered of a key ends with its request, in the other databases, too" {
  why 3 "a hash is not forgotten when its request has run: in a database that hears of another key at
  the same place, it is taken for that one's"
  start_server
  local words=() i
  for i in {10..39}; do
    words+=(send "$(array SET "b$i" "v$i")" expect '+OK\r\n'
      send "$(array SELECT 3)" expect '+OK\r\n' send "$(array TYPE "a$i")" expect '+none\r\n'
      send "$(array SELECT 0)" expect '+OK\r\n' send "$(array MOVE "b$i" 3)" expect ':1\r\n'
      send "$(array SELECT 3)" expect '+OK\r\n' send "$(array GET "b$i")" expect "\$3\\r\\nv$i\\r\\n"
      send "$(array SELECT 0)" expect '+OK\r\n')
  done
  talk "${words[@]}"
}

@test "core: requests without a key, and those that are wrong, stand among others with a key" {
  why 4 "a request that has no key, no row in the table, or too few words, is looked up like any other"
  start_server
  talk repeat 20 { send "$(array SET k v)$(array NONSENSE k)$(array GET)$(array PING)$(array GET k l)$(array GET k)" \
    expect "+OK\\r\\n-ERR unknown command 'NONSENSE', with args beginning with: 'k' \\r\\n" \
    expect "-ERR wrong number of arguments for 'get' command\\r\\n+PONG\\r\\n" \
    expect "-ERR wrong number of arguments for 'get' command\\r\\n\$1\\r\\nv\\r\\n" \
    send "$(array FLUSHALL)$(array DBSIZE)$(array GET k)" expect '+OK\r\n:0\r\n$-1\r\n' }
}

@test "core: while the table grows and shrinks, what is looked up ahead is found" {
  why 4 "the slot that was fetched is that of the table before it has grown, and is used"
  start_server
  local many
  many=$(large 60000)
  talk @adds join { repeat "$many" { send "$(array INCR fixed)INCRBY k%i %i\\r\\n" } } \
    @reads join { repeat "$many" { send "$(array EXISTS none)" } } \
    @adds repeat "$many" { expect ':%i\r\n:%i\r\n' } @reads repeat "$many" { expect ':0\r\n' } \
    @adds join { repeat "$many" { send 'INCRBY k%i 0\r\n' } } repeat "$many" { expect ':%i\r\n' } \
    join { repeat "$many" { send "DEL k%i\\r\\n$(array APPEND l x)GET k%i\\r\\n" } } \
    repeat "$many" { expect ':1\r\n:%i\r\n$-1\r\n' } send 'DBSIZE\r\n' expect ':2\r\n'
}

@test "core: members that move in a large set, both ways and far, are where they belong" {
  why 1 "the two ways of a move are fetched together, and one is taken for the other"
  start_server
  local many
  many=$(large 20000)
  talk join { repeat "$many" { send 'ZADD z %i m%i\r\n' } } repeat "$many" { expect ':1\r\n' } \
    join { repeat "$many" { send 'ZADD z -%i m%i\r\nZRANK z m%i\r\n' } } \
    repeat "$many" { expect ':0\r\n:0\r\n' } send 'ZRANK z m1\r\n' expect ":$((many - 1))\\r\\n" \
    join { repeat "$many" { send 'ZADD z CH %i.5 m%i\r\nZREVRANK z m%i\r\n' } } \
    repeat "$many" { expect ':1\r\n:0\r\n' } send 'ZRANK z m1\r\n' expect ':0\r\n' \
    send "ZCOUNT z 100 (200\\r\\n" expect ':100\r\n' send 'ZRANGE z 7 8\r\n' expect '*2\r\n$2\r\nm8\r\n$2\r\nm9\r\n'
}

@test "core: members of a large set that move past a neighbor are in order with all others" {
  why 1 "a member goes to the place that was found before it was taken out of the tree"
  start_server
  local hops
  hops=$(seq 2 2 3000 | awk '{ printf "ZADD z CH %d.5 m%d\\r\\n", $1 + 1, $1 }')
  talk join { repeat 12000 { send 'ZADD z %i m%i\r\n' } } repeat 12000 { expect ':1\r\n' } \
    send "$hops" repeat 1500 { expect ':1\r\n' }
  told 'ZRANGE z 0 -1' | grep '^m' >"$BATS_TEST_TMPDIR/is"
  seq 12000 | awk '{ print ($1 <= 3000 && $1 % 2 == 0 ? $1 + 1.5 : $1), "m" $1 }' | sort -n |
    cut -d ' ' -f 2 >"$BATS_TEST_TMPDIR/should"
  if ! cmp -s "$BATS_TEST_TMPDIR/is" "$BATS_TEST_TMPDIR/should"; then
    fail "the order after 1500 of 12000 members have moved; < what is right, > what ZRANGE replied:" \
      "$(diff "$BATS_TEST_TMPDIR/should" "$BATS_TEST_TMPDIR/is" | head -n 10)"
  fi
}

@test "extra: the hash table keeps its promises, with memory that is fetched ahead" {
  why 4 "a walk that fetches some slots ahead goes beyond the table's end"
  unit_test hashtable_test hashtable.c mem.c
}

@test "extra: the sorted set keeps its promises, with two ways that are fetched together" {
  why 4 "the way up is followed for too long, or ends where the way down should go on"
  unit_test zset_test zset.c avl.c hashtable.c hash.c mem.c blocks.c
}

@test "extra: what a look-up, a walk and a move will read is asked for before" {
  why 2 "a pass asks for what the pass before it should have, or follows what nobody has asked for"
  unit_test prefetch_test avl.c hash.c mem.c blocks.c
}
