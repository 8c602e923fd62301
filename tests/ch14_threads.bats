#!/usr/bin/env bats
# ch14_threads: big values are freed by a pool of threads. From outside you can see the number of
# threads, and that nobody waits while a big value is freed. How long it would take otherwise is
# measured with sets that are small enough to be freed at once.

# shellcheck disable=SC1083,SC2030,SC2031,SC2034,SC2154 # { } [ ] are words of talk
load helpers
accepts tlv

# Freeing this many members takes tens of milliseconds.
BIG=500000

# prepare WORD...: like talk, but on a busy machine the idle timer may close the connection
# meanwhile. Then everything is sent again, to a server that has received some of it.
prepare() {
  for _ in 1 2 3; do
    talk_says "$@"
    [ "$status" != 0 ] || return 0
    case $errors in *closed* | *ended* | *reset*) ;; *) break ;; esac
  done
  fail "$errors"
}

# add KEY N: a sorted set of N members
add() {
  prepare join { repeat "$2" { req [ zadd "$1" %i member%i ] } } repeat "$2" { reply }
}

# CPU time of all threads so far, in ms; finer than cpu_ms where the system can.
busy_ms() {
  if [ -r "/proc/$SERVER_PID/schedstat" ]; then
    cat "/proc/$SERVER_PID/task/"*/schedstat | awk '{ sum += $1 } END { printf "%d", sum / 1e6 }'
  else
    cpu_ms
  fi
}

# inline_ms: how long it takes to free BIG members, in sets of 1,000, which are freed at once.
inline_ms() {
  local i words=() before
  for ((i = 1; i <= BIG / 1000; i++)); do
    words+=(repeat 1000 "{" req "[" zadd "small$i" %i member%i "]" "}")
  done
  prepare join { "${words[@]}" } repeat "$BIG" { reply } || return
  before=$(busy_ms)
  talk join { repeat $((BIG / 1000)) { req [ del small%i ] } } \
    repeat $((BIG / 1000)) { expect-int 1 } || return
  echo $(($(busy_ms) - before))
}

# add_big: the set big, of BIG members whose order is not the one in which they were added, so
# freeing them jumps to and fro in memory. That takes at least twice as long as freeing as many in
# small sets.
add_big() {
  local i words=()
  for ((i = 1; i <= 1000; i++)); do
    words+=(repeat $((BIG / 1000)) "{" req "[" zadd big "%i.$i" "member%i.$i" "]" "}")
  done
  prepare join { "${words[@]}" } repeat "$BIG" { reply }
}

# never_waits WHAT FUNCTION: FUNCTION removes the big set, and sets WAITED to the ms that a client
# waited meanwhile. A busy machine is slow now and then, but a loop that frees is slow every time:
# one quick turn out of five is enough.
never_waits() {
  local inline limit all=''
  inline=$(inline_ms)
  limit=$((inline * 3 / 4 > 5 ? inline * 3 / 4 : 5))
  for _ in 1 2 3 4 5; do
    add_big || return
    "$2"
    [ "$status" = 0 ] || fail "$errors" || return
    [ "$WAITED" -gt "$limit" ] || return 0
    all="$all $WAITED"
  done
  fail "$1 a set of $BIG members made a client wait for$all ms (five times);" \
    "  freeing as many in small sets takes $inline ms. It is to be done by another thread"
}

del_big() {
  talk_says clock @a req [ del big ] @b req [ get x ] reply @a expect-int 1 elapsed
  WAITED=$output
}

expire_big() {
  talk_says @a req [ pexpire big 0 ] expect-int 1 \
    @b open repeat 2 { pause 2 clock req [ get x ] reply elapsed } pause 50 \
    req [ zscore big member1.1 ] expect-nil
  WAITED=$(sort -n <<<"$output" | tail -n 1)
}

