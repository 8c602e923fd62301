# ch03_hello: sockets. A server that says "world" to every client, and its client. On later
# stages the same promises hold in their dialects.

# shellcheck disable=SC1083,SC2030,SC2031,SC2153
load helpers
accepts raw world echo status tlv

# Runs the client of the dialect. REPLY_WORD is the part of the reply that every form of output has.
greet() {
  case $DIALECT in
  raw | world) client && REPLY_WORD=world ;;
  echo) client && REPLY_WORD=hello1 ;;
  *) # each says in its own words that there is no such key
    client get nobody && REPLY_WORD=${output:-a word for no value}
    ;;
  esac
}

# ---- core ----

@test "core: a client that says hello is told world" {
  why 1 "accept(), then read(), then write() on the accepted socket, not on the listening one"
  start_server
  talk ask hello answer hello
}

@test "core: the reply is the 5 bytes world, and then the connection is closed" {
  [ "$DIALECT" = raw ] || skip "from ch04 on the connection stays open"
  why 4 "a terminating NUL or newline is sent too, or the connection is not closed"
  start_server
  talk send hello expect world expect-closed
}

@test "core: the client prints what the server says" {
  why 5 "what was read is not printed, or has no NUL behind it and so ends in garbage"
  start_server
  greet
  contains "the client's stdout" "$REPLY_WORD" "$output"
}

@test "core: the client prints exactly: server says: world" {
  case $DIALECT in raw | world) ;; *) skip "later clients have their own words" ;; esac
  why 5 "the text differs from the book's, or the reply's end is not where the text ends"
  start_server
  greet
  equal "the client's first line on stdout" 'server says: world' "${output%%$'\n'*}"
}

@test "core: the client's exit status is 0 after a reply" {
  why 5 "main() does not return 0 at its end"
  start_server
  greet
  equal "the client's status (stderr: $errors)" 0 "$status"
}

@test "core: the client's exit status is not 0 without a server" {
  why 5 "the result of connect() is not checked"
  start_server
  stop_server
  greet
  [ "$status" -ne 0 ] || fail "no server listened, and the client's status was 0" "stdout: $output"
}

@test "core: the server logs what the client says, without garbage" {
  case $DIALECT in raw | world) ;; *) skip "later stages do not log requests" ;; esac
  why 1 "the text that was read is not printed; or read() fills all of the buffer, and no NUL ends
  the text (read sizeof buffer - 1)"
  start_server
  talk ask hello answer hello
  log_has 'hello'
  [ "$DIALECT" = raw ] || return 0 # only ch03 cuts messages to its buffer
  talk fill 64 x pause 20 close ask hello answer hello
  log_has 'x{20,64}[[:punct:]]*$'
}

@test "core: clients are served one after another" {
  why 1 "the server serves one connection and ends, or does not come back to accept()"
  start_server
  talk repeat 50 { ask hello answer hello close }
}

@test "core: a client that leaves without a word does not end the server" {
  why 1 "a read() that returns 0 (end of file) is taken for a failure of the server"
  start_server
  talk repeat 5 { open close } ask hello answer hello
}

@test "core: a client that is silent and then leaves does not end the server" {
  why 1 "a read() that returns 0 (end of file) is taken for a failure of the server"
  start_server
  talk @silent pause 50 close @next ask hello answer hello
}

@test "core: a client that resets its connection does not end the server" {
  why 1 "a read() that fails with ECONNRESET is taken for a failure of the server"
  start_server
  talk repeat 5 { open pause 10 rst } ask hello answer hello
}

@test "core: a client that says more than fits does not end the server" {
  why 1 "read() is allowed more bytes than the buffer has (leave room for a NUL, too)"
  start_server
  case $DIALECT in
  raw) talk repeat 3 { fill 5000 x half-close pause 20 close } ask hello answer hello ;;
  *) talk ask-sized 4096 answer-sized 4096 ask hello answer hello ;;
  esac
}

@test "core: two thousand short connections leave no descriptor behind" {
  why 4 "an accepted socket is not closed, perhaps only after an error or an early end"
  NOFILE=50 start_server
  talk repeat "$(large 2000)" { ask hello answer hello close }
}

@test "core: connections that end badly leave no descriptor behind" {
  why 4 "an accepted socket is not closed after read() failed or returned 0"
  NOFILE=50 start_server
  talk repeat 200 { open close open rst ask hello answer hello close }
}

@test "core: a server can be started again at once on the same port" {
  why 3 "SO_REUSEADDR is not set (before bind): bind fails while old connections are in TIME_WAIT"
  start_server
  talk_start @a ask hello answer hello hold
  stop_server
  talk_finish
  start_server PORT="$SERVER_PORT" STRICT_BIND=1
  talk ask hello answer hello
}

# ---- hardening ----

@test "hardening: the first line on stdout says where the server listens, and is true" {
  why 2 "the line is not flushed (a pipe or file is block-buffered), or printed before listen()"
  BUFFERED=1 PORT_MODE=zero start_server
  talk ask hello answer hello
  [[ $(cat "$SERVER_OUT") =~ ^'listening on 127.0.0.1:'[0-9]+($|$'\n') ]] ||
    fail "expected as the first line: listening on 127.0.0.1:<port>" "got: $(cat "$SERVER_OUT")"
}

@test "hardening: PORT chooses the port" {
  why 2 "the variable PORT is not read, or the number lacks htons()"
  local port
  port=$(free_port)
  PORT_MODE=zero start_server PORT="$port"
  equal "the port in the first line" "$port" "$SERVER_PORT"
  talk ask hello answer hello
}

