# ch07_kv: get, set and del. Later stages answer in typed values (dialect tlv), and keep every
# promise made here.

# shellcheck disable=SC1083 # { } [ ] are words of talk
load helpers
accepts status tlv

MIB=1048576

# pick STATUS TLV: the one of the dialect that is spoken.
pick() {
  if [ "$DIALECT" = tlv ]; then
    printf '%s' "$2"
  else
    printf '%s' "$1"
  fi
}

# client_prints EXPECTED: the client's line for a reply, exactly
client_prints() { equal "what the client prints" "server says: $1" "$output"; }

# refuses WHAT WORD...: what the words send closes the connection without a reply.
refuses() {
  talk "${@:2}" expect-closed ||
    fail "malformed: $1. The connection was to be closed without a reply"
}

# ---- commands and replies ----

@test "core: requests and replies are the book's, byte by byte" {
  why 3 "the reply's status word, its length or the order of their bytes is wrong"
  start_server
  talk send-hex '10000000 02000000 03000000676574 010000006b' \
    expect-hex "$(pick '04000000 02000000' '01000000 00')" ||
    fail "this was a get of a missing key, which is not the same as an empty value"
  talk send-hex '15000000 03000000 03000000736574 010000006b 0100000076' \
    expect-hex "$(pick '04000000 00000000' '01000000 00')"
  talk send-hex '10000000 02000000 03000000676574 010000006b' \
    expect-hex "$(pick '05000000 00000000 76' '06000000 02 01000000 76')"
  talk send-hex '10000000 02000000 0300000064656c 010000006b' \
    expect-hex "$(pick '04000000 00000000' '09000000 03 0100000000000000')"
}

@test "core: get of a missing key says so" {
  why 3 "a missing key is status 2 (from ch08 on nil), not an error and not an empty value"
  start_server
  talk req [ get nothing ] expect-missing req [ get '' ] expect-missing
}

@test "core: get returns what set stored" {
  why 5 "the value is not kept, or not under its key: colors and colo are not color (compare the lengths,
  and then all bytes, not only up to the end of the shorter one)"
  start_server
  talk req [ set color blue ] expect-stored req [ get color ] expect-value blue \
    req [ get colors ] expect-missing req [ get colo ] expect-missing
}

@test "core: set replaces a value whole, by a longer, a shorter or an empty one" {
  why 5 "set keeps the old value (a second entry for the same key?), or only overwrites its
  beginning"
  start_server
  talk req [ set k one ] expect-stored req [ get k ] expect-value one \
    req [ set k 'a longer value' ] expect-stored req [ get k ] expect-value 'a longer value' \
    req [ set k 2 ] expect-stored req [ get k ] expect-value 2 \
    req [ set k '' ] expect-stored req [ get k ] expect-value '' \
    req [ set k three ] expect-stored req [ get k ] expect-value three
}

@test "core: a key that was set twice is gone after one del" {
  why 5 "set added a second entry for the same key, and del brings the older one back"
  start_server
  talk req [ set k one ] expect-stored req [ set k two ] expect-stored \
    req [ del k ] reply req [ get k ] expect-missing
}

@test "core: del removes a key, and it may be set again" {
  why 4 "del does not remove, or takes more away than its key"
  start_server
  talk repeat 5 { req [ set k%i v%i ] expect-stored } \
    req [ del k3 ] expect-deleted 1 req [ get k3 ] expect-missing \
    req [ del k1 ] expect-deleted 1 req [ del k5 ] expect-deleted 1 \
    req [ get k2 ] expect-value v2 req [ get k4 ] expect-value v4 \
    req [ get k1 ] expect-missing req [ get k5 ] expect-missing \
    req [ set k3 again ] expect-stored req [ get k3 ] expect-value again
}

@test "core: del of a missing key succeeds" {
  why 3 "del answers status 0 whether or not the key was there (from ch08 on the number 0)"
  start_server
  talk req [ del nothing ] expect-deleted 0 req [ set k v ] expect-stored \
    req [ del k ] expect-deleted 1 req [ del k ] expect-deleted 0
}

@test "core: an unknown command is an error reply, and the connection goes on" {
  why 4 "a request that names no command must be answered, too"
  start_server
  talk req [ nonsense ] expect-unknown req [ nonsense a b c ] expect-unknown \
    req [ ge k ] expect-unknown req [ gett k ] expect-unknown \
    req [ 'get\0' k ] expect-unknown req [ 'get ' k ] expect-unknown \
    req [ set k v ] expect-stored req [ get k ] expect-value v
}

