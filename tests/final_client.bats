#!/usr/bin/env bats
# final_client: our client: options, both protocols, requests from arguments and from lines.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# lines TEXT ARG...: the client with these lines on stdin; sets status, output, errors.
lines() {
  local text=$1
  shift
  status=0
  printf '%s' "$text" | "$TOOLS/launch" -t 10 "$SUT/client" -p "$SERVER_PORT" "$@" \
    >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- 4>&- || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/out")
  errors=$(cat "$BATS_TEST_TMPDIR/err")
}

# prints EXPECTED STATUS ARG...
prints() {
  local expected=$1 want=$2
  shift 2
  client "$@"
  equal "what the client prints for: $*" "$expected" "$output"
  equal "the exit status of: $*" "$want" "$status"
}

# types WORD...: the client at a terminal, and the words of typist; sets status and output.
types() {
  run "$TOOLS/launch" -t 20 "$TOOLS/typist" "$@" -- "$SUT/client" -p "$SERVER_PORT" --resp
  [ "$status" -ne 9 ] || fail "at the terminal:" "$output"
}

@test "core: binary replies are printed as in the chapters" {
  why 1 "the client of final is not the one of the book any more"
  start_server
  prints '(nil)' 0 set k v
  prints '(str) v' 0 get k
  prints '(int) 1' 0 zadd z 1.5 m
  prints '(dbl) 1.5' 0 zscore z m
  prints $'(arr) len=2\n(str) m\n(dbl) 1.5\n(arr) end' 0 zquery z 0 '' 0 10
  prints '(err) 1 unknown command.' 1 nonsense
  prints '(err) 3 expect zset' 1 zadd k 1 m
}

@test "core: replies in several parts are whole on the binary protocol, too" {
  why 4 "a list that is made apart loses its values, or has a header too many"
  start_server
  client set k v
  prints $'(arr) len=2\n(str) timeout\n(str) 0\n(arr) end' 0 config get timeout
  prints $'(arr) len=2\n(str) 0\n(arr) len=1\n(str) k\n(arr) end\n(arr) end' 0 scan 0
}

@test "core: replies of RESP, plain and for people" {
  why 4 "what a program reads and what a person reads are confused"
  start_server
  prints OK 0 --resp set k 'two words'
  prints 'two words' 0 --resp get k
  prints '"two words"' 0 --resp --pretty get k
  prints '(nil)' 0 --resp --pretty get none
  prints '(integer) 2' 0 --resp --pretty zadd z 1 a 2 b
  prints $'1) "a"\n2) "b"' 0 --resp --pretty zrange z 0 -1
  prints '(empty array)' 0 --resp --pretty zrange none 0 -1
  prints '(error) ERR value is not an integer or out of range' 1 --resp --pretty incr k
  lines 'echo "a\x00\r\n\"\\"' --resp --pretty
  equal "a string for people" '"a\x00\r\n\"\\"' "$output"
}

@test "core: the client speaks RESP3 after hello 3, to its end" {
  why 4 "a set is a reply that the client does not know, and it stops"
  start_server
  lines $'hello 3\ncommand info get\nzadd z 1.5 a\nzscore z a\nget none\nclient info\nping\n' --resp
  equal "the exit status" 0 "$status"
  contains "the map of hello" $'proto\n3\nid\n' "$output"
  contains "the set of flags" $'\nget\n2\nreadonly\nfast\n1\n' "$output"
  contains "double, null and text" $'\n1\n1.5\n\nid=' "$output"
  equal "the last reply" PONG "${output##*$'\n'}"
}

# answers REPLY PLAIN PRETTY [STATUS]: what is printed for a reply, without and with --pretty
answers() {
  fake_server skip 10 send "$1" half-close drain
  prints "$2" "${4:-0}" --resp get k
  fake_finish
  fake_server skip 10 send "$1" half-close drain
  prints "$3" "${4:-0}" --resp --pretty get k
  fake_finish
}

