#!/usr/bin/env bats
# final_resp: two protocols on one port, and how requests and replies of RESP look.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
load helpers
load final
accepts tlv

CLOSING='expect-eof'

# refuses TEXT ERROR: what is sent gets the error, after the reply to what stood before, and the
# connection ends.
refuses() {
  talk send "PING\r\n$1" expect "+PONG\r\n-ERR Protocol error: $2\r\n" "$CLOSING" ||
    fail "this was sent, after PING: $1"
}

# cut_anywhere REQUEST REPLY: the request in two pieces, cut at each place once.
cut_anywhere() {
  local words=() i bytes
  bytes=$(printf '%b' "$1" | wc -c)
  for ((i = 1; i < bytes; i++)); do
    words+=(split "$i" send "$1" expect "$2")
  done
  talk pace 1 "${words[@]}"
}

# ---- two protocols, one port ----

@test "core: the book's clients and Redis' work at the same time, on the same data" {
  why 1 "the protocol is decided for all connections, or a command for one of them only"
  start_server
  talk @book req [ set k 'from the book' ] expect-nil \
    @redis send 'GET k\r\n' expect '$13\r\nfrom the book\r\n' \
    send '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nother\r\n' expect '+OK\r\n' \
    @book req [ get k ] expect-str other \
    @redis send 'ZADD z 1.5 m\r\n' expect ':1\r\n' \
    @book req [ zscore z m ] expect-dbl 1.5 \
    @other req [ zadd z 2 n ] expect-int 1 \
    @redis send 'ZCARD z\r\n' expect ':2\r\n' \
    @book req [ del k ] expect-int 1 @redis send 'EXISTS k\r\n' expect ':0\r\n'
}

@test "core: a binary request that is half here stops nobody, and nor does one of RESP" {
  why 1 "the protocol of one connection is forgotten, or taken from the connection before"
  start_server
  talk @book all-but 3 req [ get k ] @redis send '*1\r\n$4\r\nPI' \
    @second req [ set k v ] expect-nil @third send 'PING\r\n' expect '+PONG\r\n' \
    @redis send 'NG\r\n' expect '+PONG\r\n' @book rest expect-str v
}

@test "core: the first bytes may come one at a time, in both protocols" {
  why 1 "the protocol is decided by the first read(), not by the first four bytes"
  start_server
  talk pace 1 @book split '1*' req [ get k ] expect-nil split '1*' req [ get k ] expect-nil \
    @redis split '1*' send '*2\r\n$3\r\nGET\r\n$1\r\nk\r\n' expect '$-1\r\n' \
    @inline split '1*' send 'GET k\r\n' expect '$-1\r\n'
}

@test "core: fewer than four bytes get no reply and do no harm" {
  why 1 "something is decided before there is enough to decide by"
  start_server
  talk @one send '*1\r' expect-silence 50 @two send '\r\n' expect-silence 50 \
    send 'PING\r\n' expect '+PONG\r\n' @three send 'P' half-close expect-eof \
    @one send '\n$4\r\nPING\r\n' expect '+PONG\r\n'
}

@test "core: a binary length of more than 32 MiB ends the connection without a reply" {
  why 1 "a length that is too long is taken for text, and answered with text"
  start_server
  talk header 33554433 expect-closed
  talk header 4294967295 expect-closed
  talk req [ get k ] expect-nil header 50331648 expect-closed
  talk req [ get k ] expect-nil send 'PING\r\n' expect-closed
}

@test "core: a connection that began as text stays text" {
  why 1 "the decision is made anew for each request"
  start_server
  talk send 'PING\r\n' expect '+PONG\r\n' send-hex '04000000 00000000 0d0a' skip 10 \
    send 'PING\r\n' skip 7
}

# ---- requests ----

@test "core: a request may be cut anywhere" {
  why 2 "a piece of a request is taken for a whole one, or forgotten"
  start_server
  talk send 'SET key value\r\n' expect '+OK\r\n'
  cut_anywhere '*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n' '$5\r\nvalue\r\n'
  cut_anywhere '  GET   "key" \r\n' '$5\r\nvalue\r\n'
  cut_anywhere '*0\r\n\r\nGET key\r\n' '$5\r\nvalue\r\n'
}

