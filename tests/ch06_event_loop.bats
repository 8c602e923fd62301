# ch06_event_loop: one thread, many clients. Later stages speak other dialects and must keep every
# promise made here; where only an echo can be checked, the test says so.

# shellcheck disable=SC1083,SC2154 # { and } are words of talk; helpers set errors
load helpers
accepts echo status tlv

MIB=1048576

# bytes_of_question: hexadecimal bytes of `ask abc`, a word each.
bytes_of_question() {
  if [ "$DIALECT" = echo ]; then
    echo 03 00 00 00 61 62 63
  else
    echo 12 00 00 00 02 00 00 00 03 00 00 00 67 65 74 03 00 00 00 61 62 63
  fi
}

# ---- one client: messages and the byte stream ----

@test "core: a request is answered, whatever its bytes are" {
  why 2 "no reply, or one that is not the request's: the simplest case must work first"
  start_server
  talk prepare hello ask hello answer hello
  if [ "$DIALECT" = echo ]; then
    talk send-hex '05000000 68656c6c6f' expect-hex '05000000 68656c6c6f' \
      frame '\0\n\r\xff\x80 \0' expect-frame '\0\n\r\xff\x80 \0'
  fi
}

@test "core: the length in a header is little-endian" {
  why 2 "the length is read or written big-endian (or in another order of bytes)"
  start_server
  talk ask-sized 258 answer-sized 258
}

@test "core: a connection carries any number of requests, one after the other" {
  why 2 "the connection is closed, or left unread, after a reply:
  POLLOUT was asked for in place of POLLIN and never given up again?"
  start_server
  talk prepare x repeat 200 { ask x answer x } expect-silence 50
}

@test "core: requests that arrive in one segment are each answered once, in order" {
  why 2 "one request is answered for each time that poll() reports the socket.
  The others wait in the buffer, where poll() cannot see them: loop until none is complete"
  start_server
  talk repeat 100 { prepare r%i } join { repeat 100 { ask r%i } } repeat 100 { answer r%i } \
    expect-silence 100
}

@test "core: the smallest request is answered" {
  why 2 "a body of length 0 is taken for \"nothing there yet\""
  start_server
  if [ "$DIALECT" = echo ]; then
    talk frame '' expect-frame '' join { frame '' frame x frame '' } \
      expect-frame '' expect-frame x expect-frame ''
  else
    talk ask-sized 4 answer-sized 4 join { ask-sized 4 ask-sized 8 } \
      answer-sized 4 answer-sized 8
  fi
}

@test "core: a header that arrives as 1 + 3 bytes is still one header" {
  why 2 "what one read() returns is taken for a whole header"
  start_server
  talk prepare abc pace 20 split 1,3 ask abc answer abc split 3,1 ask abc answer abc
}

@test "core: a body that arrives in two pieces is still one body" {
  why 2 "what one read() returns is taken for a whole message"
  start_server
  talk prepare abc pace 20 split 4,1 ask abc answer abc split 6 ask abc answer abc
}

@test "core: a request that arrives byte by byte is answered once" {
  why 2 "what one read() returns is taken for a whole message"
  start_server
  talk prepare abc pace 2 split '1*' join { ask abc ask abc } answer abc answer abc \
    expect-silence 50
}

@test "core: two requests may be cut at any byte" {
  why 2 "the beginning of the second request came with the end of the first, and was dropped"
  start_server
  local size
  size=$(bytes_of_question | wc -w)
  talk prepare abc prepare xyz pace 3 \
    repeat $((2 * size)) { split %i join { ask abc ask xyz } answer abc answer xyz }
}

@test "core: a message of 32 MiB makes the round trip" {
  why 2 "a buffer of fixed size is smaller than the largest message, or the limit is wrong"
  start_server
  talk ask-sized 33554432 answer-sized 33554432
}

@test "core: a length above 32 MiB is refused as soon as its header is there" {
  why 2 "the length is believed: the server waits for (or makes room for) a body that it
  should refuse"
  start_server
  talk header 33554433 expect-closed
  talk send-hex ffffffff expect-closed
  talk ask x answer x split 2 header 33554433 expect-closed
}

@test "core: small requests around a huge one are answered in order" {
  why 3 "a reply is lost, cut or overtaken when a big one does not go out in one write(); or the
  request behind it stays in the input buffer, where poll() does not see it"
  start_server
  talk repeat 5 { prepare hello%i } \
    join { ask hello1 ask hello2 ask hello3 ask-sized "$LIMIT" ask hello5 } \
    answer hello1 answer hello2 answer hello3 answer-sized "$LIMIT" answer hello5
}

