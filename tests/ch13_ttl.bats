#!/usr/bin/env bats
# ch13_ttl: keys that live for a limited time. The book and Redis do not agree on two questions:
# does set keep the TTL? Does a negative time remove the TTL, or the key? Both answers pass, except
# in the test at the end, which is for this project's stages only.

# shellcheck disable=SC1083,SC2030,SC2031,SC2034,SC2154 # { } [ ] are words of talk
load helpers
load observe
accepts tlv
OBSERVATIONS="timers ms31 ms32 us31 wall"

INT64_MAX=9223372036854775807

# They take 6 seconds, meanwhile the first tests run.
setup() {
  if [ -z "${FILTER:-}" ] && [ "${GROUP:-core}" = core ] && [ "$PORT_MODE" != fixed ]; then
    start_observing
  fi
}

# silent is idle from the beginning, asker after 1 s.
observe_timers() {
  start_server || return
  talk @a req [ set far v ] expect-nil req [ pexpire far 100000 ] expect-int 1 \
    req [ set huge v ] expect-nil req [ pexpire huge $INT64_MAX ] expect-int 1 \
    req [ set wide v ] expect-nil req [ pexpire wide 4294967300 ] expect-int 1 close \
    clock @silent open @asker req [ set near v ] expect-nil \
    req [ pexpire near 300 ] expect-int 1 until 1000 \
    @asker req [ get near ] expect-nil ends 9000 >>"$NOTES.now" || return
  talk req [ get far ] expect-str v req [ get wide ] expect-str v req [ keys ] reply
}

# observe_clock VAR=VALUE: near lives for 4.5 s; something happens to the clock after 2 s or 4.
observe_clock() {
  can_preload clock_preload || return
  start_server "LD_PRELOAD=$TOOLS/clock_preload.so:$TOOLS/line_preload.so" "$1" || return
  talk_says clock @a req [ set near v ] expect-nil req [ set far v ] expect-nil \
    req [ set later v ] expect-nil req [ pexpire near 4500 ] expect-int 1 \
    req [ pexpire far 100000 ] expect-int 1 \
    until 2500 @b req [ get near ] expect-str v say 'early near' \
    req [ pttl far ] expect-int-between 50000 100000 say 'early far' \
    req [ pexpire later 2000 ] expect-int 1 \
    until 6500 @c req [ get near ] expect-nil req [ get later ] expect-nil say 'late near' \
    req [ get far ] expect-str v req [ pttl far ] expect-int-between 50000 100000 say 'late far'
  printf '%s\n' "$output" >>"$NOTES.now"
  printf '%s\n' "$errors" >"$NOTES.report"
}

# Two seconds before the clock has had 2^31 or 2^32 ms, or 2^31 us. The first two are multiples of
# 2^32 us, too.
observe_ms31() { observe_clock CLOCK_MS=$(((1 << 31) - 2000)); }
observe_ms32() { observe_clock CLOCK_MS=$(((1 << 32) - 2000)); }
observe_us31() { observe_clock CLOCK_MS=$(((1 << 31) / 1000 - 2000)); }
observe_wall() { observe_clock WALL_JUMP=3600; }

# on_a_clock NAME: what observe_clock has seen there is as it should be
on_a_clock() {
  can_preload clock_preload || skip "LD_PRELOAD cannot be used here, or not with a sanitizer"
  seen "$1"
  [ "$(noted early) $(noted late)" != "near near" ] || return 0
  grep -qx 'late far' "$NOTES" || fail "keys were to live for 4.5 s, 2 s and 100 s:" "$(cat "$NOTES.report")"
}

