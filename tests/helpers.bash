# shellcheck shell=bash disable=SC2034,SC2119,SC2120
# helpers.bash: what the suites have in common. Also runs in bash 3.2 (macOS).
#
# A suite begins with
#     load helpers
#     accepts world echo status tlv      # its own dialect first (tools/dialect.h), then later ones
# and has tests like
#     @test "core: a header split into 1 + 3 bytes is still one request" {
#         why 2 "one read() is taken for one message"
#         start_server
#         talk split 1,3 ask hello answer hello
#     }
# setup_file, setup and teardown are defined here. Before the first test they find out how the
# server can be reached and which dialect it speaks. After each test the server must still be alive
# and answer, and must end on SIGTERM with status 0 or 143, without a report of a sanitizer.
#
# From tests/run:  SUT (the built copy under test: $SUT/server, $SUT/client, its sources),
#                  SUT_NAME, SUITE, TOOLS (built tools), SAN
# From here:       DIALECT (raw world echo status tlv), LIMIT (longest body: 4096 or 33554432),
#                  LONG (a long string that fits into a request: 100,000 bytes, or 3,900),
#                  MOST_BODY (3,900 where messages of 32 MiB are refused, else nothing),
#                  EDITION (-older where an array has the older edition's tag),
#                  CHAPTER (what the suite is about: ch04_protocol, f05_client, final),
#                  PORT_MODE (zero: PORT=0 and `listening on`; pick: PORT=N; fixed: $FIXED_PORT)
#
# why [CHAPTER] N TEXT   what a failure of this test probably means, and invariant N of the page that
#                        explains it: the README of the suite's chapter, the lesson of its step, or
#                        the page of CHAPTER (ch06_event_loop, f04_resp, final). N is - if no
#                        invariant fits. Shown when the test fails. Write the learner's mistake, not
#                        the symptom.
# start_server [VAR=VALUE...]   starts $SUT/server; NOFILE=20 limits its descriptors, and
#                        SERVER_ARGS=(...) are its arguments (run_server takes them, too).
#                        Sets SERVER_PID, SERVER_PORT, SERVER_OUT and SERVER_ERR (files).
#                        Where LD_PRELOAD works its stdout is line-buffered; BUFFERED=1 leaves it.
# start_server_counting_leaks [VAR=VALUE...]   the same; under SAN=address, memory that only a
#                        global variable points to at the end counts as a leak, too
# stop_server            what teardown does, for a test that wants to know more afterwards:
#                        sets SERVER_STATUS. (stop_server -KILL: another signal, any status.)
# SHARED                 a directory, empty when a test begins, for files that the server or client
#                        opens by name: settings, a log, a socket. While a submission is graded, its
#                        server sees no other directory of the test, and may replace any file there.
#                        So write with share, read with shared, and keep what a result depends on in
#                        BATS_TEST_TMPDIR.
# share NAME             puts stdin into $SHARED as a file of that name
# shared NAME            prints that file; fails if it is not a plain file (a link, say)
# no_last_question       this test leaves the server in a state in which it need not answer
# run_server [VAR=VALUE...]     runs the server until it ends by itself (3 s at most, then
#                        status 124); sets status, output (stdout), errors (stderr). Never fails.
# client [ARG...]        runs $SUT/client against the server (CLIENT_SECONDS=10 at most); sets status,
#                        output, errors. Never fails, but a failure tells first that it crashed or hung.
#                        CLIENT_PORT=N client ...: against another port;
#                        CLIENT_ENV=VAR=VALUE client ...: one more variable for it;
#                        CLIENT_TO=FILE client ...: its stdout goes there
#                        output and errors lose trailing newlines; files: CLIENT_OUT, CLIENT_ERR.
# looks_back [sets] [WORD...]   starts the server and tries what earlier chapters promised: a reset
#                        in the middle of a request, a large value, del; with "sets" also del of a
#                        sorted set; then WORDs of talk, on @good
# unit_test NAME SOURCE...   builds units/NAME.c with the SOURCEs that $SUT has, and runs it; fails
#                        with its output (60 s at most; SEED is passed on). Its status does not
#                        count without its last line (units/passed.h).
# talk WORD...           the scripted peer, see the head of tools/talk.c; fails with a report.
#                        talk in words:  talk @a ask one @b ask two answer two @a answer one
#                        Words that mean the same in every dialect: ask/answer TEXT (prepare TEXT),
#                        ask-sized/answer-sized N, ask-fat/answer-fat N (prepare-fat N), reply.
#                        TALK_TIMEOUT=MS: how long it waits without progress (default 5000);
#                        TALK_ADDRESS=A: where it connects, if not to 127.0.0.1.
# talk_says WORD...      the same; its stdout is in output, its report in errors, and status is
#                        set. Never fails.
# talk_start WORD...     the same in the background; returns when it reaches the word `hold`
# talk_resume            lets it go on to the next `hold` (or to its end)
# talk_finish            lets it go on to its end; fails with its report.
# fake_server WORD...    talk plays the server; CLIENT_PORT is set for `client`. In its words, each
#                        new connection is an accepted client.
# fake_finish            waits for its end; fails with its report.
# requests               the texts of the requests that its each-request has seen, one per line
# fail LINE...           fails with these lines
# equal WHAT EXPECTED ACTUAL       contains WHAT EXPECTED_PART ACTUAL
# eventually SECONDS COMMAND...    repeats the command until it succeeds, or fails
# within SECONDS COMMAND...        the same without a word
# log_has REGEX          the server's stdout or stderr matches it within 3 s, in upper or lower
#                        case. Only one core test per chapter reads the log, and it is worth few
#                        points
# log                    what the server has printed so far
# says_in_order WORD...  output has these words in this order, whatever comes between them
# cpu_ms [PID]           CPU time so far, user + system, in ms (default: the server's)
# busy_us                of the server, in us where the system can; it does not count in ticks
# fd_count [PID]         open descriptors; rss_kib [PID] memory now, peak_kib [PID] at most so far
# needs_proc             skips where /proc does not exist (fd_count, peak_kib, cpu_ms in ms)
# needs_no_sanitizer WHY           skips under SAN=
# needs_preload [NAME]   skips where LD_PRELOAD does not work. Otherwise PRELOAD is VAR=VALUE, for
#                        start_server and CLIENT_ENV, and puts tools/NAME_preload.c before the C
#                        library (short: EINTR and short counts on every socket; rare: see there)
# large N                N, or a tenth of it under a sanitizer, for loops that are slow there

bats_require_minimum_version 1.5.0

