#!/usr/bin/env bats
# f04_resp: two protocols on one port, and how requests and replies of RESP look.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# Two requests and their replies, to stand in front of the one under test.
GET_K='*2\r\n$3\r\nGET\r\n$1\r\nk\r\n'
SET_K='*3\r\n$3\r\nSET\r\n$1\r\nk\r\n'
NONE='$-1\r\n'

# refuses TEXT ERROR [WORD]: TEXT gets the error, after the replies to earlier requests, and the
# connection ends. WORD is drain if ERROR is only the beginning of the error's text.
refuses() {
  talk send "$GET_K$1" expect "$NONE-ERR Protocol error: $2" "${3:-expect-eof}" ||
    fail "this was sent, after GET k: $1"
}

# ---- two protocols, one port ----

@test "core: the book's clients and Redis' work at the same time, on the same data" {
  why 1 "the protocol is decided for all connections, or a command for one of them only"
  ours "the book's protocol"
  start_server
  talk @book req [ set k 'from the book' ] expect-nil \
    @redis send "$GET_K" expect '$13\r\nfrom the book\r\n' \
    send "$SET_K"'$5\r\nother\r\n' expect '+OK\r\n' \
    @book req [ get k ] expect-str other \
    @redis send '*4\r\n$4\r\nZADD\r\n$1\r\nz\r\n$3\r\n1.5\r\n$1\r\nm\r\n' expect ':1\r\n' \
    @book req [ zscore z m ] expect-dbl 1.5 \
    @other req [ zadd z 2 n ] expect-int 1 \
    @redis send '*3\r\n$6\r\nZSCORE\r\n$1\r\nz\r\n$1\r\nn\r\n' expect '$1\r\n2\r\n' \
    @book req [ del k ] expect-int 1 @redis send "$GET_K" expect "$NONE"
  # a length of 42 bytes begins with the byte of a star
  talk req [ set k 'a value of 22 bytes...' ] expect-nil req [ get k ] expect-str 'a value of 22 bytes...'
}

@test "core: a binary request that is half here stops nobody, and nor does one of RESP" {
  why 1 "the protocol of one connection is forgotten, or taken from the connection before"
  ours "the book's protocol"
  start_server
  talk @book all-but 3 req [ get k ] @redis send '*2\r\n$3\r\nGE' \
    @second req [ set k v ] expect-nil @third send "$SET_K"'$1\r\nw\r\n' expect '+OK\r\n' \
    @redis send 'T\r\n$1\r\nk\r\n' expect '$1\r\nw\r\n' @book rest expect-str w
}

@test "core: the first bytes may come one at a time, in both protocols" {
  why 1 "the protocol is decided by the first read(), not by the first four bytes"
  ours "the book's protocol"
  start_server
  talk pace 1 @book split '1*' req [ get k ] expect-nil split '1*' req [ get k ] expect-nil \
    @redis split '1*' send "$GET_K" expect "$NONE" split '1*' send "$GET_K" expect "$NONE"
}

@test "core: fewer than four bytes get no reply and do no harm" {
  why 1 "something is decided before there is enough to decide by"
  start_server
  talk @one send '*2\r' expect-silence 50 @two send '*2' half-close expect-eof \
    @three send '*' half-close expect-eof @one send '\n$3\r\nGET\r\n$1\r\nk\r\n' expect "$NONE"
}

@test "core: a binary length of more than 32 MiB ends the connection without a reply" {
  why 1 "a length that is too long is taken for text, and answered with text"
  ours "the book's protocol"
  start_server
  talk header 33554433 expect-closed
  talk header 4294967295 expect-closed
  talk req [ get k ] expect-nil header 50331648 expect-closed
  talk req [ get k ] expect-nil send 'PING\r\n' expect-closed
  talk req [ get k ] expect-nil send "$GET_K" expect-closed
}

@test "core: a connection that began with an array stays text" {
  why 1 "the decision is made anew for each request"
  start_server
  talk send "$GET_K" expect "$NONE" send-hex '01010101 01010101 0d0a' expect '-ERR '
  on_ours talk send "$GET_K" expect "$NONE" send-hex '04000000 00000000 0d0a' expect '-ERR '
}