# random_ttls KEYS STEPS: WORDS that set KEYS keys, then give random ones a TTL,
# another one, or none again (by del and set). TTL[n] is the final TTL of key n in ms; 0 means none.
random_ttls() {
  local keys=$1 steps=$2 i k
  RANDOM=${SEED:=$RANDOM}
  echo "SEED=$SEED repeats these times"
  WORDS=(repeat "$keys" "{" req "[" set k%i v%i "]" expect-nil "}")
  TTL=()
  for ((i = 0; i < steps; i++)); do
    k=$((RANDOM % keys + 1))
    if [ $((RANDOM % 5)) = 0 ]; then
      WORDS+=(req "[" del "k$k" "]" expect-int 1 req "[" set "k$k" "v$k" "]" expect-nil)
      TTL[k]=0
    else
      TTL[k]=$((RANDOM % 500 * 20000 + 100000))
      WORDS+=(req "[" pexpire "k$k" "${TTL[k]}" "]" expect-int 1)
    fi
  done
}

# expire_some KEYS: lets every fifth key expire at once, in random order.
expire_some() {
  local k
  for k in $(seq 5 5 "$1" | awk -v seed="$SEED" \
    'BEGIN { srand(seed) } { print rand(), $0 }' | sort | cut -d ' ' -f 2); do
    WORDS+=(req "[" pexpire "k$k" 1 "]" expect-int 1)
    TTL[k]=gone
  done
}

# ask_all KEYS: every key has its own TTL, or none, or has expired.
ask_all() {
  local k ttl
  for ((k = 1; k <= $1; k++)); do
    ttl=${TTL[k]:-0}
    WORDS+=(req "[" pttl "k$k" "]")
    case $ttl in
    gone) WORDS+=(expect-int -2 req "[" get "k$k" "]" expect-nil) ;;
    0) WORDS+=(expect-int -1 req "[" get "k$k" "]" expect-str "v$k") ;;
    *) WORDS+=(expect-int-between $((ttl - 15000)) "$ttl") ;;
    esac
  done
}

# ---- the commands ----

@test "core: pexpire answers 1, and 0 where there is no such key" {
  why 6 "the reply to pexpire is an integer that says whether the key exists"
  start_server
  talk req [ set k v ] expect-nil req [ pexpire k 100000 ] expect-int 1 \
    req [ pexpire k 200000 ] expect-int 1 req [ pexpire nothing 100000 ] expect-int 0 \
    req [ pexpire nothing -1 ] expect-int 0 req [ get k ] expect-str v \
    req [ get nothing ] expect-nil req [ keys ] expect-set [ k ]
}

@test "core: pttl answers the milliseconds left, -1 without a limit, -2 without a key" {
  why 6 "the time is kept or shown in another unit (seconds? microseconds?), or it is not the time
  left but the time of day"
  start_server
  talk req [ pttl k ] expect-int -2 req [ set k v ] expect-nil req [ pttl k ] expect-int -1 \
    req [ pexpire k 100000 ] expect-int 1 req [ pttl k ] expect-int-between 90000 100000 \
    req [ pexpire k 3000 ] expect-int 1 req [ pttl k ] expect-int-between 1 3000 \
    join { req [ pexpire k 100999 ] req [ pttl k ] } expect-int 1 \
    expect-int-between 100501 100999 \
    req [ get k ] expect-str v req [ del k ] expect-int 1 req [ pttl k ] expect-int -2
}

@test "core: a second pexpire replaces the first, whether it is longer or shorter" {
  why 2 "the first time stays in the heap beside the second; or a changed time does not move
  in the heap, or in one direction only"
  start_server
  talk join { req [ set longer v ] req [ set shorter v ] \
    req [ pexpire longer 200 ] req [ pexpire shorter 90000 ] \
    req [ pexpire longer 100000 ] req [ pexpire shorter 200 ] } \
    expect-nil expect-nil repeat 4 { expect-int 1 } \
    req [ pttl longer ] expect-int-between 50000 100000 pause 500 \
    req [ get longer ] expect-str v req [ get shorter ] expect-nil
}

@test "core: a negative time is answered like any other" {
  why 6 "a negative time is added to the clock, or treated as an error"
  start_server
  talk req [ set k v ] expect-nil req [ pexpire k -1 ] expect-int 1 \
    req [ pttl k ] expect-int-between -2 -1 req [ set k v ] expect-nil \
    req [ pexpire k 100000 ] expect-int 1 req [ pexpire k -9223372036854775808 ] expect-int 1 \
    req [ pttl k ] expect-int-between -2 -1 req [ pexpire nothing -5 ] expect-int 0
}