@test "core: every argument is found again, however many digits its length has" {
  why 2 "where an argument begins is counted wrong while the rest of the request is still to come"
  local long request arg
  long=$(printf '%0100d' 0)
  request='*7\r\n'
  for arg in MSET a 123456789 bbbbbbbbbb '' cc "$long"; do
    request+="\$${#arg}\r\n$arg\r\n"
  done
  start_server
  cut_anywhere "$request" '+OK\r\n'
  dialogue <<END
> mget a bbbbbbbbbb cc
["123456789" "" "$long"]
END
}

@test "core: requests of both forms stand one after the other" {
  why 2 "what the parser knows about one request is still there for the next one"
  start_server
  talk join { send 'SET a 1\r\n' send '*2\r\n$4\r\nINCR\r\n$1\r\na\r\n' send 'INCR a\r\n' \
    send '*1\r\n$4\r\nPING\r\n' send '*2\r\n$3\r\nGET\r\n$1\r\na\r\n' } \
    expect '+OK\r\n:2\r\n:3\r\n+PONG\r\n$1\r\n3\r\n'
}

@test "core: words of a line may be quoted, as in redis-cli" {
  why 2 "quotes and escapes of inline commands are not those of redis-cli"
  start_server
  talk send 'SET k "a b\\x41\\n\\t\\"\\\\"\r\n' expect '+OK\r\n' \
    send 'GET k\r\n' expect '$8\r\na bA\n\t"\\\r\n' \
    send "SET k 'a \\\\'b\\\\n'\r\n" expect '+OK\r\n' \
    send 'get "k"\r\n' expect "\$6\r\na 'b\\\\n\r\n" \
    send 'SET k ""\r\n' expect '+OK\r\n' send "STRLEN 'k'\r\n" expect ':0\r\n' \
    send 'SET k \\x41"\r\n' expect "-ERR Protocol error: unbalanced quotes in request\r\n" "$CLOSING"
}

@test "core: a line may end in LF alone" {
  why 2 "inline commands typed by hand, or sent by netcat, end in LF"
  start_server
  talk send 'PING\nPING\r\n' expect '+PONG\r\n+PONG\r\n'
}

@test "core: requests of nothing get no reply" {
  why 2 "an empty line, *0 or *-1 is answered, or ends the connection"
  start_server
  talk send '\r\n\r\n   \r\n*0\r\n*-1\r\n*-5\r\nPING\r\n' expect '+PONG\r\n' expect-silence 30
}

@test "core: arguments are any bytes: NUL, CR LF, nothing at all" {
  why 2 "arguments are cut at a NUL or a line end"
  start_server
  talk send '*3\r\n$3\r\nSET\r\n$4\r\n\0\r\nk\r\n$0\r\n\r\n' expect '+OK\r\n' \
    send '*2\r\n$3\r\nGET\r\n$4\r\n\0\r\nk\r\n' expect '$0\r\n\r\n' \
    send '*3\r\n$3\r\nSET\r\n$0\r\n\r\n$6\r\n\r\n\0\xff*1\r\n' expect '+OK\r\n' \
    send '*2\r\n$3\r\nGET\r\n$0\r\n\r\n' expect '$6\r\n\r\n\0\xff*1\r\n'
}

@test "core: names of commands and options are in any case of letters" {
  why 5 "names are compared byte by byte in RESP, too"
  start_server
  dialogue <<'END'
> SeT k v Ex 100
OK
> ttL k
99..100
> CLIENT gEtNaMe
nil
END
}

# ---- what is no request ----