@test "hardening: without PORT the server listens on 1234, and the client goes there" {
  why 2 "the default is another port than the book's"
  lock_port 1234
  if quiet_talk --timeout 1000 1234 open; then
    unlock_port
    skip "somebody else listens on port 1234"
  fi
  unset PORT
  SERVER_PORT=1234
  spawn_server
  eventually 5 accepts_now 1234
  alive "$SERVER_PID" || fail "the server ended instead of listening on port 1234"
  CLIENT_ENV=-uPORT greet
  contains "the client's stdout" "$REPLY_WORD" "$output"
}

@test "hardening: a malformed PORT is refused by the server with status 2" {
  why 3 "atoi() takes any text; strtol() tells where the number ends; then comes the range"
  local bad
  for bad in '' abc 70000 65536 -1 12x 99999999999999999999 1.5; do
    run_server PORT="$bad"
    equal "the server's status with PORT='$bad'" 2 "$status"
    equal "its stdout" "" "$output"
    contains "its message on stderr" PORT "$errors"
  done
}

@test "hardening: a malformed PORT is refused by the client with status 2" {
  why 3 "atoi() takes any text; strtol() tells where the number ends; then comes the range"
  local bad
  for bad in '' abc 70000 65536 -1 12x 0; do
    CLIENT_ENV="PORT=$bad" client get k
    equal "the client's status with PORT='$bad'" 2 "$status"
    equal "its stdout" "" "$output"
    contains "its message on stderr" PORT "$errors"
  done
}

@test "hardening: a port that is in use is an error message and status 1" {
  why 3 "the result of bind() is not checked, or the failure ends in abort()"
  start_server
  run_server PORT="$SERVER_PORT" LC_ALL=C
  equal "the second server's status" 1 "$status"
  equal "its stdout" "" "$output"
  [[ $errors == "server: bind: Address "*"in use" ]] || # musl leaves out "already"
    fail "expected on its stderr: server: bind: Address already in use" "got: $errors"
}

@test "hardening: a client without a server says so and exits 1" {
  why 5 "the result of connect() is not checked, or the failure ends in abort()"
  start_server
  stop_server
  CLIENT_ENV=LC_ALL=C greet
  equal "the client's status" 1 "$status"
  equal "its stderr" "client: connect: Connection refused" "$errors"
}

@test "hardening: a server that closes without a reply is status 1 for the client" {
  why 5 "a read() that returns 0 is printed as if it were a reply"
  fake_server open skip 5 half-close drain
  greet
  equal "the client's status" 1 "$status"
  equal "its stdout" "" "$output"
  [ -n "$errors" ] || fail "the client does not say what went wrong"
  fake_finish
}

@test "hardening: a server that says more than fits does not crash the client" {
  [ "$DIALECT" = raw ] || skip "from ch04 on a reply tells its length"
  why 5 "read() is allowed more bytes than the buffer has (leave room for a NUL, too)"
  fake_server open skip 5 fill 200 x half-close drain
  greet
  equal "the client's status" 0 "$status"
  contains "its stdout" 'server says: xxx' "$output"
  fake_finish
}

@test "hardening: a server that resets the connection is status 1 for the client" {
  why 5 "the result of read() or write() is not checked, or SIGPIPE ends the client"
  fake_server open skip 1 rst
  greet
  equal "the client's status" 1 "$status"
  equal "its stdout" "" "$output"
  fake_finish
}

@test "hardening: a client that cannot print the reply says so and exits 1" {
  why 5 "stdout is buffered: what printf() could not write shows only when the buffer is flushed, at
  the latest at exit(), where nobody looks any more"
  [ -w /dev/full ] || skip "there is no /dev/full here"
  start_server
  CLIENT_TO=/dev/full greet
  equal "the status of ./client >/dev/full" 1 "$status"
  [ -n "$errors" ] || fail "the client does not say what went wrong"
}

@test "hardening: a client that is gone before its reply does not end the server" {
  why 1 "write() to a closed connection raises SIGPIPE, which kills: ignore it"
  start_server
  # While @first keeps a blocking server busy, the others leave for good.
  talk @first open \
    repeat 5 { @gone%i ask hello half-close rst } \
    @first ask hello answer hello close \
    @last ask hello answer hello
}

@test "hardening: the server listens on the loopback address only" {
  why 2 "bound to INADDR_ANY the server is open to everyone on the network"
  [ "$(uname)" = Linux ] || skip "only Linux has 127.0.0.2 without set-up"
  start_server
  talk ask hello answer hello
  TALK_ADDRESS=127.0.0.2 talk expect-refused ||
    fail "a server on 127.0.0.1 cannot be reached at 127.0.0.2; the wildcard 0.0.0.0 can"
}

# ---- extra ----

@test "extra: failures at start-up are one line on stderr that names the call" {
  why 3 "the message lacks the program, the call or the reason"
  start_server
  run_server PORT="$SERVER_PORT"
  equal "the number of lines on stderr" 1 "$(printf '%s\n' "$errors" | wc -l | tr -d ' ')"
  [[ $errors == 'server: bind: '?* ]] || fail "expected: server: bind: <reason>" "got: $errors"
}

@test "extra: an end without a reply does not count as a failed call, and the client says so" {
  why 5 "read() returns 0 at the end: errno then says nothing about it"
  [ "$DIALECT" = raw ] || skip "later clients have their own words for it"
  fake_server open skip 5 half-close drain
  greet
  equal "its stderr" "client: the server closed without a reply" "$errors"
  fake_finish
}