CHAPTER=${BATS_TEST_FILENAME##*/} CHAPTER=${CHAPTER%.bats}
case $CHAPTER in final_*) CHAPTER=final ;; esac # several suites, one README

# What a later program does differently from the chapters before it: a name, and a file with a text
# in it that marks the change. Programs without that text must behave as the chapters do.
CHANGES='
idle       config.c        "io-timeout"     idle clients stay, unless --timeout says otherwise
ttl        command_rows.h  ROW("persist"    pexpire has options; a TTL that is not positive deletes
set-ttl    command_rows.h  ROW("getex"      set takes the TTL away
empty-set  command_rows.h  ROW("zcard"      a set without members is gone
'

# changed NAME: does the program under test have that change?
changed() {
  local name file text rest
  while read -r name file text rest; do
    [ "$name" = "$1" ] || continue
    [ -f "${SUT:-}/$file" ] && grep -qF -- "$text" "$SUT/$file" && return || return 1
  done <<<"$CHANGES"
  fail "there is no change called $1"
}

case $CHAPTER in ch*) ! changed idle || SERVER_ARGS=(--timeout 5) ;; esac # as those suites want it

TALK_TIMEOUT=${TALK_TIMEOUT:-5000}
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=0:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"
export TSAN_OPTIONS="halt_on_error=0:${TSAN_OPTIONS:-}"

accepts() { ACCEPTED="$*"; }

# ---- saying what went wrong ----

# No line, or what a program printed, is shown beyond this: megabytes would take bats minutes.
SHOWN_MOST=4000

fail() {
  local line
  [ -z "${EXPLAINED:-}" ] || return # a test's own guess adds nothing
  [ -z "${CLIENT_ASKED:-}" ] || needs_basic || return
  tell_death
  [ -z "${OBSERVED:-}" ] || tell_observed
  tell_client
  for line in "$@"; do
    printf '%s\n' "${line:0:SHOWN_MOST}"
  done
  return 1
}

# lesson_of CHAPTER: the page whose invariants its tests name
lesson_of() {
  case $1 in
  f[0-9]*) echo "final/steps/$1/README.md" ;;
  *) echo "$1/README.md" ;;
  esac
}

why() {
  local chapter=$CHAPTER
  case $1 in ch[0-9]* | f[0-9]* | final) chapter=$1 && shift ;; esac
  WHY_WHERE=$(lesson_of "$chapter")
  [ "$1" = - ] || WHY_WHERE="$WHY_WHERE, invariant $1"
  shift
  WHY_TEXT=$*
}

# What a program printed, for people: a few columns, and nothing that a terminal would obey
shown() { cat -v | cut -c 1-200 | sed 's/^/    /'; }

# Where the chapter's basic exchange fails, what needs it fails for that reason: the first such test
# tells how, the others that they need it.
needs_basic() {
  [ -n "${NO_BASIC:-}" ] && [ -z "${OBSERVING:-}" ] || return 0
  [ -z "${EXPLAINED:-}" ] || return
  EXPLAINED=1 DEATH=${NO_BASIC_DEATH:-}
  mkdir "$BATS_FILE_TMPDIR/basic-told" 2>/dev/null || NO_BASIC="needs the basic exchange"
  printf '%s\n' "$NO_BASIC"
  false
}

# last_lines N: of what the server said, unless it is a sanitizer's report, which has been shown. Of a
# server that died, its last line has been, too.
last_lines() {
  local lines
  [ -z "${SANITIZED:-}" ] && [ -n "${SERVER_ERR:-}" ] && [ -s "$SERVER_ERR" ] || return 0
  if [ -n "${LAST_SHOWN:-}" ]; then
    lines=$(tr -d '\0' <"$SERVER_ERR" | grep -av '^[[:space:]]*$' | tail -n "$1" | sed '$d' | shown)
    [ -n "$lines" ] || return 0
    echo "its lines on stderr before the last one:"
  else
    lines=$(tail -n "$1" "$SERVER_ERR" | shown)
    echo "the server's last lines on stderr:"
  fi
  echo "$lines"
}

explain() {
  [ -z "${EXPLAINED:-}" ] || return 0
  tell_client
  last_lines 12
  edition_note
  if knows_cause; then
    echo "likely cause: $WHY_TEXT"
    echo "see $WHY_WHERE"
  fi
}

# Is the test's `why` about what happened? A program that died, or that is mute when the test is
# over, has a cause of its own, unless that it goes on is what the test is about.
knows_cause() {
  [ -n "${WHY_TEXT:-}" ] || return
  [ -n "${DEATH:-}${MUTE:-}${CLIENT_TOLD:-}" ] || return 0
  case $BATS_TEST_DESCRIPTION in
  *'end the server'* | *'crash the client'*) ;;
  *) false ;;
  esac
}

equal() {
  [ "$2" = "$3" ] && return
  local expected=${2:0:SHOWN_MOST} got=${3:0:SHOWN_MOST}
  fail "$1 is not as expected" "  expected: ${expected//$'\n'/$'\n'            }" \
    "  got:      ${got//$'\n'/$'\n'            }"
}

contains() {
  case $3 in
  *"$2"*) ;;
  *) fail "$1 does not have what is expected" "  expected: ...$2..." "  got:      $3" ;;
  esac
}

# nap SECONDS: as sleep, but without starting a program, which costs more than what is waited for: a suite
# naps thousands of times. Before its version 4 (macOS has 3.2), bash waits for whole seconds only.
# Not for scripts that exit in a trap: bash 5.2 crashes if that happens in read.
nap() {
  if [ "${BASH_VERSINFO[0]}" -ge 4 ] && [ -p "${NEVER:-}" ]; then
    read -rt "$1" <>"$NEVER" || true
  else
    sleep "$1"
  fi
}

within() {
  local tries=$(($1 * 50))
  shift
  while ! "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return
    nap 0.02
  done
}

eventually() { within "$@" || fail "timed out waiting for: ${*:2}"; }

log() { cat "$SERVER_OUT" "$SERVER_ERR"; }

log_has_now() { grep -qaiE -- "$1" "$SERVER_OUT" "$SERVER_ERR"; }

log_has() {
  within 3 log_has_now "$1" && return
  local has="the server has printed nothing"
  [ ! -s "$SERVER_OUT" ] && [ ! -s "$SERVER_ERR" ] || has="it has"$'\n'$(log | cat -v | tail -n 12)
  fail "the server's log, stdout and stderr, has no line that matches /$1/; $has"
}

