#!/usr/bin/env bats
# f19_access: a password, what is allowed before it, and a hash whose key nobody knows.

# shellcheck disable=SC1083,SC2016 # { } [ ] are words of talk; $ is a byte of RESP
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # variables of helpers.bash
load helpers
load final
accepts tlv

# A page in a browser can send this to any port of this machine.
PAGE='POST / HTTP/1.1\r\nHost: x\r\n\r\nset pwned yes\r\n'
HTTP='-ERR Protocol error: HTTP is not spoken here (possible cross-protocol attack)\r\n'
CLOSING='expect-eof'

# shut_out REPLY WORD...: whatever these words of talk send ends the connection. Our server says
# why, after the REPLY to earlier requests; Redis says nothing.
shut_out() {
  local last=(drain)
  [ -n "${RESP_ONLY:-}" ] || last=(expect "$1$HTTP" "$CLOSING")
  talk "${@:2}" "${last[@]}"
}

@test "core: a web page cannot give commands" {
  why 7 "a line of HTTP is an unknown command like any other, and what follows it is carried out"
  start_server
  shut_out '' send "$PAGE"
  shut_out '' pace 0 split '1*' send "$PAGE"
  shut_out "-ERR wrong number of arguments for 'get' command\r\n" \
    send 'GET / HTTP/1.1\r\nhOsT: x\r\n\r\nset pwned yes\r\n' ||
    fail "a line of HTTP begins with POST or Host:, in any case of letters"
  shut_out '' send '*2\r\n$4\r\npOSt\r\n$1\r\n/\r\nset pwned yes\r\n'
  shut_out '' send '*1\r\n$5\r\nHOST:\r\n'
  shut_out '+OK\r\n' send 'MULTI\r\npost\r\nset pwned yes\r\nexec\r\n'
  on_ours log_has "possible cross-protocol attack"
  talk send 'EXISTS pwned\r\n' expect ':0\r\n' send 'ECHO POST\r\n' expect '$4\r\nPOST\r\n'
}

@test "core: a web page is shut out before the password, too" {
  why 7 "only clients that have said the password are checked"
  ours "its settings"
  final_server --requirepass secret
  no_last_question
  talk send 'POST / HTTP/1.1\r\nHost: x\r\n\r\nauth secret\r\nset pwned yes\r\n' expect "$HTTP" \
    "$CLOSING"
  talk send 'AUTH secret\r\nEXISTS pwned\r\n' expect '+OK\r\n:0\r\n'
}

@test "core: --help tells requirepass" {
  why 3 "a setting is missing from the reply"
  ours "its settings"
  SERVER_ARGS=(--help)
  run_server PORT=0
  contains "--help" "requirepass " "$output"
}

@test "core: a password with blanks may stand in a file, in quotes, among other settings" {
  why 1 "remarks, empty lines, blanks at the ends, or the order of file and flags"
  ours "its settings"
  printf '%s\n' '# a remark' '' '  timeout   17  ' 'maxclients 123' 'requirepass "a b "' \
    'max-request 2mb' | share my.conf
  final_server "$SHARED/my.conf" --maxclients 124 --loglevel warning
  dialogue <<'END'
> auth "a b "
OK
> config get timeout
["timeout" "17"]
> config get max*
*"maxclients" "124"*
> config get max-request
["max-request" "2097152"]
> config get loglevel
["loglevel" "warning"]
END
}

@test "core: an address with - in front may be missing, one without may not" {
  why 3 "a machine without IPv6 cannot use a file that says -::1"
  ours "its settings"
  final_server --bind '127.0.0.1 -198.51.100.7'
  printf '> ping\nPONG\n' | dialogue
  SERVER_ARGS=(--bind '198.51.100.7' --requirepass x)
  run_server PORT=0
  equal "the exit status without -" 1 "$status"
}

@test "core: a public address without a password is refused, in words that say what to set" {
  why 3 "anybody on the network may read and change the data"
  ours "its settings"
  will_not_start "requirepass" --bind 0.0.0.0
  will_not_start "requirepass" --bind '127.0.0.1 0.0.0.0'
  will_not_start "requirepass" --bind '::'
}

@test "core: where others can reach the server, the password cannot be taken away" {
  why 3 "what is refused at the start can be had later"
  ours "its settings"
  ! jailed || skip "a submission cannot be given a network of its own once more"
  unshare -rn true 2>/dev/null || skip "needs unshare, so that nobody can reach it"
  local path=$SHARED/s.sock pid
  unshare -rn "$TOOLS/launch" "$SUT/server" --bind 0.0.0.0 --port 0 --requirepass x --unixsocket "$path" \
    >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- 4>&- &
  pid=$!
  eventually 5 test -S "$path"
  no_last_question
  dialogue "$path" <<'END'
> auth x
OK
> config set timeout 9 requirepass ""
-ERR CONFIG SET failed *'requirepass'*
> config get timeout
["timeout" "0"]
> config set requirepass y
OK
b> auth y
OK
END
  kill "$pid"
  wait "$pid" || fail "the server ended with status $?"
}