@test "core: a malformed integer is an error, whether or not the key exists" {
  why 6 "the number is not checked as a whole, or only after the key was found"
  start_server
  talk req [ set k v ] expect-nil req [ pexpire k x ] expect-error 4 \
    req [ pexpire k 100x ] expect-error 4 \
    req [ pexpire k 1.5 ] expect-error 4 \
    req [ pexpire k '100 ' ] expect-error 4 \
    req [ pexpire nothing x ] expect-error 4 req [ pttl k ] expect-int -1
}

@test "core: the text of an error: expect int64" {
  why 6 "the text differs; programs look only at the code"
  start_server
  talk req [ set k v ] reply req [ pexpire k x ] expect-err 4 'expect int64'
}

@test "core: pexpire and pttl want their exact number of arguments" {
  why ch07_kv 4 "the number of arguments is not compared"
  local more=()
  changed ttl || more=(req "[" pexpire k 1 1 "]" expect-unknown)
  start_server
  talk req [ set k v ] expect-nil req [ pexpire ] expect-unknown req [ pexpire k ] expect-unknown \
    ${more[@]+"${more[@]}"} req [ pttl ] expect-unknown \
    req [ pttl k k ] expect-unknown req [ pttl k ] expect-int -1
}

# ---- time passes ----

@test "core: an expired key does not exist for any command" {
  why 1 "nothing removes it: poll() waits for the idle timers only, so that nobody looks at the
  heap; or it is removed from the heap but not from the keys"
  start_server
  talk join { req [ set k v ] req [ zadd z 1 a ] req [ set stays v ] req [ pexpire k 250 ] \
    req [ pexpire z 250 ] req [ pexpire stays 100000 ] req [ get k ] req [ zscore z a ] } \
    expect-nil expect-int 1 expect-nil repeat 3 { expect-int 1 } \
    expect-str v expect-dbl 1 pause 600 \
    req [ get k ] expect-nil req [ zscore z a ] expect-nil req [ pttl k ] expect-int -2 \
    req [ zquery z 0 '' 0 10 ] expect-arr [ ] req [ zrem z a ] expect-int 0 \
    req [ pexpire k 1000 ] expect-int 0 req [ del k ] expect-int 0 req [ del z ] expect-int 0 \
    req [ keys ] expect-set [ stays ] req [ get stays ] expect-str v
}

@test "core: after it has expired, a key of the same name starts anew" {
  why 4 "the new key finds the old one's value, or its place in the heap"
  start_server
  talk req [ set k old ] expect-nil req [ zadd z 1 old ] expect-int 1 \
    req [ pexpire k 100 ] expect-int 1 req [ pexpire z 100 ] expect-int 1 pause 400 \
    req [ zadd k 5 new ] expect-int 1 req [ set z new ] expect-nil \
    req [ pttl k ] expect-int -1 req [ pttl z ] expect-int -1 pause 100 \
    req [ zquery k 0 '' 0 10 ] expect-arr [ str new dbl 5 ] req [ get z ] expect-str new
}

@test "core: the time of a deleted key does not fire on its successor" {
  why 4 "del leaves the key's time in the heap: it points to an entry that is gone, or to the next
  one of that name"
  start_server
  talk join { repeat 40 { req [ set k%i old ] req [ pexpire k%i 250 ] } \
    repeat 40 { req [ del k%i ] req [ set k%i new ] req [ pttl k%i ] } } \
    repeat 40 { expect-nil expect-int 1 } \
    repeat 40 { expect-int 1 expect-nil expect-int -1 } pause 600 \
    repeat 40 { req [ get k%i ] expect-str new req [ pttl k%i ] expect-int -1 }
}