@test "core: command names are lower case" {
  why 4 "names are compared byte by byte: GET is not get"
  start_server
  talk req [ set k v ] expect-stored req [ GET k ] expect-unknown req [ Set k w ] expect-unknown \
    req [ DEL k ] expect-unknown req [ get k ] expect-value v
}

@test "core: an empty list and an empty name are an unknown command" {
  why 4 "the first string is looked at before their number is"
  start_server
  talk req [ ] expect-unknown req [ '' ] expect-unknown req [ '' '' '' ] expect-unknown \
    req [ get '' ] expect-missing
}

@test "core: a wrong number of arguments is an error, and nothing changes" {
  why 4 "the number of arguments is not compared: too few are read beyond the list, too many
  are ignored"
  start_server
  talk req [ set k v ] expect-stored \
    req [ get ] expect-unknown req [ get k k ] expect-unknown \
    req [ set ] expect-unknown req [ set k ] expect-unknown req [ del ] expect-unknown \
    req [ get k ] expect-value v
  # In the end \`set\` has options and \`del\` takes several keys: a later stage may know these.
  [ "$DIALECT" = status ] || return 0
  talk req [ set k w x ] expect-unknown req [ del k k ] expect-unknown req [ get k ] expect-value v
}

# ---- keys and values are bytes ----

@test "core: a key that is the beginning of another is another key" {
  why 5 "keys are compared only as far as the shorter one goes"
  start_server
  talk req [ set abc 3 ] expect-stored req [ set a 1 ] expect-stored \
    req [ set ab 2 ] expect-stored req [ get a ] expect-value 1 \
    req [ get ab ] expect-value 2 req [ get abc ] expect-value 3 \
    req [ get abcd ] expect-missing req [ del ab ] expect-deleted 1 \
    req [ get a ] expect-value 1 req [ get ab ] expect-missing req [ get abc ] expect-value 3
}

@test "core: keys of the same length differ in any one byte" {
  why 5 "keys are compared by their length, or by some of their bytes only"
  start_server
  talk req [ set xbcdefgh first ] expect-stored req [ set abcdxfgh middle ] expect-stored \
    req [ set abcdefgx last ] expect-stored req [ get abcdefgh ] expect-missing \
    req [ get xbcdefgh ] expect-value first req [ get abcdxfgh ] expect-value middle \
    req [ get abcdefgx ] expect-value last
}

@test "core: an empty string is a key and a value like any other" {
  why 2 "an empty string is taken for \"nothing there\""
  start_server
  talk req [ set '' 'of the empty key' ] expect-stored req [ set empty '' ] expect-stored \
    req [ get '' ] expect-value 'of the empty key' req [ get empty ] expect-value '' \
    req [ del '' ] expect-deleted 1 req [ get '' ] expect-missing \
    req [ get empty ] expect-value '' req [ set '' '' ] expect-stored \
    req [ get '' ] expect-value ''
}

@test "core: NUL, newline and 8-bit bytes are data" {
  why 2 "a C string ends at the first NUL: strlen(), strcmp(), strcpy() and printf() have no
  place here"
  start_server
  talk req [ set 'a\0b' 'x\0y' ] expect-stored req [ set 'a\0c' '\0' ] expect-stored \
    req [ set a plain ] expect-stored req [ set '\n\r\t' '\r\n' ] expect-stored \
    req [ set '\xff\x80\xfe' '\x80\xff\0' ] expect-stored \
    req [ get 'a\0b' ] expect-value 'x\0y' req [ get 'a\0c' ] expect-value '\0' \
    req [ get a ] expect-value plain req [ get '\n\r\t' ] expect-value '\r\n' \
    req [ get '\xff\x80\xfe' ] expect-value '\x80\xff\0' req [ get 'a\0' ] expect-missing
}

@test "core: a value may be as large as a request can carry" {
  why 6 "33,554,412 bytes with a key of one byte: a limit below that, or a length in 16 or 24 bits"
  start_server
  talk ask-sized 33554432 answer-sized 33554432 req [ get k ] expect-value '\{33554412*z}' \
    @other ask-sized 33554433 expect-closed \
    @third req [ set k v ] expect-stored req [ get k ] expect-value v
}