says_in_order() {
  local word rest=$output
  for word in "$@"; do
    case $rest in
    *"$word"*) rest=${rest#*"$word"} ;;
    *) fail "expected, in this order: $*" "  got: $output" || return ;;
    esac
  done
}

sanitizer_report() {
  grep -qaE 'Sanitizer|runtime error:' "$1" || return
  grep -aE -A 8 'ERROR: (Address|Leak|Memory)Sanitizer|WARNING: ThreadSanitizer|runtime error:' \
    "$1" | head -n 30 | cut -c 1-160 | grep . && SANITIZED=1
}

# ---- the port 1234 (or the one of PORT=) is for one test at a time ----

lock_port() {
  local lock=${LOCKS:-${TMPDIR:-/tmp}}/server-tests-port-$1.lock holder nobody=0
  [ "${PORT_LOCK:-}" != "$lock" ] || return 0
  until mkdir "$lock" 2>/dev/null; do
    holder=$(cat "$lock/pid" 2>/dev/null) || holder=
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null && mkdir "$lock.breaking" 2>/dev/null; then
      # Others may have noticed the dead holder, too, and one may have a new lock already.
      [ "$(cat "$lock/pid" 2>/dev/null)" != "$holder" ] || rm -rf "$lock"
      rmdir "$lock.breaking"
    fi
    # A lock without a pid does not last, nor does one whose breaker has died.
    [ -n "$holder" ] && nobody=0 || nobody=$((nobody + 1))
    [ "$nobody" -lt 100 ] || { rm -rf "$lock" && nobody=0; }
    find "$lock" "$lock.breaking" -prune -mmin +5 -exec rm -rf {} + 2>/dev/null || true
    nap 0.05
  done
  echo $$ >"$lock/pid"
  PORT_LOCK=$lock
}

unlock_port() {
  [ -z "${PORT_LOCK:-}" ] || rm -rf "$PORT_LOCK"
  PORT_LOCK=
}

# ---- starting the server ----

quiet_talk() { "$TOOLS/launch" -t 20 "$TOOLS/talk" "$@" >/dev/null 2>&1; }

alive() { [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null; }

# spawn_server VAR=VALUE...
spawn_server() {
  local limit=() lines=()
  [ -z "${NOFILE:-}" ] || limit=(-n "$NOFILE")
  [ -n "${BUFFERED:-}" ] || ! can_preload line_preload ||
    lines=("LD_PRELOAD=$TOOLS/line_preload.so")
  SERVER_OUT=$BATS_TEST_TMPDIR/server.out SERVER_ERR=$BATS_TEST_TMPDIR/server.err
  : >"$SERVER_OUT"
  : >"$SERVER_OUT.pid"
  jailed || limit+=(-p "$SERVER_OUT.pid")
  JAIL_TELLS=$SERVER_OUT.pid "$TOOLS/launch" ${limit[@]+"${limit[@]}"} env ${lines[@]+"${lines[@]}"} "$@" "$SUT/server" \
    ${SERVER_ARGS[@]+"${SERVER_ARGS[@]}"} >"$SERVER_OUT" 2>"$SERVER_ERR" </dev/null 3>&- 4>&- &
  SERVER_PID=$! SERVER_JOB=$! SERVER_STATUS='' DEATH='' MUTE='' LAST_SHOWN='' SERVER_SHELL=$BASH_SUBSHELL
  find_server
}

# In a submission that is graded $SUT/server is its jail, which starts the server itself.
jailed() { [ -f "${SUT:-}/.jail" ]; }

# What is looked at and signalled is the server; what is waited for is whoever started it, launch or
# the jail, $SERVER_JOB, which ends with its status.
find_server() {
  local tries=1000
  while [ ! -s "$SERVER_OUT.pid" ] && alive "$SERVER_JOB" && [ "$tries" -gt 0 ]; do
    tries=$((tries - 1))
    nap 0.005
  done
  [ ! -s "$SERVER_OUT.pid" ] || read -r SERVER_PID <"$SERVER_OUT.pid"
}

# Is the port in the first line on stdout? (Its newline may be missing.)
has_announced() {
  local line=
  SERVER_PORT=
  IFS= read -r line <"$SERVER_OUT" || true
  [[ ! $line =~ ^listening\ on\ 127\.0\.0\.1:([0-9]+)$ ]] || SERVER_PORT=${BASH_REMATCH[1]}
  [ "${SERVER_PORT:-0}" -gt 0 ] || ! alive "$SERVER_PID"
}

accepts_now() { quiet_talk --timeout 1000 "$1" open || ! alive "$SERVER_PID"; }

free_port() { "$TOOLS/talk" --listen 0 | sed 's/.*://'; }

start_server() {
  local wanted=${FIXED_PORT:-}
  [ -z "${UNREACHABLE:-}" ] || needs_basic || return
  case ${1:-} in PORT=*) wanted=${wanted:-${1#PORT=}} ;; esac
  case ${PORT_MODE:-zero} in
  zero)
    [ -z "${FIXED_PORT:-}" ] || lock_port "$FIXED_PORT"
    spawn_server PORT=0 "$@"
    eventually 5 has_announced || fail "the server did not print" \
      "  listening on 127.0.0.1:<port>" "as its first line on stdout (flushed?)" || return
    ;;
  *)
    SERVER_PORT=${wanted:-$(free_port)}
    [ "$PORT_MODE" = pick ] || lock_port "$SERVER_PORT"
    spawn_server PORT="$SERVER_PORT" "$@"
    within 10 accepts_now "$SERVER_PORT" ||
      fail "the server does not listen on port $SERVER_PORT" "$(fate "$SERVER_PORT")" || return
    ;;
  esac
  alive "$SERVER_PID" ||
    fail "the server ended instead of starting" "$(fate "$wanted")" || return
  CLIENT_PORT=
  NO_QUESTION=
}

# What libraries keep is not ours.
start_server_counting_leaks() {
  local kept=$BATS_TEST_TMPDIR/kept
  printf 'leak:%s\n' _IO_file_doallocate pthread_create libstdc++ >"$kept"
  start_server "LSAN_OPTIONS=use_globals=0:suppressions=$kept" "$@"
}

# ---- and ending it ----

no_last_question() { NO_QUESTION=1; }

