#!/usr/bin/env bats
# f21_prefetch: what is fetched ahead is only a hint: replies are the same as without it.
# unseen: the step changes the cost of a look-up, and nothing that a test can see

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

# array WORD...: a request as client libraries send it.
array() {
  local word
  printf '*%d\\r\\n' $#
  for word in "$@"; do
    printf '$%d\\r\\n%s\\r\\n' ${#word} "$word"
  done
}

@test "core: a key that is looked up ahead is the one that is there when the request runs" {
  why 6 "what a request needs is found before those in front of it have run: a key that they delete,
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
    expect '+OK\r\n$1\r\n7\r\n$1\r\n7\r\n:1\r\n:1\r\n' send "$(array FLUSHALL)" expect '+OK\r\n' }
}

@test "core: keys are found ahead in the database in which their request will run" {
  why 6 "a key is looked up in the database of another client, or in that before a SELECT"
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
  why 12 "the hash of a key is remembered by where its bytes stand, and these are others by now"
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
  words+=(send "$(array MULTI)$(array GET aa)$(array GET bb)$(array MGET ab zz none)"
    send "$(array DEL aa)$(array GET aa)$(array EXEC)"
    expect '+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n'
    expect '*5\r\n$3\r\nvaa\r\n$3\r\nvbb\r\n*3\r\n$3\r\nvab\r\n$3\r\nvzz\r\n$-1\r\n:1\r\n$-1\r\n')
  talk "${words[@]}"
}

@test "core: while the table grows and shrinks, what is looked up ahead is found" {
  why 9 "the slot that was fetched is that of the table before it has grown, and is used"
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
  why 9 "the two ways of a move are fetched together, and one is taken for the other"
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

@test "extra: the hash table keeps its promises, with memory that is fetched ahead" {
  why 9 "a walk that fetches sixteen slots ahead goes beyond the table's end"
  unit_test hashtable_test hashtable.c mem.c
}

@test "extra: the sorted set keeps its promises, with two ways that are fetched together" {
  why 9 "the way up is followed for too long, or ends where the way down should go on"
  unit_test zset_test zset.c avl.c hashtable.c hash.c mem.c blocks.c
}