# ---- requests ----

@test "core: a request may be cut anywhere" {
  why 2 "a piece of a request is taken for a whole one, or forgotten"
  start_server
  talk send "$SET_K"'$5\r\nvalue\r\n' expect '+OK\r\n'
  cut_anywhere "$GET_K" '$5\r\nvalue\r\n'
  cut_anywhere "*0\r\n*-1\r\n$GET_K" '$5\r\nvalue\r\n'
}

@test "core: every argument is found again, however many digits its length has" {
  why 2 "where an argument begins is counted wrong while the rest of the request is still to come"
  local long key value request
  long=$(printf '%0100d' 0)
  start_server
  while read -r key value; do
    cut_anywhere "$(array set "$key" "$value")" '+OK\r\n'
  done <<<"a 123456789
bbbbbbbbbb
cc $long
$long dddddddddd"
  request=$(array zadd z 1234567890 "$long")
  talk send "$request" expect ':1\r\n'
  cut_anywhere "$request" ':0\r\n'
  dialogue <<END
> get a
"123456789"
> get bbbbbbbbbb
""
> get cc
"$long"
> get $long
"dddddddddd"
> zscore z $long
"1234567890"
END
}

@test "core: requests of nothing get no reply" {
  why 3 "*0 or *-1 is answered, or ends the connection"
  start_server
  talk send "*0\r\n*-1\r\n*-5\r\n$GET_K" expect "$NONE" expect-silence 30
}

@test "core: arguments are any bytes: NUL, CR LF, nothing at all" {
  why 2 "arguments are cut at a NUL or a line end"
  start_server
  talk send '*3\r\n$3\r\nSET\r\n$4\r\n\0\r\nk\r\n$0\r\n\r\n' expect '+OK\r\n' \
    send '*2\r\n$3\r\nGET\r\n$4\r\n\0\r\nk\r\n' expect '$0\r\n\r\n' \
    send '*3\r\n$3\r\nSET\r\n$0\r\n\r\n$6\r\n\r\n\0\xff*1\r\n' expect '+OK\r\n' \
    send '*2\r\n$3\r\nGET\r\n$0\r\n\r\n' expect '$6\r\n\r\n\0\xff*1\r\n'
}

@test "core: names of commands are in any case of letters" {
  why 5 "names are compared byte by byte in RESP, too"
  start_server
  dialogue <<'END'
> SeT k v
OK
> GET k
"v"
> pTTl k
-1
END
}

# ---- malformed requests ----

@test "core: a malformed request gets Redis's error, and ends the connection" {
  why 4 "the error's text, or that the connection ends after it"
  start_server
  refuses '*x\r\n' 'invalid multibulk length\r\n'
  refuses '*2147483648\r\n' 'invalid multibulk length\r\n'
  refuses '*99999999999999999999\r\n' 'invalid multibulk length\r\n'
  refuses '*1\r\n+PING\r\n' "expected '\$'" drain
  refuses '*2\r\n$4\r\nECHO\r\n:1\r\n' "expected '\$'" drain
  refuses '*1\r\n$x\r\n' 'invalid bulk length\r\n'
  refuses '*1\r\n$-1\r\n' 'invalid bulk length\r\n'
  refuses '*1\r\n$ 4\r\n' 'invalid bulk length\r\n'
  refuses '*1\r\n$04\r\n' 'invalid bulk length\r\n'
  refuses '*+1\r\n' 'invalid multibulk length\r\n'
  refuses '*1\r\n$536870913\r\n' 'invalid bulk length\r\n'
  refuses '*1\r\n$4294967296\r\n' 'invalid bulk length\r\n'
  on_ours log_has 'invalid bulk length'
}

@test "core: a header that never ends is given up at 64 KiB" {
  why 6 "the buffer grows for as long as no line end comes"
  start_server
  refuses '*\{70000*1}' 'too big mbulk count string\r\n'
  refuses '*1\r\n$\{70000*1}' 'too big bulk count string\r\n'
}