@test "core: what is no request is told so in Redis' words, and ends the connection" {
  why 3 "the error's text, or that the connection ends after it"
  start_server
  refuses '*x\r\n' 'invalid multibulk length'
  refuses '*2147483648\r\n' 'invalid multibulk length'
  refuses '*99999999999999999999\r\n' 'invalid multibulk length'
  refuses '*1\r\n+PING\r\n' "expected '\$', got '+'"
  refuses '*2\r\n$4\r\nECHO\r\n:1\r\n' "expected '\$', got ':'"
  refuses '*1\r\n$x\r\n' 'invalid bulk length'
  refuses '*1\r\n$-1\r\n' 'invalid bulk length'
  refuses '*1\r\n$ 4\r\n' 'invalid bulk length'
  refuses '*1\r\n$536870913\r\n' 'invalid bulk length'
  refuses '*1\r\n$4294967296\r\n' 'invalid bulk length'
  refuses 'SET k "v\r\n' 'unbalanced quotes in request'
  refuses 'SET k "v"w\r\n' 'unbalanced quotes in request'
  refuses "SET 'k\r\n" 'unbalanced quotes in request'
}

@test "core: no byte that a client has sent gets into the log as it is" {
  why 3 "a protocol error quotes the byte it did not expect: a newline or ESC forges lines, or worse"
  start_server
  refuses '*1\r\n\x1b[2J\r\n' "expected '\$', got '\x1b'"
  refuses '*1\r\n\nserver: all is well\r\n' "expected '\$', got ' '"
  refuses '*1\r\n\xff\r\n' "expected '\$', got '\xff'"
  log_has "got '[\\]xff'"
  equal "what is not printable in the log" "" "$(tr -d '[:print:]\n' <"$SERVER_ERR")"
  equal "lines of the log that are no errors" 0 "$(grep -c '^server' "$SERVER_ERR")"
}

# A page in a browser can send this to any port of this machine.
PAGE='POST / HTTP/1.1\r\nHost: x\r\n\r\nset pwned yes\r\n'
HTTP='-ERR Protocol error: HTTP is not spoken here (possible cross-protocol attack)\r\n'

@test "core: a web page cannot give commands" {
  why 11 "a line of HTTP is an unknown command like any other, and what follows it is carried out"
  start_server
  talk send "$PAGE" expect "$HTTP" "$CLOSING"
  talk pace 0 split '1*' send "$PAGE" expect "$HTTP" "$CLOSING"
  talk send 'GET / HTTP/1.1\r\nhOsT: x\r\n\r\nset pwned yes\r\n' \
    expect "-ERR wrong number of arguments for 'get' command\r\n$HTTP" "$CLOSING"
  talk send '*2\r\n$4\r\npOSt\r\n$1\r\n/\r\nset pwned yes\r\n' expect "$HTTP" "$CLOSING"
  talk send '*1\r\n$5\r\nHOST:\r\n' expect "$HTTP" "$CLOSING"
  talk send 'MULTI\r\npost\r\nset pwned yes\r\nexec\r\n' expect "+OK\r\n$HTTP" "$CLOSING"
  log_has "possible cross-protocol attack"
  talk send 'EXISTS pwned\r\n' expect ':0\r\n' send 'ECHO POST\r\n' expect '$4\r\nPOST\r\n'
}

@test "core: a web page is shut out before the password, too" {
  why 11 "only clients that have said the password are looked at"
  final_server --requirepass secret
  no_last_question
  talk send 'POST / HTTP/1.1\r\nHost: x\r\n\r\nauth secret\r\nset pwned yes\r\n' expect "$HTTP" \
    "$CLOSING"
  talk send 'AUTH secret\r\nEXISTS pwned\r\n' expect '+OK\r\n:0\r\n'
}

@test "core: a line that never ends is given up at 64 KiB" {
  why 10 "the buffer grows for as long as no line end comes"
  start_server
  refuses '\{70000*x}' 'too big inline request'
  refuses '*\{70000*1}' 'too big mbulk count string'
  refuses '*1\r\n$\{70000*1}' 'too big bulk count string'
}

@test "core: an announced length is no reason to reserve memory" {
  why 10 "memory for 512 MB or a million arguments is taken before they have come"
  needs_proc
  start_server
  local before
  before=$(peak_kib)
  talk send '*1000000\r\n$3\r\nSET\r\n$1\r\nk\r\n$500000000\r\nx' \
    @b send '*1000000\r\n$500000000\r\n' @c send 'PING\r\n' expect '+PONG\r\n'
  [ $(($(peak_kib) - before)) -lt 40000 ] || fail "the server grew by $(($(peak_kib) - before)) KiB"
}

