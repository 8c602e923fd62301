# ch04_protocol: requests and replies on a byte stream. A message is a 4-byte little-endian length
# and that many bytes. On later stages the same promises hold in their dialects.

# shellcheck disable=SC1083,SC2030,SC2031
load helpers
accepts world echo status tlv

# The smallest length that the dialect allows: an empty body, or an empty list of strings.
smallest() {
  case $DIALECT in world | echo) echo 0 ;; *) echo 4 ;; esac
}

# ---- core: the server ----

@test "core: the request 05 00 00 00 hello gets its reply, byte for byte" {
  why 1 "the length is big-endian, counts itself, or is missing in the reply"
  start_server
  local hello=05000000_68656c6c6f get_k=10000000_02000000_03000000_676574_01000000_6b
  case $DIALECT in
  world) talk send-hex $hello expect-hex 05000000_776f726c64 ;;
  echo) talk send-hex $hello expect-hex $hello ;;
  status) talk send-hex $get_k expect-hex 04000000_02000000 ;;
  tlv) talk send-hex $get_k expect-hex 01000000_00 ;;
  esac
}

@test "core: the length in the header is little-endian" {
  why 1 "the length is read big-endian (ntohl), so that 01 02 00 00 is not 513"
  start_server
  talk ask-sized 513 answer-sized 513 close ask-sized 256 answer-sized 256
}

@test "core: a reply is its header and its body, and not a byte more" {
  why 1 "a NUL or newline is sent after the body, or a whole buffer instead of what is in it; or the
  connection is closed after one request"
  start_server
  talk ask hello answer hello expect-silence 60 ask hello answer hello expect-silence 20
}

@test "core: a connection carries many requests, each with one reply" {
  why 4 "the connection is closed after one request, or something is left over between two"
  start_server
  talk prepare hello repeat 500 { ask hello answer hello }
}

@test "core: a header that arrives as 1 + 3 bytes is still one header" {
  why 2 "one read() is taken for the whole header: read_full() goes on until 4 bytes are there"
  start_server
  talk split 1,3 ask hello answer hello split 1,3 ask hello answer hello
}

@test "core: a header that arrives as 2 + 2 or 3 + 1 bytes is still one header" {
  why 2 "one read() is taken for the whole header: read_full() goes on until 4 bytes are there"
  start_server
  talk split 2,2 ask hello answer hello split 3,1 ask hello answer hello
}

@test "core: a header and a body that arrive apart are still one request" {
  why 2 "one read() is taken for header and body together"
  start_server
  talk split 4 ask hello answer hello
}

@test "core: a body that arrives in two pieces is still one request, wherever it is cut" {
  why 2 "one read() is taken for the whole body: read_full() goes on until length bytes are there"
  start_server
  talk split 5 ask hello answer hello split 6 ask hello answer hello \
    split 7 ask hello answer hello split 8 ask hello answer hello
  talk split 1000,1000,1000 ask-sized 4000 answer-sized 4000 ask hello answer hello
}

@test "core: a request that arrives byte by byte gets one reply" {
  why 2 "one read() is taken for one message"
  start_server
  talk split '1*' ask hello answer hello expect-silence 20 ask hello answer hello
}

@test "core: no reply comes before the last byte of the request" {
  why 2 "what has arrived so far is taken for the whole body"
  start_server
  talk all-but 1 ask hello expect-silence 60 rest answer hello
}

@test "core: two requests in one segment get two replies" {
  why 2 "what read() brought beyond the first message is thrown away"
  start_server
  talk prepare one prepare two join { ask one ask two } answer one answer two
}

@test "core: a hundred requests in one segment get a hundred replies, in order" {
  why 4 "what read() brought beyond the first message is thrown away, or answered out of order"
  start_server
  talk repeat 100 { prepare n%i } join { repeat 100 { ask n%i } } repeat 100 { answer n%i }
}

@test "core: requests that are cut in the middle of the next one's header are each answered" {
  why 2 "what read() brought beyond the first message is thrown away"
  start_server
  talk split 11 join { ask hello ask hello } answer hello answer hello \
    split 14 join { ask hello ask hello } answer hello answer hello
}

@test "core: the shortest body is valid" {
  why 1 "length 0 is taken for the end of the connection (read() of 0 bytes returns 0)"
  start_server
  talk ask-sized "$(smallest)" answer-sized "$(smallest)" ask hello answer hello
}

@test "core: a body of 4096 bytes is valid" {
  why 1 "the limit itself is refused, or the buffer has no room for the header or a NUL besides"
  start_server
  talk ask-sized 4096 answer-sized 4096 ask-sized 4095 answer-sized 4095 ask hello answer hello
}