@test "core: 0 and 1 are times: the key goes at once" {
  why 6 "0 is taken for \"no limit\", or as an error"
  start_server
  talk req [ set a v ] expect-nil req [ set b v ] expect-nil req [ set c v ] expect-nil \
    req [ pexpire a 0 ] expect-int 1 req [ pexpire b 1 ] expect-int 1 pause 200 \
    req [ get a ] expect-nil req [ get b ] expect-nil req [ pttl a ] expect-int -2 \
    req [ keys ] expect-set [ c ]
}

@test "core: the longest time is a time, and disturbs no other" {
  why 6 "now + 9223372036854775807 overflows: compared as signed numbers it is in the past"
  start_server
  talk req [ set huge v ] expect-nil req [ set near v ] expect-nil \
    req [ pexpire huge $INT64_MAX ] expect-int 1 req [ pexpire near 200 ] expect-int 1 \
    req [ pttl huge ] expect-int-between 9223372036850000000 $INT64_MAX pause 500 \
    req [ get huge ] expect-str v req [ get near ] expect-nil \
    req [ pttl huge ] expect-int-between 9223372036850000000 $INT64_MAX \
    req [ pexpire huge 100 ] expect-int 1 pause 400 req [ get huge ] expect-nil
}

@test "core: among many keys each keeps its own time" {
  why 3 "an item moved in the heap, and its owner was not told the new index: from then on
  another key's time is changed, read or removed"
  start_server
  random_ttls 250 700
  ask_all 250
  talk "${WORDS[@]}"
}

@test "core: among many keys only the expired ones go" {
  why 3 "an item moved in the heap, and its owner was not told the new index; or the heap is out of
  order, so that its root is not the earliest"
  start_server
  random_ttls 250 500
  expire_some 250
  WORDS+=(pause 300)
  ask_all 250
  talk "${WORDS[@]}"
}

@test "core: a key that is due goes, whatever lay above it in the heap" {
  why 2 "an item whose time got later must sink; the last item, which fills the gap of one that was
  deleted, may have to rise as well as to sink"
  start_server
  talk req [ set a v ] expect-nil req [ set b v ] expect-nil \
    join { req [ pexpire a 200 ] req [ pexpire b 400 ] req [ pexpire a 60000 ] } repeat 3 { expect-int 1 } \
    pause 800 req [ get b ] expect-nil req [ del a ] expect-int 1
  talk repeat 16 { req [ set k%i v ] expect-nil } \
    join { req [ pexpire k1 200 ] req [ pexpire k2 50000 ] req [ pexpire k3 300 ] req [ pexpire k4 51000 ] \
      req [ pexpire k5 52000 ] req [ pexpire k6 400 ] req [ pexpire k7 500 ] req [ del k4 ] \
      repeat 6 { req [ pexpire k1%i 70000 ] } } repeat 14 { expect-int 1 } \
    pause 900 req [ get k7 ] expect-nil
}

@test "core: while the heap grows, memory is used only from its first byte to its last" {
  why 3 "an array with room for n items has item 0 to n - 1, and is full when it has n. Or the array, or
  the index in an entry, is used after it was freed: realloc() may move what it makes larger"
  needs_preload memory
  start_server "$PRELOAD:$TOOLS/line_preload.so"
  random_ttls 250 700
  talk "${WORDS[@]}" repeat 2 { \
    join { repeat 250 { req [ set k%i v ] req [ pexpire k%i 9%i000 ] req [ pexpire k%i 8%i000 ] } } \
    repeat 250 { expect-nil expect-int 1 expect-int 1 } \
    join { repeat 250 { req [ del k%i ] } } repeat 250 { expect-int 1 } }
}

@test "core: a machine may be up for 25 days, or for 50" {
  why ch12_timer 5 "the milliseconds are kept in 32 bits, which are full after 24.9 days (int) or 49.7
  (unsigned); or the microseconds are, which takes 71 minutes"
  on_a_clock ms31
  on_a_clock ms32
}

@test "core: a machine may be up for 36 minutes" {
  why ch12_timer 5 "the microseconds are kept in an int, which is full after 35.8 minutes"
  on_a_clock us31
}