# The job of the first is at work when the others come.
del_several() {
  local i
  for i in 1 2 3 4; do
    add "more$i" 1500 || return
  done
  talk_says @b open @a req [ del big ] expect-int 1 \
    repeat 4 { pause 3 @a req [ del more%i ] @b clock req [ get x ] reply elapsed } \
    @a repeat 4 { expect-int 1 }
  WAITED=$(sort -n <<<"$output" | tail -n 1)
}

# held: how many threads wait in hold_preload
held() { grep -c 'held$' "$SERVER_ERR" || true; }

is_held() { [ "$(held)" -gt 0 ]; }

# freed: the jobs that a thread has begun to free, in the order in which that happened
freed() { grep -o 'freed [0-9]*' "$SERVER_ERR" | cut -d ' ' -f 2; }

all_freed() { [ "$(freed | wc -l)" -ge "$JOBS_BEHIND" ]; }

JOBS_BEHIND=40

# hold_up: starts the server, makes the sets job1 ... job40, and holds up each thread of the pool by a set
# that it has to free. release_all lets them go on.
hold_up() {
  local i words=() n before=''
  needs_preload hold
  needs_proc
  start_server "$PRELOAD:$TOOLS/line_preload.so" || return
  n=$(threads)
  [ "$n" -gt 8 ] || n=8
  # A long name is memory of its own, however the server keeps the others.
  for ((i = 1; i <= n; i++)); do
    words+=(repeat 1001 "{" req "[" zadd "hold$i" %i member%i "]" "}"
      req "[" zadd "hold$i" 0 "<hold>\{2000*x}" "]")
  done
  for ((i = 1; i <= JOBS_BEHIND; i++)); do
    words+=(repeat 1001 "{" req "[" zadd "job$i" %i member%i "]" "}"
      req "[" zadd "job$i" 0 "<free $i>\{2000*x}" "]")
  done
  prepare join { "${words[@]}" } repeat $(((n + JOBS_BEHIND) * 1002)) { reply } || return
  talk_says join { repeat "$n" { req [ del hold%i ] } } repeat "$n" { expect-int 1 }
  [ "$status" = 0 ] || { release_all && fail "while a thread frees one big set," \
    "the server no longer answers whoever deletes the next ones:" "$errors"; } || return
  eventually 3 is_held >/dev/null || skip "what its threads free cannot be seen here"
  until [ "$(held)" = "$before" ]; do
    before=$(held)
    sleep 0.2
  done
}

release_all() { kill -USR2 "$SERVER_PID"; }

threads() {
  local all=("/proc/$SERVER_PID/task/"*)
  echo ${#all[@]}
}

threads_at_least() { [ "$(threads)" -ge "$1" ]; }

# rest: the threads sleep, and are not woken again and again.
rest() {
  local before woken
  sleeps || return
  for _ in 1 2 3 4 5 6; do
    before=$(wakes)
    sleep 0.25
    woken=$(($(wakes) - before))
    [ "$woken" -gt 30 ] || return 0
  done
  fail "with nothing to do for 250 ms the server's threads wake up $woken times"
}

# ---- what can be seen from outside ----

@test "core: many sets, small and big ones, deleted in a row do not end the server" {
  why 2 "a value is freed twice, or used after it was handed over; or two threads run the same job, which is
  not taken out of the queue under the mutex (invariant 1). make SAN=address and SAN=thread show where"
  start_server
  local i words=()
  for ((i = 1; i <= 40; i++)); do
    words+=(repeat $((i % 4 ? 1000 + i : i)) "{" req "[" zadd "s$i" %i m%i "]" expect-int 1 "}")
  done
  talk "${words[@]}" join { repeat 40 { req [ del s%i ] req [ zadd s%i 1 a ] } } \
    repeat 40 { expect-int 1 expect-int 1 } \
    repeat 40 { req [ zquery s%i 0 '' 0 10 ] expect-arr [ str a dbl 1 ] } \
    repeat 40 { req [ del s%i ] expect-int 1 } req [ keys ] expect-arr [ ]
}

@test "core: the server has more than one thread" {
  needs_proc
  why 4 "the server has no pool, or does not start it"
  start_server
  local least=2
  case ${SAN:-} in *thread*) least=3 ;; esac # one is the sanitizer's
  add big 5000
  talk req [ del big ] expect-int 1
  eventually 2 threads_at_least "$least" || fail "it has $(threads)"
}