@test "core: a body of exactly the limit is valid" {
  why 1 "the limit itself is refused, or the buffer has no room for the header besides"
  start_server
  talk ask-sized "$LIMIT" answer-sized "$LIMIT" ask hello answer hello
}

@test "core: a length above the limit closes the connection, without a reply" {
  why 3 "the length is believed, or checked only after the body was read; or the limit is off by
  one"
  start_server
  talk ask hello answer hello header $((LIMIT + 1)) expect-closed
  talk ask hello answer hello
}

@test "core: a length has 32 bits" {
  why 3 "the length is kept in 16 bits (or 24): 0x00010005 is 65541, and not 5"
  start_server
  if [ "$LIMIT" -lt 65541 ]; then
    talk send-hex 05000100 send hello expect-closed
    talk send-hex 05000001 send hello expect-closed
  else
    talk ask-sized 65541 answer-sized 65541
    talk ask-sized 16777221 answer-sized 16777221
  fi
  talk ask hello answer hello
}

@test "core: a length with the highest bit set closes the connection, without a reply" {
  why 3 "the length is kept in a signed int: 0xffffffff is then -1, which is not above the limit"
  local try # read() refuses what would reach beyond all addresses: by chance that ends it, too
  for try in 1 2 3 4; do
    start_server
    talk send-hex ffffffff expect-closed close send-hex 00000080 expect-closed
    talk ask hello answer hello
    stop_server
  done
}

@test "core: text where a header should be closes the connection" {
  why 3 "the length is believed without a check"
  start_server
  talk timeout 8000 send 'hello, is this ch03?' expect-closed
  talk ask hello answer hello
}

@test "core: a client that ends in the middle of a header gets no reply" {
  why 5 "an early end of file is not noticed: a short header is used as if it were whole"
  start_server
  talk send-hex 05 half-close expect-closed close send-hex 000000 half-close expect-closed
  talk send-hex 00 half-close expect-closed close send-hex 050000 half-close expect-closed
  talk send-hex 0500 close ask hello answer hello
}

@test "core: a client that ends in the middle of a body gets no reply" {
  why 5 "an early end of file is not noticed: a short body is answered, or waited for forever"
  start_server
  talk all-but 2 ask hello half-close expect-closed
  talk all-but 2 ask hello close ask hello answer hello
}

@test "core: a client that ends between two messages is simply gone" {
  why 5 "a read() that returns 0 is taken for a message, or the loop never ends"
  start_server
  talk ask hello answer hello half-close expect-closed
  talk open half-close expect-closed
  talk ask hello answer hello
}

@test "core: a client that resets in the middle of a message does not end the server" {
  why 6 "a read() that fails with ECONNRESET is taken for a failure of the server"
  start_server
  talk send-hex 0500 pause 10 rst all-but 2 ask hello pause 10 rst ask hello answer hello
}

@test "core: clients are served one after another" {
  why 6 "the end of one connection ends the server or its accept() loop"
  start_server
  talk repeat 50 { ask hello answer hello close }
}

@test "core: thousands of connections, well and badly ended, leave no descriptor behind" {
  why 6 "an accepted socket is not closed on every way out of its connection"
  NOFILE=50 start_server
  talk repeat "$(large 1000)" { ask hello answer hello close } \
    repeat 100 { open close all-but 2 ask hello close open rst ask hello answer hello close }
  talk repeat 100 { header $((LIMIT + 1)) expect-closed close ask hello answer hello close }
}

# ---- core: the client ----

# served_in PIECES: the dialect's client gets all its replies from a server that sends each in such
# pieces. It has to print them all, in its own words, and to be content.
served_in() {
  case $DIALECT in
  world) fake_server each-request { split "$1" frame world } && client ;;
  echo) fake_server each-request { split "$1" echo } && client ;;
  status) fake_server each-request { split "$1" frame '\0\0\0\0value' } && client get k ;;
  tlv) fake_server each-request { split "$1" frame '\x02\x05\0\0\0value' } && client get k ;;
  esac
  fake_finish
  local words
  case $DIALECT in
  world) words=$(requests | sed 's/.*/world/') ;;
  echo) words=$(requests) ;;
  *) words=value ;;
  esac
  # shellcheck disable=SC2086 # a word is a word
  says_in_order $words
  equal "its status (stderr: $errors)" 0 "$status"
}

@test "core: the client sends its requests and prints each reply" {
  why 4 "the client does not read exactly one reply per request"
  served_in 100
  case $DIALECT in
  world | echo)
    [ "$(requests | wc -l)" -ge 2 ] ||
      fail "a connection carries many requests, but this client sent $(requests | wc -l)"
    ;;
  esac
}

@test "core: a reply that arrives byte by byte is still one reply for the client" {
  why 2 "the client takes one read() for one reply: it, too, needs read_full()"
  served_in 1,1,1,1,1,1,1,1,1,1
}