@test "core: whoever sets the system's time ends no key early, and keeps none for longer" {
  why ch12_timer 5 "the clock is the time of day, which may be set: take the monotonic one"
  on_a_clock wall
}

@test "core: idle connections and keys have their timers side by side" {
  why 2 "poll()'s timeout must be the nearer one of the idle list's head and the heap's root"
  healthy timers
  closed_at silent 5000
  closed_at asker 6000
}

@test "core: what earlier chapters promised still holds" {
  why ch06_event_loop 8 "something that an earlier chapter promised is broken: a reset ends one connection
  only, a request may be large, and del takes whatever the key holds"
  looks_back sets
}

# ---- where the book's own code falls down ----

@test "hardening: an expired key is not visible even before it is removed" {
  why 1 "the timer comes after the commands of the same turn: each must look at the time itself"
  start_server
  # asking for a key may remove it: one key for each command
  talk repeat 5 { req [ set k%i v ] expect-nil } repeat 4 { req [ zadd z%i 1 a ] expect-int 1 } \
    req [ set stays v ] expect-nil \
    join { repeat 5 { req [ pexpire k%i 0 ] } repeat 4 { req [ pexpire z%i 0 ] } \
      req [ keys ] req [ get k1 ] req [ pttl k2 ] req [ del k3 ] req [ pexpire k4 100000 ] \
      req [ zscore k5 a ] req [ zscore z1 a ] req [ zquery z2 0 '' 0 10 ] req [ zrem z3 a ] \
      req [ get z4 ] req [ keys ] } \
    repeat 9 { expect-int 1 } expect-set [ stays ] \
    expect-nil expect-int -2 expect-int 0 expect-int 0 \
    expect-nil expect-nil expect-arr [ ] expect-int 0 expect-nil expect-set [ stays ]
  talk join { req [ set k v ] req [ pexpire k 0 ] req [ zadd k 1 a ] req [ pttl k ] \
    req [ zadd z 1 a ] req [ pexpire z 0 ] req [ set z v ] req [ pttl z ] } \
    expect-nil expect-int 1 expect-int 1 expect-int -1 \
    expect-int 1 expect-int 1 expect-nil expect-int -1 pause 50 \
    req [ zscore k a ] expect-dbl 1 req [ get z ] expect-str v
}

@test "hardening: an empty string and what does not fit into 64 bits are refused as integers" {
  why 6 "strtoll() takes the empty string for 0, and what is too large for the largest there is"
  start_server
  talk req [ set k v ] expect-nil req [ pexpire k '' ] expect-error 4 \
    req [ pexpire k 9223372036854775808 ] expect-error 4 \
    req [ pexpire k -9223372036854775809 ] expect-error 4 \
    req [ pexpire k 1e3 ] expect-error 4 \
    req [ pexpire k '100\0' ] expect-error 4 req [ pttl k ] expect-int -1
}

@test "hardening: with a time limit of weeks the server sleeps" {
  needs_proc
  why 2 "poll() takes an int: the time left was cut to 32 bits, and is 0 or less"
  start_server
  local ttl
  for ttl in 3000000000 4294967297; do
    talk req [ set k v ] expect-nil req [ pexpire k "$ttl" ] expect-int 1
    sleeps
  done
}

@test "hardening: keys that nobody asks for any more are removed, too" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 2 "only the commands look at a key's time: a key that is never asked for stays forever"
  start_server
  local base round grown
  base=$(peak_kib)
  for round in 1 2 3 4; do
    talk repeat 4 { req [ set "$round-%i" '\{8000000*x}' ] expect-nil \
      req [ pexpire "$round-%i" 10 ] expect-int 1 } pause 100
  done
  grown=$(($(peak_kib) - base))
  [ "$grown" -lt 96000 ] ||
    fail "4 times 32 MB that live for 10 ms made the server grow by $grown KiB"
}