@test "core: fifty big sets are deleted, one after the other, and their memory is back" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 3 "a thread ends after its first job, or misses a wake-up: the jobs stay in the queue; or a job frees
  the entry and not its members"
  start_server
  local base one all
  base=$(peak_kib)
  add big 8000
  one=$(($(peak_kib) - base))
  for _ in {1..50}; do
    talk req [ del big ] expect-int 1
    at_rest || true
    add big 8000
  done
  all=$(($(peak_kib) - base))
  [ "$all" -lt $((20 * one)) ] || fail "a set of 8,000 members takes $one KiB; when 50 of them had" \
    "been made and deleted, one after the other, the server had grown by $all KiB"
}

@test "core: when a big set is deleted nobody waits" {
  needs_no_sanitizer "free() takes another time there"
  why 4 "the loop frees it: the pool is there, but del does not hand over to it, or waits for it"
  start_server
  never_waits "deleting" del_big
}

@test "core: when a big set expires nobody waits" {
  needs_no_sanitizer "free() takes another time there"
  why 4 "del hands big values over to the pool, expiry does not"
  start_server
  never_waits "expiring" expire_big
}

@test "core: while a big set is freed, others can be deleted, and nobody waits" {
  needs_no_sanitizer "free() takes another time there"
  why 1 "the mutex is held while a job runs: the loop cannot queue the next one until it ends"
  start_server
  never_waits "deleting others while a thread frees" del_several
}

@test "core: while every thread is held up by a job, others can be deleted, and nobody waits" {
  why 1 "the mutex is held while a job runs: the loop cannot queue the next one until it ends"
  hold_up
  talk_says join { repeat "$JOBS_BEHIND" { req [ del job%i ] req [ get x ] } } \
    repeat "$JOBS_BEHIND" { expect-int 1 expect-nil } @b req [ keys ] expect-arr [ ]
  release_all
  [ "$status" = 0 ] || fail "while the pool's threads were held up the server did not answer:" "$errors"
}

@test "core: the set that was deleted first is freed first, and a thread frees one after the other" {
  why 3 "the queue is a stack, whose first job waits for as long as others come; or a thread ends after
  its first job, or misses a wake-up"
  hold_up
  talk join { repeat "$JOBS_BEHIND" { req [ del job%i ] } } repeat "$JOBS_BEHIND" { expect-int 1 }
  local early first half=$((JOBS_BEHIND / 2))
  early=$(freed | wc -l) # there are more threads than jobs: nothing waits in a queue
  release_all
  eventually 5 all_freed >/dev/null || fail "$JOBS_BEHIND big sets were deleted while the threads were at" \
    "work, and $(freed | wc -l) of them are freed"
  [ "$early" = 0 ] || return 0
  # A thread may report late, but there are only a few of them.
  first=$(freed | head -n "$half" | awk -v half="$half" '$1 <= half' | wc -l)
  [ "$first" -ge $((half / 2)) ] || fail "$JOBS_BEHIND big sets were deleted while the threads were at" \
    "work, and then they were freed in this order:" "$(freed | paste -s -d ' ' -)"
}

@test "core: a big set that was deleted is gone at once, and may be made anew at once" {
  why 2 "the value went to the pool before it was taken out of the keys: the loop still finds
  it, and uses what another thread frees"
  start_server
  local n
  n=$(large 20000)
  for _ in 1 2 3 4; do
    add big "$n"
    talk join { req [ del big ] req [ zscore big member1 ] req [ zadd big 7 new ] \
      req [ zquery big 0 '' 0 10 ] req [ del big ] req [ get big ] req [ set big v ] \
      req [ get big ] req [ del big ] req [ keys ] } \
      expect-int 1 expect-nil expect-int 1 expect-arr [ str new dbl 7 ] expect-int 1 expect-nil \
      expect-nil expect-str v expect-int 1 expect-arr [ ]
  done
}