@test "core: the client sends all its requests, and prints each reply" {
  [ "$DIALECT" = echo ] || skip "later clients send one request"
  why 2 "the client waits for a reply before it sends the next request, or does not read all"
  start_server
  client
  says_in_order hello1 hello2 hello3 zzzz hello5
}

@test "core: the client prints exactly: len:<length> data:<100 bytes>" {
  [ "$DIALECT" = echo ] || skip "later clients have their own words"
  why 2 "the text, or the number of bytes that are shown of a long message"
  fake_server each-request { echo }
  client
  fake_finish
  equal "what the client prints" "len:6 data:hello1
len:6 data:hello2
len:6 data:hello3
len:33554432 data:$(printf 'z%.0s' {1..100})
len:6 data:hello5" "$output"
}

# ---- replies that do not fit into the socket ----

@test "core: a reply that is larger than the socket's buffers reaches a slow reader whole" {
  why 3 "write() took only a part: the rest must stay in the buffer until the socket is writable
  (a partial write lost), and EAGAIN means \"later\" (closing on it cuts the reply)"
  start_server
  talk prepare-fat $((24 * MIB)) rcvbuf 65536 @slow reading off ask-fat $((24 * MIB)) \
    pause 200 answer-fat $((24 * MIB))
}

@test "core: replies of all sizes keep their order for a slow reader" {
  why 3 "a later reply was written while an earlier one was still waiting in the buffer"
  start_server
  talk repeat 5 { prepare r%i } prepare-fat $((4 * MIB)) rcvbuf 65536 @slow \
    join { ask r1 ask r2 ask-fat $((4 * MIB)) ask r3 ask r4 ask-fat $((4 * MIB)) ask r5 } \
    answer r1 answer r2 answer-fat $((4 * MIB)) answer r3 answer r4 \
    answer-fat $((4 * MIB)) answer r5
}

@test "core: requests that wait behind a full output are answered without new bytes" {
  why 4 "when the output had no room, complete requests stayed in the input buffer. poll() reports
  new bytes only: after the output has drained, look at the input buffer again"
  start_server
  talk repeat 300 { prepare r%i } prepare-fat $((4 * MIB)) rcvbuf 65536 @slow \
    reading off join { ask-fat $((4 * MIB)) repeat 300 { ask r%i } } pause 200 \
    answer-fat $((4 * MIB)) repeat 300 { answer r%i }
}

@test "core: a request behind a big reply is answered, also if the socket takes that at once" {
  why 4 "the request waited, for there was no room in the output; then the output was empty, so that
  nothing was left to wait for: look at the input buffer again"
  start_server
  # the first of them makes the system grow the socket's buffers
  local words=() size
  for size in 100000 300000 700000; do
    words+=(prepare-fat "$size" repeat 8 "{" join "{" ask-fat "$size" ask x "}" answer-fat "$size" answer x "}")
  done
  talk prepare x prepare-fat $((4 * MIB)) ask-fat $((4 * MIB)) answer-fat $((4 * MIB)) "${words[@]}"
}

@test "core: hundreds of big replies all come, though the client reads late" {
  why 4 "complete requests stayed in the input buffer when the output had no room"
  start_server
  talk prepare-fat 20000 @slow reading off join { repeat 200 { ask-fat 20000 } } \
    pause 200 repeat 200 { answer-fat 20000 } expect-silence 50
}

@test "core: requests, and the end of them, that come while replies wait lose no reply" {
  why 3 "while a reply waited for a full socket, EAGAIN was taken for an error, or EOF for \"the
  client has gone\""
  start_server
  # What the sockets hold is up to the system: some of these amounts are a little more than that.
  local n
  for ((n = 1; n <= 45; n++)); do
    talk_says prepare x prepare-fat 100000 @slow reading off join { repeat $n { ask-fat 100000 } } \
      pause 4 ask x pause 2 ask x half-close pause 2 \
      repeat $n { answer-fat 100000 } answer x answer x expect-eof
    case $errors in
    *'nobody takes the bytes'*) return ;; # and these are as much as they hold both ways
    ?*) fail "the client asked for $n replies of 100,000 bytes and read late:" "$errors" ;;
    esac
  done
}