@test "core: every type of RESP3 is printed, plain and for people" {
  why 4 "a type of RESP3 ends the client, or is printed as another one"
  answers '_\r\n' '' '(nil)'
  answers '#t\r\n' true '(true)'
  answers '#f\r\n' false '(false)'
  answers ',1.5\r\n' 1.5 '(double) 1.5'
  answers ',-inf\r\n' -inf '(double) -inf'
  answers '(3492890328409238509324850943850943825024385\r\n' \
    3492890328409238509324850943850943825024385 \
    '(big number) 3492890328409238509324850943850943825024385'
  answers '=9\r\ntxt:a "b"\r\n' 'a "b"' 'a "b"'
  answers '!8\r\nERR a\r\nb\r\n' $'ERR a\r\nb' $'(error) ERR a\r\nb' 1
  answers '~2\r\n:1\r\n$1\r\na\r\n' $'1\na' $'1~ (integer) 1\n2~ "a"'
  answers '~0\r\n' '' '(empty set)'
  answers '%1\r\n+a\r\n*2\r\n:1\r\n~1\r\n#t\r\n' $'a\n1\ntrue' \
    $'1) a\n2) 1) (integer) 1\n   2) 1~ (true)'
  answers '>2\r\n+message\r\n:1\r\n>1\r\n+again\r\n+the reply\r\n' \
    $'message\n1\nagain\nthe reply' $'1) message\n2) (integer) 1\n1) again\nthe reply'
  answers '*2\r\n|1\r\n+ttl\r\n:5\r\n$1\r\na\r\n-ERR no\r\n' $'ttl\n5\na\nERR no' \
    $'1) 1) ttl\n   2) (integer) 5\n   "a"\n2) (error) ERR no'
}

@test "core: where the server is: -h, -p and -s; PORT where no -p is" {
  why 14 "an option is ignored"
  final_server --unixsocket "$BATS_TEST_TMPDIR/s.sock"
  prints PONG 0 --resp -h 127.0.0.1 -p "$SERVER_PORT" ping
  CLIENT_PORT=1 prints PONG 0 --resp -p "$SERVER_PORT" ping
  CLIENT_PORT=1 prints PONG 0 --resp -s "$BATS_TEST_TMPDIR/s.sock" ping
  (cd "$BATS_TEST_TMPDIR" && CLIENT_PORT=1 prints PONG 0 --resp -s s.sock ping)
  prints PONG 0 --resp ping
  CLIENT_PORT=1 client ping
  equal "the exit status without a server" 1 "$status"
  contains "stderr" "connect" "$errors"
}

@test "core: -a says the password first, in both protocols" {
  why 11 "the password is said after the request, or only in one protocol"
  final_server --requirepass secret
  no_last_question
  prints PONG 0 --resp -a secret ping
  prints '(nil)' 0 -a secret get k
  client --resp -a wrong ping
  equal "the exit status with a wrong password" 1 "$status"
  contains "stderr" "password" "$errors"
}

@test "core: requests from lines, with quotes, replies one after the other" {
  why 2 "the client splits lines in another way than the server"
  start_server
  lines $'set k "two words"\n\nget k\n  incr n\nget "k" \n' --resp
  equal "the replies" $'OK\ntwo words\n1\ntwo words' "$output"
  equal "the exit status" 0 "$status"
  lines $'set k "a\\x00b"\nstrlen k\nget k' --resp --pretty
  equal "the replies" $'OK\n(integer) 3\n"a\\x00b"' "$output"
  lines $'get k' # a last line without an end
  contains "the binary reply" "(str) a" "$output"
}

@test "core: an error among the lines is told, and the next line is sent" {
  why 3 "the first error ends the client, or the status does not tell of it"
  start_server
  lines $'nonsense\nset k v\nget "unbalanced\nget k\n' --resp
  contains "the replies" "ERR unknown command" "$output$errors"
  contains "the replies" $'\nv' "$output"
  equal "the exit status after a good last line" 1 "$status"
  lines $'set k v\nget k\n' --resp
  equal "the exit status after good lines" 0 "$status"
  lines $'get "unbalanced\n' --resp
  equal "the exit status after a line that is no request" 1 "$status"
  lines $'set k v\nnonsense\n' --resp
  equal "the exit status after a bad last line" 1 "$status"
}