@test "core: a big set takes its time limit along" {
  why ch13_ttl 4 "the way to the pool leads past the heap: the time of what is freed stays there"
  start_server
  add one 3000
  add two 3000
  talk join { req [ pexpire one 300 ] req [ pexpire two 100 ] req [ del one ] \
    req [ zadd one 1 new ] req [ pttl one ] } repeat 4 { expect-int 1 } expect-int -1 \
    pause 600 req [ zscore one new ] expect-dbl 1 \
    req [ zscore two member1 ] expect-nil req [ zadd two 5 new ] expect-int 1 \
    req [ zquery two 0 '' 0 10 ] expect-arr [ str new dbl 5 ]
}

@test "core: threads without work sleep" {
  needs_proc
  why 3 "a thread asks again and again whether there is work: pthread_cond_wait() is missing, or
  trylock() stands in a loop"
  start_server
  rest
  add big "$(large 20000)"
  talk req [ del big ] expect-int 1
  rest
}

@test "core: clients go on while the pool is at work" {
  why 2 "the threads and the loop change the same data"
  start_server
  local n i words=()
  n=$(large 30000)
  for i in 1 2 3 4 5 6; do
    words+=(join "{" repeat "$n" "{" req "[" zadd "big$i" %i member%i "]" "}" "}"
      repeat "$n" "{" expect-int 1 "}" req "[" del "big$i" "]" expect-int 1)
  done
  talk @a "${words[@]}" @b req [ keys ] expect-arr [ ]
}

@test "core: what earlier chapters promised still holds" {
  why ch06_event_loop 8 "something that an earlier chapter promised is broken: a reset ends one connection
  only, a request may be large, and del takes whatever the key holds"
  looks_back sets req [ zadd z 1 a ] expect-int 1 req [ pexpire z 100000 ] expect-int 1 \
    req [ del z ] expect-deleted 1 req [ set z v ] expect-stored req [ pttl z ] expect-int -1 \
    req [ pexpire z 1 ] expect-int 1 pause 100 req [ get z ] expect-missing
}

# ---- where the book's own code falls down ----

@test "hardening: SIGTERM right after a del waits for the threads, and the status is 0" {
  why 5 "exit() frees or leaves what the threads still work on: drain the queue and join them first"
  local n i
  n=$(large 30000)
  for _ in 1 2; do
    start_server_counting_leaks
    for i in 1 2 3; do
      add "big$i" "$n"
    done
    talk join { repeat 3 { req [ del big%i ] } } repeat 3 { expect-int 1 }
    stop_server
    equal "the exit status" 0 "$SERVER_STATUS"
  done
}

@test "hardening: SIGTERM frees big sets that are still there" {
  why 5 "at the end everything is freed, too large for the loop or not"
  start_server_counting_leaks
  add big 5000
  add timed 5000
  talk req [ pexpire timed 100000 ] expect-int 1
  stop_server
  equal "the exit status" 0 "$SERVER_STATUS"
}

@test "hardening: the memory of big sets comes back" {
  needs_proc
  needs_no_sanitizer "it keeps freed memory for a while"
  why 1 "a job is forgotten (a lost wake-up?), or it frees the entry and not its members"
  start_server
  local one all
  add big 60000
  one=$(peak_kib)
  for _ in 1 2 3 4 5 6; do
    talk req [ del big ] expect-int 1
    add big 60000
  done
  all=$(peak_kib)
  [ $((all - one)) -lt $((3 * one)) ] ||
    fail "with a set of 60,000 members the server had $one KiB; when it had been made and deleted" \
      "7 times: $all KiB"
}

# ---- only ours ----