@test "core: once the password is taken away, all clients are trusted" {
  why 4 "a client that connected while there was one can neither say it nor do without"
  ours "its settings"
  final_server --requirepass x
  no_last_question
  dialogue <<'END'
b> get k
-NOAUTH Authentication required.
b> exec
-EXECABORT Transaction discarded because of: NOAUTH Authentication required.
> auth x
OK
> config set requirepass ""
OK
b> get k
nil
b> hello 3
{*}
> config set requirepass z
OK
> get k
nil
b> get k
-NOAUTH Authentication required.
END
}

@test "core: before the password nothing but AUTH, HELLO, QUIT and RESET is done" {
  why 1 "before the password, a command is carried out, or the reply shows whether it exists; or
  something else than the user's password is taken for it"
  ours "its settings"
  final_server --requirepass secret
  no_last_question
  dialogue <<'END'
> get k
-NOAUTH Authentication required.
> ping
-NOAUTH Authentication required.
> nonsense
-ERR unknown command 'nonsense', with args beginning with: 
> multi
-NOAUTH Authentication required.
> hello 3
-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> *
> auth wrong
-WRONGPASS invalid username-password pair or user is disabled.
> auth secre
-WRONGPASS invalid username-password pair or user is disabled.
> auth secretsecret
-WRONGPASS invalid username-password pair or user is disabled.
> auth ""
-WRONGPASS invalid username-password pair or user is disabled.
> auth someone secret
-WRONGPASS invalid username-password pair or user is disabled.
> auth a b c
-ERR syntax error
> set k v
-NOAUTH Authentication required.
> auth secret
OK
> get k
nil
b> auth default secret
OK
b> ping
PONG
b> reset
RESET
b> ping
-NOAUTH Authentication required.
c> hello 3 auth default secret setname c
{*}
c> client getname
"c"
d> hello 2 auth default wrong
-WRONGPASS invalid username-password pair or user is disabled.
d> quit
OK
d: gone
END
  talk req [ get k ] expect-err 4 'NOAUTH Authentication required.' \
    req [ auth secret ] expect-nil req [ get k ] expect-nil
}

@test "core: AUTH where no password is set" {
  why 1 "a client that says a password that is not needed is let in without a word, or not at all"
  start_server
  dialogue <<'END'
> auth something
-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?
> auth default anything
OK
> ping
PONG
END
}

# take_back_password: and fail. A server that ran before this test goes on running after it.
take_back_password() {
  talk_says send 'AUTH new\r\nCONFIG SET requirepass ""\r\n' begins
  false
}

@test "core: the password may be changed while the server runs, for clients that connect later" {
  why 4 "CONFIG SET requirepass has no effect, or shuts out the client that set it"
  start_server
  no_last_question
  dialogue <<'END' || take_back_password
> config set requirepass new
OK
> ping
PONG
b> ping
-NOAUTH Authentication required.
b> auth new
OK
> config set requirepass ""
OK
c> ping
PONG
END
}

@test "core: -a says the password first, in both protocols" {
  why 1 "the password is said after the request, or only in one protocol"
  ours "our client"
  final_server --requirepass secret
  no_last_question
  prints PONG 0 --resp -a secret ping
  prints '(nil)' 0 -a secret get k
  client --resp -a wrong ping
  equal "the exit status with a wrong password" 1 "$status"
  contains "stderr" "password" "$errors"
}

@test "core: at a terminal, a new connection is given the password again" {
  why 1 "the prompt ends with an error, because the server has closed an idle connection"
  ours "our client"
  final_server --requirepass x
  local other="'$SUT/client' -p $SERVER_PORT -a x --resp" hang_up
  hang_up="$other client kill id \$($other client list | sed -n 's/^id=\([0-9]*\) .*name=me .*/\1/p') | grep -qx 1"
  run "$TOOLS/launch" -t 20 "$TOOLS/typist" see '> ' type $'client setname me\r' see OK see '> ' \
    run "$hang_up && $other ping" type $'echo hello\r' see 'new connection' see '"hello"' see '> ' \
    type $'echo again\r' see '> echo again' see '"again"' see '> ' type $'quit\r' \
    -- "$SUT/client" -p "$SERVER_PORT" -a x --resp
  [ "$status" -eq 0 ] || fail "at the terminal:" "$output"
}

@test "core: --latency tells that PING is refused without the password" {
  why 1 "the time that an error takes is measured"
  ours "our client"
  final_server --requirepass secret
  no_last_question
  client --latency --repeat 5
  equal "the exit status where PING is refused" 1 "$status"
}

@test "core: before the password, requests are small" {
  why 2 "somebody who does not know the password may fill the memory"
  ours "its settings"
  final_server --requirepass secret
  no_last_question
  talk send 'AUTH x\r\n' skip 64 send '*11\r\n' \
    expect '-ERR Protocol error: unauthenticated multibulk length\r\n' expect-eof
  talk send '*1\r\n$16385\r\n' \
    expect '-ERR Protocol error: unauthenticated bulk length\r\n' expect-eof
  talk send '*2\r\n$4\r\nAUTH\r\n$16384\r\n\{16384*x}\r\n' \
    expect '-WRONGPASS invalid username-password pair or user is disabled.\r\n'
  talk send 'AUTH secret\r\n' expect '+OK\r\n' send '*2\r\n$4\r\nECHO\r\n$20000\r\n\{20000*x}\r\n' \
    expect '$20000\r\n\{20000*x}\r\n' send '*12\r\n$4\r\nMGET\r\n' repeat 11 { send '$1\r\nk\r\n' } \
    skip 60 || fail "once the password has been said, requests may be long again"
}