# The next tests fill the heap so that every key's place is known. Keys that expire in FAR ms are
# small. Of those that expire in SOON ms, 32 have values of 2 MB. In a wrong heap, a far key hides
# them from the timer, and their 64 MB stay.
FAR=10000000 SOON=400 BIGS=32

needs_large_values() {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  [ -z "$MOST_BODY" ] || skip "this server refuses large messages"
}

# to_set KEY SIZE: words that set it
to_set() { WORDS+=(req "[" set "$1" "\{$2*x}" "]" expect-nil); }

# together N REPLY WORD...: N requests in one segment, each with this reply
together() { WORDS+=(join "{" "${@:3}" "}" repeat "$1" "{" expect-int "$2" "}"); }

# tree: 127 keys, in the order of their places in the heap: seven rows, with n0 as the root. In each row
# the left half is far and the right half soon. In the last row the right half is big, too.
#           n0
#      n1        n2
#    n3  n4    n5  n6
tree() {
  local first n row EXPIRE=()
  to_set n0 1
  EXPIRE=(req "[" pexpire n0 $((SOON - 50)) "]")
  for ((row = 2; row <= 64; row *= 2)); do
    for ((first = row - 1, n = 0; n < row; n++)); do
      if [ $((2 * n)) -lt "$row" ]; then
        to_set "n$((first + n))" 1
        EXPIRE+=(req "[" pexpire "n$((first + n))" "$FAR" "]")
      else
        to_set "n$((first + n))" $((row < 64 ? 1 : 2000000))
        EXPIRE+=(req "[" pexpire "n$((first + n))" "$SOON" "]")
      fi
    done
  done
  together 127 1 "${EXPIRE[@]}"
}

# n0 expires, and the last item fills the gap. It must move down, to the right.
sinks() {
  tree
  to_set last 1
  together 1 1 req "[" pexpire last $((FAR + 1)) "]"
}

# The leaves on the left are deleted. The last item fills each gap: it is one from the right, and must
# move up. Then others are added, so that these are no longer the last.
rises() {
  local i dels=() others=()
  tree
  for ((i = 1; i <= 80; i++)); do
    to_set "other$i" 1
    others+=(req "[" pexpire "other$i" $((FAR + 1)) "]")
  done
  for ((i = 63; i < 95; i++)); do
    dels+=(req "[" del "n$i" "]")
  done
  together 32 1 "${dels[@]}"
  together 80 1 "${others[@]}"
}

# big_ones MS: as many as are big, each with this time; the words for that are in EXPIRE
big_ones() {
  local i
  EXPIRE=()
  for ((i = 1; i <= BIGS; i++)); do
    EXPIRE+=(req "[" pexpire "big$i" "$1" "]")
  done
}

# first is the root, and its time gets later.
gets_later() {
  local i
  to_set first 1
  for ((i = 1; i <= BIGS; i++)); do to_set "big$i" 2000000; done
  big_ones $SOON
  together $((BIGS + 2)) 1 req "[" pexpire first $((SOON - 50)) "]" "${EXPIRE[@]}" \
    req "[" pexpire first $FAR "]"
}

# first is the root, and the times of others get earlier.
gets_earlier() {
  local i
  to_set first 1
  for ((i = 1; i <= BIGS; i++)); do to_set "big$i" 2000000; done
  big_ones $((FAR + 1))
  together $((BIGS + 1)) 1 req "[" pexpire first $FAR "]" "${EXPIRE[@]}"
  big_ones $SOON
  together $BIGS 1 "${EXPIRE[@]}"
}

# memory_comes_back HEAP: builds that heap, and waits until the big keys must be freed. Nobody asks
# for them. Then it sets as many new ones, which fit into the memory of the old ones.
memory_comes_back() {
  local i base grown
  start_server
  base=$(peak_kib)
  WORDS=()
  "$1"
  WORDS+=(pause $((SOON + 200)))
  for ((i = 1; i <= BIGS; i++)); do to_set "new$i" 2000000; done
  talk "${WORDS[@]}" || return
  grown=$(($(peak_kib) - base))
  [ "$grown" -lt 100000 ] || fail "$BIGS keys of 2 MB were to live for $SOON ms, beside keys in the heap that" \
    "have hours left. When as many were set later, the server had grown by $grown KiB"
}