# death STATUS [PEER]: what a program did that ended with it
death() {
  case $1 in
  129 | 130) echo "ended by a signal ($(($1 - 128)))" ;;
  132 | 139 | 138 | 135) echo "crashed ($(kill -l "$1" | sed 's/^SIG//; s/^/SIG/'): a wild pointer or index?)" ;;
  136) echo "crashed (SIGFPE: a division by zero?)" ;;
  134) echo "aborted (SIGABRT: assert(), abort() or a corrupted heap)" ;;
  137) echo "was killed (SIGKILL: out of memory?)" ;;
  141) echo "was killed by SIGPIPE: it wrote to a connection whose ${2:-client} had gone" ;;
  0) echo "ended by itself with status 0: it must go back to accept(), and wait for the next client" ;;
  *) echo "ended by itself with status $1" ;;
  esac
}

# The status of a server that has ended, into SERVER_STATUS (unless somebody was earlier).
await_status() {
  [ -z "$SERVER_STATUS" ] || return 0
  SERVER_STATUS=0
  wait "$SERVER_JOB" 2>/dev/null || SERVER_STATUS=$?
}

# A server that died in mid-test: what it died of comes first, before what was seen of it; and it is
# told once. (Its end may come a little later than the end of a connection.)
tell_death() {
  local tries=15
  [ -n "${SERVER_PID:-}" ] && [ -z "$DEATH" ] && [ "$BASH_SUBSHELL" = "$SERVER_SHELL" ] || return 0
  while alive "$SERVER_PID"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 0
    nap 0.02
  done
  await_status
  DEATH="the server $(death "$SERVER_STATUS")"
  if sanitizer_report "$SERVER_ERR"; then
    echo "this ended the server"
    return
  fi
  echo "$DEATH"
  last_line "$SERVER_ERR"
  LAST_SHOWN=1
  name_the_line "$SERVER_STATUS"
}

# last_line FILE: of what a program said on stderr
last_line() {
  local last
  last=$(tr -d '\0' <"$1" | grep -av '^[[:space:]]*$' | tail -n 1 | shown)
  [ -z "$last" ] || printf '%s\n' "its last line on stderr:" "$last"
}

# A client that died or hung is told before what is missing in its output, once. That alone is no
# failure: the book's client aborts where there is no server.
tell_client() {
  [ -n "${CLIENT_DEATH:-}" ] && [ -z "${BATS_TEST_COMPLETED:-}" ] || return 0
  echo "the client $CLIENT_DEATH"
  last_line "$CLIENT_ERR"
  name_the_line "$CLIENT_STATUS"
  CLIENT_DEATH='' CLIENT_TOLD=1
}

# name_the_line STATUS: of a crash, a sanitizer tells more.
name_the_line() {
  case $1 in
  141) ;;
  1[3-9]?) [ -n "${SAN:-}" ] || echo "run it again with SAN=address,undefined, which names the line" ;;
  esac
}

# ports_of PID: the ports on which it listens, as far as /proc tells, one per line; `8080 of ::1` where
# a client of 127.0.0.1 does not reach it
ports_of() {
  local sockets address port
  # shellcheck disable=SC2012 # the names are numbers
  sockets=$(ls -l "/proc/$1/fd" 2>/dev/null | sed -n 's/.*socket:\[\([0-9]*\)\]$/\1/p')
  cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null |
    awk -v sockets=" ${sockets//$'\n'/ } " '
      $4 == "0A" && index(sockets, " " $10 " ") { sub(/:/, " ", $2); print $2 }' |
    while read -r address port; do
      echo "$((16#$port))$(of_address "$address")"
    done | sort -u | sort -n
}

# of_address HEX: as /proc writes it, in the machine's order of bytes; nothing if 127.0.0.1 is in it
of_address() {
  local a=$1
  case $a in
  0100007F | 7F000001 | *FFFF*0100007F | *FFFF7F000001) ;;
  00000000000000000000000001000000 | 00000000000000000000000000000001) echo " of ::1" ;;
  *[!0]*)
    if [ ${#a} -gt 8 ]; then
      echo " of an address of IPv6"
    elif [ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ]; then
      echo " of $((16#${a:6})).$((16#${a:4:2})).$((16#${a:2:2})).$((16#${a:0:2}))"
    else
      echo " of $((16#${a:0:2})).$((16#${a:2:2})).$((16#${a:4:2})).$((16#${a:6}))"
    fi
    ;;
  esac
}

# Has PORT connections that closed a moment ago, so that bind() wants SO_REUSEADDR, and nothing else?
in_time_wait() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v port="$(printf ':%04X' "$1")" '
      substr($2, length($2) - 4) != port { next }
      $4 == "06" { found = 1 }
      $4 == "0A" { listens = 1 }
      END { exit !found || listens }'
}

# fate [PORT]: more about a server that cannot be reached there: where it listens, if it runs at all
fate() {
  local ports
  if alive "$SERVER_PID"; then
    ports=$(ports_of "$SERVER_PID")
    if [ -n "$ports" ]; then
      echo "it listens on port ${ports//$'\n'/ and }"
    elif [ -r "/proc/$SERVER_PID/net/tcp" ] && [ -r "/proc/$SERVER_PID/fd" ]; then
      echo "it runs, but listens on no port"
    fi
  elif grep -qs 'n use' "$SERVER_ERR" && in_time_wait "${1:-1234}"; then
    printf '%s\n' "connections to port ${1:-1234} that ended a moment ago are in TIME_WAIT: before" \
      "bind() the server must set SO_REUSEADDR"
  fi
}

# Waits for SERVER_PID's end, 8 s at most, and sets SERVER_STATUS.
reap_server() {
  local tries=400
  while alive "$SERVER_PID" && [ "$tries" -gt 0 ]; do
    tries=$((tries - 1))
    nap 0.02
  done
  if alive "$SERVER_PID"; then
    kill -KILL "$SERVER_PID"
    wait "$SERVER_JOB" 2>/dev/null
    SERVER_STATUS=none
  else
    await_status
  fi
  SERVER_PID=
  unlock_port
}

stop_server() {
  [ -n "${SERVER_PID:-}" ] || return 0
  alive "$SERVER_PID" || tell_death
  alive "$SERVER_PID" && kill "${1:--TERM}" "$SERVER_PID"
  reap_server || true
  if [ -n "$DEATH" ]; then
    false
  elif sanitizer_report "$SERVER_ERR"; then
    fail "the sanitizer found a fault in the server"
  elif [ "$SERVER_STATUS" = none ]; then
    fail "the server did not end within 8 s of a signal"
  elif [ -z "${1:-}" ] && [ "$SERVER_STATUS" != 0 ] && [ "$SERVER_STATUS" != 143 ]; then
    # Of a test that passed, the cause is not this.
    [ -z "${BATS_TEST_COMPLETED:-}" ] || [ "$SERVER_STATUS" -lt 129 ] || DEATH=crash
    fail "asked to end by SIGTERM, the server $(death "$SERVER_STATUS")" || name_the_line "$SERVER_STATUS"
    false
  fi
}