@test "core: at a terminal there is a prompt, and the keys do what they say" {
  why 2 "a key is taken as a letter, or the wrong line is had again"
  start_server
  local up=$'\e[A' down=$'\e[B' right=$'\e[C' rub=$'\x7f' clear=$'\x15' end=$'\x04' enter=$'\r'
  types see '> ' type "set k 'a b'$enter" see OK see '> ' type "get kx$rub$enter" see '"a b"' see '> ' \
    type "$up" see '> get k' type "$up$up" see "> set k 'a b'" type "$down" see '> get k' type "$enter" \
    see '"a b"' see '> ' type "$up$down" see $'\e[K> ' type "nonsense$clear" type "pi${right}ng$enter" \
    see PONG see '> ' type "help$enter" see quotes see '> ' type "$end"
  equal "the exit status after the end of input" 0 "$status"
}

@test "core: the terminal is left as it was" {
  why 2 "the shell after the client gets keys in place of lines, and does not show them"
  start_server
  run "$TOOLS/launch" -t 20 "$TOOLS/typist" see '> ' type $'ping\r' see PONG see '> ' type $'\x04' \
    see ' icanon' see ' echo ' -- sh -c '"$0" -p "$1" --resp; stty -a' "$SUT/client" "$SERVER_PORT"
  equal "the exit status" 0 "$status"
}

@test "core: at a terminal an error reply is told, and so is a server that has gone" {
  why 2 "the prompt goes on without a connection, or ends at the first error"
  start_server
  types see '> ' type $'"\r' see 'quote does not end' see '> ' type $'nonsense\r' see "(error) ERR unknown command 'nonsense'" see '> ' \
    type $'shutdown\r' see '> ' type $'ping\r'
  equal "the exit status without a server" 1 "$status"
  wait "$SERVER_JOB" || fail "the server ended with status $?"
  SERVER_PID=
}

@test "core: at a terminal, who is hung up on goes on with a new connection; quit ends it" {
  why 2 "the prompt ends with an error, because the server has closed an idle connection"
  final_server --requirepass x
  local other="'$SUT/client' -p $SERVER_PORT -a x --resp" hang_up
  hang_up="$other client kill id \$($other client list | sed -n 's/^id=\([0-9]*\) .*name=me .*/\1/p') | grep -qx 1"
  run "$TOOLS/launch" -t 20 "$TOOLS/typist" see '> ' type $'client setname me\r' see OK see '> ' \
    run "$hang_up && $other ping" type $'echo hello\r' see 'new connection' see '"hello"' see '> ' \
    type $'echo again\r' see '> echo again' see '"again"' see '> ' type $'quit\r' \
    -- "$SUT/client" -p "$SERVER_PORT" -a x --resp
  [ "$status" -eq 0 ] || fail "at the terminal:" "$output"
}

@test "core: -x takes the last argument from stdin, any bytes" {
  why 2 "bytes are lost at a NUL or a line end"
  start_server
  head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/bytes"
  "$SUT/client" -p "$SERVER_PORT" --resp -x set k <"$BATS_TEST_TMPDIR/bytes"
  prints 300000 0 --resp strlen k
  "$SUT/client" -p "$SERVER_PORT" --resp get k | head -c 300000 |
    cmp - "$BATS_TEST_TMPDIR/bytes"
}

@test "core: --repeat sends a request so often" {
  why 4 "it is sent once, or the replies are not those of one connection"
  start_server
  prints $'1\n2\n3' 0 --resp --repeat 3 incr n
  prints '(int) 8' 0 incrby n 5
}

@test "core: --latency measures and shows numbers" {
  why 9 "nothing is measured, or it does not end after its N times"
  start_server
  client --latency --repeat 5
  equal "the exit status" 0 "$status"
  [[ $output =~ [0-9] ]] || fail "no number in: $output"
  stop_server
  final_server --requirepass secret
  no_last_question
  client --latency --repeat 5
  equal "the exit status where PING is refused" 1 "$status"
}

