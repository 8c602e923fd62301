#!/usr/bin/env bats
# ch10_avl: sorted sets, whose members are found by name and by their place in the order of scores.
# Core tests allow anything where the book leaves it to chance (numbers out of range, the empty
# string as a number).

# shellcheck disable=SC1083,SC2030,SC2031 # { } [ ] are words of talk
load helpers
accepts tlv

MOST=9223372036854775807

# grown_kib BASE: by how much the server's memory has grown at most.
grown_kib() { echo $(($(peak_kib) - $1)); }

# more WORD...: adds words of talk to WORDS.
WORDS=()
more() { WORDS+=("$@"); }

# pairs FROM TO: `str mN dbl N` for each number, as an array's elements. (Loops are slow in bats.)
pairs() {
  awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++) print "str m" i, "dbl", i }'
}

# in_order N EXPRESSION: 1 ... N in the order of what the expression makes of i.
in_order() { seq 1 "$1" | awk "{ i = \$1; print $2, i }" | sort -n | sed 's/.* //'; }

# members N: fills the set z: m1 with score 1 ... mN with score N.
members() {
  talk join { repeat "$1" { req [ zadd z %i m%i ] } } repeat "$1" { expect-int 1 }
}

# five: fills the set z: m1 with score 1 ... m5 with score 5. Their order needs no rotation, so that
# a failure is not the fault of a rotation.
five() {
  local i words=()
  for i in 2 4 1 3 5; do
    words+=(req "[" zadd z "$i" "m$i" "]" expect-int 1)
  done
  talk "${words[@]}"
}

# holds_pairs FROM TO...: the set z holds these pairs, and no others.
# shellcheck disable=SC2046
holds_pairs() { talk req [ zquery z -inf '' 0 $MOST ] expect-arr [ $(pairs "$@") ]; }

# Names of equal length with one hash code (in the book's hash).
A=jasaysci B=lmdgnqig

# ---- replies and simple cases ----

@test "core: replies are the book's, byte by byte" {
  why 7 "a wrong tag or width: a score is a dbl (tag 4, 8 bytes), zadd and zrem answer an int,
  zquery an array that counts names and scores, whose header is filled in at the end"
  start_server
  talk req [ zadd z 1.5 n ] expect-hex '09000000 03 0100000000000000' \
    req [ zadd z 1.5 n ] expect-hex '09000000 03 0000000000000000' \
    req [ zscore z n ] expect-hex '09000000 04 000000000000f83f' \
    req [ zscore z x ] expect-hex '01000000 00' \
    req [ zquery z 1 '' 0 10 ] \
    expect-hex '14000000 05 02000000 02 01000000 6e 04 000000000000f83f' \
    req [ zquery z 2 '' 0 10 ] expect-hex '05000000 05 00000000' \
    req [ zrem z n ] expect-hex '09000000 03 0100000000000000' \
    req [ zrem z n ] expect-hex '09000000 03 0000000000000000' \
    req [ zadd z x n ] expect-error 4
}

@test "core: zadd says whether the member is new" {
  why 4 "int 1 for a new member, int 0 for one that was there, whatever becomes of its score"
  start_server
  talk req [ zadd z 1 a ] expect-int 1 req [ zadd z 1 b ] expect-int 1 \
    req [ zadd z 1 a ] expect-int 0 req [ zadd z 2 a ] expect-int 0 \
    req [ zadd z 1 a ] expect-int 0 req [ zadd y 1 a ] expect-int 1
}

@test "core: zscore returns the score that a member has now" {
  why 4 "the score is the old one, or another member's"
  start_server
  talk req [ zadd z 1 a ] expect-int 1 req [ zadd z -2.25 b ] expect-int 1 \
    req [ zscore z a ] expect-dbl 1 req [ zscore z b ] expect-dbl -2.25 \
    req [ zadd z 1e100 a ] expect-int 0 req [ zscore z a ] expect-dbl 1e100 \
    req [ zscore z b ] expect-dbl -2.25 req [ zscore z c ] expect-nil \
    req [ zscore z '' ] expect-nil req [ zscore none a ] expect-nil
}

@test "core: zrem removes a member and says whether it was there" {
  why 4 "the member is still in one of the two indexes, or another one went, too"
  start_server
  talk req [ zrem none a ] expect-int 0 \
    req [ zadd z 1 a ] expect-int 1 req [ zadd z 2 b ] expect-int 1 \
    req [ zadd z 3 c ] expect-int 1 req [ zrem z x ] expect-int 0 \
    req [ zrem z b ] expect-int 1 req [ zrem z b ] expect-int 0 \
    req [ zscore z b ] expect-nil \
    req [ zquery z 0 '' 0 10 ] expect-arr [ str a dbl 1 str c dbl 3 ] \
    req [ zadd z 4 b ] expect-int 1 \
    req [ zquery z 0 '' 0 10 ] expect-arr [ str a dbl 1 str c dbl 3 str b dbl 4 ]
}

@test "core: a set whose last member was removed can be filled again" {
  why 4 "the tree's root still points to the removed node"
  start_server
  talk repeat 3 { req [ zadd z 1 a ] expect-int 1 req [ zadd z 2 b ] expect-int 1 \
    req [ zrem z a ] expect-int 1 req [ zrem z b ] expect-int 1 \
    req [ zquery z 0 '' 0 10 ] expect-arr [ ] req [ zscore z a ] expect-nil \
    req [ zrem z a ] expect-int 0 }
}