@test "hardening: when a key goes, those that are due next are not held up by one that has more time" {
  needs_large_values
  why 2 "the last item fills the gap in the heap, and must move from there: down, to the earlier of the
  two children, or up, as the gap may be below later ones"
  memory_comes_back sinks
  stop_server
  memory_comes_back rises
}

@test "hardening: a key whose time was changed is due in its turn" {
  needs_large_values
  why 2 "an item whose time got later must move down in the heap, one whose time got earlier up"
  memory_comes_back gets_later
  stop_server
  memory_comes_back gets_earlier
}

# storm WORD...: KEYS keys expire at the same moment, and at that moment the words begin, whose
# stdout is in output. With MEMBERS, each key is a sorted set of that many members.
storm() {
  local took ttl i words=()
  if [ "${MEMBERS:-0}" -gt 0 ]; then
    for ((i = 1; i <= KEYS; i++)); do
      words+=(repeat "$MEMBERS" "{" req "[" zadd "k$i" %i m%i "]" "}")
    done
    words=(join { "${words[@]}" } repeat $((KEYS * MEMBERS)) { expect-int 1 })
  else
    words=(join { repeat "$KEYS" { req "[" set k%i v "]" } } repeat "$KEYS" { expect-nil })
  fi
  took=$(talk clock "${words[@]}" elapsed) || return
  ttl=$((500 + 2 * took))
  talk clock join { repeat "$KEYS" { req [ pexpire k%i $ttl ] } } \
    repeat "$KEYS" { expect-int 1 } || return
  talk_start req [ get x ] reply hold "$@" || return
  # nothing is removed until all have expired and the first request has arrived
  kill -STOP "$SERVER_PID"
  sleep "$((ttl / 1000)).$(printf %03d $((ttl % 1000)))"
  : >"$TALK_FILE.go.1"
  sleep 0.1
  kill -CONT "$SERVER_PID"
  talk_finish || return
  output=$(grep -v holding "$TALK_FILE.out")
}

# In a storm that goes on for many turns, many requests take a little longer. One that takes longer
# than all others together waited for all of it; on a busy machine that may happen, but not always.
@test "hardening: a storm of expiries does not stall the others" {
  needs_no_sanitizer "what takes long is different then"
  why 5 "all expired keys are removed in one turn. Stop after some 2,000, and poll() with a timeout of 0"
  start_server
  local longest all waited=''
  KEYS=150000
  for _ in 1 2 3; do
    storm req [ get x ] reply repeat 150 { clock req [ get x ] reply elapsed }
    longest=$(sort -n <<<"$output" | tail -n 1)
    all=$(awk '{ sum += $1 } END { print sum }' <<<"$output")
    if [ "$longest" -le 10 ] || [ $((2 * longest)) -le "$all" ]; then
      return 0
    fi
    waited="$waited $longest of $all"
  done
  fail "when $KEYS keys expire together, the longest of 150 requests, and all of them, take" \
    " $waited ms (three times)"
}

@test "hardening: SIGTERM frees everything, also what has a time limit" {
  why ch07_kv 7 "no handler for SIGTERM; or what is freed first is still needed for the rest (make
  SAN=address shows where)"
  start_server_counting_leaks
  talk repeat 100 { req [ set k%i v ] expect-nil req [ pexpire k%i 100000 ] expect-int 1 } \
    repeat 40 { req [ zadd z%i 1 a ] expect-int 1 req [ pexpire z%i 20 ] expect-int 1 }
  stop_server
  equal "the exit status" 0 "$SERVER_STATUS"
}

# ---- only ours ----

needs_inspect() { grep -qs inspect_heap "$SUT/inspect.c" || skip "there is no inspect heap"; }

