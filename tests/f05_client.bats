#!/usr/bin/env bats
# f05_client: our client: options, both protocols, requests from arguments and from lines.

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

# types WORD...: the client at a terminal, and the words of typist; sets status and output.
types() {
  run "$TOOLS/launch" -t 20 "$TOOLS/typist" "$@" -- "$SUT/client" -p "$SERVER_PORT" --resp
  [ "$status" -ne 9 ] || fail "at the terminal:" "$output"
}

@test "core: binary replies are printed as in the chapters" {
  why 1 "the client of final is not the one of the book any more"
  ours "our client"
  start_server
  prints '(nil)' 0 set k v
  prints '(str) v' 0 get k
  prints '(int) 1' 0 zadd z 1.5 m
  prints '(dbl) 1.5' 0 zscore z m
  prints $'(arr) len=2\n(str) m\n(dbl) 1.5\n(arr) end' 0 zquery z 0 '' 0 10
  prints '(err) 1 unknown command.' 1 nonsense
  prints '(err) 3 expect zset' 1 zadd k 1 m
}

@test "core: replies of RESP, plain and for people" {
  why 3 "output for a program and output for a person are confused"
  ours "our client"
  start_server
  prints OK 0 --resp set k 'two words'
  prints 'two words' 0 --resp get k
  prints '"two words"' 0 --resp --pretty get k
  prints '(nil)' 0 --resp --pretty get none
  prints '(integer) 1' 0 --resp --pretty zadd z 1 a
  prints $'a\n1' 0 --resp zquery z 0 '' 0 10
  prints $'1) "a"\n2) "1"' 0 --resp --pretty zquery z 0 '' 0 10
  prints '(empty array)' 0 --resp --pretty zquery none 0 '' 0 10
  prints '(error) ERR value is not an integer or out of range' 1 --resp --pretty pexpire k x
  prints 'ERR value is not an integer or out of range' 1 --resp pexpire k x
  lines 'set k "a\x00\r\n\"\\"' --resp
  prints '"a\x00\r\n\"\\"' 0 --resp --pretty get k
}

@test "core: where the server is: -h, -p and -s; PORT where no -p is" {
  why - "an option is ignored"
  ours "our client"
  final_server --unixsocket "$SHARED/s.sock"
  client set k here
  prints here 0 --resp -h 127.0.0.1 -p "$SERVER_PORT" get k
  CLIENT_PORT=6 prints here 0 --resp -p "$SERVER_PORT" get k
  CLIENT_PORT=6 prints here 0 --resp -s "$SHARED/s.sock" get k
  (cd "$SHARED" && CLIENT_PORT=6 prints here 0 --resp -s s.sock get k)
  prints here 0 --resp get k
  CLIENT_PORT=6 client get k
  equal "the exit status without a server" 1 "$status"
  contains "stderr" "connect" "$errors"
}

@test "core: requests from lines, with quotes, replies one after the other" {
  why 3 "the client splits lines in another way than the server"
  ours "our client"
  start_server
  lines $'set k "two words"\n\nget k\n  zadd n 1 a\nget "k" \n' --resp
  equal "the replies" $'OK\ntwo words\n1\ntwo words' "$output"
  equal "the exit status" 0 "$status"
  lines $'set k "a\\x00b"\nget k\nzadd n 1 a\nget k' --resp --pretty
  equal "the replies" $'OK\n"a\\x00b"\n(integer) 0\n"a\\x00b"' "$output"
  lines $'get k' # a last line without an end
  contains "the binary reply" "(str) a" "$output"
  lines $'set s \'it\\\'s "here"\'\nget s\nset e ""\nget e\n' --resp --pretty
  equal "the replies" $'OK\n"it\'s \\"here\\""\nOK\n""' "$output"
  lines $'set v a\vb\f\n\f\vget "v"\n' --resp --pretty # no blank within a word, as for redis-cli
  equal "the replies" $'OK\n"a\\x0bb\\x0c"' "$output"
}

@test "core: an error among the lines is told, and the next line is sent" {
  why 1 "the first error ends the client, or the status does not report it"
  ours "our client"
  start_server
  lines $'nonsense\nset k v\nget "unbalanced\nget k\n' --resp
  contains "the replies" "ERR unknown command" "$output$errors"
  contains "the replies" $'\nv' "$output"
  equal "the exit status after a good last line" 1 "$status"
  lines $'set k v\nget k\n' --resp
  equal "the exit status after good lines" 0 "$status"
  lines $'get "unbalanced\n' --resp
  equal "the exit status after a line that is no request" 1 "$status"
  lines $'set k "b"c\n' --resp
  equal "the exit status after a line with a word that goes on after its closing quote" 1 "$status"
  lines $'set k v\nnonsense\n' --resp
  equal "the exit status after a bad last line" 1 "$status"
}