@test "core: sets have their own members" {
  why 4 "an index is shared by all sets"
  start_server
  talk repeat 20 { req [ zadd set%i %i same ] expect-int 1 \
    req [ zadd set%i 0 own%i ] expect-int 1 } \
    repeat 20 { req [ zscore set%i same ] expect-dbl %i \
    req [ zquery set%i -inf '' 0 9 ] expect-arr [ str own%i dbl 0 str same dbl %i ] } \
    req [ zrem set7 same ] expect-int 1 req [ zscore set8 same ] expect-dbl 8
}

@test "core: names are any bytes, empty and long ones, too" {
  why 1 "a name is a C string, or is copied to where only a short one fits"
  start_server
  talk req [ zadd z 1 '' ] expect-int 1 req [ zadd z 3 'a\0b' ] expect-int 1 \
    req [ zadd z 4 'a\0c' ] expect-int 1 req [ zadd z 2 a ] expect-int 1 \
    req [ zadd z 5 "\{$LONG*x}" ] expect-int 1 req [ zadd z 6 "\{$LONG*x}" ] expect-int 0 \
    req [ zscore z '' ] expect-dbl 1 req [ zscore z 'a\0' ] expect-nil \
    req [ zscore z "\{$LONG*x}" ] expect-dbl 6 \
    req [ zquery z 0 '' 0 99 ] expect-arr [ str '' dbl 1 str a dbl 2 str 'a\0b' dbl 3 \
    str 'a\0c' dbl 4 str "\{$LONG*x}" dbl 6 ]
}

@test "core: names with one hash code are different members" {
  why ch08_hashtable 1 "only the hash codes are compared. These names have the same (in the book's
  hash)"
  start_server
  talk req [ zadd z 1 $A$A ] expect-int 1 req [ zadd z 2 $A$B ] expect-int 1 \
    req [ zadd z 3 $B$A ] expect-int 1 req [ zscore z $B$B ] expect-nil \
    req [ zrem z $B$B ] expect-int 0 req [ zrem z $A$B ] expect-int 1 \
    req [ zscore z $A$A ] expect-dbl 1 req [ zscore z $A$B ] expect-nil \
    req [ zscore z $B$A ] expect-dbl 3
}

# ---- order ----

@test "core: members are in the order of their scores" {
  why 1 "scores are compared as text or as integers, or infinities and negative ones are not in
  their place; or, where members come twice or never, a rotation loses a link to a parent"
  start_server
  talk req [ zadd z 10 ten ] expect-int 1 req [ zadd z 9 nine ] expect-int 1 \
    req [ zadd z -1 minus ] expect-int 1 req [ zadd z 0.5 half ] expect-int 1 \
    req [ zadd z inf top ] expect-int 1 req [ zadd z 0.25 quarter ] expect-int 1 \
    req [ zadd z -inf bottom ] expect-int 1 req [ zadd z -1e300 low ] expect-int 1 \
    req [ zadd z 5e-324 tiny ] expect-int 1 req [ zadd z 0 zero ] expect-int 1 \
    req [ zquery z -inf '' 0 99 ] expect-arr [ str bottom dbl -inf str low dbl -1e300 \
    str minus dbl -1 str zero dbl 0 str tiny dbl 5e-324 str quarter dbl 0.25 str half dbl 0.5 \
    str nine dbl 9 str ten dbl 10 str top dbl inf ]
}

@test "core: of equal scores the names decide, not the order of insertion" {
  why 1 "by their bytes, unsigned, as far as both have some; then the shorter name is the first. A name
  is not a C string: a NUL is a byte like any other"
  start_server
  local order
  for order in 'b \0 \xff abc a\0c B \x7f \0a a\0b \x80 ab a c' \
    'c a\0b a ab \x80 \0a \x7f B abc a\0c \xff \0 b' \
    '\xff \x80 \x7f a ab abc b B c a\0c a\0b \0a \0'; do
    WORDS=()
    local name
    for name in $order; do
      more req [ zadd "$order" 7 "$name" ] expect-int 1
    done
    talk "${WORDS[@]}" req [ zquery "$order" 7 '' 0 99 ] expect-arr [ str '\0' dbl 7 \
      str '\0a' dbl 7 str B dbl 7 str a dbl 7 str 'a\0b' dbl 7 str 'a\0c' dbl 7 \
      str ab dbl 7 str abc dbl 7 str b dbl 7 str c dbl 7 \
      str '\x7f' dbl 7 str '\x80' dbl 7 str '\xff' dbl 7 ]
  done
}