# at_what: what a server that does not answer does meanwhile
at_what() {
  local busy=0 line
  [ -r "/proc/$SERVER_PID/stat" ] || return 0
  for _ in 1 2 3 4 5 6 7 8 9; do
    line=$(cat "/proc/$SERVER_PID/stat") || return 0
    case ${line##*) } in R*) busy=$((busy + 1)) ;; esac
    nap 0.02
  done
  if [ "$busy" -ge 5 ]; then
    echo "it is at work: some loop never ends (one around a read() that returns 0, at the end of a stream?)"
  else
    echo "it sleeps: it waits for something that does not come"
  fi
}

# The server still does its work: one question, one answer.
any_answer() {
  if [ -z "${RESP_ONLY:-}" ]; then
    run_talk ask last-question reply
  else # PONG, or an error: that a password is wanted, say
    run_talk send 'PING\r\n' expect '+PONG\r\n' || run_talk send 'PING\r\n' expect -
  fi
}

last_question() {
  if [ -n "${SERVER_PID:-}" ] && [ -z "${NO_QUESTION:-}" ] && alive "$SERVER_PID"; then
    MUTE=1
    any_answer 2>"$BATS_TEST_TMPDIR/question" && MUTE='' && return
    tell_death
    if [ -n "$DEATH" ]; then
      MUTE=''
      echo "this test had come to its end: the server died at the question that follows every test"
      return 1
    fi
    fail "this test came to its end, but after it the server no longer answers; $(at_what)" \
      "$(cat "$BATS_TEST_TMPDIR/question")"
  fi
}

# ---- files that the test and the program under test leave for each other ----

# A submission may write whatever it likes into its SHARED, links to our files above all.
open_shared() {
  SHARED=$BATS_TEST_TMPDIR
  if jailed; then
    SHARED=$(mktemp -d "$ALL_SHARED/XXXXXX")
    [ -z "${LODGER:-}" ] || chown "$LODGER" "$SHARED"
    export JAIL_SHARES=$SHARED
  fi
}

close_shared() {
  ! jailed || [ -z "${SHARED:-}" ] || rm -rf "$SHARED"
}

# What is there is not written through: it goes.
share() {
  local new
  if ! jailed; then
    cat >"$SHARED/$1"
    return
  fi
  new=$ALL_SHARED/new-$$
  unlink "$SHARED/$1" 2>/dev/null || true
  if cat >"$new" && chmod 644 "$new" && link "$new" "$SHARED/$1"; then
    unlink "$new"
  else
    fail "$1 cannot be put where the server finds it: is the disk full, or another file there?"
  fi
}

# A copy of a file is a file; that of a link would be a link.
shared() {
  local file=$SHARED/$1 copy=$BATS_TEST_TMPDIR/copy-$RANDOM
  [ -f "$file" ] && [ ! -h "$file" ] && cp -P "$file" "$copy" || return
  [ -f "$copy" ] && [ ! -h "$copy" ] && cat "$copy"
}

# ---- running programs to their end ----

run_server() {
  [ "${PORT_MODE:-zero}" != fixed ] || lock_port "$FIXED_PORT"
  status=0
  "$TOOLS/launch" -t 3 env "$@" "$SUT/server" ${SERVER_ARGS[@]+"${SERVER_ARGS[@]}"} \
    >"$BATS_TEST_TMPDIR/run.out" 2>"$BATS_TEST_TMPDIR/run.err" </dev/null 3>&- 4>&- || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/run.out")
  errors=$(cat "$BATS_TEST_TMPDIR/run.err")
  [ -n "${SERVER_PID:-}" ] || unlock_port
}

client() {
  needs_client || return
  CLIENT_OUT=$BATS_TEST_TMPDIR/client.out CLIENT_ERR=$BATS_TEST_TMPDIR/client.err
  [ -n "${CLIENT_PORT:-}" ] || [ -z "${SERVER_PID:-}" ] || CLIENT_ASKED=1
  status=0
  : >"$CLIENT_OUT"
  PORT=${CLIENT_PORT:-${SERVER_PORT:-}} "$TOOLS/launch" -t "${CLIENT_SECONDS:-10}" \
    env ${CLIENT_ENV:+"$CLIENT_ENV"} "$SUT/client" "$@" \
    >"${CLIENT_TO:-$CLIENT_OUT}" 2>"$CLIENT_ERR" </dev/null 3>&- 4>&- || status=$?
  CLIENT_STATUS=$status CLIENT_DEATH='' CLIENT_TOLD=''
  case $status in
  124)
    CLIENT_DEATH="had not ended after ${CLIENT_SECONDS:-10} s"
    grep -av "^launch: " "$CLIENT_ERR" >"$CLIENT_ERR.own" || true # that is not what the client said
    mv "$CLIENT_ERR.own" "$CLIENT_ERR"
    ;;
  13[2-9] | 141) CLIENT_DEATH=$(death "$status" server) ;;
  esac
  output=$(tr -d '\0' <"$CLIENT_OUT")
  errors=$(tr -d '\0' <"$CLIENT_ERR")
  if sanitizer_report "$CLIENT_ERR"; then
    fail "the sanitizer found a fault in the client"
  fi
}

# For every suite from ch07 on: what the chapters before it promised. A reset must find a server that
# has read what came before, or it is like any other end: hence the questions of @other.
looks_back() {
  local long=$LONG
  [ -n "${MOST_BODY:-}" ] || long=$((2 << 20))
  [ "${1:-}" != sets ] || set -- join "{" repeat 300 "{" req [ zadd z %i m%i ] "}" "}" repeat 300 "{" expect-int 1 "}" \
    req [ del z ] expect-deleted 1 req [ set z v ] expect-stored req [ del z ] expect-deleted 1 \
    req [ zadd z 1 a ] expect-int 1 req [ zrem z a ] expect-int 1 req [ del z ] reply "${@:2}"
  start_server
  talk @gone send-hex 0500 @body send-hex '05000000 61' \
    @other req [ get k ] expect-missing req [ get k ] expect-missing \
    @gone rst @body rst @other req [ get k ] expect-missing \
    @good req [ set k "\{$long*x}" ] expect-stored req [ get k ] expect-value "\{$long*x}" \
    req [ del k ] expect-deleted 1 req [ get k ] expect-missing "$@"
}