@test "core: at a terminal there is a prompt, and the keys do what they say" {
  why - "a key is taken as a letter, or brings back the wrong line"
  ours "our client"
  start_server
  local up=$'\e[A' down=$'\e[B' right=$'\e[C' rub=$'\x7f' clear=$'\x15' end=$'\x04' enter=$'\r'
  types see '> ' type "set k 'a b'$enter" see OK see '> ' type "get kx$rub$enter" see '"a b"' see '> ' \
    type "$up" see '> get k' type "$up$up" see "> set k 'a b'" type "$down" see '> get k' type "$enter" \
    see '"a b"' see '> ' type "$up$down" see $'\e[K> ' type "nonsense$clear" type "get ${right}none$enter" \
    see '(nil)' see '> ' type "help$enter" see quotes see '> ' type "$end"
  equal "the exit status after the end of input" 0 "$status"
}

@test "core: at a terminal, arrow down behind the last line gives an empty one" {
  why 4 "the line that arrow up has brought stays, and what is typed then is added to it"
  ours "our client"
  start_server
  local up=$'\e[A' down=$'\e[B'
  types see '> ' type $'set k v\r' see OK see '> ' type "$up" see '> set k v' type "$down" \
    type $'get k\r' see '"v"' see '> ' type "$down$up$down$down" type $'get none\r' see '(nil)' see '> ' \
    type $'\x04'
  equal "the exit status after the end of input" 0 "$status"
}

@test "core: the terminal is left as it was" {
  why 4 "the shell after the client gets keys in place of lines, and does not show them"
  ours "our client"
  start_server
  run "$TOOLS/launch" -t 20 "$TOOLS/typist" see '> ' type $'get k\r' see '(nil)' see '> ' type $'\x04' \
    see ' icanon' see ' echo ' -- sh -c '"$0" -p "$1" --resp; stty -a' "$SUT/client" "$SERVER_PORT"
  equal "the exit status" 0 "$status"
}

@test "core: at a terminal an error reply is told, and so is a vanished server" {
  why 1 "the prompt goes on without a connection, or ends at the first error"
  ours "our client"
  start_server
  types see '> ' type $'"\r' see 'quote does not end' see '> ' type $'nonsense\r' \
    see '(error) ERR unknown command' see '> ' type $'get k\r' see '(nil)' see '> ' \
    run "kill $SERVER_PID; while kill -0 $SERVER_PID; do sleep 0.02; done 2>/dev/null" type $'get k\r'
  equal "the exit status without a server" 1 "$status"
  wait "$SERVER_JOB" || fail "the server ended with status $?"
  SERVER_PID=
}

@test "core: at a terminal, who was silent for too long goes on with a new connection; quit ends it" {
  why - "the prompt ends with an error, because the server has closed an idle connection"
  ours "our client"
  final_server --timeout 1
  types see '> ' type $'set k hello\r' see OK see '> ' run 'sleep 1.5' \
    type $'get k\r' see 'new connection' see '"hello"' see '> ' \
    type $'get k\r' see '> get k' see '"hello"' see '> ' type $'quit\r'
  [ "$status" -eq 0 ] || fail "at the terminal:" "$output"
}

@test "core: -x takes the last argument from stdin, any bytes" {
  why 2 "bytes are lost at a NUL or a line end"
  ours "our client"
  start_server
  head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/bytes"
  "$SUT/client" -p "$SERVER_PORT" --resp -x set k <"$BATS_TEST_TMPDIR/bytes"
  "$SUT/client" -p "$SERVER_PORT" --resp get k >"$BATS_TEST_TMPDIR/reply"
  equal "the bytes, and a newline" 300001 "$(wc -c <"$BATS_TEST_TMPDIR/reply" | tr -d ' ')"
  head -c 300000 "$BATS_TEST_TMPDIR/reply" | cmp - "$BATS_TEST_TMPDIR/bytes"
  prints OK 0 --resp set k -x # behind the command it is a word like any other
  prints -x 0 --resp get k
}

@test "core: what cannot be sent or shown whole is an error, status 1" {
  why 1 "half a line is sent as a request, or the reply is lost without a word"
  ours "our client"
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
  client -s "/tmp/$(printf '%0120d' 0)" get k
  equal "the exit status with too long a path" 1 "$status"
  printf '> get k\nnil\n> get nul\nnil\n' | dialogue
  [ -c /dev/full ] || skip "there is no /dev/full here"
  status=0
  "$TOOLS/launch" -t 10 "$SUT/client" -p "$SERVER_PORT" --resp get k >/dev/full \
    2>"$BATS_TEST_TMPDIR/err" 3>&- 4>&- || status=$?
  equal "the exit status where the reply cannot be shown" 1 "$status"
}

@test "core: wrong use is one line on stderr, and status 2" {
  why 1 "an unknown option is sent as a request"
  ours "our client"
  wrong_client_use "--nonsense" "-p" "-p abc ping" "-p 70000 ping"
  output=$("$SUT/client" --help)
  contains "--help" "--pretty" "$output"
}

@test "core: a connection that ends in the middle of a reply is an error, status 1" {
  why 1 "half a reply is printed as if it were one"
  ours "our client"
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
  why 5 "the client believes the server's lengths without checking them"
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