@test "core: a client that shuts down its sending side still gets every reply" {
  why 3 "EOF on reading was taken for \"the client has gone\". It says only that no more
  requests come: what is owed must still go out"
  start_server
  talk repeat 20 { prepare r%i } join { repeat 20 { ask r%i } } half-close \
    repeat 20 { answer r%i } expect-eof
  talk prepare last prepare-fat $((8 * MIB)) rcvbuf 65536 @slow reading off \
    join { ask-fat $((8 * MIB)) ask last } half-close pause 200 \
    answer-fat $((8 * MIB)) answer last expect-eof
}

# ---- many clients ----

@test "core: a new client finds nothing of the request that another one left half-sent" {
  why 8 "a connection's buffers, kept by its descriptor, are not emptied for the next one that has it"
  start_server
  talk prepare x repeat 5 { @half%i all-but 2 ask x } repeat 5 { @half%i close } pause 50 \
    repeat 5 { @new%i ask x } repeat 5 { @new%i answer x expect-silence 10 }
}

@test "core: silent clients delay nobody" {
  why 7 "accept() or read() waits: a listening or a connection socket is not non-blocking,
  or the program waits for one client at a time"
  start_server
  talk @silent1 open @silent2 open @other clock ask x answer x expect-within 1000
}

@test "core: clients in the middle of a message delay nobody" {
  why 7 "the server waits for the rest of a message: a loop like read_full() has no place here"
  start_server
  talk @header send-hex 0500 @body send-hex '05000000 6162' \
    @other clock ask x answer x ask x answer x expect-within 1000
}

@test "core: a client that does not read its reply delays nobody" {
  why 7 "write() waits: the socket is not non-blocking, or a loop like write_all() goes on
  until all is gone"
  start_server
  talk prepare-fat 32000000 rcvbuf 65536 @slow reading off ask-fat 32000000 begins pause 100 \
    rcvbuf 0 @other clock ask x answer x ask x answer x expect-within 1000 @slow answer-fat 32000000
}

@test "core: a client that asks for more and more, and does not read, delays nobody" {
  why 7 "EAGAIN and EINTR are mixed up: EINTR means once more, EAGAIN that the socket is full, and
  trying again before poll() says so is a loop for as long as the client likes"
  start_server
  local most=10000 # bytes of short requests
  [ "$DIALECT" != echo ] || most=$((16 * MIB))
  talk prepare x prepare-fat 16000 rcvbuf 65536 \
    @slow reading off press "$most" 300 { ask-fat 16000 } \
    rcvbuf 0 @other clock ask x answer x ask x answer x expect-within 1000 \
    @slow repeat %n { answer-fat 16000 }
}

@test "core: a socket that is not ready after all is tried again later" {
  why 1 "EAGAIN is taken for an error. Though poll() has called a socket ready, read() and write() may say
  that they would have to wait"
  needs_preload
  start_server "$PRELOAD:$TOOLS/line_preload.so" AGAIN=1
  talk prepare x prepare-fat 20000 @a join { repeat 20 { ask x } ask-fat 20000 ask x } \
    repeat 20 { answer x } answer-fat 20000 answer x @b ask b answer b @a ask last answer last
}

@test "core: fifty clients whose bytes come in turns are all answered" {
  why 7 "the state of a half-received message is not kept for each connection of its own"
  start_server
  local words=() byte
  for byte in $(bytes_of_question); do
    words+=(repeat 50 { @t%i send-hex "$byte" } pause 2)
  done
  talk "${words[@]}" repeat 50 { @t%i answer abc }
}

@test "core: more than a thousand clients at the same time are all served" {
  why 7 "connections are kept in a table of fixed size, or only so many fit into a select()"
  local most=1100 hard
  hard=$(ulimit -Hn)
  if [ "$hard" != unlimited ] && [ "$hard" -lt 1200 ]; then
    most=$((hard - 100))
  fi
  NOFILE=$((most + 100)) start_server
  talk repeat $most { @c%i open } repeat $most { @c%i ask x } repeat $most { @c%i answer x }
}

@test "core: every connection's descriptor comes back" {
  why 8 "a connection that ended is not closed: descriptors run out"
  NOFILE=64 start_server
  talk repeat 100 { \
    @idle open close \
    @header send-hex 0500 close \
    @body send-hex 0500000061 close \
    @long header 33554433 expect-closed close \
    @gone open rst \
    @good ask x answer x close }
}

@test "core: a message that ends early gets no reply, and its connection is closed" {
  why 8 "EOF was not noticed, or a half message was answered"
  start_server
  talk prepare x send-hex 0500 half-close expect-closed
  talk send-hex '05000000 6162' half-close expect-closed
  talk join { ask x send-hex '05000000 61' } half-close answer x expect-closed
}