# The last line comes from a main() that calls the test's own (units/passed.h). The compiler reads it from
# a pipe, before anything else: the made-up word is in no file that the code under test could include, in
# no argument and in no variable.
unit_test() {
  local name=$1 file sources=() flags=(-std=c11 -O1 -g -D_POSIX_C_SOURCE=200809L -pthread -I "$SUT")
  local inside=() built=$BATS_TEST_TMPDIR/$1 said=$BATS_TEST_TMPDIR/$1.said
  local word=$RANDOM$RANDOM$RANDOM main
  main="int printf(const char *format, ...); int unit_main(void); int main(void) { int status = unit_main();
if (status == 0) { printf(\"passed %s\\n\", \"$word\"); } return status; }"
  shift
  ! jailed || { inside=("$SUT/.inside") && built=./$name; }
  for file in "$@"; do
    [ ! -f "$SUT/$file" ] || sources+=("$SUT/$file")
  done
  [ -z "${SAN:-}" ] || flags+=("-fsanitize=$SAN" -fno-sanitize-recover=all -DSANITIZED)
  # shellcheck disable=SC2086 # CC may have arguments
  printf '%s\n' "$main" | ${inside[@]+"${inside[@]}"} ${CC:-cc} "${flags[@]}" -o "$built" -x c - -x none \
    "${UNITS:-$BATS_TEST_DIRNAME/units}/$name.c" ${sources[@]+"${sources[@]}"}
  "$TOOLS/launch" -t 60 ${inside[@]+"${inside[@]}"} "$built" >"$said" 2>&1 ||
    fail "$(tail -c "$SHOWN_MOST" "$said")" || return
  [ "$(tail -n 1 "$said")" = "passed $word" ] || fail "$(tail -c "$SHOWN_MOST" "$said")" \
    "the unit test ended before it was through: does the code under test call exit()?"
}

run_talk() {
  "$TOOLS/launch" -t 60 "$TOOLS/talk" --dialect "$DIALECT$EDITION" --timeout "$TALK_TIMEOUT" \
    ${MOST_BODY:+--most "$MOST_BODY"} --address "${TALK_ADDRESS:-127.0.0.1}" "$SERVER_PORT" "$@" \
    </dev/null 3>&- 4>&-
}

talk() {
  local result=0 report=$BATS_TEST_TMPDIR/talk-$RANDOM
  run_talk "$@" 2>"$report" || result=$?
  [ "$result" = 0 ] || { needs_basic && fail "$(cat "$report")"; } >&2 || return "$result"
}

talk_says() {
  status=0
  run_talk "$@" >"$BATS_TEST_TMPDIR/says.out" 2>"$BATS_TEST_TMPDIR/says.err" || status=$?
  [ "$status" = 0 ] || CLIENT_ASKED=1
  output=$(cat "$BATS_TEST_TMPDIR/says.out")
  errors=$(cat "$BATS_TEST_TMPDIR/says.err")
}

talk_holds() {
  [ "$(grep -c '^holding$' "$TALK_FILE.out")" -gt "$TALK_GONE" ] || ! alive "$TALK_PID"
}

talk_start() {
  TALK_FILE=$BATS_TEST_TMPDIR/talk-$RANDOM TALK_GONE=0
  : >"$TALK_FILE.out"
  TALK_GO=$TALK_FILE.go "$TOOLS/launch" -t 90 "$TOOLS/talk" --dialect "$DIALECT$EDITION" \
    --timeout "$TALK_TIMEOUT" ${MOST_BODY:+--most "$MOST_BODY"} "$SERVER_PORT" "$@" \
    >"$TALK_FILE.out" 2>"$TALK_FILE.err" </dev/null 3>&- 4>&- &
  TALK_PID=$!
  eventually 60 talk_holds
  alive "$TALK_PID" || talk_finish
}

talk_resume() {
  TALK_GONE=$((TALK_GONE + 1))
  : >"$TALK_FILE.go.$TALK_GONE"
  eventually 60 talk_holds
}

talk_finish() {
  local result=0
  [ -n "${TALK_PID:-}" ] || return 0
  while alive "$TALK_PID"; do
    TALK_GONE=$((TALK_GONE + 1))
    : >"$TALK_FILE.go.$TALK_GONE"
    eventually 60 talk_holds
  done
  wait "$TALK_PID" || result=$?
  TALK_PID=
  [ "$result" = 0 ] || { needs_basic && fail "$(cat "$TALK_FILE.err")"; } || return "$result"
}

fake_listens() { grep -q '^listening on ' "$FAKE_FILE.out" || ! alive "$FAKE_PID"; }

# Without a client all that needs one fails: the first of them says where it is.
needs_client() {
  [ ! -f "$SUT/.no-client" ] || [ -x "$SUT/client" ] && return
  EXPLAINED=1
  if mkdir "$BATS_FILE_TMPDIR/client-told" 2>/dev/null; then
    cat "$SUT/.no-client"
  else
    echo "needs the client"
  fi
  false
}

fake_server() {
  needs_client || return
  local port=${FIXED_PORT:-0}
  [ "$port" = 0 ] || lock_port "$port"
  FAKE_FILE=$BATS_TEST_TMPDIR/fake-$RANDOM
  : >"$FAKE_FILE.out"
  "$TOOLS/launch" -t 30 "$TOOLS/talk" --dialect "$DIALECT$EDITION" --timeout "$TALK_TIMEOUT" \
    --listen "$port" "$@" >"$FAKE_FILE.out" 2>"$FAKE_FILE.err" </dev/null 3>&- 4>&- &
  FAKE_PID=$!
  eventually 5 fake_listens
  alive "$FAKE_PID" || fake_finish || return
  CLIENT_PORT=$(sed -n '1s/.*://p' "$FAKE_FILE.out")
}

fake_finish() {
  local result=0
  [ -n "${FAKE_PID:-}" ] || return 0
  wait "$FAKE_PID" || result=$?
  FAKE_PID=
  [ -n "${SERVER_PID:-}" ] || unlock_port
  [ "$result" = 0 ] || tell_client
  cat "$FAKE_FILE.err"
  return "$result"
}

requests() { sed -n 's/^request //p' "$FAKE_FILE.out"; }

# ---- looking at a process ----

needs_proc() { [ -r "/proc/$$/stat" ] || skip "there is no /proc here"; }

needs_no_sanitizer() { [ -z "${SAN:-}" ] || skip "not with a sanitizer: $1"; }

on_darwin() { case $OSTYPE in darwin*) ;; *) false ;; esac; }