@test "core: replies that arrive together are told apart by the client" {
  [ "$DIALECT" = world ] || skip "the client of this stage sends its requests otherwise"
  why 2 "the client throws away what read() brought beyond the first reply"
  fake_server reply join { repeat 3 { frame world%i } } drain
  client
  fake_finish
  says_in_order world1 world2
}

@test "core: the client works with the server" {
  why 4 "server and client do not agree on the protocol"
  start_server
  case $DIALECT in
  world) client && says_in_order world world ;;
  echo) client && says_in_order hello hello ;;
  *) # each says in its own words that there is no such key
    client get nobody
    [ -n "$output" ] || fail "the client prints nothing (stderr: $errors)"
    ;;
  esac
  equal "the client's status (stderr: $errors)" 0 "$status"
}

@test "core: the client says hello1, hello2, hello3, and prints exactly: server says: world" {
  [ "$DIALECT" = world ] || skip "later clients have their own words"
  why 4 "the requests, or the lines that are printed, are not the book's"
  fake_server each-request { frame world }
  client
  fake_finish
  equal "what the client asks" $'hello1\nhello2\nhello3' "$(requests)"
  equal "its stdout" $'server says: world\nserver says: world\nserver says: world' "$output"
}

# ---- hardening ----

# Runs the client against a server with these words, which answers wrongly.
client_against() {
  fake_server open skip 9 "$@"
  case $DIALECT in world | echo) client ;; *) client get k ;; esac
  fake_finish
}

client_must_complain() {
  equal "the client's status" 1 "$status"
  equal "its stdout" "" "$output"
  [ -n "$errors" ] || fail "the client does not say on stderr what went wrong"
}

@test "hardening: a server that closes instead of replying is status 1 for the client" {
  why 5 "the client does not check what read_full() returns, or main() always returns 0"
  client_against half-close drain
  client_must_complain
}

@test "hardening: a reply that ends early is status 1 for the client, in header or body" {
  why 5 "the client does not check what read_full() returns, or main() always returns 0"
  client_against send-hex 0500 half-close drain
  client_must_complain
  client_against header 5 send wor half-close drain
  client_must_complain
}

@test "hardening: a reply whose length is above the limit is status 1 for the client" {
  why 3 "the client believes any length, and overruns its buffer"
  client_against header $((LIMIT + 5)) fill 100 z drain
  client_must_complain
  client_against send-hex ffffffff fill 100 z drain
  client_must_complain
}

@test "hardening: a server that resets the connection is status 1 for the client" {
  why 6 "SIGPIPE or a failed read() ends the client without a word"
  client_against rst
  client_must_complain
}

@test "hardening: a server that is gone before the next request is status 1 for the client" {
  local words try
  case $DIALECT in
  world) words=(reply frame world) ;;
  echo) words=(reply) ;;
  *) skip "this client sends one request only" ;;
  esac
  why 6 "write() to a closed connection raises SIGPIPE, which kills: ignore it"
  # Whether the client writes before or after it hears of the end is chance: so try often.
  for try in 1 2 3 4 5 6 7 8; do
    fake_server open "${words[@]}" half-close rst
    client
    fake_finish
    equal "the client's status in round $try" 1 "$status"
  done
}

@test "hardening: clients that are gone before their replies do not end the server" {
  why 6 "write() to a closed connection raises SIGPIPE, which kills: ignore it"
  start_server
  # While @first keeps a blocking server busy, the others leave for good.
  talk @first ask hello answer hello \
    repeat 5 { @gone%i join { repeat 20 { ask hello } } half-close rst } \
    @first ask hello answer hello close \
    @last ask hello answer hello
}

@test "hardening: interrupted and short calls are not failures for the server" {
  needs_preload
  why 6 "EINTR is taken for an error, or a write() that took a part for one that took all"
  start_server "$PRELOAD"
  talk repeat 3 { ask hello answer hello } join { ask hello ask hello } answer hello answer hello \
    ask-sized 4096 answer-sized 4096
}

@test "hardening: interrupted and short calls are not failures for the client" {
  needs_preload
  [ "$DIALECT" != echo ] || skip "this client sends 32 MiB, three bytes at a time"
  why 6 "EINTR is taken for an error, or a write() that took a part for one that took all"
  CLIENT_ENV=$PRELOAD served_in 100
}

# ---- extra ----

@test "extra: the log tells what clients say and how each connection ended" {
  [ "$DIALECT" = world ] || skip "later stages log in their own words"
  why 5 "the failure is not told apart: EOF, read() error, too long"
  start_server
  talk ask hello answer hello close header $((LIMIT + 1)) expect-closed close \
    all-but 2 ask hello half-close expect-closed
  log_has 'client says: hello'
  log_has 'EOF'
  log_has 'too long'
  log_has 'read\(\) error'
}