@test "core: a changed score moves the member, and leaves nothing behind" {
  why 4 "the old tree node stays (the member is there twice), or the score in the node is changed
  while it hangs at its old place: take it out, change the score, insert it again"
  start_server
  talk req [ zadd z 1 a ] expect-int 1 req [ zadd z 2 b ] expect-int 1 \
    req [ zadd z 3 c ] expect-int 1 req [ zadd z 4 a ] expect-int 0 \
    req [ zquery z 0 '' 0 99 ] expect-arr [ str b dbl 2 str c dbl 3 str a dbl 4 ] \
    req [ zadd z 1 c ] expect-int 0 \
    req [ zquery z 0 '' 0 99 ] expect-arr [ str c dbl 1 str b dbl 2 str a dbl 4 ] \
    req [ zadd z 2.5 b ] expect-int 0 \
    req [ zquery z 0 '' 0 99 ] expect-arr [ str c dbl 1 str b dbl 2.5 str a dbl 4 ] \
    req [ zadd z 4 b ] expect-int 0 \
    req [ zquery z 0 '' 0 99 ] expect-arr [ str c dbl 1 str a dbl 4 str b dbl 4 ] \
    req [ zrem z b ] expect-int 1 \
    req [ zquery z 0 '' 0 99 ] expect-arr [ str c dbl 1 str a dbl 4 ]
}

# ---- zquery ----

@test "core: the limit counts the array's elements, not the pairs" {
  why 7 "a pair is written while fewer than limit elements are there: limit 3 or 4 gives two pairs"
  start_server
  five
  talk req [ zquery z 2 '' 0 1 ] expect-arr [ str m2 dbl 2 ] \
    req [ zquery z 2 '' 0 2 ] expect-arr [ str m2 dbl 2 ] \
    req [ zquery z 2 '' 0 3 ] expect-arr [ str m2 dbl 2 str m3 dbl 3 ] \
    req [ zquery z 2 '' 0 4 ] expect-arr [ str m2 dbl 2 str m3 dbl 3 ] \
    req [ zquery z 3 '' 0 5 ] expect-arr [ str m3 dbl 3 str m4 dbl 4 str m5 dbl 5 ] \
    req [ zquery z 5 '' 0 9 ] expect-arr [ str m5 dbl 5 ]
}

@test "core: zquery begins at the first pair that is not before (score, name)" {
  why 7 "the member that is equal to what was asked for is left out, or the name is not looked at"
  start_server
  talk req [ zadd z 1 a ] expect-int 1 req [ zadd z 2 b ] expect-int 1 \
    req [ zadd z 2 d ] expect-int 1 req [ zadd z 3 c ] expect-int 1 \
    req [ zquery z 0 zzz 0 2 ] expect-arr [ str a dbl 1 ] \
    req [ zquery z 1 '' 0 2 ] expect-arr [ str a dbl 1 ] \
    req [ zquery z 1 a 0 2 ] expect-arr [ str a dbl 1 ] \
    req [ zquery z 1 'a\0' 0 2 ] expect-arr [ str b dbl 2 ] \
    req [ zquery z 1 b 0 2 ] expect-arr [ str b dbl 2 ] \
    req [ zquery z 1.5 zzz 0 2 ] expect-arr [ str b dbl 2 ] \
    req [ zquery z 2 b 0 2 ] expect-arr [ str b dbl 2 ] \
    req [ zquery z 2 c 0 2 ] expect-arr [ str d dbl 2 ] \
    req [ zquery z 2 d 0 99 ] expect-arr [ str d dbl 2 str c dbl 3 ] \
    req [ zquery z 3 c 0 2 ] expect-arr [ str c dbl 3 ] \
    req [ zquery z 3 d 0 2 ] expect-arr [ ] req [ zquery z inf '' 0 2 ] expect-arr [ ] \
    req [ zquery none 0 '' 0 9 ] expect-arr [ ]
}

@test "core: 0 and -0 are one score" {
  why 1 "the scores are compared by their bits: -0 is equal to 0"
  start_server
  talk req [ zadd z 0 b ] expect-int 1 req [ zadd z -0 a ] expect-int 1 \
    req [ zadd z -0 c ] expect-int 1 req [ zadd z -0 b ] expect-int 0 \
    req [ zquery z 0 '' 0 9 ] expect-arr [ str a dbl -0 str b dbl 0 str c dbl -0 ] \
    req [ zquery z -0 b 0 9 ] expect-arr [ str b dbl 0 str c dbl -0 ]
}

@test "core: the offset moves on from there, or back" {
  why 7 "the offset is off by one, counts from the beginning of the set, or only goes forward"
  start_server
  five
  talk req [ zquery z 3 '' 0 2 ] expect-arr [ str m3 dbl 3 ] \
    req [ zquery z 3 '' 1 2 ] expect-arr [ str m4 dbl 4 ] \
    req [ zquery z 3 '' 2 2 ] expect-arr [ str m5 dbl 5 ] \
    req [ zquery z 3 '' -1 2 ] expect-arr [ str m2 dbl 2 ] \
    req [ zquery z 3 '' -2 2 ] expect-arr [ str m1 dbl 1 ] \
    req [ zquery z 0 '' 4 2 ] expect-arr [ str m5 dbl 5 ] \
    req [ zquery z 5 m5 -4 99 ] expect-arr [ str m1 dbl 1 str m2 dbl 2 str m3 dbl 3 str m4 dbl 4 \
    str m5 dbl 5 ] \
    req [ zquery z 3 '' +1 2 ] expect-arr [ str m4 dbl 4 ] \
    req [ zquery z 2 '' 1 5 ] expect-arr [ str m3 dbl 3 str m4 dbl 4 str m5 dbl 5 ] \
    req [ zquery z 2 '' 3 9 ] expect-arr [ str m5 dbl 5 ]
}

