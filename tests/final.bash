# shellcheck shell=bash disable=SC2034,SC2154
# final.bash: what the suites of final have in common; loaded after helpers.bash.
#
# final_server FLAG...   start_server with these flags
# ours WHY               skips what only our server has or does if the server speaks nothing but
#                        RESP, as Redis does. All other core tests pass on redis-server, too
# on_ours COMMAND...     runs the command only where `ours` would not skip the test
# told REQUEST           the replies to it, and then to QUIT (from f06 on), without carriage returns
# will_not_start TEXT FLAG...   the server ends at once with status 2 and one line that has the text
# ended_with STATUS      waits for a server that ends by itself, and compares its status
# cut_anywhere REQUEST REPLY    sends the request in two pieces, cut at each place in turn
# without_descriptors    30 clients ask a server that has too few descriptors for them; meanwhile it
#                        must neither spin nor fill the log
# prints EXPECTED STATUS ARG...    what the client prints for these arguments, and its status
# answers REPLY PLAIN PRETTY [STATUS]   what the client prints for a reply, without and with --pretty
# array WORD...          prints a request as client libraries send it, in the words of talk
# bytes_each N WORD...   prints the memory that each of the N things takes that these words of talk make
# wrong_client_use "ARG..."...  each is refused by the client: status 2, one line
# dialogue [HOST] [PORT|PATH]   plays the conversation on stdin, see the head of tools/dialogue.c;
#                        fails with a report. PATIENCE=MS: how long it waits for a reply (5000)
# ms                     the time
# lookups                lines on stdin, `HITS MISSES COMMAND...`: the look-ups that INFO counts
# set_big KEY N          gives the key a value of N times z
# build_differential NAME   builds differential/NAME.c into $TOOLS
# refuse_a_string COMMAND...   each has the error for a key of another type, where s is a string, and leaves it
# needs PROGRAM...       skips where one is not installed
# server_apart SETUP FLAG...    starts the server in a network of its own, on port 7000, after the shell
#                        commands in SETUP have set that up; skips where that cannot be. What begins with
#                        "${APART[@]}" runs in that network, too

ours() { [ -z "${RESP_ONLY:-}" ] || skip "ours: $*"; }

on_ours() { [ -n "${RESP_ONLY:-}" ] || "$@"; }

told() {
  # shellcheck disable=SC2016 # the inner shell expands it
  "$TOOLS/launch" -t 10 bash -c 'exec 5<>"/dev/tcp/127.0.0.1/$1"; printf "%s\r\nQUIT\r\n" "$2" >&5; cat <&5' - \
    "$SERVER_PORT" "$*" </dev/null 3>&- 4>&- | tr -d '\r'
}

