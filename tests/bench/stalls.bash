# shellcheck shell=bash
# stalls.bash: the table "stalls" of `peers`: how long others have to wait while one thing keeps the
# server busy. Each row has a function stall_NAME SERVER that does the thing under `probe`, after
# having prepared it; on a fresh server.

# While others use the CPUs, a wait may be longer than what the server causes, even without the time
# in the run queue. It is never shorter. So a row that misses its must is tried again, and the
# shortest wait counts: whatever the server causes itself happens every time.
TRIES=${TRIES:-3}

# What keeps the server busy gives way (-g) to the server, and to the probe. Otherwise it takes a CPU
# from the server for milliseconds. In that time a queue of requests grows, and waiting behind that
# would look like the server's fault.

# probed SERVER COMMAND...: its line goes to stdout
# shellcheck disable=SC2046 # a target is two words
probed() {
  local server=$1
  shift
  probe -q $(target_of "$server") "$@" | grep '^probe '
  return "${PIPESTATUS[0]}"
}

# loaded SERVER OPTION...: the probe's line while `load` does this
loaded() {
  local server=$1
  shift
  # shellcheck disable=SC2046
  probed "$server" load -g -q "$@" $(target_of "$server")
}

# asked SERVER WORD...: the probe's line while the server carries out this request
# shellcheck disable=SC2046
asked() {
  local server=$1
  shift
  probe -q -a $(target_of "$server") "$@"
}

# fill SERVER N [OP]: quietly, with deep pipelines
fill() { turn "$1" -m "${3:-fill}" -P 64 -k "$2" -o >/dev/null; }

# Ten clients with 16 requests under way each: the server is busy, but nobody waits for long.
busy() { loaded "$1" -c 10 -P 16 -o "${@:2}"; }

stall_insert() { busy "$1" -m fill -k $((5 * KEYS)); }
stall_reinsert() {
  fill "$1" $((5 * KEYS)) && ask "$(port_of "$1")" FLUSHALL >/dev/null && sleep 1 &&
    busy "$1" -m fill -k $((3 * KEYS))
}
stall_del() { fill "$1" $((2 * KEYS)) zadd && asked "$1" DEL zset; }
stall_unlink() { fill "$1" $((2 * KEYS)) zadd && asked "$1" UNLINK zset; }

# expiring SERVER OP N SECONDS: all TTLs have to be set before the first key expires
expiring() {
  turn "$1" -m "$2" -P 64 -o -e "$4"000 -k "$3" >/dev/null && probed "$1" sleep $(($4 + 1))
}
stall_expire() {
  fill "$1" "$KEYS" && expiring "$1" expire "$KEYS" 6 && return
  fill "$1" "$KEYS" && expiring "$1" expire "$KEYS" 30 # a slow machine
}
stall_expire_sets() { fill "$1" $((2 * KEYS)) zgroup && expiring "$1" zexpire $((KEYS / 500)) 3; }

stall_flushall() { fill "$1" $((5 * KEYS)) && asked "$1" FLUSHALL; }
stall_flushall_async() { fill "$1" $((5 * KEYS)) && asked "$1" FLUSHALL ASYNC; }
stall_pipelines() { fill "$1" "$KEYS" && loaded "$1" -m get -c 20 -P 2000 -k "$KEYS" -t 2; }
# The connections come (or go) in the middle of a second.
# shellcheck disable=SC2046 # a target is two words
stall_connects() {
  (sleep 0.4 && exec hold -g -t 60 $(target_of "$1") 1500 >/dev/null) &
  probed "$1" sleep 1
  end_hold $!
}
# shellcheck disable=SC2046
stall_disconnects() {
  hold -g -t 60 $(target_of "$1") 1500 >"$SCRATCH/held" &
  until [ -s "$SCRATCH/held" ]; do sleep 0.1; done
  (sleep 0.4 && end_hold $!) &
  probed "$1" sleep 1
}
# Idle connections, all of which exceed the limit as soon as it is set.
# shellcheck disable=SC2046 # a target is two words
stall_timeouts() {
  hold -g -t 60 $(target_of "$1") "$IDLE" >"$SCRATCH/held" &
  until [ -s "$SCRATCH/held" ]; do sleep 0.1; done
  sleep 2
  asked "$1" CONFIG SET timeout 1
  local status=$?
  end_hold $!
  return $status
}
end_hold() { kill "$1" 2>/dev/null; }
stall_grow() { busy "$1" -m zadd -k $((2 * KEYS)); }
stall_inspect() { fill "$1" "$KEYS" && asked "$1" INSPECT table; }
# shellcheck disable=SC2046
stall_clients() {
  hold -g $(target_of "$1") "$IDLE" probe -q -a $(target_of "$1") CLIENT LIST | grep '^probe '
  return "${PIPESTATUS[0]}"
}
stall_keys() { fill "$1" "$KEYS" && asked "$1" KEYS '*'; }