@test "core: after RESET, requests are small again, also those that came with it" {
  why 2 "requests behind RESET are parsed before it runs, as if the password still counted"
  ours "its settings"
  final_server --requirepass secret
  no_last_question
  talk send 'AUTH secret\r\n' expect '+OK\r\n' join { send '*1\r\n$5\r\nRESET\r\n' \
    send '*12\r\n$4\r\nMGET\r\n' repeat 11 { send '$1\r\nk\r\n' } } \
    expect '+RESET\r\n-ERR Protocol error: unauthenticated multibulk length\r\n' expect-eof
}

@test "core: before the password, a connection holds 64 KB at most, whatever it sends or does not read" {
  why 2 "each request is small, but what is half-sent, typed or unread adds up, times 10,000 clients"
  ours "its settings"
  needs_proc
  needs_no_sanitizer "it measures memory"
  final_server --requirepass secret
  no_last_question
  local words=() i before grown
  for ((i = 1; i <= 40; i++)); do
    # one sends half a request, one much more after a request, one many words, and three do not read
    words+=("@h$i" send '*10\r\n' repeat 9 { send '$16384\r\n\{16384*x}\r\n' }
      "@l$i" join { repeat 3000 { send 'nonsense\r\n' } send '*2\r\n$4\r\nAUTH\r\n$16384\r\n\{16000*x}' }
      "@w$i" join { repeat 10000 { send 'a ' } send '\r\nx' }
      "@r$i" rcvbuf 4096 reading off join { repeat 20000 { send 'HELLO\r\n' } }
      "@s$i" reading off join { repeat 20000 { send 'HELLO\r\n' } } "@t$i" reading off join { repeat 20000 { send 'HELLO\r\n' } })
  done
  words+=(hold)
  talk send 'PING\r\n' expect -NOAUTH skip 26
  before=$(rss_kib)
  ulimit -n 400
  talk_start "${words[@]}"
  eventually 10 at_rest # what has come is answered, as far as that goes
  grown=$(($(rss_kib) - before))
  kill "$TALK_PID"
  TALK_PID=
  [ "$grown" -lt $((240 * 64)) ] || fail "240 connections without a password take $grown KiB"
}

@test "core: before the password, 64 KB of replies at most wait for a client that reads none" {
  why 2 "it is answered until as much waits as for a client that has said the password"
  ours "Redis counts otherwise"
  local out=$BATS_TEST_TMPDIR/flood requests waits
  # with small packets the system itself holds little of what nobody reads
  server_apart 'ip link set lo mtu 576 up' --requirepass secret
  requests=$(printf 'HELLO\\r\\n%.0s' {1..1000})
  "${APART[@]}" "$TOOLS/launch" -t 60 "$TOOLS/talk" "$SERVER_PORT" rcvbuf 4096 reading off \
    flood 30000000 300 { send "$requests" } say stuck pause 60000 >"$out" 2>&1 3>&- 4>&- &
  TALK_PID=$!
  eventually 20 grep -q . "$out"
  equal "what happens to a client that sends without end" stuck "$(cat "$out")"
  waits=$("${APART[@]}" "$SUT/client" -p "$SERVER_PORT" -a secret --resp client list |
    sed -n 's/.* obl=\([0-9]*\) .*/\1/p' | sort -n | tail -n 1)
  [ "${waits:-99999}" -le $((64 * 1024 + 512)) ] || # one reply may be begun just below the limit
    fail "${waits:-?} bytes of replies wait for a client that has not said the password"
}

@test "hardening: before the password, requests of the binary protocol are small, too" {
  why 2 "only RESP has the limit"
  needs_proc
  final_server --requirepass secret
  no_last_question
  local before
  before=$(peak_kib)
  talk header 30000000 fill 30000000 z drain || fail "the connection was not ended"
  talk send 'AUTH secret\r\n' expect '+OK\r\n'
  [ $(($(peak_kib) - before)) -lt 8000 ] || [ -n "${SAN:-}" ] ||
    fail "the server took $(($(peak_kib) - before)) KiB for somebody unknown"
}

@test "core: keys that collide in the chapters' hash cost no more than others" {
  why 6 "with a hash that is known, a few thousand keys in one slot stop everybody"
  needs_no_sanitizer "it measures time"
  build_differential colliding
  start_server
  "$TOOLS/launch" -t 60 "$TOOLS/colliding" "127.0.0.1:$SERVER_PORT" 17
}

@test "extra: the hash is SipHash-1-3, and its key is chosen anew by each server" {
  why 6 "a round, or the length in the last word, is missing, or the key is always the same: then keys that
  collide can be found"
  unit_test siphash_test hash.c
}