@test "core: an offset that leads out of the set finds nothing" {
  why 7 "the walk stops at the first or last member in place of leaving the set; or, for a query
  that begins past the end, goes back from there; or an offset of 4294967296 is cut to 32 bits"
  start_server
  five
  talk req [ zquery z 3 '' 3 99 ] expect-arr [ ] req [ zquery z 3 '' -3 99 ] expect-arr [ ] \
    req [ zquery z 0 '' 5 99 ] expect-arr [ ] req [ zquery z 0 '' -1 99 ] expect-arr [ ] \
    req [ zquery z 5 m5 1 99 ] expect-arr [ ] req [ zquery z 3 '' 4294967296 99 ] expect-arr [ ] \
    req [ zquery z 6 '' 0 99 ] expect-arr [ ] req [ zquery z 6 '' -1 99 ] expect-arr [ ] \
    req [ zquery z 6 '' 1 99 ] expect-arr [ ] req [ zquery z 5 m6 -5 99 ] expect-arr [ ]
}

@test "core: the largest and smallest offsets and limits are numbers like any other" {
  why 7 "a sum or difference of the offset and a place in the tree overflows: compare in a way that
  cannot, sizes are small"
  start_server
  five
  local i
  for i in 1 3 5; do
    more req [ zquery z $i '' $MOST 9 ] expect-arr [ ] \
      req [ zquery z $i '' -$MOST 9 ] expect-arr [ ] \
      req [ zquery z $i '' -9223372036854775808 9 ] expect-arr [ ] \
      req [ zquery z $i '' 9223372036854775806 9 ] expect-arr [ ] \
      req [ zquery z $i '' 4294967295 9 ] expect-arr [ ] \
      req [ zquery z $i '' -4294967296 9 ] expect-arr [ ] \
      req [ zquery z $i '' 0 -9223372036854775808 ] expect-arr [ ]
  done
  talk "${WORDS[@]}" \
    req [ zquery z 4 '' 0 $MOST ] expect-arr [ str m4 dbl 4 str m5 dbl 5 ] \
    req [ zquery z 4 '' 0 4294967298 ] expect-arr [ str m4 dbl 4 str m5 dbl 5 ] \
    req [ zquery z 4 '' 1 9223372036854775806 ] expect-arr [ str m5 dbl 5 ]
}

@test "core: a limit of 0 or less gives an empty array" {
  why 7 "the limit is looked at after the first pair, or a negative one is taken for a huge one"
  start_server
  five
  talk req [ zquery z 2 '' 0 0 ] expect-arr [ ] req [ zquery z 2 '' 0 -1 ] expect-arr [ ] \
    req [ zquery z 2 '' 1 -4294967295 ] expect-arr [ ] req [ zquery none 2 '' 1 0 ] expect-arr [ ]
}

@test "core: a reply of zquery that is too big is an error, and the connection goes on" {
  why ch08_hashtable 6 "32 MiB are the limit for every reply, also of an array that is counted while
  it is written"
  start_server
  local size=$((LIMIT * 6 / 10))
  talk req [ zadd z 1 "\{$size*a}" ] expect-int 1 req [ zadd z 2 "\{$size*b}" ] expect-int 1 \
    req [ zadd z 3 c ] expect-int 1 \
    join { req [ zquery z 0 '' 0 99 ] req [ zscore z c ] } \
    expect-error 2 expect-dbl 3 \
    req [ zquery z 2 '' 0 99 ] expect-arr [ str "\{$size*b}" dbl 2 str c dbl 3 ]
}

# ---- the tree ----

# every_place N: words that ask for the member at every place of z, where m1 ... mN stand in order:
# from the first, from the last and from one in the middle.
every_place() {
  awk -v n="$1" '
    function ask(from, to) {
      print "req [ zquery z", from, "\\{0*x}", to - from, "1 ]"
      want = want " expect-arr [ str m" to " dbl " to " ]"
    }
    BEGIN {
      print "join {"
      for (i = 1; i <= n; i++) {
        ask(1, i)
        ask(n, i)
        ask(int((n + 1) / 2), i)
      }
      print "}" want
    }'
}

@test "core: every place is found, in whatever order the members came" {
  why 3 "a rotation forgets the counts, or a link to a parent; or the counts above a new node stay
  as they were"
  start_server
  local n order
  n=$(large 400)
  set -f
  for order in 'i' '-i' 'i * 7919 % 1009' 'i % 2 * 2000 + i' '(i % 2 ? 1 : -1) * i'; do
    # shellcheck disable=SC2046
    talk req [ del z ] expect-deleted any \
      join { $(in_order "$n" "$order" | awk '{ print "req [ zadd z", $1, "m" $1, "]" }') } \
      repeat "$n" { expect-int 1 } $(every_place "$n")
  done
}

# removals N: words that remove the members of z with the numbers on stdin, of m1 ... mN, one after
# the other. The rest is listed each time; then the walk goes back from where the member was.
removals() {
  awk -v n="$1" '
    BEGIN { for (i = 1; i <= n; i++) there[i] = 1 }
    {
      delete there[$1]
      print "req [ zrem z m" $1 " ] expect-int 1"
      rest = ""; before = 0; first = 0
      for (i = 1; i <= n; i++) {
        if (!(i in there))
          continue
        rest = rest " str m" i " dbl " i
        first = first ? first : i
        last = i
        before += i < $1
      }
      print "req [ zquery z -inf \\{0*x} 0 99999 ] expect-arr [" rest " ]"
      if (before && last > $1)
        print "req [ zquery z", $1, "\\{0*x}", -before, "1 ]",
          "expect-arr [ str m" first, "dbl", first, "]"
    }'
}