@test "core: an announced length is no reason to reserve memory" {
  why 6 "memory for 512 MB or a million arguments is taken before they have come"
  ours "its memory"
  needs_proc
  start_server
  local before
  before=$(peak_kib)
  talk send '*1000000\r\n$3\r\nSET\r\n$1\r\nk\r\n$500000000\r\nx' \
    @b send '*1000000\r\n$500000000\r\n' @c send "$GET_K" expect "$NONE"
  [ $(($(peak_kib) - before)) -lt 40000 ] || fail "the server grew by $(($(peak_kib) - before)) KiB"
}

@test "core: EOF in the middle of a request ends the connection without a reply" {
  why ch04_protocol 5 "half a request is carried out or answered"
  start_server
  talk @a send '*2\r\n$3\r\nGET\r\n$1\r\n' half-close expect-eof \
    @b send "$SET_K"'$1\r\nv' half-close expect-eof \
    @c send "$GET_K*2\r\n\$3\r\nGE" half-close expect "$NONE" expect-eof @d send "$GET_K" expect "$NONE"
}

# ---- many and large ----

@test "core: ten thousand requests in one piece get ten thousand replies, in order" {
  why 3 "replies are lost or exchanged where buffers are full, or a turn's requests run out"
  local i requests=() replies=()
  start_server
  for ((i = 1000; i < 6000; i++)); do
    requests+=(send "$SET_K\$4\r\n$i\r\n$GET_K")
    replies+=(expect "+OK\r\n\$4\r\n$i\r\n")
  done
  talk join { "${requests[@]}" } "${replies[@]}" expect-silence 10
}

@test "core: a megabyte of requests is answered while it is being sent" {
  why 3 "nothing is sent before all has been read, or nothing read before all was sent"
  start_server
  talk send "$SET_K"'$10000\r\n\{10000*v}\r\n' expect '+OK\r\n'
  talk join { repeat 2000 { send "$GET_K" } } repeat 2000 { expect '$10000\r\n\{10000*v}\r\n' }
}

@test "core: an argument of 60 MB comes back as it went in" {
  why 2 "a large argument is cut, or a buffer's size was an int"
  start_server
  talk send "$SET_K\$60000000\r\n" fill 60000000 z send '\r\n' expect '+OK\r\n' \
    send "$GET_K" expect '$60000000\r\n\{60000000*z}\r\n'
}

# parse_ms TIMES N: the CPU time for that many requests, sent together, of N thousand arguments each
parse_ms() {
  local before after
  before=$(busy_us)
  talk pace 0 join { repeat "$1" { send "*${2}001\r\n\$3\r\nGET\r\n" repeat "${2}000" { send '$1\r\nx\r\n' } } } \
    half-close expect '-ERR ' drain >/dev/null || return
  after=$(busy_us)
  echo $(((after - before) / 1000))
}

@test "core: no byte of a request is looked at twice" {
  why 2 "with every read() the parser begins at the front of the request again: for a million
  arguments in a hundred reads that is a hundred times the work"
  ours "its CPU time"
  needs_proc
  needs_no_sanitizer "it measures time"
  start_server
  local many one
  many=$(parse_ms 1000 1)
  one=$(parse_ms 1 1000)
  [ "$one" -lt $((4 * many + 200)) ] || fail "a million arguments in 1,000 requests took $many ms of CPU" \
    "time, and in one request $one ms"
}

@test "core: a large argument that trickles in costs no more than one that comes at once" {
  why 2 "the part of an argument that has arrived is copied or searched again with every read()"
  ours "its CPU time"
  needs_proc
  needs_no_sanitizer "it measures time"
  start_server
  local start once trickled
  start=$(cpu_ms)
  talk send "$SET_K\$60000000\r\n" fill 60000000 z send '\r\n' expect '+OK\r\n'
  once=$(($(cpu_ms) - start))
  start=$(cpu_ms)
  talk pace 0 send "$SET_K\$60000000\r\n" split '1,1,1,1,1,1,1,1,3000*' \
    fill 60000000 z send '\r\n' expect '+OK\r\n'
  trickled=$(($(cpu_ms) - start))
  [ "$trickled" -lt $((once * 8 + 500)) ] ||
    fail "60 MB at once took $once ms of CPU time, in pieces $trickled ms"
}