@test "core: a key may be long" {
  why 6 "a key is copied to where only a short one fits"
  start_server
  talk req [ set '\{100000*k}' v ] expect-stored req [ set '\{100001*k}' w ] expect-stored \
    req [ get '\{100000*k}' ] expect-value v req [ get '\{100001*k}' ] expect-value w
}

# ---- many keys, many clients ----

@test "core: thousands of keys keep their own values" {
  why 5 "an entry is lost or overwritten when there are many"
  start_server
  local n
  n=$(large 3000)
  talk join { repeat "$n" { req [ set key%i value%i ] } } repeat "$n" { expect-stored } \
    join { repeat "$n" { req [ get key%i ] } } repeat "$n" { expect-value value%i } \
    join { repeat "$n" { req [ del key%i ] } } repeat "$n" { expect-deleted 1 } \
    req [ get key1 ] expect-missing req [ get "key$n" ] expect-missing
}

@test "core: clients see each other's writes, and values outlive connections" {
  why 5 "the values belong to a connection, or point into its buffer"
  start_server
  talk @a req [ set k 'from a' ] expect-stored @b req [ get k ] expect-value 'from a' \
    req [ set k 'from b' ] expect-stored @a req [ get k ] expect-value 'from b' \
    req [ set keep "\{$LONG*x}" ] expect-stored close
  talk req [ set other "\{$LONG*y}" ] expect-stored req [ get keep ] expect-value "\{$LONG*x}" \
    req [ get k ] expect-value 'from b'
}

@test "core: pipelined commands are carried out in order" {
  why ch06_event_loop 3 "a command saw the state before or after its turn"
  start_server
  talk join { req [ get k ] req [ set k 1 ] req [ get k ] req [ set k 22 ] req [ get k ] \
    req [ nonsense ] req [ del k ] req [ get k ] } \
    expect-missing expect-stored expect-value 1 expect-stored expect-value 22 \
    expect-unknown expect-deleted 1 expect-missing expect-silence 50
}

@test "core: a request that arrives byte by byte is one request" {
  why ch06_event_loop 2 "the strings are parsed before the whole message is there"
  start_server
  talk pace 2 split '1*' req [ set key value ] expect-stored split '1*' req [ get key ] \
    expect-value value split 5,7,1 req [ get key ] expect-value value
}

# ---- malformed requests ----

@test "core: a count that is larger than the list is refused" {
  why 1 "nstr is believed: strings are read beyond the end of the body"
  start_server
  refuses "3 strings announced, 2 there" req-count 3 [ get k ]
  refuses "200,000 announced, none there" req-count 200000 [ ]
  refuses "4,294,967,295 announced, 1 there" req-count 4294967295 [ get ]
}

@test "core: bytes after the last string are refused" {
  why 1 "trailing bytes are ignored: the strings must fill the body exactly"
  start_server
  refuses "one byte follows" send-hex '11000000 02000000 03000000676574 010000006b 00'
  refuses "one more string than announced" req-count 1 [ get k ]
  refuses "an empty list, and 4 bytes" req-count 0 [ '' ]
}

@test "core: a string that is longer than the body is refused" {
  why 1 "a string's length is believed, or its end is computed and overflows"
  start_server
  refuses "a length of 2 and 1 byte" send-hex '10000000 02000000 03000000676574 020000006b'
  refuses "a length of 4,294,967,295" send-hex '10000000 02000000 03000000676574 ffffffff6b'
  refuses "a length of 2,147,483,648" send-hex '10000000 02000000 03000000676574 000000806b'
  refuses "a length of 4,294,967,284, which wraps around to the body's own beginning" \
    send-hex '10000000 02000000 f4ffffff676574 010000006b'
  refuses "a length of 4,294,967,295 before another string" \
    send-hex '10000000 02000000 ffffffff676574 010000006b'
  refuses "a length cut short" send-hex '0d000000 02000000 03000000676574 0100'
}