@test "core: members may go in any order, and the rest stays in place" {
  why 2 "a node with two children cannot just be left out: the next one takes its place, and its
  children, parent, height and count as well. From the lowest change to the root, heights and
  counts are mended"
  start_server
  local n order
  n=$(large 200)
  set -f
  for order in 'i' '-i' 'i * 7919 % 1009' 'i % 7 * 2000 + i' '(i > 100 ? 1 : -1) * i'; do
    members "$n"
    # shellcheck disable=SC2046
    talk $(in_order "$n" "$order" | removals "$n")
  done
}

@test "core: hundreds of members whose scores are turned around are in order each time" {
  why 4 "the old tree node stays, or a node is inserted again with what it knew of its old place"
  start_server
  members 300
  # Each moves from the front to behind all, then the last to the front, then half of them.
  talk join { repeat 300 { req [ zadd z -%i m%i ] } } repeat 300 { expect-int 0 } \
    req [ zquery z -inf '' 298 9 ] expect-arr [ str m2 dbl -2 str m1 dbl -1 ] \
    join { repeat 300 { req [ zadd z %i m%i ] } } repeat 300 { expect-int 0 }
  holds_pairs 1 300
  talk join { repeat 150 { req [ zadd z 1e3 m%i ] req [ zadd z %i m%i ] } } \
    repeat 300 { expect-int 0 }
  holds_pairs 1 300
}

# random_session SEED STEPS: words of talk for one sorted set, with what a plain list answers.
random_session() {
  awk -v seed="$1" -v steps="$2" '
    function random(n) {
      seed = seed * 16807 % 2147483647
      return seed % n
    }
    # the place of the first pair that is not before (score, name)
    function seek(score, name,   i) {
      for (i = 1; i <= n; i++)
        if (at[i] + 0 > score + 0 || (at[i] + 0 == score + 0 && who[i] >= name))
          break
      return i
    }
    function find(name,   i) {
      for (i = n; i >= 1 && who[i] != name; i--)
        ;
      return i
    }
    function take_out(i) {
      for (n--; i <= n; i++) {
        who[i] = who[i + 1]
        at[i] = at[i + 1]
      }
    }
    function put_in(score, name,   i, j) {
      i = seek(score, name)
      for (j = ++n; j > i; j--) {
        who[j] = who[j - 1]
        at[j] = at[j - 1]
      }
      who[i] = name
      at[i] = score
    }
    BEGIN {
      seed = seed % 2147483646 + 1
      for (step = 0; step < steps; step++) {
        name = "n" (100 + random(150))
        score = random(25) / 2 - 5
        what = random(10)
        i = find(name)
        if (what < (int(step / 400) % 2 ? 2 : 5)) {
          print "req [ zadd z", score, name, "] expect-int", (i ? 0 : 1)
          if (i)
            take_out(i)
          put_in(score, name)
        } else if (what < 6) {
          print "req [ zrem z", name, "] expect-int", (i ? 1 : 0)
          if (i)
            take_out(i)
        } else if (what < 7) {
          print "req [ zscore z", name, "]", (i ? "expect-dbl " at[i] : "expect-nil")
        } else {
          offset = random(21) - 10
          limit = random(12) - 1
          print "req [ zquery z", score, name, offset, limit, "] expect-arr ["
          i = seek(score, name)
          if (i <= n && i + offset >= 1)
            for (i += offset; i <= n && limit > 0; i++) {
              print "str", who[i], "dbl", at[i]
              limit -= 2
            }
          print "]"
        }
      }
    }'
}

@test "core: random commands have the answers that a plain sorted list gives" {
  why 4 "one of the two indexes does not have what the other has, or the tree is not in order"
  start_server
  local seed=${SEED:-$RANDOM}
  echo "SEED=$seed repeats this test"
  set -f
  # shellcheck disable=SC2046
  talk $(random_session "$seed" "$(large 3000)")
}

# quick WHAT WORD...: these words of talk cost the server next to no time.
quick() {
  local before used
  before=$(cpu_ms)
  talk "${@:2}"
  used=$(($(cpu_ms) - before))
  [ "$used" -lt 2500 ] || fail "$1 took $used ms of the server's CPU time"
}

# fills_fast N WORD...: so does adding N members, as the words say.
fills_fast() {
  quick "$1 members in order of their scores" \
    join { repeat "$1" { "${@:2}" } } repeat "$1" { expect-int 1 }
}

@test "core: members that come in order are added as quickly as others" {
  why 2 "without rotations the tree becomes a list: each member is inserted at its far end"
  start_server
  fills_fast "$(large 60000)" req [ zadd up %i m%i ]
  fills_fast "$(large 60000)" req [ zadd down -%i m%i ]
  fills_fast "$(large 60000)" req [ zadd names 1 m%i ]
}

@test "core: an offset of 50,000 is not walked step by step" {
  why 3 "the counts of the subtrees tell on which side the target is: O(log n) steps, not 50,000"
  start_server
  local n queries
  n=$(large 60000) queries=$(large 20000)
  members "$n"
  quick "$((2 * queries)) queries with an offset of $n" \
    join { repeat "$queries" { req [ zquery z 1 '' $((n - 2)) 1 ] \
    req [ zquery z $((n - 1)) '' -$((n - 2)) 1 ] } } \
    repeat "$queries" { expect-arr [ str "m$((n - 1))" dbl $((n - 1)) ] \
    expect-arr [ str m1 dbl 1 ] }
}

