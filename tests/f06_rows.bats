#!/usr/bin/env bats
# f06_rows: a row for each command: names, numbers of arguments and errors; requests typed as a line.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# refuses TEXT ERROR: TEXT gets the error, after the replies to earlier requests, and the connection
# ends.
refuses() {
  talk send "PING\r\n$1" expect "+PONG\r\n-ERR Protocol error: $2\r\n" expect-eof ||
    fail "this was sent, after PING: $1"
}

# ---- rows ----

@test "core: PING and ECHO" {
  why f04_resp 3 "PING with a message is a bulk string, without one a status"
  start_server
  dialogue <<'END'
> ping
PONG
> ping "hello there"
"hello there"
> ping a b
-ERR wrong number of arguments for 'ping' command
> echo ""
""
> echo
-ERR wrong number of arguments for 'echo' command
END
}

@test "core: QUIT is answered, and what follows it is not" {
  why 6 "the connection ends before the reply has left, or later requests are still carried out"
  start_server
  talk send 'SET k 1\r\nQUIT\r\nSET k 2\r\n' expect '+OK\r\n+OK\r\n' expect-eof
  talk send 'GET k\r\n' expect '$1\r\n1\r\n'
}

@test "core: a wrong number of arguments, an unknown command and a wrong type change nothing" {
  why 2 "something is done before all arguments have been checked, or the error's text is another one"
  start_server
  dialogue <<'END'
> set k v
OK
> get
-ERR wrong number of arguments for 'get' command
> get a b
-ERR wrong number of arguments for 'get' command
> GeT
-ERR wrong number of arguments for 'get' command
> nonsense a "b c"
-ERR unknown command 'nonsense', with args beginning with: 'a' 'b c' 
> zadd k 1 m
-WRONGTYPE Operation against a key holding the wrong kind of value
> set k
-ERR wrong number of arguments for 'set' command
> pttl k k
-ERR wrong number of arguments for 'pttl' command
> command count now
-ERR wrong number of arguments for 'command|count' command
> get k
"v"
END
  on_ours dialogue <<'END'
> inspect
-ERR wrong number of arguments for 'inspect' command
END
  on_ours talk req [ get ] expect-err 1 'unknown command.' req [ get k k ] expect-err 1 'unknown command.'
}

@test "core: errors quote what was sent in one line" {
  why 5 "a CR or LF in an error's text begins a new reply"
  start_server
  talk send '*2\r\n$6\r\nno\r\nno\r\n$4\r\n\r\n+a\r\n' \
    expect "-ERR unknown command 'no  no', with args beginning with: '  +a' \r\n" \
    send '*2\r\n$7\r\nCOMMAND\r\n$3\r\nx\r\n\r\n' \
    expect "-ERR unknown subcommand 'x  '. Try COMMAND HELP.\r\n" expect-silence 20
}

@test "core: every argument of an unknown command is found again, and quoted up to a limit" {
  why 5 "more is quoted than the limit, or an argument is lost while the rest of the request is still to come"
  local long request arg
  long=$(printf '%0100d' 0)
  request='*7\r\n'
  for arg in nothing a 123456789 bbbbbbbbbb '' cc "$long"; do
    request+="\$${#arg}\r\n$arg\r\n"
  done
  start_server
  cut_anywhere "$request" "-ERR unknown command 'nothing', with args beginning with: 'a' '123456789' \
'bbbbbbbbbb' '' 'cc' '${long:0:91}' \r\n"
}

@test "core: COMMAND tells what there is, as tools ask for it" {
  why 1 "the reply's form is not the one of Redis, or rows are missing"
  start_server
  dialogue <<'END'
> command count
10..400
> command info get nonsense
[["get" 2 [readonly fast] 1 1 1 *] nil]
> command info zadd
[["zadd" * [write* fast] 1 1 1 *]]
> command nonsense
-ERR unknown subcommand 'nonsense'. Try COMMAND HELP.
> command|count
-ERR unknown command 'command|count', with args beginning with: 
> command list nonsense
-ERR syntax error
> command info command|list
[["command|list" -2 *]]
END
  talk send 'COMMAND\r\n' expect '*' @b send 'COMMAND LIST\r\n' expect '*'
  on_ours dialogue <<'END'
> command docs get
-ERR unknown subcommand 'docs'. Try COMMAND HELP.
END
}

@test "core: COMMAND alone has a row for each command of one word" {
  why 1 "the rows of two words are told, in place of the others or next to them; Redis has them in the row of their first word"
  start_server
  local rows=$BATS_TEST_TMPDIR/rows names=$BATS_TEST_TMPDIR/names count
  count=$(told 'COMMAND COUNT' | sed -n 's/^://p')
  told COMMAND >"$rows"
  equal "the number of rows that COMMAND tells, and COMMAND COUNT" "$count" "$(sed -n '1s/^\*//p' "$rows")"
  # a row has ten elements, and the first is the name
  awk '/^\*10$/ { at = NR } at && NR == at + 2 && size ~ /^[$]/ { print } { size = $0 }' "$rows" >"$names"
  equal "how many rows of one word COMMAND tells" "$count" "$(sort -u "$names" | grep -vc '|')"
  grep -qx get "$names" || fail "COMMAND tells no row of GET"
}