# A sanitizer's own library must be loaded first.
can_preload() {
  [ -z "${SAN:-}" ] && [ -f "$TOOLS/line_preload.so" ] && ! on_darwin
}

# preload NAME: a variable that loads NAME.so, built from tools/NAME.c
preload() { echo "LD_PRELOAD=$TOOLS/$1.so${LD_PRELOAD:+:$LD_PRELOAD}"; }

needs_preload() {
  needs_no_sanitizer "its library must be loaded first"
  if [ ! -f "$TOOLS/${1:-short}_preload.so" ] || on_darwin; then
    skip "LD_PRELOAD cannot be used here"
  fi
  PRELOAD=$(preload "${1:-short}_preload")
}

large() {
  if [ -n "${SAN:-}" ]; then
    echo $((($1 + 9) / 10))
  else
    echo "$1"
  fi
}

cpu_ms() {
  local pid=${1:-$SERVER_PID} line
  if [ -r "/proc/$pid/stat" ]; then
    line=$(cat "/proc/$pid/stat")
    # the fields after the name, which may hold blanks: the 12th and 13th are the times
    # shellcheck disable=SC2086
    set -- ${line##*) }
    echo $(((${12} + ${13}) * 1000 / $(getconf CLK_TCK)))
  else
    ps -o time= -p "$pid" | awk -F '[:-]' '{ s = 0; for (i = 1; i <= NF; i++) s = s * 60 + $i
      printf "%d\n", s * 1000 }'
  fi
}

busy_us() {
  if [ -r "/proc/$SERVER_PID/schedstat" ]; then
    cat "/proc/$SERVER_PID/task/"*/schedstat | awk '{ sum += $1 } END { printf "%d", sum / 1000 }'
  else
    echo $(($(cpu_ms) * 1000))
  fi
}

at_work() {
  local file line
  for file in "/proc/$SERVER_PID/task/"*/stat; do
    { read -r line <"$file"; } 2>/dev/null || continue
    case ${line##*) } in R*) return ;; esac
  done
  false
}

at_rest() {
  for _ in {1..15}; do
    ! at_work || return
    nap 0.02
  done
}

sleeps() {
  local before
  for _ in {1..10}; do
    ! at_rest || return 0
    before=$(cpu_ms)
    nap 0.1
  done
  fail "the server does not sleep while there is nothing to do:" \
    "  in the last 100 ms it used $(($(cpu_ms) - before)) ms of CPU time"
}

wakes() {
  cat "/proc/$SERVER_PID/task/"*/status 2>/dev/null |
    awk '/^voluntary_ctxt_switches/ { sum += $2 } END { if (NR) printf "%d", sum }'
}

fd_count() {
  local all=("/proc/${1:-$SERVER_PID}/fd/"*)
  echo ${#all[@]}
}

rss_kib() { ps -o rss= -p "${1:-$SERVER_PID}" | tr -d ' '; }

peak_kib() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/${1:-$SERVER_PID}/status"; }

# ---- once for a suite: how is the server reached, and what does it speak? ----

probe_port_mode() {
  local taken='' least
  if [ -n "$FIXED_PORT" ]; then
    PORT_MODE=fixed
    start_server >/dev/null && alive "$SERVER_PID"
    return
  fi
  PORT_MODE=zero
  lock_port 1234
  quiet_talk 1234 expect-refused || taken=1
  spawn_server PORT=0
  local tries=250
  while alive "$SERVER_PID" && [ "$tries" -gt 0 ]; do
    if has_announced && alive "$SERVER_PID"; then
      # A port that the system would not pick is the server's own, though it says so in these words.
      least=$(awk '{ print $1 }' /proc/sys/net/ipv4/ip_local_port_range 2>/dev/null) || least=
      [ "$SERVER_PORT" -ge "${least:-10000}" ] || PORT_MODE=fixed FIXED_PORT=$SERVER_PORT
      return
    fi
    if [ -z "$taken" ] && quiet_talk 1234 open; then
      nap 0.1
      has_announced && alive "$SERVER_PID" && return
      PORT_MODE=fixed FIXED_PORT=1234 SERVER_PORT=1234
      return
    fi
    [ "$tries" -gt 150 ] || [ -n "$taken" ] || break
    tries=$((tries - 1))
    nap 0.02
  done
  { tell_death && fate; } >"$BATS_FILE_TMPDIR/fate"
  [ -z "$taken" ] || echo "port 1234 is taken by another program" >>"$BATS_FILE_TMPDIR/fate"
  stop_server -KILL >/dev/null
  # It knows PORT, but not PORT=0 or not the line?
  PORT_MODE=pick SERVER_PORT=$(free_port)
  spawn_server PORT="$SERVER_PORT"
  eventually 3 accepts_now "$SERVER_PORT" >/dev/null && alive "$SERVER_PID" && return
  PORT_MODE=zero
  return 1
}

probe_dialect() {
  local dialect=unknown d
  dialect=$("$TOOLS/launch" -t 10 "$TOOLS/talk" --timeout 1500 "$SERVER_PORT" detect \
    2>/dev/null) || true
  DIALECT=${ACCEPTED%% *}
  for d in $ACCEPTED; do
    case $dialect in "$d" | "$d"-older) DIALECT=$d EDITION=${dialect#"$d"} ;; esac
  done
}

# Why no test can reach the server. In fate is what became of it when it was started with PORT=0; of one
# with a fixed port nothing has been told yet.
tell_unreachable() {
  local fate=$BATS_FILE_TMPDIR/fate
  DEATH=''
  [ -z "$FIXED_PORT" ] || { tell_death && fate "$FIXED_PORT"; } >"$fate"
  if grep -qE '^(the server |this ended the server$)' "$fate"; then
    DEATH=${DEATH:-at its start}
  elif [[ $(head -n 1 "$fate") == 'it listens on port '*' of '* ]]; then
    sed '1s/^it \(.*\)/the server \1, not of 127.0.0.1/' "$fate"
    return
  elif listens_elsewhere; then
    echo "the server listens on port $ELSEWHERE, not ${FIXED_PORT:-1234} (PORT=$ELSEWHERE tests it there)"
    return
  elif [ -n "$FIXED_PORT" ]; then
    echo "the server does not listen on port $FIXED_PORT"
  else
    printf '%s\n' "the server cannot be reached: started with PORT=0 it printed no line" \
      "    listening on 127.0.0.1:<port>" "and it does not listen on port 1234 either"
  fi
  cat "$fate"
}

# Is there one port on which it listens whenever it is started? Then it is ELSEWHERE.
listens_elsewhere() {
  local last
  last=$(ports_of "$SERVER_PID")
  [[ $last =~ ^[0-9]+$ ]] || return
  stop_server -KILL >/dev/null
  spawn_server PORT="${FIXED_PORT:-0}"
  within 3 has_a_port
  ELSEWHERE=$(ports_of "$SERVER_PID")
  [ "$ELSEWHERE" = "$last" ]
}

has_a_port() { [ -n "$(ports_of "$SERVER_PID")" ] || ! alive "$SERVER_PID"; }

# The first thing that a client and the server of this dialect say to each other
probe_basic() {
  local said=$BATS_FILE_TMPDIR/basic where number cause
  where=$(lesson_of "$CHAPTER")
  # Finding out the dialect may have killed it. On a fixed port each start may have to wait for the port.
  if [ "$PORT_MODE" != fixed ] || ! alive "$SERVER_PID"; then
    : >"$said.death"
    alive "$SERVER_PID" || tell_death >"$said.death"
    stop_server -KILL >/dev/null || true
    if ! start_server >"$said"; then
      UNREACHABLE=$(cat "$said.death" "$said") NO_BASIC_DEATH=$DEATH
      NO_BASIC=$UNREACHABLE
      return
    fi
  fi
  ! run_talk ask hello answer hello >"$said" 2>&1 || return 0
  # The steps to final speak RESP, too, and ask for what Redis does: so may a server that speaks
  # nothing else, as Redis itself.
  case $CHAPTER in final | f[0-9]*)
    if alive "$SERVER_PID" && run_talk send 'PING\r\n' expect '+PONG\r\n' >/dev/null 2>&1; then
      RESP_ONLY=1
      return
    fi
    ;;
  esac
  case $DIALECT in
  raw)
    number=1 cause="the order is accept(), read(), write() of the five bytes world (a NUL or newline is too
  much), close(), all but the first on the accepted socket; perhaps the connection is not closed"
    ;;
  world) number=1 cause="the length is big-endian, counts itself, or is missing in the reply" ;;
  echo) number=2 cause="the reply is missing, or not the request's: the simplest case must work first" ;;
  status) number=3 cause="the reply's status word, its length or the order of their bytes is wrong" ;;
  tlv)
    number=5 where=ch08_hashtable/README.md
    cause="a wrong tag, or a length in the header that was not filled in"
    ;;
  esac
  if grep -qE '^talk: (no reply came|too few bytes came: nothing)' "$said" &&
    grep -q 'the connection is still open' "$said"; then
    cause="the server does not accept() or read(), waits for more than was sent (a length that it reads
  wrongly?), or does not write its reply"
  fi
  tell_death >"$said.death"
  NO_BASIC_DEATH=$DEATH
  echo "the basic exchange fails, and with it all that needs it" >>"$said.death"
  if [ -z "$DEATH" ]; then
    last_lines 4 >>"$said"
    printf '%s\n' "likely cause: $cause" "see $where, invariant $number" >>"$said"
  fi
  NO_BASIC=$(cat "$said.death" "$said")
}