# ---- numbers ----

@test "core: a score is any number that strtod() knows" {
  why 5 "the number is read by hand, or into a float"
  start_server
  talk req [ zadd z 1e3 n ] expect-int 1 req [ zscore z n ] expect-dbl 1000 \
    req [ zadd z 0.1 n ] expect-int 0 req [ zscore z n ] expect-dbl 0.1 \
    req [ zadd z -.5 n ] expect-int 0 req [ zscore z n ] expect-dbl -0.5 \
    req [ zadd z +2 n ] expect-int 0 req [ zscore z n ] expect-dbl 2 \
    req [ zadd z 0x10 n ] expect-int 0 req [ zscore z n ] expect-dbl 16 \
    req [ zadd z 0x1p-3 n ] expect-int 0 req [ zscore z n ] expect-dbl 0.125 \
    req [ zadd z inf n ] expect-int 0 req [ zscore z n ] expect-dbl inf \
    req [ zadd z -Infinity n ] expect-int 0 req [ zscore z n ] expect-dbl -inf \
    req [ zadd z 1.7976931348623157e308 n ] expect-int 0 \
    req [ zscore z n ] expect-dbl 1.7976931348623157e308 \
    req [ zadd z 9007199254740993 n ] expect-int 0 req [ zscore z n ] expect-dbl 9007199254740992
}

@test "core: only zadd makes a set" {
  why 6 "a look at a key that is not there adds it; or zadd makes the set before it has checked the
  score"
  start_server
  talk req [ zrem z a ] expect-int 0 req [ zscore z a ] expect-nil \
    req [ zquery z 0 '' 0 9 ] expect-arr [ ] req [ zadd z x a ] expect-error 4 \
    req [ keys ] expect-set [ ] req [ set z v ] expect-nil req [ get z ] expect-str v
}

@test "core: NaN is not a valid score, in any spelling" {
  why 5 "NaN is neither before nor after any number: it breaks the order of the tree for good"
  start_server
  local nan
  more req [ zadd z 1 a ] expect-int 1
  for nan in nan -nan NaN NAN '+nan' 'nan()' 'NAN(1)' '-nan(0x7)'; do
    more req [ zadd z "$nan" a ] expect-error 4 \
      req [ zadd z "$nan" b ] expect-error 4 \
      req [ zquery z "$nan" '' 0 9 ] expect-error 4
  done
  talk "${WORDS[@]}" req [ zquery z -inf '' 0 9 ] expect-arr [ str a dbl 1 ]
}

@test "core: a score is a number as a whole" {
  why 5 "atof() or strtod() stops at the first byte that does not belong: compare where it stopped
  with the string's end. A NUL inside is garbage, too"
  start_server
  local garbage
  more req [ zadd z 1 a ] expect-int 1
  for garbage in x 1x '1 ' '1.5.2' 1,5 --1 + - . 1e 0x 'inf1' infinit '2\0' '2\0003' '\0' '2\n'; do
    more req [ zadd z "$garbage" a ] expect-error 4 \
      req [ zadd z "$garbage" b ] expect-error 4 \
      req [ zadd new "$garbage" b ] expect-error 4 \
      req [ zquery z "$garbage" '' 0 9 ] expect-error 4
  done
  talk "${WORDS[@]}" req [ zquery z -inf '' 0 9 ] expect-arr [ str a dbl 1 ] \
    req [ keys ] expect-set [ z ]
}

@test "core: offset and limit are whole decimal numbers" {
  why 5 "atoi() or strtoll() stops at the first byte that does not belong"
  start_server
  members 3
  local garbage
  for garbage in x 1x '1 ' 1.0 1e0 0x1 --1 + - '1\0' '1\0002' '\0' inf nan; do
    more req [ zquery z 0 '' "$garbage" 9 ] expect-error 4 \
      req [ zquery z 0 '' 0 "$garbage" ] expect-error 4
  done
  talk "${WORDS[@]}"
  holds_pairs 1 3
}

@test "core: numbers that the book does not settle get some answer" {
  why 5 "the server or the connection ends over a number that is out of range, empty or very long"
  start_server
  members 3
  talk req [ zquery z 0 '' 9223372036854775808 9 ] reply \
    req [ zquery z 3 '' -9223372036854775809 9 ] reply \
    req [ zquery z 0 '' 0 99999999999999999999999 ] reply \
    req [ zquery z 0 '' '' 9 ] reply req [ zquery z 0 '' 0 '' ] reply \
    req [ zquery z '' '' 0 9 ] reply req [ zadd z '' new ] reply req [ zadd z 1e999 new ] reply \
    req [ zadd z "\{$LONG*1}" new ] reply req [ zquery z 0 '' "\{$LONG*1}" 9 ] reply \
    req [ zadd z "0.\{$LONG*0}1" new ] reply req [ zadd z ' 1' new ] reply \
    req [ zquery z 0 '' ' 1' 9 ] reply req [ zscore z m1 ] expect-dbl 1
}

# ---- types and errors ----

