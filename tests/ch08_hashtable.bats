#!/usr/bin/env bats
# ch08_hashtable: keys in a hashtable that grows little by little, replies of one typed value.

# shellcheck disable=SC1083,SC2030,SC2031 # { } [ ] are words of talk
load helpers
accepts tlv

# grown_kib BASE: by how much the server's memory has grown at most.
grown_kib() { echo $(($(peak_kib) - $1)); }

# numbered PREFIX N: PREFIX1 ... PREFIXN. (A loop is slow under bats.)
numbered() { seq -f "$1%.0f" 1 "$2"; }

# more WORD...: adds words of talk to WORDS.
WORDS=()
more() { WORDS+=("$@"); }

# Two blocks with the same hash code in the book's hash. So all names of equal length that are made
# of them have the same code, too.
A=jasaysci B=lmdgnqig

# reply_of HEX: a word that sends these bytes as a message.
reply_of() {
  local hex=${1//[!0-9a-f]/}
  printf '%02x000000%s' $((${#hex} / 2)) "$hex"
}

# The tags of an array and a double, which the book's older edition had the other way round.
ARR=05 DBL=04
[ -z "${EDITION:-}" ] || ARR=04 DBL=05

# client_gets HEX: the client asks for something, and this is its reply.
client_gets() {
  fake_server skip 20 send-hex "$(reply_of "$1")" expect-eof
  client get k
  fake_finish
}

# client_prints HEX EXPECTED: exactly that.
client_prints() {
  client_gets "$1"
  equal "what the client prints of the reply $1" "$2" "$output"
}

# Nested arrays with a value of each kind.
NESTED="$ARR 06000000 00 01 04000000 02000000 6e6f 02 03000000 612062 03 feffffffffffffff
  02 01000000 76 $ARR 01000000 $ARR 00000000"
NESTED=${NESTED//[!0-9a-f]/}

# ---- typed replies ----

@test "core: replies are the book's, byte by byte" {
  why 5 "a wrong tag, a number of the wrong width or order of bytes, or a length in the header
  that was not filled in: length of the message (4), tag (1), then 8 bytes for an int, 4 for a
  length, a count or an error code"
  start_server
  talk req [ get k ] expect-hex '01000000 00' \
    req [ set k v ] expect-hex '01000000 00' \
    req [ get k ] expect-hex '06000000 02 01000000 76' \
    req [ set k '' ] expect-hex '01000000 00' \
    req [ get k ] expect-hex '05000000 02 00000000' \
    req [ del k ] expect-hex '09000000 03 0100000000000000' \
    req [ del k ] expect-hex '09000000 03 0000000000000000' \
    req [ nonsense ] expect-error 1
}

@test "core: an array is the book's, byte by byte" {
  why 5 "its tag (5; the older edition of the book had 4), or its count, which has 4 bytes and counts its
  elements, not their bytes"
  start_server
  talk req [ keys ] expect-hex '05000000 05 00000000' req [ set k v ] expect-nil \
    req [ keys ] expect-hex '0b000000 05 01000000 02 01000000 6b'
}

@test "core: the text of an error: unknown command." {
  why 5 "the text differs; programs look only at the code"
  start_server
  talk req [ nonsense ] expect-err 1 'unknown command.'
}

@test "core: replies of odd lengths stand one after the other" {
  why 5 "the length of a reply was written to the place of another one (or of the first), or the
  numbers in it are taken for aligned"
  start_server
  talk repeat 9 { req [ set k%i '\{%i*x}' ] expect-nil } \
    join { repeat 9 { req [ get k%i ] req [ get none ] req [ del none ] req [ no ] } } \
    repeat 9 { expect-str '\{%i*x}' expect-nil expect-int 0 expect-unknown }
}

@test "core: deleting a key leaves the others in its chain" {
  why 2 "the chain is broken: the pointer that led to the node must lead to the next one then,
  be it the slot's or another node's"
  start_server
  local i
  talk join { repeat 30 { req [ set k%i v%i ] } repeat 30 { req [ get k%i ] } } \
    repeat 30 { expect-nil } repeat 30 { expect-str v%i } ||
    fail "and no key has been deleted yet: when the table grows, is a chain moved by its first node only," \
      "or broken where a node is taken out of it?"
  # a key that is set again is the first of its chain: upwards each is the last when it is deleted
  for i in {1..30} {30..1}; do
    more join { repeat 30 { req [ set k%i v%i ] } req [ del "k$i" ] req [ get "k$i" ] \
      repeat $((i - 1)) { req [ get k%i ] } req [ set "k$i" "v$i" ] \
      repeat 30 { req [ get k%i ] } } \
      repeat 30 { expect-nil } expect-int 1 expect-nil \
      repeat $((i - 1)) { expect-str v%i } expect-nil \
      repeat 30 { expect-str v%i }
  done
  talk "${WORDS[@]}"
}

@test "core: keys lists every key once" {
  why 5 "an array's header counts its elements, not their bytes; each of them is a whole str"
  start_server
  talk req [ keys ] expect-set [ ] \
    req [ set one 1 ] expect-nil req [ keys ] expect-set [ one ] \
    req [ set two 2 ] expect-nil req [ set three 3 ] expect-nil req [ set one 4 ] expect-nil \
    req [ keys ] expect-set [ one two three ] \
    req [ del two ] expect-int 1 req [ keys ] expect-set [ one three ] \
    req [ del one ] expect-int 1 req [ del three ] expect-int 1 req [ keys ] expect-set [ ]
}

@test "core: keys lists keys of any bytes and lengths" {
  why 7 "a key is printed as a C string, or put into a buffer of fixed size"
  start_server
  # shellcheck disable=SC2153 # LONG comes from setup_file
  talk req [ set '' 1 ] expect-nil req [ set 'a\0b' 2 ] expect-nil req [ set '\n' 3 ] expect-nil \
    req [ set '\xff\x80' 4 ] expect-nil req [ set "\{$LONG*k}" 5 ] expect-nil \
    req [ keys ] expect-set [ '' 'a\0b' '\n' '\xff\x80' "\{$LONG*k}" ]
}

@test "core: keys is a command of one word" {
  why 5 "the number of arguments is part of a command's name"
  start_server
  talk req [ keys a b ] expect-unknown req [ key ] expect-unknown req [ keys2 ] expect-unknown \
    req [ KEYS ] expect-unknown req [ keys ] expect-set [ ]
}

@test "core: a reply may have 32 MiB, and one byte more is an error" {
  why 6 "the limit is for the reply's body: tag and count of the array, and for each key its tag
  and length. A header with a larger number breaks the connection"
  start_server
  # 5 + (5 + long) + (5 + short) = LIMIT
  local long=$((LIMIT * 6 / 10))
  local short=$((LIMIT - 15 - long))
  talk req [ set "\{$long*a}" v ] expect-nil req [ set "\{$short*b}" v ] expect-nil \
    req [ keys ] expect-set [ "\{$long*a}" "\{$short*b}" ] \
    req [ del "\{$short*b}" ] expect-int 1 req [ set "\{$((short + 1))*b}" v ] expect-nil \
    req [ keys ] expect-error 2
}

@test "core: after a reply that was too big the connection goes on" {
  why 6 "what was written of the reply stays in the output, or the connection is closed"
  start_server
  local key="\{$((LIMIT * 6 / 10))*a}"
  talk repeat 3 { req [ set "%i$key" v%i ] expect-nil } req [ set k v ] expect-nil \
    join { req [ get k ] req [ keys ] req [ get k ] req [ keys ] req [ del k ] } \
    expect-str v expect-error 2 expect-str v expect-error 2 expect-int 1 \
    req [ get "2$key" ] expect-str v2
}

@test "core: the text of an error: response is too big." {
  why 6 "the text differs; programs look only at the code"
  start_server
  talk repeat 2 { req [ set "%i\{$((LIMIT * 6 / 10))*a}" v ] expect-nil } \
    req [ keys ] expect-err 2 'response is too big.'
}

# ---- the hashtable ----

@test "core: keys are the same bytes, not the same hash code" {
  why 1 "only the hash codes are compared. The keys of this test all have one (in the book's hash)"
  start_server
  local key keys=("$A$A$A" "$A$A$B" "$A$B$A" "$A$B$B" "$B$A$A" "$B$A$B" "$B$B$A")
  for key in "${keys[@]}"; do
    more req [ get "$key" ] expect-nil req [ set "$key" "of $key" ] expect-nil
  done
  for key in "${keys[@]}"; do
    more req [ get "$key" ] expect-str "of $key"
  done
  talk "${WORDS[@]}" req [ keys ] expect-set [ "${keys[@]}" ] \
    req [ get $B$B$B ] expect-nil req [ del $B$B$B ] expect-int 0
  # Each of them can be deleted, and takes no other along.
  for key in "${keys[@]}"; do
    talk req [ del "$key" ] expect-int 1 req [ get "$key" ] expect-nil \
      req [ set "$key" again ] expect-nil req [ keys ] expect-set [ "${keys[@]}" ]
  done
}

@test "core: no key is lost or doubled while the table grows" {
  why 2 "between the two tables: a chain is moved by its first node only, nodes stay in the older
  table when that is freed, keys sees one table, or set adds a second node for a key that is
  still in the older one"
  start_server
  local n had=0 all=()
  for n in 31 32 33 64 65 128 129 256 257 258 512 513 1024 1025 2048 2049; do
    # shellcheck disable=SC2207
    all+=($(numbered "$n." $((n - had))))
    more join { repeat $((n - had)) { req [ set "$n.%i" v%i ] } } \
      repeat $((n - had)) { expect-nil } \
      req [ keys ] expect-set [ "${all[@]}" ] \
      req [ set "$n.1" v1 ] expect-nil req [ keys ] expect-set [ "${all[@]}" ] \
      join { repeat $((n - had)) { req [ get "$n.%i" ] } } \
      repeat $((n - had)) { expect-str v%i }
    had=$n
  done
  talk "${WORDS[@]}"
}

@test "core: every key is found after each set, however far the table has grown" {
  why 4 "a lookup looks into one table only, while the key is still in the other"
  start_server
  local n
  n=$(large 9000)
  talk repeat "$n" { join { req [ set k%i v%i ] req [ get k%i ] req [ get k1 ] req [ get k257 ] \
    req [ get none ] } expect-nil expect-str v%i expect-str v1 reply expect-nil } \
    join { repeat "$n" { req [ get k%i ] } } repeat "$n" { expect-str v%i }
}

@test "core: keys can be deleted and set again while the table grows" {
  why 4 "a deletion looks into one table only, or takes the node out of a table and the size of
  the other"
  start_server
  # shellcheck disable=SC2207
  local names=($(numbered k 4036))
  # With its 4096th key a table of 4096 slots begins to move.
  talk join { repeat 60 { req [ set d%i old ] } repeat 4036 { req [ set k%i v%i ] } } \
    repeat 4096 { expect-nil } \
    join { repeat 30 { req [ del d%i ] } req [ keys ] repeat 60 { req [ get d%i ] } } \
    repeat 30 { expect-int 1 } reply repeat 30 { expect-nil } repeat 30 { expect-str old } \
    join { repeat 30 { req [ set d%i new ] req [ del d%i ] req [ del d%i ] } } \
    repeat 30 { expect-nil expect-int 1 expect-int 0 } \
    join { repeat 60 { req [ del d%i ] } } \
    repeat 30 { expect-int 0 } repeat 30 { expect-int 1 } \
    req [ keys ] expect-set [ "${names[@]}" ] \
    join { repeat 4036 { req [ get k%i ] } } repeat 4036 { expect-str v%i }
}

@test "core: while the table grows, memory is used only from its first byte to its last" {
  why 2 "a table of n slots has slot 0 to n - 1: the mask is n - 1, and so is the last slot that a loop
  looks at. Or a node, or a table, is used after it was freed"
  needs_preload memory
  start_server "$PRELOAD:$TOOLS/line_preload.so"
  talk join { repeat 1100 { req [ set k%i v%i ] } } repeat 1100 { expect-nil } \
    join { repeat 500 { req [ del k%i ] req [ set k%i again ] req [ set k%i v%i ] } } \
    repeat 500 { expect-int 1 expect-nil expect-nil } \
    join { repeat 1100 { req [ get k%i ] } } repeat 1100 { expect-str v%i } \
    req [ keys ] reply join { repeat 1100 { req [ del k%i ] } } repeat 1100 { expect-int 1 } \
    req [ keys ] expect-set [ ]
}

# random_session SEED STEPS KEYS: words of talk, with what a simple table answers.
random_session() {
  awk -v seed="$1" -v steps="$2" -v nkeys="$3" '
    function random(n) {
      seed = seed * 16807 % 2147483647
      return seed % n
    }
    function name(i) { return i % 7 == 1 ? "\\0" i : i % 7 == 2 ? i "\\xff" : "key" i }
    BEGIN {
      seed = seed % 2147483646 + 1
      for (i = 0; i < steps; i++) {
        k = name(random(nkeys))
        what = random(10)
        if (what < 3) {
          print "req [ get", k, "]", k in t ? "expect-str " t[k] : "expect-nil"
        } else if (what < (int(i / 1500) % 2 ? 5 : 8)) {
          t[k] = "v" i
          print "req [ set", k, t[k], "] expect-nil"
        } else {
          print "req [ del", k, "] expect-int", (k in t)
          delete t[k]
        }
        if (i % 500 == 499) {
          printf "req [ keys ] expect-set ["
          for (k in t)
            printf " %s", k
          print " ]"
        }
      }
    }'
}

@test "core: random commands have the answers that a plain table gives" {
  why 2 "a node gets lost, is doubled, or comes back"
  start_server
  local seed=${SEED:-$RANDOM}
  echo "SEED=$seed repeats this test"
  set -f
  # shellcheck disable=SC2046
  talk $(random_session "$seed" "$(large 6000)" 900)
}

@test "core: with a hundred thousand keys a key is as quick to find as with ten" {
  why 3 "the chains get long: the table does not grow, grows by a constant, or the hash code has
  few values"
  start_server
  local n before used
  n=$(large 100000)
  before=$(cpu_ms)
  talk join { repeat "$n" { req [ set some-key-%i v ] } } repeat "$n" { expect-nil } \
    join { repeat "$n" { req [ get some-key-%i ] } } repeat "$n" { expect-str v } \
    join { repeat "$n" { req [ del some-key-%i ] } } repeat "$n" { expect-int 1 }
  used=$(($(cpu_ms) - before))
  [ "$used" -lt 3000 ] ||
    fail "$n keys set, read and deleted took $used ms of the server's CPU time"
}

# cost_of FROM TO: each of these rounds sends REQUEST 1,000 times, with the round's number for @N,
# whose replies are REPLY_IS. Sets COST to the server's CPU time for one of them, in ns.
cost_of() {
  local n before
  WORDS=()
  for ((n = $1; n <= $2; n++)); do
    more join { repeat 1000 { "${REQUEST[@]//@N/$n}" } } repeat 1000 { "${REPLY_IS[@]}" }
  done
  before=$(busy_us)
  talk "${WORDS[@]}" || return
  COST=$((($(busy_us) - before) / ($2 - $1 + 1)))
}

@test "core: with three hundred thousand keys one more costs no more, also while the keys move" {
  why 3 "an operation works for longer, the more slots there are: moving goes on where it ended the last
  time and not at the first slot again, and the table's mask is one less than its slots"
  start_server
  local step few most n=0
  step=$(large 50)
  REQUEST=(req "[" get key-%i "]") REPLY_IS=(expect-nil)
  cost_of 1 50
  few=$COST
  most=$((10 * few + 3000)) # a key among many is in no cache
  while [ "$n" -lt $((6 * step)) ]; do
    REQUEST=(req "[" set @N-key-%i v "]") REPLY_IS=(expect-nil)
    cost_of $((n + 1)) $((n + step))
    n=$((n + step))
    [ "$COST" -le "$most" ] || fail "for a get the server took $few ns of CPU time, before there were any" \
      "keys. To add keys to ${n}000 others takes $COST ns for each"
  done
  REQUEST=(req "[" get @N-key-%i "]") REPLY_IS=(expect-str v)
  cost_of 1 "$n"
  [ "$COST" -le "$most" ] || fail "for a get the server took $few ns of CPU time, before there were any keys." \
    "With ${n}000 keys it takes $COST ns"
}

# ---- the client ----

@test "core: the client prints the value of each reply" {
  why 5 "a kind of value is missing, or a number is read with the wrong width or sign"
  client_gets '01 02000000 03000000 626967'
  says_in_order 2 big
  client_gets '02 05000000 68656c6c6f'
  says_in_order hello
  client_gets '03 ffffffffffffff7f'
  says_in_order 9223372036854775807
  client_gets '03 0000000000000080'
  says_in_order -9223372036854775808
  [ -n "$EDITION" ] || client_gets "$DBL 000000000000f83f" # the older one has no double here
  [ -n "$EDITION" ] || says_in_order 1.5
}

@test "core: the client prints each kind of value, exactly" {
  why 5 "(nil), (err) CODE TEXT, (str) TEXT, (int) N, (dbl) N as %g, (arr) len=N ... (arr) end"
  client_prints '00' "(nil)"
  client_prints '01 02000000 03000000 626967' "(err) 2 big"
  client_prints '02 05000000 68656c6c6f' "(str) hello"
  client_prints '02 00000000' "(str) "
  client_prints '03 ffffffffffffffff' "(int) -1"
  client_prints '03 ffffffffffffff7f' "(int) 9223372036854775807"
  client_prints '03 0000000000000080' "(int) -9223372036854775808"
  client_prints "$DBL 000000000000f83f" "(dbl) 1.5"
  client_prints "$DBL 555555555555d53f" "(dbl) 0.333333"
  client_prints "$DBL 0000000000000080" "(dbl) -0"
  client_prints "$DBL 000000000000f0ff" "(dbl) -inf"
  client_prints "$ARR 00000000" $'(arr) len=0\n(arr) end'
}

@test "core: the client prints arrays in arrays" {
  why 5 "an element of an array is a value like any other, arrays among them"
  client_gets "$NESTED"
  says_in_order 4 no "a b" -2 v
  client_gets "$(printf "${ARR}01000000%.0s" {1..40})02 01000000 76"
  says_in_order v
}

@test "core: the client prints what keys replies" {
  why 5 "the number of elements, then a line for each"
  start_server
  client keys
  # shellcheck disable=SC2154 # client sets it
  equal "the client's status for no keys (stderr: $errors)" 0 "$status"
  client set 'a key' v
  client keys
  says_in_order 'a key'
}

# to_bad_replies: starts the client against malformed replies, one after the other. Their bytes
# are in BAD; $BAD_DIR/N.out, N.err and N.status are the client's for BAD[N].
to_bad_replies() {
  local hex i
  BAD=('' 06 ff 0000 "${NESTED}00" 020100000076ff 02ffffffff76 "${ARR}ffffffff"
    0101000000ffffffff78 "${ARR}0100000006" "${ARR}0200000000")
  for ((i = 2; i < ${#NESTED}; i += 2)); do
    BAD+=("${NESTED:0:i}")
  done
  WORDS=()
  for hex in "${BAD[@]}"; do
    more "@${#WORDS[@]}" skip 20 send-hex "$(reply_of "$hex")" expect-closed
  done
  fake_server "${WORDS[@]}"
  BAD_DIR=$BATS_TEST_TMPDIR/bad
  mkdir "$BAD_DIR"
  # In a shell of its own, which bats does not slow down.
  # shellcheck disable=SC2016
  PORT=$CLIENT_PORT bash -c 'for ((i = 0; i < $1; i++)); do
      "$2" -t 10 "$3" get k >"$4/$i.out" 2>"$4/$i.err" </dev/null
      echo $? >"$4/$i.status"
    done' clients ${#BAD[@]} "$TOOLS/launch" "$SUT/client" "$BAD_DIR" 3>&- 4>&-
  fake_finish
  if sanitizer_report "$BAD_DIR"/*.err; then
    fail "the sanitizer found a fault in the client"
  fi
}

# the_reply FILE: the bytes of the bad reply that led to this file.
the_reply() {
  local n=${1##*/}
  echo "${BAD[${n%%.*}]}"
}

@test "core: the client says so when a reply is cut short, of no known kind, or too long" {
  why 5 "the bytes after the end are read as if they were part of the reply, or bytes that are
  left over are ignored: the client has to say so on stderr"
  local file
  to_bad_replies
  file=$(grep -L . "$BAD_DIR"/*.err | head -n 1)
  [ -z "$file" ] ||
    fail "there is nothing on stderr after the reply" "  $(the_reply "$file")" \
      "the client printed:" "$(cat "${file%.err}.out")"
}

@test "core: the client calls a bad reply: bad response" {
  why 5 "the text on stderr differs"
  client_gets 06
  contains "the client's stderr" "bad response" "$errors"
}

@test "core: what earlier chapters promised still holds" {
  why ch06_event_loop 8 "something that an earlier chapter promised is broken: a reset ends one connection
  only, a request may be large, and del takes whatever the key holds"
  looks_back
}

# ---- where the book's own code falls down ----

@test "hardening: the client's exit status tells errors, bad replies and good ones apart" {
  why 5 "the exit status does not tell a script what happened"
  local file
  fake_server @a skip 20 send-hex "$(reply_of "$NESTED")" expect-eof \
    @b skip 20 send-hex "$(reply_of '01 02000000 03000000 626967')" expect-eof
  client get k
  equal "the status after an array (with an error in it)" 0 "$status"
  client get k
  equal "the status after an error" 1 "$status"
  equal "stdout" "(err) 2 big" "$output"
  fake_finish
  to_bad_replies
  file=$(grep -Lx 1 "$BAD_DIR"/*.status | head -n 1)
  [ -z "$file" ] ||
    fail "the status is $(cat "$file"), not 1, after the bad reply" "  $(the_reply "$file")"
}

@test "hardening: the client prints strings of any bytes as they are" {
  why 7 "printf(\"%s\") and its precision stop at the first NUL"
  fake_server skip 20 send-hex "$(reply_of "$ARR 02000000 02 05000000 6100ff0a62
    02 01000000 00")" expect-eof
  client get k
  fake_finish
  printf '(arr) len=2\n(str) a\0\xff\nb\n(str) \0\n(arr) end\n' |
    cmp - "$CLIENT_OUT" || fail "it printed: $(cat -v "$CLIENT_OUT")"
}

@test "hardening: arrays that are nested 200,000 deep do not crash the client" {
  why 5 "a malicious server makes the client recurse until its stack is full"
  fake_server skip 20 join { header 1000001 repeat 200000 { send-hex ${ARR}01000000 } \
    send-hex 00 } expect-closed
  client get k
  fake_finish
  [ "$status" -le 1 ] || fail "the client $(death "$status")"
}

@test "hardening: a reply that gets too big is not built to its end" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 6 "all keys are written into memory before their size is looked at"
  start_server
  local base
  talk repeat 12 { req [ set '%i\{8000000*a}' v ] expect-nil }
  base=$(peak_kib)
  talk repeat 3 { req [ keys ] expect-error 2 }
  [ "$(grown_kib "$base")" -lt $((64 * 1024)) ] ||
    fail "keys of 96 MB made the server grow by $(grown_kib "$base") KiB"
}

@test "hardening: a table that has been emptied gives the memory of its keys back" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 2 "a deleted node is taken out of the table, and not freed"
  start_server
  local base
  base=$(peak_kib)
  talk repeat 6 { join { repeat 3000 { req [ set '%i\{3000*k}' v ] } } \
    repeat 3000 { expect-nil } \
    join { repeat 3000 { req [ del '%i\{3000*k}' ] } } repeat 3000 { expect-int 1 } }
  [ "$(grown_kib "$base")" -lt $((36 * 1024)) ] ||
    fail "9 MB of keys, set and deleted 6 times, made the server grow by" \
      "$(grown_kib "$base") KiB"
}

@test "hardening: SIGTERM frees everything, also in the middle of a move" {
  why 8 "no handler for SIGTERM; or (with SAN=address) what is still held at the end is a leak:
  the nodes or the slots of one of the two tables?"
  start_server_counting_leaks
  talk join { repeat 4096 { req [ set k%i v%i ] } } repeat 4096 { expect-nil }
  stop_server
  equal "the exit status" 0 "$SERVER_STATUS"
}

# ---- only ours ----

@test "extra: the hashtable agrees with a plain model, and no operation works for long" {
  why 3 "a node is lost, doubled, or where nobody looks for it; or an operation's work depends on
  the table's size. The message above tells which, and after which operation"
  grep -qs 'hmap_insert(struct hmap \*' "$SUT/hashtable.h" &&
    grep -q 'uint32_t length;' "$SUT/hashtable.h" || skip "there is no such hashtable.h"
  unit_test hashtable_test hashtable.c mem.c
}

@test "extra: the parser of requests never looks beyond the bytes that are there" {
  why ch07_kv 1 "a number is read, or a length believed, before the bytes that are left are counted.
  A crash means that it read behind the last byte"
  grep -qs 'request_parse(struct request \*' "$SUT/request.h" || skip "there is no such request.h"
  grep -qs cursor_u64 "$SUT/cursor.h" || skip "there is no such cursor.h"
  unit_test request_test request.c cursor.c wire.c mem.c
}

# table: sets TABLE to what `inspect table` says.
table() {
  grep -qs inspect_table "$SUT/inspect.c" || skip "there is no inspect table"
  client inspect table
  TABLE=${output#"(str) "}
}

# sets FROM TO
sets() {
  local n=$(($2 - $1 + 1))
  talk join { repeat $n { req [ set "key$1.%i" v ] } } repeat $n { expect-nil }
}

@test "extra: inspect table shows how the table grows" {
  why 3 "a table of 4 slots, which doubles as soon as it has as many keys as slots; then each
  command moves 4 keys, be it set, get or del (a set of a new key twice 4: it looks it up first)"
  start_server
  table
  equal "in the beginning" $'newer: 0 slots, 0 keys\nolder: 0 slots, 0 keys' "$TABLE"
  talk req [ inspect table ] expect-str 'newer: 0 slots, 0 keys\nolder: 0 slots, 0 keys'
  sets 1 3
  table
  contains "with 3 keys" $'newer: 4 slots, 3 keys\nolder: 0 slots, 0 keys\nchains of' "$TABLE"
  sets 4 4
  table
  contains "with 4 keys" $'newer: 8 slots, 4 keys\nolder: 0 slots, 0 keys\nchains of' "$TABLE"
  sets 5 64
  table
  contains "with 64 keys" $'newer: 128 slots, 4 keys\nolder: 64 slots, 60 keys\n' "$TABLE"
  contains "with 64 keys" $'\nmoved: slots ' "$TABLE"
  talk req [ get none ] expect-nil
  table
  contains "after a get" $'newer: 128 slots, 8 keys\nolder: 64 slots, 56 keys\n' "$TABLE"
  talk req [ del none ] expect-int 0
  table
  contains "after a del" $'newer: 128 slots, 12 keys\nolder: 64 slots, 52 keys\n' "$TABLE"
  talk req [ set key1.1 v ] expect-nil
  table
  contains "after a set" $'newer: 128 slots, 16 keys\nolder: 64 slots, 48 keys\n' "$TABLE"
  talk repeat 12 { req [ get none ] expect-nil }
  table
  contains "in the end" $'newer: 128 slots, 64 keys\nolder: 0 slots, 0 keys\n' "$TABLE"
}

@test "extra: inspect table counts the chains of each length" {
  why 1 "chains of N: how many slots have a chain of N keys"
  start_server
  sets 1 1
  table
  contains "with one key" $'\nchains of 0: 3\nchains of 1: 1' "$TABLE"
  sets 2 36
  table
  contains "with 36 keys" $'newer: 64 slots, 36 keys\nolder: 0 slots, 0 keys\n' "$TABLE"
  equal "the number of all chains, and of the keys in them" "64 36" \
    "$(awk '/^chains of/ { n += $4; keys += $3 * $4 } END { print n, keys }' <<<"$TABLE")"
}

@test "extra: inspect refuses what it does not know" {
  start_server
  table
  talk req [ inspect ] expect-unknown req [ inspect nothing ] expect-unknown \
    req [ inspect table x ] expect-unknown req [ inspect '' ] expect-unknown
}