@test "core: COMMAND INFO tells what a command takes" {
  why 1 "a client that asks finds no keys"
  start_server
  local row='*1\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n'
  talk send 'COMMAND INFO get\r\n' expect "$row*"
  # Redis fills the four lists at the end; we do not
  on_ours talk send 'COMMAND INFO get\r\n' expect "$row*0\r\n*0\r\n*0\r\n*0\r\n"
}

@test "core: COMMAND has the HELP that its errors speak of" {
  why 1 "the error names a command that does not exist"
  start_server
  dialogue <<'END'
> command Help
[* *]
> command help me
-ERR wrong number of arguments for 'command|help' command
END
}

@test "extra: HELP has a line for every command of two words" {
  why 1 "a command was added, and its line in HELP was not"
  [ -f "$SUT/command_rows.h" ] || skip "there are no rows"
  start_server
  local first second
  sed -n 's/^ROW("\([a-z]*|[a-z]*\)".*/\1/p' "$SUT/command_rows.h" >"$BATS_TEST_TMPDIR/rows"
  [ "$(grep -c . "$BATS_TEST_TMPDIR/rows")" -ge 4 ] || fail "the rows are not found"
  while IFS='|' read -r first second; do
    client --resp "$first" help
    grep -qi "^$second" <<<"$output" || fail "$first help has no line for $second"
  done <"$BATS_TEST_TMPDIR/rows"
}

# ---- typed requests ----

@test "core: a typed line and a binary request work at the same time, on the same data" {
  why f04_resp 1 "a line of text is taken for a length, or the protocol decided for all connections"
  ours "the book's protocol"
  start_server
  talk @book req [ set k 'from the book' ] expect-nil \
    @typed send 'GET k\r\n' expect '$13\r\nfrom the book\r\n' \
    send '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nother\r\n' expect '+OK\r\n' \
    @book req [ get k ] expect-str other \
    @typed send 'ZADD z 1.5 m\r\n' expect ':1\r\n' @book req [ zscore z m ] expect-dbl 1.5 \
    req [ del k ] expect-int 1 @typed send 'GET k\r\n' expect '$-1\r\n' \
    @book all-but 3 req [ get k ] @typed send 'PI' @second send 'PING\r\n' expect '+PONG\r\n' \
    @typed send 'NG\r\n' expect '+PONG\r\n' @book rest expect-nil
}

@test "core: a line may come one byte at a time, from its first on" {
  why f04_resp 1 "the protocol is decided by the first read(), not by the first four bytes"
  start_server
  talk pace 1 split '1*' send 'GET k\r\n' expect '$-1\r\n' split '1*' send 'PING\r\n' expect '+PONG\r\n'
}

@test "core: fewer than four bytes of a line get no reply and do no harm" {
  why f04_resp 1 "something is decided before there is enough to decide by, or an empty line is taken for binary"
  start_server
  talk @one send '*1\r' expect-silence 50 @two send '\r\n' expect-silence 50 \
    send 'PING\r\n' expect '+PONG\r\n' @three send 'P' half-close expect-eof \
    @one send '\n$4\r\nPING\r\n' expect '+PONG\r\n'
}

@test "core: a connection that began as text stays text" {
  why f04_resp 1 "the decision is made anew for each request"
  start_server
  local eight='\x01\x01\x01\x01\x01\x01\x01\x01'
  talk send 'PING\r\n' expect '+PONG\r\n' send "$eight\r\n" \
    expect "-ERR unknown command '$eight', with args beginning with: \r\n" send 'PING\r\n' expect '+PONG\r\n'
  on_ours talk send 'PING\r\n' expect '+PONG\r\n' send-hex '04000000 00000000 0d0a' skip 10 \
    send 'PING\r\n' skip 7
}

@test "core: a typed request may be cut anywhere" {
  why 4 "a piece of a request is taken for a whole one, or forgotten"
  start_server
  talk send 'SET key value\r\n' expect '+OK\r\n'
  cut_anywhere '  GET   "key" \r\n' '$5\r\nvalue\r\n'
  cut_anywhere '*0\r\n\r\nGET key\r\n' '$5\r\nvalue\r\n'
}