# ---- replies ----

@test "core: RESP2 replies are those of Redis, byte by byte" {
  why 3 "a reply of another type, or with another end of line"
  start_server
  talk send "$SET_K\$1\r\nv\r\n" expect '+OK\r\n' send "$GET_K" expect '$1\r\nv\r\n' \
    send '*2\r\n$3\r\nGET\r\n$4\r\nnone\r\n' expect '$-1\r\n' \
    send '*4\r\n$4\r\nZADD\r\n$1\r\nz\r\n$3\r\n1.5\r\n$1\r\nm\r\n' expect ':1\r\n' \
    send '*3\r\n$6\r\nZSCORE\r\n$1\r\nz\r\n$1\r\nm\r\n' expect '$3\r\n1.5\r\n' \
    send '*2\r\n$4\r\nPTTL\r\n$4\r\nnone\r\n' expect ':-2\r\n' \
    send '*2\r\n$3\r\nGET\r\n$1\r\nz\r\n' \
    expect '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n' \
    send '*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n' expect ':1\r\n'
}

@test "core: a list is an array, in order and of the right length" {
  why 3 "the values are counted before they are known, or the header has the count of the book"
  ours "ZQUERY"
  start_server
  dialogue <<'END'
> zadd z 1.5 m
1
> zadd z -inf n
1
> zquery z -inf "" 0 10
["n" "-inf" "m" "1.5"]
> zquery none 0 "" 0 10
[]
END
}

@test "core: an error of the chapters' commands is the book's on one protocol, Redis' on the other" {
  why 5 "an error's code and texts do not belong together"
  ours "the book's protocol"
  local wrong='-WRONGTYPE Operation against a key holding the wrong kind of value'
  start_server
  talk req [ set s v ] expect-nil req [ zadd z 1 a ] expect-int 1 \
    req [ get z ] expect-err 3 'not a string value' \
    req [ set z v ] expect-err 3 'a non-string value exists' \
    req [ zadd s 1 a ] expect-err 3 'expect zset' \
    req [ zadd z x a ] expect-err 4 'expect float' \
    req [ zquery z x a 0 1 ] expect-err 4 'expect fp number' \
    req [ zquery z 1 a x 1 ] expect-err 4 'expect int' \
    req [ pexpire z x ] expect-err 4 'expect int64' \
    req [ inspect x ] expect-err 1 'unknown command.' \
    req [ SET s w ] expect-err 1 'unknown command.' \
    req [ x ] expect-err 1 'unknown command.' req [ ] expect-err 1 'unknown command.'
  dialogue <<END
> get z
$wrong
> zadd s 1 a
$wrong
> zadd z x a
-ERR value is not a valid float
> zquery z x a 0 1
-ERR value is not a valid float
> zquery z 1 a x 1
-ERR value is not an integer or out of range
> pexpire z x
-ERR value is not an integer or out of range
> inspect x
-ERR there is nothing to inspect by that name
> x
-ERR unknown command*
END
}

@test "core: a Unix domain socket speaks both protocols, too" {
  why 1 "the socket exists, but nobody answers"
  ours "its settings"
  local path=$SHARED/s.sock
  final_server --unixsocket "$path"
  printf '> set k v\nOK\n' | dialogue "$path"
  talk req [ get k ] expect-str v
  # neither a second server nor its end takes it away
  SERVER_ARGS=(--unixsocket "$path")
  run_server PORT=0
  equal "the exit status of a second server" 1 "$status"
  printf '> get k\n"v"\n' | dialogue "$path"
  # what a killed server leaves is replaced
  stop_server -KILL
  [ -S "$path" ] || fail "a killed server leaves its socket: this test is wrong"
  final_server --unixsocket "$path"
  printf '> get k\nnil\n' | dialogue "$path"
}

@test "extra: inspect shows the table, over RESP, too" {
  why 3 "inspect writes lines where one reply is due"
  start_server
  dialogue <<'END'
> set k v
OK
> inspect table
"*"
> inspect
-ERR *
> inspect nonsense
-ERR *
> get k
"v"
END
}