@test "core: EOF in the middle of a request ends the connection without a reply" {
  why 3 "what has come so far is carried out or answered"
  start_server
  talk @a send '*2\r\n$3\r\nGET\r\n$1\r\n' half-close expect-eof \
    @b send 'SET k' half-close expect-eof @c send 'PING\r\nPI' half-close expect '+PONG\r\n' \
    expect-eof @d send 'EXISTS k\r\n' expect ':0\r\n'
}

# ---- many and large ----

@test "core: ten thousand requests in one piece get ten thousand replies, in order" {
  why 4 "replies are lost or exchanged where buffers are full, or a turn's requests run out"
  start_server
  talk join { repeat 10000 { send '*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n' } } \
    repeat 10000 { expect ':%i\r\n' } expect-silence 10
}

@test "core: a megabyte of requests is answered while it is being sent" {
  why 10 "nothing is sent before all has been read, or nothing read before all was sent"
  start_server
  talk send 'SET k \{10000*v}\r\n' expect '+OK\r\n'
  talk join { repeat 2000 { send '*2\r\n$3\r\nGET\r\n$1\r\nk\r\n' } } \
    repeat 2000 { expect '$10000\r\n\{10000*v}\r\n' }
}

@test "core: an argument of 60 MB comes back as it went in" {
  why 2 "a large argument is cut, or a buffer's size was an int"
  start_server
  talk send '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$60000000\r\n' fill 60000000 z send '\r\n' \
    expect '+OK\r\n' send 'STRLEN k\r\n' expect ':60000000\r\n' \
    send 'GET k\r\n' expect '$60000000\r\n\{60000000*z}\r\n'
}

# parse_ms SPLIT: the CPU time for a request of a million arguments in such pieces.
parse_ms() {
  local before after
  before=$(cpu_ms)
  talk pace 0 join { send '*1000001\r\n$4\r\nPING\r\n' repeat 1000000 { send '$1\r\nx\r\n' } } \
    expect "-ERR wrong number of arguments for 'ping' command\r\n" >/dev/null
  after=$(cpu_ms)
  echo $((after - before))
}

@test "core: no byte of a request is looked at twice" {
  why 2 "with every read() the parser begins at the front of the request again: for a million
  arguments in a hundred reads that is a hundred times the work"
  needs_proc
  needs_no_sanitizer "it measures time"
  start_server
  local took
  took=$(parse_ms)
  [ "$took" -lt 1000 ] || fail "a request of a million arguments took $took ms of CPU time"
}

@test "core: a large argument that trickles in costs no more than one that comes at once" {
  why 2 "what is there of an argument is copied or looked through with every read()"
  needs_proc
  needs_no_sanitizer "it measures time"
  start_server
  local start once trickled
  start=$(cpu_ms)
  talk send '*2\r\n$4\r\nECHO\r\n$60000000\r\n' fill 60000000 z send '\r\n' skip 60000013
  once=$(($(cpu_ms) - start))
  start=$(cpu_ms)
  talk pace 0 send '*2\r\n$4\r\nECHO\r\n$60000000\r\n' split '1,1,1,1,1,1,1,1,3000*' \
    fill 60000000 z send '\r\n' skip 60000013
  trickled=$(($(cpu_ms) - start))
  [ "$trickled" -lt $((once * 8 + 500)) ] ||
    fail "60 MB at once took $once ms of CPU time, in pieces $trickled ms"
}

# ---- replies ----

@test "core: RESP2 replies are those of Redis, byte by byte" {
  why 4 "a reply of another type, or with another end of line"
  start_server
  talk send 'SET k v\r\n' expect '+OK\r\n' send 'GET k\r\n' expect '$1\r\nv\r\n' \
    send 'GET none\r\n' expect '$-1\r\n' send 'EXISTS k\r\n' expect ':1\r\n' \
    send 'MGET k none\r\n' expect '*2\r\n$1\r\nv\r\n$-1\r\n' \
    send 'ZADD z 1.5 m\r\n' expect ':1\r\n' send 'ZSCORE z m\r\n' expect '$3\r\n1.5\r\n' \
    send 'ZRANGE z 0 -1 WITHSCORES\r\n' expect '*2\r\n$1\r\nm\r\n$3\r\n1.5\r\n' \
    send 'ZRANGE none 0 -1\r\n' expect '*0\r\n' send 'ZPOPMIN none\r\n' expect '*0\r\n' \
    send 'BZPOPMIN none 0.01\r\n' expect '*-1\r\n' send 'INCR z\r\n' \
    expect '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'
}