@test "core: what cannot be sent or shown whole is an error, status 1" {
  why 3 "half a line is sent as a request, or the reply is lost and nobody told"
  start_server
  lines "set k $(printf '%01500000d' 0)"$'\nget k\n' --resp
  equal "the exit status after a line that is too long" 1 "$status"
  contains "stderr" "too long" "$errors"
  status=0
  printf 'set nul a\0b\n' | "$TOOLS/launch" -t 10 "$SUT/client" -p "$SERVER_PORT" --resp \
    >/dev/null 2>&1 3>&- 4>&- || status=$?
  equal "the exit status after a line with a NUL in it" 1 "$status"
  lines "" --resp
  equal "the exit status without a line" 0 "$status"
  client -s "/tmp/$(printf '%0120d' 0)" ping
  equal "the exit status with too long a path" 1 "$status"
  printf '> exists k\n0\n' | dialogue
  [ -c /dev/full ] || skip "there is no /dev/full here"
  status=0
  "$TOOLS/launch" -t 10 "$SUT/client" -p "$SERVER_PORT" --resp ping >/dev/full \
    2>"$BATS_TEST_TMPDIR/err" 3>&- 4>&- || status=$?
  equal "the exit status where the reply cannot be shown" 1 "$status"
}

@test "core: SHUTDOWN on the binary protocol is answered before the end" {
  why 4 "a reply without a value is a bad response"
  start_server
  prints "(nil)" 0 shutdown
  wait "$SERVER_JOB" || fail "the server ended with status $?"
  SERVER_PID=
}

@test "core: SHUTDOWN by --resp is answered by the end, which is no error" {
  why 4 "a request that did what it was to do is reported as failed"
  start_server
  client --resp ShutDown now please
  equal "the exit status of one that is refused" 1 "$status"
  client --resp ShutDown
  equal "the exit status" 0 "$status"
  equal "what was printed" "" "$output"
  wait "$SERVER_JOB" || fail "the server ended with status $?"
  SERVER_PID=
}

@test "core: wrong use is one line on stderr, and status 2" {
  why 14 "an unknown option is sent as a request"
  local args
  for args in "--nonsense" "-p" "-p abc ping" "-p 70000 ping" "--repeat 0 ping" "--repeat x ping"; do
    status=0
    # shellcheck disable=SC2086 # several words
    errors=$("$TOOLS/launch" -t 10 "$SUT/client" $args 2>&1 >/dev/null </dev/null) || status=$?
    equal "the exit status of: client $args" 2 "$status"
    equal "the lines on stderr of: client $args" 1 "$(grep -c '' <<<"$errors")"
  done
  output=$("$SUT/client" --help)
  contains "--help" "--latency" "$output"
}

@test "core: a connection that ends in the middle of a reply is an error, status 1" {
  why 3 "half a reply is printed as if it were one"
  fake_server skip 10 send '$10\r\nhello' close
  client --resp get k
  equal "the exit status" 1 "$status"
  [ -n "$errors" ] || fail "nothing on stderr"
  fake_finish
  fake_server skip 10 send '*2\r\n$1\r\na\r\n?what\r\n' half-close drain
  client --resp get k
  equal "the exit status" 1 "$status"
  fake_finish
}

@test "hardening: a hostile server ends the client in good order" {
  why 3 "the client believes the lengths that the server names"
  local reply
  for reply in '*1000000000\r\n' '$-5\r\n' '$999999999999\r\nx' '*-7\r\n' '%5\r\n' \
    '\{300**1\r}\n' ':\r\n' '$1\r\nabc' '%-9223372036854775808\r\n' \
    '%9223372036854775807\r\n' '\r\n' '~-1\r\n' '|1\r\n+a\r\n' '\{999*>1\r}\n' '!x\r\n' \
    '|9223372036854775807\r\n' '>2\r\n+a\r\n+b\r\n' '!-1\r\n' '(\r\n' '#x\r\n'; do
    fake_server skip 10 send "$reply" half-close drain
    client --resp --pretty get k
    [ "$status" -lt 3 ] || fail "after the reply $reply the client's exit status is $status" \
      "$errors"
    fake_finish || true
  done
}