@test "core: every beginning of a request, sent as a whole message, is refused" {
  why 1 "less than 4 bytes, or a list that stops somewhere, was taken for a request"
  start_server
  local body='0300000003000000736574010000006b0100000076' i
  for ((i = 0; i < ${#body} / 2; i++)); do
    refuses "the first $i bytes of the body of \`set k v\`" \
      header "$i" send-hex "${body:0:$((2 * i))}"
  done
  talk req [ get k ] expect-missing
}

@test "core: 200,000 strings are a request, and 200,001 are not" {
  why 1 "the limit on the number of strings is missing, or off by one"
  start_server
  talk join { header 800004 header 200000 fill 800000 '\0' } expect-unknown
  refuses "200,001 strings" join { header 800008 header 200001 fill 800004 '\0' }
}

@test "core: a malformed request ends its connection, after the replies to those before it" {
  why 1 "the connection was closed with replies still in the buffer, or what came after the
  malformed request was answered"
  start_server
  talk req [ set k v ] expect-stored \
    join { req [ get k ] req [ get x ] frame bad req [ get k ] } \
    expect-value v expect-missing expect-closed
  talk req [ get k ] expect-value v
}

@test "core: the log tells of a malformed request" {
  why 1 "the connection is closed without a word: the chapter's are bad request"
  start_server
  talk frame bad expect-closed
  log_has 'bad|malformed|invalid|illegal|protocol|request'
}

# ---- the client ----

@test "core: the client sends its arguments as one request" {
  why 1 "the list, or its header, is not put together as the protocol says"
  local reply
  reply=$(pick '\0\0\0\0v' '\x02\x01\0\0\0v')
  fake_server expect-hex '10000000 02000000 03000000676574 010000006b' frame "$reply" expect-eof
  client get k
  fake_finish
  says_in_order v
}

@test "core: the client waits for a reply that comes in pieces" {
  why ch04_protocol 2 "one read() is taken for the whole reply"
  local reply
  reply=$(pick '\0\0\0\0value' '\x02\x05\0\0\0value')
  fake_server skip 20 split '1*' frame "$reply" expect-eof
  client get k
  fake_finish
  says_in_order value
}

@test "core: the client prints the status and the data of each reply" {
  why 3 "server says: [<status>] <data>, with a blank after ] even if the data is empty"
  [ "$DIALECT" = status ] || skip "from ch08 on a reply is a value, and the suite of ch08 asks for it"
  start_server
  client get k
  client_prints "[2] "
  client set k 'a value'
  client_prints "[0] "
  client get k
  client_prints "[0] a value"
  client del k
  client_prints "[0] "
  client nonsense
  client_prints "[1] "
  client
  client_prints "[1] "
}

@test "core: the client passes its arguments on as they are" {
  why 2 "empty arguments, blanks and bytes above 127 are arguments like any other"
  start_server
  client set 'a  key' $'two\nlines'
  client get 'a  key'
  says_in_order $'two\nlines'
  client set '' ''
  client set "Umlaut" $'\xc3\xa4'
  client get "Umlaut"
  says_in_order $'\xc3\xa4'
  talk req [ get 'a  key' ] expect-value 'two\nlines' req [ get Umlaut ] expect-value '\xc3\xa4' \
    req [ get '' ] expect-value ''
}

@test "core: what earlier chapters promised still holds" {
  why ch06_event_loop 8 "something that an earlier chapter promised is broken: a reset ends one connection
  only, a request may be large, and del takes whatever the key holds"
  looks_back
}

# ---- where the book's own code falls down ----

@test "hardening: a malformed request behind megabytes of replies closes after all are sent" {
  why 1 "the connection was closed after one write(), with replies still in the buffer"
  start_server
  talk prepare-fat $((8 * MIB)) @slow reading off \
    join { ask-fat $((8 * MIB)) req [ get x ] frame bad } pause 200 \
    answer-fat $((8 * MIB)) expect-missing expect-closed
  talk prepare-fat 300000 @many reading off \
    join { repeat 20 { ask-fat 300000 } frame bad req [ get k ] } pause 200 \
    repeat 20 { answer-fat 300000 } expect-closed
}

@test "hardening: many replies for a slow reader are not all kept in memory, and all come" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why ch06_event_loop 6 "a few bytes of pipelined \`get\` are answered into memory without end:
  stop at some limit, and go on when the output has drained"
  start_server
  talk prepare-fat $((256 << 10))
  local base grown
  base=$(peak_kib)
  talk reading off join { repeat 300 { ask-fat $((256 << 10)) } } pause 200 \
    repeat 300 { answer-fat $((256 << 10)) } expect-silence 20
  grown=$(($(peak_kib) - base))
  [ "$grown" -lt $((24 * 1024)) ] ||
    fail "6,600 bytes of requests made the server grow by $grown KiB"
}

@test "hardening: values that were replaced or deleted give their memory back" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 5 "the old value is forgotten, but not freed"
  start_server
  local base grown
  base=$(peak_kib)
  talk repeat 60 { req [ set k '\{1000000*x}' ] expect-stored } \
    repeat 60 { req [ set j '\{1000000*x}' ] expect-stored req [ del j ] expect-deleted 1 }
  grown=$(($(peak_kib) - base))
  [ "$grown" -lt $((24 * 1024)) ] ||
    fail "one value of 1 MB, set 120 times, made the server grow by $grown KiB"
}

@test "hardening: random malformed messages do not end the server" {
  why 1 "the parser reads or writes outside of the message (make SAN=address shows where)"
  start_server
  local seed=${SEED:-$RANDOM} words=() hex i n
  echo "SEED=$seed repeats these messages"
  RANDOM=$seed
  for ((i = 0; i < 150; i++)); do
    # A list whose count and lengths are nearly right, then some random bytes.
    printf -v hex '%02x000000%02x000000676574' $((RANDOM % 4)) $((RANDOM % 6))
    for ((n = RANDOM % 20; n > 0; n--)); do
      printf -v hex '%s%02x' "$hex" $((RANDOM % 3 ? RANDOM % 4 : RANDOM % 256))
    done
    hex=${hex:0:$((RANDOM % 4 ? ${#hex} : RANDOM % (${#hex} / 2) * 2))}
    words+=("@$i" header $((${#hex} / 2)) send-hex "$hex" close)
  done
  talk "${words[@]}" @next req [ set k v ] expect-stored req [ get k ] expect-value v
}

@test "hardening: the client's arguments and the reply may be longer than 4096 bytes" {
  why 6 "the client has a smaller limit than the server, and is silent about it"
  start_server
  local value
  value=$(head -c 100000 /dev/zero | tr '\0' v)
  client set k "$value"
  equal "the client's exit status" 0 "$status"
  client get k
  [[ $output == *"$value"* ]] ||
    fail "of a value of 100000 bytes \`client get k\` prints ${#output}:" "  ${output:0:80}"
  talk req [ get k ] expect-value '\{100000*v}'
}

@test "hardening: the client's exit status is 0 after a reply and 1 after an error" {
  why 3 "the exit status does not tell a script what happened"
  start_server
  client set k v
  equal "the status after \`set k v\`" 0 "$status"
  client get k
  equal "the status after \`get k\`" 0 "$status"
  client get nothing
  equal "the status after \`get nothing\`" 0 "$status"
  client nonsense
  equal "the status after an error reply" 1 "$status"
  CLIENT_PORT=http client get k
  equal "the status after PORT=http" 2 "$status"
  stop_server
  client get k
  equal "the status when nobody listens" 1 "$status"
  contains "the client's stderr" connect "$errors"
}

@test "hardening: the client says what is wrong with a reply" {
  why 3 "the reply is not checked before it is used"
  local answer
  for answer in "frame xy" "header 99999999" "send-hex 0400" "send-hex 0400000000" "open"; do
    # shellcheck disable=SC2086
    fake_server skip 20 $answer close
    client get k
    fake_finish
    equal "the status after the reply \`$answer\` and the end" 1 "$status"
    equal "stdout" "" "$output"
    [ -n "$errors" ] || fail "there is nothing on stderr"
  done
}

@test "hardening: SIGTERM frees everything, and the status is 0" {
  why 7 "no handler for SIGTERM; or (with SAN=address) what is still held at the end is a leak"
  start_server_counting_leaks
  talk repeat 100 { req [ set key%i value ] expect-stored } prepare-fat $((8 * MIB))
  talk_start @idle open @half send-hex 0500 @busy reading off ask-fat $((8 * MIB)) \
    @late req [ get key1 ] reply hold
  stop_server
  equal "the exit status" 0 "$SERVER_STATUS"
}

# ---- only ours ----

@test "extra: client -x takes the last argument from stdin, whatever its bytes and size" {
  why 6 "an argument in argv[] has no NUL and at most 128 KiB"
  grep -qs -e '-x' "$SUT"/client*.c || skip "this client has no option -x"
  start_server
  head -c $((3 * MIB)) /dev/urandom >"$BATS_TEST_TMPDIR/value"
  PORT=$SERVER_PORT timeout 20 "$SUT/client" -x set k <"$BATS_TEST_TMPDIR/value" \
    >"$BATS_TEST_TMPDIR/set" 3>&- 4>&-
  client get k
  { pick 'server says: [0] ' '(str) ' && cat "$BATS_TEST_TMPDIR/value" && echo; } |
    cmp - "$CLIENT_OUT"
}