@test "core: the log tells who came, and how each connection ended" {
  why 8 "the chapter's words: new client from IP:PORT, client closed, unexpected EOF, too long"
  start_server
  talk ask x answer x close
  log_has 'new client|accept|connect'
  log_has 'closed|gone|left|EOF|disconnect'
  talk send-hex '05000000 61' close
  log_has 'unexpected|EOF|early|incomplete|half'
  talk header 33554433 expect-closed
  log_has 'too (long|large|big)|limit|exceed'
}

# ---- waiting costs nothing ----

@test "core: with idle clients connected the server sleeps" {
  needs_proc
  why 5 "poll() is asked for POLLOUT though nothing is to be written, or has a timeout of 0"
  start_server
  talk_start @a open @b ask x answer x @c send-hex 0500 @d half-close hold
  sleeps
  talk_finish
}

@test "core: while a client does not read its reply the server sleeps" {
  needs_proc
  why 5 "poll() is asked for POLLIN though nothing will be read while the output is full, or
  write() is tried again and again without waiting for POLLOUT"
  start_server
  talk_start prepare-fat $((8 * MIB)) rcvbuf 65536 \
    @more reading off join { ask-fat $((8 * MIB)) ask x } pause 100 ask x ask x \
    @last reading off ask-fat $((8 * MIB)) half-close hold \
    @more answer-fat $((8 * MIB)) repeat 3 { answer x } \
    @last answer-fat $((8 * MIB)) expect-eof
  sleeps
  talk_finish
}

@test "core: when a big reply is gone the server sleeps again" {
  needs_proc
  why 5 "POLLOUT is never cleared: a socket is nearly always writable"
  start_server
  talk_start prepare-fat $((8 * MIB)) rcvbuf 65536 @slow reading off ask-fat $((8 * MIB)) begins \
    answer-fat $((8 * MIB)) hold
  sleeps
  talk_finish
}

# ---- where the book's own code falls down ----

@test "hardening: a new client finds nothing of the reply that another one did not read" {
  why 8 "a connection's buffers, kept by its descriptor, are not emptied for the next one that has it:
  a stale half reply comes before the first reply"
  start_server
  talk prepare x prepare-fat $((8 * MIB)) close repeat 3 { \
    rcvbuf 65536 @gone reading off ask-fat $((8 * MIB)) begins close pause 50 \
    rcvbuf 0 @new ask x answer x expect-silence 10 close }
}

@test "hardening: a client that hangs up before its reply does not end the server" {
  why 8 "SIGPIPE: writing to a connection that its client has closed kills, unless ignored"
  NOFILE=64 start_server
  talk prepare-fat $((2 * MIB)) repeat 40 { @gone ask-fat $((2 * MIB)) close }
  talk ask x answer x
}

@test "hardening: a client that resets in mid-reply does not end the server" {
  why 8 "ECONNRESET or EPIPE from read() or write() ends more than that connection"
  NOFILE=64 start_server
  talk prepare-fat $((2 * MIB)) repeat 20 { \
    @unread reading off ask-fat $((2 * MIB)) rst \
    @half ask-fat $((2 * MIB)) skip 100000 rst \
    @asking send-hex 0500 rst }
  talk ask x answer x
}

@test "hardening: the memory of clients that have disconnected comes back" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 8 "the buffers of a closed connection are not freed"
  start_server
  local base grown
  base=$(peak_kib)
  talk prepare-fat $((8 * MIB)) repeat 25 { \
    @gone reading off ask-fat $((8 * MIB)) close @next ask x answer x pause 10 }
  grown=$(($(peak_kib) - base))
  [ "$grown" -lt $((96 * 1024)) ] ||
    fail "25 clients left 8 MiB each behind, and the server grew by $grown KiB"
}

@test "hardening: output for a client that does not read is bounded" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 6 "requests are answered into memory without end. Past some limit of unsent output,
  answer no more and read no more from that client until it has drained"
  start_server
  local base grown block=1
  [ "$DIALECT" = echo ] || block=1000
  base=$(peak_kib)
  talk_start prepare-fat 65536 @slow reading off \
    flood $((64 * MIB)) 300 { repeat $block { ask-fat 65536 } } hold
  talk ask x answer x
  grown=$(($(peak_kib) - base))
  [ "$grown" -lt $((48 * 1024)) ] ||
    fail "for one client that does not read the server grew by $grown KiB"
  sleeps
}