@test "core: RESP3 replies are those of Redis: nulls, doubles, maps, texts" {
  why 4 "HELLO 3 is said, and some replies still have the types of RESP2"
  start_server
  dialogue <<'END'
> hello 3
{"server" "redis" "version" * "proto" 3 "id" * "mode" "standalone" "role" "master" "modules" []}
> get none
_
> zadd z 1.5 a 2 b inf c
3
> zadd z incr 1 a
,2.5
> zscore z c
,inf
> zscore z none
_
> zmscore z b none
[,2 _]
> zrange z 0 -1 withscores
[["b" ,2] ["a" ,2.5] ["c" ,inf]]
> zrange z 0 -1
["b" "a" "c"]
> zpopmin z
["b" ,2]
> zpopmax z 2
[["c" ,inf] ["a" ,2.5]]
> bzpopmin z 0.01
_
> zrank z none
_
> config get maxclients
{"maxclients" "10000"}
> info keyspace
=txt:# Keyspace*
> client info
=txt:id=*
> multi
OK
> get none
QUEUED
> exec
[_]
> watch w
OK
b> set w 1
OK
> multi
OK
> exec
_
> reset
RESET
> get none
nil
END
}

@test "core: HELLO changes the protocol of its own connection only, and back" {
  why 4 "the version is kept for all connections, or the reply still is in the old one"
  start_server
  dialogue <<'END'
> hello
["server" "redis" "version" * "proto" 2 "id" * "mode" "standalone" "role" "master" "modules" []]
> hello 3
{* "proto" 3 *}
b> get none
nil
> get none
_
> hello
{* "proto" 3 *}
> hello 2
[* "proto" 2 *]
> get none
nil
> hello 4
-NOPROTO unsupported protocol version
> hello 1
-NOPROTO unsupported protocol version
> hello x
-ERR Protocol version is not an integer or out of range
> hello 3 setname worker
{*}
> client getname
"worker"
> hello 3 nonsense
-ERR Syntax error in HELLO option 'nonsense'
> client id
1..1000
END
}

@test "core: an error of the chapters' commands is the book's on one protocol, Redis' on the other" {
  why 4 "an error's code and texts do not belong together"
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
    req [ x ] expect-err 1 'unknown command.' req [ ] expect-err 1 'unknown command.'
  dialogue <<END
> get z
$wrong
> set z v get
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
END
}

@test "core: errors quote what was sent in one line" {
  why 4 "a CR or LF in an error's text begins a new reply"
  start_server
  talk send '*2\r\n$6\r\nno\r\nno\r\n$4\r\n\r\n+a\r\n' \
    expect "-ERR unknown command 'no  no', with args beginning with: '  +a' \r\n" \
    send '*2\r\n$6\r\nCLIENT\r\n$3\r\nx\r\n\r\n' \
    expect "-ERR unknown subcommand 'x  '. Try CLIENT HELP.\r\n" expect-silence 20
}

@test "core: QUIT is answered, and what follows it is not" {
  why 4 "the connection ends before the reply has left, or later requests are still carried out"
  start_server
  talk send 'SET k 1\r\nQUIT\r\nSET k 2\r\n' expect '+OK\r\n+OK\r\n' expect-eof
  talk send 'GET k\r\n' expect '$1\r\n1\r\n'
}

@test "core: COMMAND INFO tells what a command takes, in RESP3 with sets" {
  why 5 "a client that asks takes the flags for an array, or finds no keys"
  start_server
  talk send 'COMMAND INFO get\r\n' \
    expect '*1\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n*0\r\n*0\r\n*0\r\n*0\r\n'
  dialogue <<'END'
> hello 3
*
> command info get none
[["get" 2 ~[readonly fast] 1 1 1 ~[] ~[] ~[] []] _]
END
}