final_server() {
  [ $# = 0 ] || ours "its settings"
  SERVER_ARGS=("$@")
  start_server
}

dialogue() {
  [ $# -gt 0 ] || set -- "$SERVER_PORT"
  "$TOOLS/launch" -t 60 "$TOOLS/dialogue" --timeout "${PATIENCE:-5000}" "$@" 3>&- 4>&-
}

set_big() {
  talk send "*3\r\n\$3\r\nSET\r\n\$${#1}\r\n$1\r\n\$$2\r\n" fill "$2" z send '\r\n' expect '+OK\r\n'
}

# lookups <<END: lines of HITS MISSES REQUEST, what INFO has to count for the request.
lookups() {
  local hits misses command h=0 m=0
  while read -r hits misses command; do
    h=$((h + hits)) m=$((m + misses))
    printf '> %s\n*\n> info stats\n"*\\r\\nkeyspace_hits:%d\\r\\nkeyspace_misses:%d\\r\\n*"\n' \
      "$command" $h $m
  done >"$BATS_TEST_TMPDIR/asked"
  dialogue <"$BATS_TEST_TMPDIR/asked"
}

server_ended() { ! alive "$SERVER_PID"; }

ended_with() {
  local result=0
  eventually 5 server_ended
  wait "$SERVER_JOB" || result=$?
  SERVER_PID=
  equal "the exit status" "$1" "$result"
  if sanitizer_report "$SERVER_ERR"; then
    fail "the sanitizer found a fault in the server"
  fi
}

will_not_start() {
  local text=$1
  shift
  SERVER_ARGS=("$@")
  run_server PORT=0
  equal "the exit status with $*" 2 "$status"
  equal "stdout with $*" "" "$output"
  contains "stderr with $*" "$text" "$errors"
  equal "the number of lines on stderr with $*" 1 "$(grep -c '' <<<"$errors")"
}

cut_anywhere() {
  local words=() i bytes
  bytes=$(printf '%b' "$1" | wc -c)
  for ((i = 1; i < bytes; i++)); do
    words+=(split "$i" send "$1" expect "$2")
  done
  talk pace 1 "${words[@]}"
}

without_descriptors() {
  local words=() i spent lines
  for ((i = 1; i <= 30; i++)); do
    words+=("@c$i" ask x)
  done
  words+=(@c1 answer x @c2 answer x hold)
  for ((i = 1; i <= 15; i++)); do
    words+=("@c$i" close)
  done
  words+=(@c20 answer x)
  talk_start "${words[@]}"
  spent=$(cpu_ms)
  sleep 0.5
  spent=$(($(cpu_ms) - spent))
  lines=$(grep -c 'accept() error' "$SERVER_ERR")
  talk_resume
  talk_finish
  [ "$lines" -lt 10 ] || fail "within half a second without descriptors: $lines lines in the log"
  [ "$spent" -lt 150 ] || fail "within half a second without descriptors: $spent ms of CPU time"
}

wrong_client_use() {
  local args
  for args; do
    status=0
    # shellcheck disable=SC2086 # several words
    errors=$("$TOOLS/launch" -t 10 "$SUT/client" $args 2>&1 >/dev/null </dev/null) || status=$?
    equal "the exit status of: client $args" 2 "$status"
    equal "the lines on stderr of: client $args" 1 "$(grep -c '' <<<"$errors")"
  done
}

ms() { echo $(($(date +%s%N) / 1000000)); }

needs() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || skip "there is no $program here"
  done
}

server_apart() {
  needs ip nsenter unshare
  ! jailed || skip "a submission cannot be given a network of its own once more"
  unshare -rn sh -c "$1" 2>/dev/null || skip "no network of its own is allowed"
  SERVER_OUT=$BATS_TEST_TMPDIR/server.out SERVER_ERR=$BATS_TEST_TMPDIR/server.err SERVER_PORT=7000
  unshare -rn sh -c "$1"' && exec "$@"' sh "$SUT/server" --port "$SERVER_PORT" "${@:2}" \
    >"$SERVER_OUT" 2>"$SERVER_ERR" 3>&- 4>&- &
  SERVER_PID=$! SERVER_JOB=$! SERVER_STATUS='' DEATH='' MUTE='' SERVER_SHELL=$BASH_SUBSHELL
  APART=(nsenter -t "$SERVER_PID" -U -n --preserve-credentials)
  no_last_question
  eventually 5 grep -q '^listening on ' "$SERVER_OUT"
}

refuse_a_string() {
  {
    printf '> set s v\nOK\n'
    printf '> %s\n-WRONGTYPE Operation against a key holding the wrong kind of value\n' "$@"
    printf '> get s\n"v"\n'
  } | dialogue
}

build_differential() {
  local built=$TOOLS/$1.$$
  if [ ! -x "$TOOLS/$1" ]; then
    # shellcheck disable=SC2016 # the inner shell expands it
    bash -c '. "$1/runner.bash" && build_tool "$1/differential/$2.c" "$3"' - \
      "$BATS_TEST_DIRNAME" "$1" "$built"
    mv "$built" "$TOOLS/$1" # at once: other suites may be looking for it
  fi
}

prints() {
  local expected=$1 want=$2
  shift 2
  client "$@"
  equal "what the client prints for: $*" "$expected" "$output"
  equal "the exit status of: $*" "$want" "$status"
}

answers() {
  fake_server skip 10 send "$1" half-close drain
  prints "$2" "${4:-0}" --resp get k
  fake_finish
  fake_server skip 10 send "$1" half-close drain
  prints "$3" "${4:-0}" --resp --pretty get k
  fake_finish
}

array() {
  local word
  printf '*%d\\r\\n' $#
  for word in "$@"; do
    printf '$%d\\r\\n%s\\r\\n' ${#word} "$word"
  done
}

bytes_each() {
  local before n=$1
  talk send 'SET warm up\r\n' expect '+OK\r\n'
  before=$(rss_kib)
  talk "${@:2}"
  echo $((($(rss_kib) - before) * 1024 / n))
}