needs_inspect() { grep -qs inspect_pool "$SUT/inspect.c" || skip "there is no inspect pool"; }

# pool WHAT: the number of threads, jobs done, jobs waiting
pool() {
  talk req [ inspect pool ] print | sed 's/\\x0a/\n/g' | sed -n "s/.*$1: //p"
}

jobs_done() { [ "$(pool "jobs done")" = "$1" ]; }

@test "extra: the pool frees sets of more than 1,000 members, the loop the others" {
  needs_inspect
  why 4 "the limit is off by one, or small sets are handed over, too; or the pool is never used"
  start_server
  equal "the number of threads" 4 "$(pool threads)"
  add most 1000
  add more 1001
  talk req [ set k v ] expect-nil req [ del most ] expect-int 1 req [ del k ] expect-int 1 \
    req [ del nothing ] expect-int 0
  equal "jobs done after small dels" 0 "$(pool "jobs done")"
  talk req [ del more ] expect-int 1
  eventually 3 jobs_done 1
  add more 1001
  add most 1000
  talk req [ pexpire more 30 ] expect-int 1 req [ pexpire most 30 ] expect-int 1 pause 100
  eventually 3 jobs_done 2
  add most 1001
  talk req [ zrem most member1 ] expect-int 1 req [ del most ] expect-int 1
  equal "jobs waiting" 0 "$(pool "jobs waiting")"
  equal "jobs done" 2 "$(pool "jobs done")"
}

@test "extra: an expired key is handed over also when a command finds it first" {
  needs_inspect
  why 4 "there are three ways for a key to go: del, the timer, and a command that finds it too late"
  start_server
  add big 1500
  talk join { req [ pexpire big 0 ] req [ zscore big member1 ] } expect-int 1 expect-nil
  eventually 3 jobs_done 1
}

@test "extra: the slots that a large table has outgrown are freed by the pool" {
  needs_inspect
  why 6 "a megabyte of slots goes back to the system in the loop; or even a small table becomes a job"
  local keys=136000
  start_server
  # 2^17 slots are a megabyte, with 32 bits 2^18. With as many keys they are outgrown; final takes 1/32
  # more first.
  [ "$(od -An -tu1 -j4 -N1 "$SUT/server" | tr -d ' ')" != 1 ] || keys=272000
  talk join { repeat $keys { req [ set k%i v ] } } repeat $keys { expect-nil }
  equal "jobs done while the keys move" 0 "$(pool "jobs done")"
  talk join { repeat $((keys / 3)) { req [ get none ] } } repeat $((keys / 3)) { expect-nil }
  eventually 3 jobs_done 1
}

@test "extra: every job is done, and done once" {
  needs_inspect
  why 3 "a wake-up is lost: a job stays in the queue until the next one comes"
  start_server
  local i words=()
  for ((i = 1; i <= 60; i++)); do
    words+=(repeat 1001 "{" req "[" zadd "s$i" %i m%i "]" "}")
  done
  talk join { "${words[@]}" } repeat 60060 { expect-int 1 } \
    join { repeat 30 { req [ del s%i ] } } repeat 30 { expect-int 1 }
  eventually 5 jobs_done 30
  for ((i = 31; i <= 60; i++)); do
    talk req [ del "s$i" ] expect-int 1
  done
  eventually 5 jobs_done 60
  equal "jobs waiting" 0 "$(pool "jobs waiting")"
}

@test "extra: the pool runs every job once, sleeps in between, and ends when all is done" {
  why 1 "see the failed step. Run 0 times: the job was dropped, above all at the end, when the threads must do
  what is still queued. Run 2 times: it was not taken out of the queue. Or a wait is not in a loop around its
  condition (invariant 3)"
  grep -qs 'thread_pool_queue(struct thread_pool \*' "$SUT/thread_pool.h" ||
    skip "there is no such thread_pool.h"
  unit_test thread_pool_test thread_pool.c mem.c
}