@test "core: requests of both forms stand one after the other" {
  why f04_resp 2 "what the parser knows about one request is still there for the next one"
  start_server
  talk join { send 'SET a 1\r\n' send '*2\r\n$3\r\nGET\r\n$1\r\na\r\n' send 'SET a 23\r\nGET a\r\n' \
    send '*1\r\n$4\r\nPING\r\n' send '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3\r\n456\r\n' send 'GET a\r\n' } \
    expect '+OK\r\n$1\r\n1\r\n+OK\r\n$2\r\n23\r\n+PONG\r\n+OK\r\n$3\r\n456\r\n'
}

@test "core: words of a line may be quoted, as in redis-cli" {
  why f05_client 3 "quotes and escapes of inline commands are not those of redis-cli"
  start_server
  talk send 'SET k "a b\\x41\\n\\t\\"\\\\"\r\n' expect '+OK\r\n' \
    send 'GET k\r\n' expect '$8\r\na bA\n\t"\\\r\n' \
    send "SET k 'a \\\\'b\\\\n'\r\n" expect '+OK\r\n' \
    send 'get "k"\r\n' expect "\$6\r\na 'b\\\\n\r\n" \
    send 'SET k ""\r\n' expect '+OK\r\n' send "GET 'k'\r\n" expect '$0\r\n\r\n' \
    send 'SET k a\x0bb\x0c\r\n' expect '+OK\r\n' send '\x0bGET \x0c"k"\x0b\r\n' expect '$4\r\na\x0bb\x0c\r\n' \
    send 'SET k \\x41"\r\n' expect "-ERR Protocol error: unbalanced quotes in request\r\n" expect-eof
}

@test "core: a line may end in LF alone" {
  why - "inline commands typed by hand, or sent by netcat, end in LF"
  start_server
  talk send 'PING\nPING\r\n' expect '+PONG\r\n+PONG\r\n'
}

@test "core: empty lines and requests of nothing get no reply" {
  why f04_resp 3 "an empty line, *0 or *-1 is answered, or ends the connection"
  start_server
  talk send '\r\n\r\n   \r\n*0\r\n*-1\r\n*-5\r\nPING\r\n' expect '+PONG\r\n' expect-silence 30
}

@test "core: a malformed request gets Redis's error, also where a line is wrong" {
  why f04_resp 4 "the error's text, or that the connection ends after it"
  start_server
  refuses '*1\r\n+PING\r\n' "expected '\$', got '+'"
  refuses '*2\r\n$4\r\nECHO\r\n:1\r\n' "expected '\$', got ':'"
  refuses 'SET k "v\r\n' 'unbalanced quotes in request'
  refuses 'SET k "v"w\r\n' 'unbalanced quotes in request'
  refuses "SET 'k\r\n" 'unbalanced quotes in request'
}

@test "core: no byte that a client has sent gets into the log as it is" {
  why 5 "a protocol error quotes the byte it did not expect: a newline or ESC forges lines, or worse"
  ours "its log"
  start_server
  refuses '*1\r\n\x1b[2J\r\n' "expected '\$', got '\x1b'"
  refuses '*1\r\n\nserver: all is well\r\n' "expected '\$', got ' '"
  refuses '*1\r\n\xff\r\n' "expected '\$', got '\xff'"
  log_has "got '[\\]xff'"
  equal "what is not printable in the log" "" "$(tr -d '[:print:]\n' <"$SERVER_ERR")"
  equal "lines of the log that are no errors" 0 "$(grep -c '^server' "$SERVER_ERR")"
}

@test "core: a typed line that never ends is given up at 64 KiB" {
  why f04_resp 6 "the buffer grows for as long as no line end comes"
  start_server
  refuses '\{70000*x}' 'too big inline request'
}

@test "core: EOF in the middle of a line ends the connection without a reply" {
  why ch04_protocol 5 "half a request is carried out or answered"
  start_server
  talk @b send 'SET k' half-close expect-eof @c send 'PING\r\nPI' half-close expect '+PONG\r\n' \
    expect-eof @d send 'GET k\r\n' expect '$-1\r\n'
}

# ---- our client ----

@test "core: --repeat N sends a request N times" {
  why - "it is sent once, or the replies are not those of one connection"
  ours "our client"
  start_server
  prints $'1\n0\n0' 0 --resp --repeat 3 zadd z 1 a
  prints $'(int) 1\n(int) 0' 0 --repeat 2 zrem z a
}

@test "core: --latency measures and shows numbers" {
  why - "nothing is measured, or it does not end after its N times"
  ours "our client"
  start_server
  client --latency --repeat 5
  equal "the exit status" 0 "$status"
  [[ $output =~ [0-9] ]] || fail "no number in: $output"
}

@test "core: wrong use of --repeat is one line on stderr, and status 2" {
  why f05_client 1 "an invalid number of times is taken for some number"
  ours "our client"
  wrong_client_use "--repeat 0 ping" "--repeat x ping" "--repeat 2x ping" "--repeat"
  output=$("$SUT/client" --help)
  contains "--help" "--latency" "$output"
}