@test "core: a key has one type: commands for another are errors and change nothing" {
  why 6 "the entry's value is used as what it is not"
  start_server
  talk req [ set str v ] expect-nil req [ zadd z 1 a ] expect-int 1 \
    req [ zadd str 1 a ] expect-error 3 \
    req [ zrem str a ] expect-error 3 \
    req [ zscore str a ] expect-error 3 \
    req [ zquery str 0 '' 0 9 ] expect-error 3 \
    req [ zquery str 0 '' 0 0 ] expect-error 3 \
    req [ get z ] expect-error 3 \
    req [ set z v ] expect-error 3 \
    req [ get str ] expect-str v req [ zquery z 0 '' 0 9 ] expect-arr [ str a dbl 1 ] \
    req [ keys ] expect-set [ str z ]
}

@test "core: of several errors the first one checked is reported" {
  why 5 "zadd: score, then type. zquery: score, then offset and limit, then type"
  start_server
  talk req [ set str v ] expect-nil req [ zadd z 1 a ] expect-int 1 \
    req [ zadd str x a ] expect-error 4 \
    req [ zadd str nan a ] expect-error 4 \
    req [ zquery str x '' y z ] expect-error 4 \
    req [ zquery str 0 '' y z ] expect-error 4 \
    req [ zquery str 0 '' 0 z ] expect-error 4 \
    req [ zquery none x '' 0 9 ] expect-error 4 \
    req [ zquery none 0 '' x 9 ] expect-error 4 \
    req [ zquery z 99 '' 0 x ] expect-error 4 \
    req [ zquery z x '' 0 0 ] expect-error 4
}

@test "core: the text of an error: not a string value" {
  why 6 "the text differs; programs look only at the code"
  start_server
  talk req [ zadd z 1 a ] reply req [ get z ] expect-err 3 'not a string value'
}

@test "core: the text of an error: a non-string value exists" {
  why 6 "the text differs; programs look only at the code"
  start_server
  talk req [ zadd z 1 a ] reply req [ set z v ] expect-err 3 'a non-string value exists'
}

@test "core: the text of an error: expect zset" {
  why 6 "the text differs; programs look only at the code"
  start_server
  talk req [ set k v ] reply req [ zscore k a ] expect-err 3 'expect zset'
}

@test "core: the text of an error: expect float" {
  why 5 "the text differs; programs look only at the code"
  start_server
  talk req [ zadd z x a ] expect-err 4 'expect float'
}

@test "core: the text of an error: expect fp number" {
  why 5 "the text differs; programs look only at the code"
  start_server
  talk req [ zquery z x '' 0 9 ] expect-err 4 'expect fp number'
}

@test "core: the text of an error: expect int" {
  why 5 "the text differs; programs look only at the code"
  start_server
  talk req [ zquery z 0 '' x 9 ] expect-err 4 'expect int'
}

@test "core: a wrong number of arguments is an error, and nothing changes" {
  why ch07_kv 4 "the number of arguments is not compared"
  start_server
  talk req [ zadd z 1 ] expect-unknown req [ zadd z 1 a b ] reply \
    req [ zrem z ] expect-unknown req [ zscore z ] expect-unknown \
    req [ zscore z a b ] expect-unknown req [ zquery z 1 a 0 ] expect-unknown \
    req [ zquery z 1 a 0 9 9 ] expect-unknown req [ zquery z ] expect-unknown \
    req [ ZADD z 1 a ] expect-unknown req [ keys ] expect-set [ ]
}

@test "core: del removes a set with all its members, and the key may become anything" {
  why 6 "what the key was before is left in the entry"
  start_server
  members 1000
  talk req [ keys ] expect-set [ z ] req [ del z ] expect-int 1 req [ keys ] expect-set [ ] \
    req [ zscore z m1 ] expect-nil req [ zquery z 0 '' 0 9 ] expect-arr [ ] \
    req [ del z ] expect-int 0 req [ get z ] expect-nil \
    req [ set z v ] expect-nil req [ get z ] expect-str v req [ del z ] expect-int 1 \
    req [ zadd z 1 m1 ] expect-int 1 req [ zquery z 0 '' 0 9 ] expect-arr [ str m1 dbl 1 ]
}

# ---- the client ----

@test "core: the client prints what the commands reply" {
  why ch08_hashtable 5 "a double with %g, and arrays with a line for each element"
  start_server
  client zadd z 1 n1
  says_in_order 1
  client zadd z 2.5 n2
  client zscore z n2
  says_in_order 2.5
  client zscore z n3
  says_in_order nil
  client zquery z 1 '' 0 10
  says_in_order 4 n1 1 n2 2.5
  client zquery z 1 '' 2 10
  says_in_order 0
  client zadd z nan n1
  says_in_order 4
  client get z
  says_in_order 3
}

@test "core: what earlier chapters promised still holds" {
  why ch06_event_loop 8 "something that an earlier chapter promised is broken: a reset ends one connection
  only, a request may be large, and del takes whatever the key holds"
  looks_back
}

# ---- where code that follows the book may fall down ----