# stall ROW SERVER: sets PING and SET, in ms; nothing if the server cannot do that
stall() {
  local line
  PING='' SET=''
  start "$2" || return
  if line=$("stall_${1//-/_}" "$2" 2>"$SCRATCH/why"); then
    PING=$(value_of ping_max_ms "$line") SET=$(value_of set_max_ms "$line")
    progress "  $2: PING $PING ms (the server computed for $(value_of ping_busy_ms "$line")), SET $SET ms \
($(value_of set_busy_ms "$line")), up to $(value_of unseen_ms "$line") ms unseen"
  elif [ "$2" = "$THE" ]; then
    complain "$1: $2: $(cat "$SCRATCH/why")"
  fi
  stop "$2"
}

# judged_stall ROW: tries again while it misses; sets PING and SET to the shortest waits
judged_stall() {
  local row=$1 must_ping=$2 must_set=$3 try ping='' set=''
  for ((try = 1; try <= TRIES; try++)); do
    stall "$row" "$THE"
    [ -n "$PING" ] || break
    ping=$(printf '%s\n' "${ping:-$PING}" "$PING" | sort -g | head -n 1)
    set=$(printf '%s\n' "${set:-$SET}" "$SET" | sort -g | head -n 1)
    ! at_most "$ping" "$must_ping" || ! at_most "$set" "$must_set" || break
  done
  PING=$ping SET=$set
}

# The verdict of two: the worse one.
judge_both() {
  local verdict ping
  ping=$MISSED
  verdict "$1" "$2" "$3"
  verdict=$VERDICT
  verdict "$4" "$5" "$6"
  case $verdict in ok) [ "$VERDICT" != 'ok, aim' ] || VERDICT=ok ;; 'ok, aim') ;; *) VERDICT=$verdict ;; esac
  [ "$MISSED" -le "$ping" ] || MISSED=$((ping + 1)) # a row counts once
}

print_stall_row() {
  local row=$1 what=$2 ping set other cells=()
  judged_stall "$row" "$3" "$4"
  ping=$PING set=$SET
  for other in ${OTHERS[@]+"${OTHERS[@]}"}; do
    stall "$row" "$other"
    cells+=("${PING:+$(quotient "$PING" 1 1) · $(quotient "$SET" 1 1)}")
  done
  judge_both "$ping" "$3" "$5" "$set" "$4" "$6"
  print_row "$what" "$(quotient "$ping" 1 1)" "$(quotient "$set" 1 1)" "$3 · $4" "$5 · $6" \
    ${cells[@]+"${cells[@]}"} "$VERDICT"
}

stalls() {
  local row what a b c d
  of_rows "$BENCH/stalls.rows" stalls | sed "s/{5K}/$(in_short $((5 * KEYS)))/
    s/{3K}/$(in_short $((3 * KEYS)))/; s/{2K}/$(in_short $((2 * KEYS)))/
    s/{G}/$(in_short $((KEYS / 500)))/; s/{I}/$(in_short "$IDLE")/" >"$SCRATCH/rows"
  [ -s "$SCRATCH/rows" ] || return 0
  cat <<END

**Stalls.** The longest wait, in ms, of a client that sends a PING every millisecond, and of one that
sends a SET of 2 KB. Time in which the server had no CPU is taken out. A row that misses its must is
tried up to $TRIES times, and the best counts.

END
  print_row while PING SET must aim ${OTHERS[@]+"${OTHERS[@]}"} ''
  print_rule $((6 + ${#OTHERS[@]}))
  while IFS='|' read -r row what a b c d; do
    progress "stalls, $row ..."
    print_stall_row "$row" "$what" "$a" "$b" "$c" "$d" </dev/null
  done <"$SCRATCH/rows"
  print_machine
}

# How the machine delays any program that needs as much new memory as the rows of 5 * KEYS do
print_machine() {
  local line
  line=$(fresh $((KEYS / 2000 + 1))) || return
  printf '\nThe machine by itself: a program that only touches new memory, 4 KB at a time, is held up\n'
  printf 'for %s µs on average, and for %s ms at the worst.\n' "$(value_of mean_us "$line")" \
    "$(value_of longest_ms "$line")"
}