@test "hardening: replies to what came before a refused header are sent" {
  why 8 "the connection was closed with replies still in the buffer"
  start_server
  talk prepare x prepare-fat $((4 * MIB)) rcvbuf 65536 \
    @small join { ask x header 33554433 } answer x expect-eof \
    @slow reading off join { ask x ask-fat $((4 * MIB)) header 33554433 } pause 200 \
    answer x answer-fat $((4 * MIB)) expect-closed
}

@test "hardening: without free descriptors the server sleeps, serves on, and lets the rest wait" {
  needs_proc
  why 10 "accept() fails with EMFILE and the listener stays readable: poll() returns at once, for
  ever. Leave the listener alone for a moment, and try again"
  NOFILE=24 start_server
  talk_start repeat 30 { @early%i ask x } repeat 10 { @late%i ask x } \
    @early1 answer x @early2 answer x hold \
    @early1 ask y answer y repeat 30 { @early%i close } repeat 10 { @late%i answer x }
  sleeps
  local lines
  lines=$(wc -l <"$SERVER_ERR")
  [ "$lines" -lt 200 ] || fail "it wrote $lines lines to its log in the meantime"
  talk_finish
}

@test "hardening: interrupted and short calls lose nothing" {
  needs_preload
  why 1 "EINTR is taken for an error, or a write() that took a part for one that took all"
  start_server "$PRELOAD"
  talk prepare x prepare-fat 20000 join { repeat 20 { ask x } ask-fat 20000 ask x } \
    repeat 20 { answer x } answer-fat 20000 answer x \
    ask a answer a ask bc answer bc ask def answer def \
    @half send-hex 0500 close @other ask x answer x
}

@test "hardening: SIGTERM and SIGINT end the server with status 0, whatever goes on" {
  why ch07_kv 7 "no handler for the signal: the program dies of it (status 128 + its number)"
  local signal
  for signal in TERM INT; do
    start_server_counting_leaks
    talk_start @idle open @half send-hex 0500 @busy prepare-fat $((8 * MIB)) reading off \
      ask-fat $((8 * MIB)) hold
    stop_server "-$signal"
    equal "the exit status after SIG$signal" 0 "$SERVER_STATUS"
    talk_says @idle open
    kill "$TALK_PID"
  done
}

# ---- only ours ----

@test "extra: each echo is a line on stdout" {
  why 2 "client says: len:<length> data:<the first 100 bytes>"
  start_server
  if [ "$DIALECT" = echo ]; then
    talk frame hello expect-frame hello frame-of 99 y expect-frame-of 99 y \
      frame-of 150 z expect-frame-of 150 z
    stop_server
    contains "stdout" "client says: len:5 data:hello" "$(cat "$SERVER_OUT")"
    contains "stdout" "client says: len:99 data:$(printf 'y%.0s' {1..99})"$'\n' \
      "$(cat "$SERVER_OUT")"
    equal "the last line" "client says: len:150 data:$(printf 'z%.0s' {1..100})" \
      "$(tail -n 1 "$SERVER_OUT")"
  else
    talk ask x answer x
    stop_server
    equal "lines about requests from ch07 on" 0 "$(grep -c 'client says' "$SERVER_OUT")"
  fi
}

@test "extra: what a refused client still sends is not looked at" {
  why 8 "its first message is still there, and refused again with every byte that comes"
  start_server
  talk @bad header 33554433 expect-eof \
    repeat 5 { @bad send more @other ask x answer x } @bad close @other ask x answer x
  equal "lines in the log about a message that is too long" 1 "$(grep -c 'too long' "$SERVER_ERR")"
}

@test "extra: a small reply is not held back until the one before it is confirmed" {
  needs_preload options
  start_server "$PRELOAD"
  talk @one ask x answer x @two ask y answer y
  [ "$(grep -c '^TCP_NODELAY is set$' "$SERVER_ERR")" = 2 ] ||
    fail "TCP_NODELAY was not set on each of two connections"
}

@test "extra: without memory the server ends with a line on stderr and status 1" {
  why 9 "the result of malloc() is not checked"
  grep -qs 'mem_resize(void \*' "$SUT/mem.h" || skip "there is no such mem.h"
  unit_test mem_test mem.c
}

@test "extra: the buffer keeps its bytes, moves each a few times at most, and frees its memory" {
  why 9 "consuming from the front moves the rest, or the memory grows by a constant"
  grep -qs 'buf_extend(struct buf \*' "$SUT/buffer.h" || skip "there is no such buffer.h"
  unit_test buffer_test buffer.c mem.c
}