@test "hardening: sets and members that are removed give their memory back" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 4 "the members of a deleted set, its table's slots, or a removed member are not freed"
  start_server
  local base
  base=$(peak_kib)
  talk repeat 6 { join { repeat 3000 { req [ zadd z %i '%i\{3000*m}' ] } req [ del z ] } \
    repeat 3001 { expect-int 1 } \
    join { repeat 3000 { req [ zadd z %i '%i\{3000*m}' ] req [ zadd z 0 '%i\{3000*m}' ] \
    req [ zrem z '%i\{3000*m}' ] } req [ del z ] } \
    repeat 3000 { expect-int 1 expect-int 0 expect-int 1 } expect-deleted any }
  [ "$(grown_kib "$base")" -lt $((48 * 1024)) ] ||
    fail "9 MB of members, added and removed 12 times, made the server grow by" \
      "$(grown_kib "$base") KiB"
}

@test "hardening: a set of 200,000 members, added in order, is freed without trouble" {
  why 2 "the tree is freed by a recursion as deep as the tree: deep enough to fill the stack where
  it is not balanced"
  start_server
  members "$(large 200000)"
  talk req [ del z ] expect-int 1 req [ zscore z m1 ] expect-nil
}

@test "hardening: SIGTERM frees everything, sets too" {
  why ch08_hashtable 8 "no handler for SIGTERM; or (with SAN=address) what is still held at the end
  is a leak"
  start_server_counting_leaks
  members 1000
  talk repeat 20 { req [ zadd set%i 1 a ] expect-int 1 req [ zadd set%i 2 b ] expect-int 1 \
    req [ zrem set%i a ] expect-int 1 } req [ set k v ] expect-nil req [ zrem set1 b ] expect-int 1
  stop_server
  equal "the exit status" 0 "$SERVER_STATUS"
}

# ---- only ours ----

@test "extra: an empty string and a number out of range are not valid numbers" {
  why 5 "strtod() and strtoll() accept the empty string as 0, and the latter makes a number that is
  out of range the largest (or smallest) there is"
  start_server
  members 3
  talk req [ zadd z '' new ] expect-error 4 \
    req [ zquery z '' '' 0 9 ] expect-error 4 \
    req [ zquery z 0 '' '' 9 ] expect-error 4 \
    req [ zquery z 0 '' 0 '' ] expect-error 4 \
    req [ zquery z 0 '' 9223372036854775808 9 ] expect-error 4 \
    req [ zquery z 0 '' 0 9223372036854775808 ] expect-error 4 \
    req [ zquery z 3 '' -9223372036854775809 9 ] expect-error 4
  holds_pairs 1 3
}

@test "extra: a set whose last member was removed is still there, and still a set" {
  why 6 "zrem takes members away, del takes keys away"
  ! changed empty-set || skip "final does as Redis does"
  start_server
  talk req [ zadd z 1 a ] expect-int 1 req [ zrem z a ] expect-int 1 \
    req [ keys ] expect-set [ z ] req [ set z v ] expect-error 3 \
    req [ zadd z 1 a ] expect-int 1
}

@test "extra: the tree is balanced and counted after every insertion and deletion" {
  why 2 "heights, counts or links are not mended on the way to the root, or not all of them after a
  rotation. The message above tells where, and after which operation"
  grep -qs 'avl_insert(struct avl_tree \*' "$SUT/avl.h" || skip "there is no such avl.h"
  unit_test avl_test avl.c
}

@test "extra: the sorted set agrees with a sorted array" {
  why 4 "the two indexes do not have the same members, or the tree has them in another order. The
  message above tells which, and after which operation"
  grep -qs 'zset_add(struct zset \*' "$SUT/zset.h" || skip "there is no such zset.h"
  unit_test zset_test zset.c avl.c hashtable.c hash.c mem.c blocks.c
}

@test "extra: numbers are read to their last byte, and not beyond" {
  why 5 "strtod() and strtoll() go on until a byte does not belong to the number; a slice has no NUL
  behind it. A crash means that they read what is behind the last byte"
  grep -qs 'number_double(struct slice ' "$SUT/number.h" || skip "there is no such number.h"
  unit_test number_test number.c
}

# tree KEY: sets TREE to what `inspect tree KEY` says.
tree() {
  client inspect tree "$1"
  [ "$output" != "(err) 1 unknown command." ] || skip "there is no command inspect"
  TREE=${output#"(str) "}
}

@test "extra: inspect tree draws the tree with heights and counts" {
  why 2 "the root at the left, the last member at the top"
  start_server
  members 4
  tree z
  equal "the tree of 1 2 3 4" "4 members
            m4=4 (height 1, count 1)
      m3=3 (height 2, count 2)
m2=2 (height 3, count 4)
      m1=1 (height 1, count 1)" "$TREE"
  talk join { repeat 1000 { req [ zadd big %i m%i ] } } repeat 1000 { expect-int 1 }
  tree big
  contains "the tree of 1000" "1000 members" "$TREE"
  contains "its root" $'\nm512=512 (height 10, count 1000)\n' "$TREE"
  contains "where it is cut" " more" "$TREE"
  [ "$(wc -l <<<"$TREE")" -lt 40 ] || fail "it is drawn to its last leaf"
}

@test "extra: inspect tree of a string says that it is not a sorted set" {
  start_server
  talk req [ set str v ] expect-nil
  tree none
  equal "without a key" "no sorted set there" "$TREE"
  tree str
  equal "of a string" "no sorted set there" "$TREE"
  talk req [ inspect tree ] expect-unknown req [ inspect tree a b ] expect-unknown
}