# in_heap N...: the numbers of keys with a TTL, as reported by all the inspections of talk_says
in_heap() {
  [ "$status" = 0 ] || fail "$errors" || return
  equal "the number of keys with a time limit" "$*" \
    "$(sed -n 's/.*keys with a time limit: //p' <<<"$output" | xargs)"
}

@test "extra: keys are removed in time, though nobody asks for them" {
  needs_inspect
  why 2 "poll() does not wake up for the heap's root, or the root is not the earliest"
  start_server
  talk_says req [ set far v ] expect-nil req [ pexpire far 100000 ] expect-int 1 \
    req [ set near v ] expect-nil req [ pexpire near 250 ] expect-int 1 \
    req [ inspect heap ] print pause 500 req [ inspect heap ] print
  in_heap 2 1
  random_ttls 250 500
  expire_some 250
  talk_says "${WORDS[@]}" pause 300 req [ inspect heap ] print
  local k left=1
  for ((k = 1; k <= 250; k++)); do
    case ${TTL[k]:-0} in 0 | gone) ;; *) left=$((left + 1)) ;; esac
  done
  in_heap "$left"
}

# some_are_left: are there still keys of a storm when a request has come and gone? A client that gets no
# CPU for some turns finds all of them removed, now and then.
some_are_left() {
  for _ in 1 2 3 4 5 6 7 8; do
    storm req [ get x ] reply req [ inspect heap ] print
    [ "${output##*: }" -eq 0 ] || return 0
  done
  false
}

@test "extra: when many keys are due, others are served before all are removed" {
  needs_inspect
  why 5 "all expired keys are removed in one turn. Stop after some 2,000, and poll() with a timeout of 0"
  start_server
  KEYS=80000
  some_are_left || fail "$KEYS keys were due: between one request and the next all were removed (eight times)"
}

@test "extra: when many sets are due, their members count" {
  needs_inspect
  why 5 "a set counts as one key, but freeing it takes as long as freeing all its members"
  start_server
  KEYS=400 MEMBERS=200
  some_are_left || fail "$KEYS sets of $MEMBERS members were due: between one request and the next all were" \
    "removed (eight times)"
}

@test "extra: a key has one place in the heap, or none" {
  needs_inspect
  why 4 "pexpire adds an item each time; or del leaves it there"
  start_server
  talk_says repeat 20 { req [ set k%i v ] expect-nil } \
    repeat 20 { req [ pexpire k%i 100000 ] expect-int 1 } \
    repeat 20 { req [ pexpire k%i 200000 ] expect-int 1 } \
    repeat 20 { req [ pexpire k1 100000 ] expect-int 1 } req [ inspect heap ] print \
    repeat 5 { req [ pexpire k%i -1 ] expect-int 1 } repeat 10 { req [ del k%i ] reply } \
    req [ inspect heap ] print
  in_heap 20 10
}

@test "extra: set and zadd keep the time limit, a negative pexpire takes it away" {
  ! changed ttl && ! changed set-ttl || skip "here the book and Redis differ"
  why 4 "set or zadd removes the time limit, or a negative pexpire does not: ch13 and ch14 follow the
  book, not Redis"
  start_server
  talk req [ set k v ] expect-nil req [ pexpire k 100000 ] expect-int 1 \
    req [ set k w ] expect-nil req [ pttl k ] expect-int-between 90000 100000 \
    req [ zadd z 1 a ] expect-int 1 req [ pexpire z 100000 ] expect-int 1 \
    req [ zadd z 2 b ] expect-int 1 req [ pttl z ] expect-int-between 90000 100000 \
    req [ pexpire k 100 ] expect-int 1 req [ pexpire k -7 ] expect-int 1 \
    req [ pttl k ] expect-int -1 pause 300 req [ get k ] expect-str w
}

@test "extra: the heap is in order after every operation, and every owner knows its item" {
  why 3 "heap_set() or heap_remove() leaves an item where it does not belong, or its owner unaware"
  grep -qs 'heap_set(struct heap \*' "$SUT/heap.h" || skip "there is no such heap.h"
  unit_test heap_test heap.c mem.c
}