# refuses_length N: as soon as it has the header. By the answer to a question that another client
# asks later, the server has seen that header.
refuses_length() {
  ! quiet_talk --dialect "$DIALECT$EDITION" "$SERVER_PORT" @large header "$1" \
    @other ask x reply ask x reply @large expect-silence 200 && quiet_talk "$SERVER_PORT" open
}

# A server that refuses large messages has one fault, or follows the book's older edition; all else is to be
# tested with small ones.
probe_limit() {
  case $DIALECT in raw | world) return 0 ;; esac
  if refuses_length 33554432; then
    MOST_BODY=3900
    ! refuses_length 4097 || LIMIT=4096
  fi
}

# Said once in a suite, by its first test that fails.
edition_note() {
  if [ -n "$EDITION$MOST_BODY" ] && mkdir "$BATS_FILE_TMPDIR/noted" 2>/dev/null; then
    echo "note: the tests follow this server where it differs from the book's current edition, so that"
    echo "only those fail that are about the difference:"
    [ -z "$EDITION" ] || echo "  an array has the tag 4, as in the older edition; now it is 5"
    case ${MOST_BODY:+$LIMIT} in
    4096) echo "  messages end at 4096 bytes, as in ch04 and in the older edition; now at 32 MiB" ;;
    ?*) echo "  a message of 32 MiB is refused" ;;
    esac
  fi
}

setup_file() {
  [ -z "${ACCEPTED:-}" ] && return
  NEVER=$BATS_FILE_TMPDIR/never # a pipe into which nobody writes
  mkfifo "$NEVER" 2>/dev/null || true # not every file system has pipes: then naps are sleeps
  FIXED_PORT=${PORT:-}
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  DIALECT=${ACCEPTED%% *} EDITION='' LIMIT=33554432 LONG=100000 MOST_BODY=''
  if probe_port_mode; then
    probe_dialect
  else
    tell_unreachable >"$BATS_FILE_TMPDIR/unreachable"
    UNREACHABLE=$(cat "$BATS_FILE_TMPDIR/unreachable")
  fi
  case $DIALECT in raw | world) LIMIT=4096 ;; esac
  if [ -n "${UNREACHABLE:-}" ]; then
    NO_BASIC=$UNREACHABLE NO_BASIC_DEATH=$DEATH
  else
    probe_basic
    [ -n "${NO_BASIC:-}${RESP_ONLY:-}" ] || probe_limit
    LONG=${MOST_BODY:-$LONG}
  fi
  stop_server -KILL >/dev/null || true
  unlock_port
  export DIALECT EDITION LIMIT LONG MOST_BODY PORT_MODE FIXED_PORT UNREACHABLE NO_BASIC NO_BASIC_DEATH
  export RESP_ONLY NEVER
}

setup() { :; }

teardown() {
  local ok=${BATS_TEST_COMPLETED:-}
  [ -z "${TALK_PID:-}" ] || kill "$TALK_PID" 2>/dev/null || true
  [ -z "${FAKE_PID:-}" ] || kill "$FAKE_PID" 2>/dev/null || true
  if [ -n "$ok" ]; then
    last_question || ok=
  fi
  stop_server || ok=
  close_shared
  unlock_port
  [ -n "$ok" ] || [ -n "${BATS_TEST_SKIPPED:-}" ] || explain
  [ -n "$ok" ] || [ -n "${BATS_TEST_SKIPPED:-}" ]
}

[ -z "${BATS_TEST_TMPDIR:-}" ] || open_shared
