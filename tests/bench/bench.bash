# shellcheck shell=bash disable=SC2034
# bench.bash: what the benches have in common: the programs, the servers, turns of measuring, and
# what is chosen by ONLY. Sourced; also runs in bash 3.2, but needs Linux: the programs read CPU
# times from /proc.
#
# bench_begin             builds the programs, unless $BIN has them; makes $SCRATCH, which goes at the end
# add_server NAME COMMAND a server that can be started: {PORT} stands for its port
# build_server NAME DIR   builds a copy of DIR and adds it
# start NAME              starts it on a free port; waits until it answers (start NAME PROTOCOL)
# stop NAME...            ends these (no NAME: all)
# port_of NAME, pid_of NAME, target_of NAME (both: what the programs want)
# turn NAME OPTION...     a turn of `load` against NAME: prints a line, see load.c
# chosen NAME GROUP       whether ONLY wants this row
# cheapest_third          of the numbers on stdin, the mean of the cheapest third

export LC_ALL=C # numbers have a point

BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=${PROJECT:-$(cd "$BENCH/../.." && pwd)}
SCRATCH=
NAMES=() COMMANDS=() PORTS=() PIDS=()

complain() { printf '%s\n' "bench: $1" "${@:2}" >&2; }

progress() { printf '%s\n' "$1" >&2; }

give_up() {
  complain "$@"
  exit 1
}

wrong_use() {
  complain "$@"
  exit 2
}

# shellcheck disable=SC2317 # the trap calls it
bench_end() {
  stop
  [ -z "$SCRATCH" ] || rm -rf "$SCRATCH"
}

bench_begin() {
  [ -r /proc/self/schedstat ] || give_up "needs Linux with /proc/PID/schedstat"
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX") || exit 1
  trap bench_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [ ! -x "${BIN:-/nowhere}/load" ]; then
    BIN=$SCRATCH/bin
    "$BENCH/build" "$BIN" || give_up "the programs of the bench do not build"
  fi
  ulimit -n "$(ulimit -Hn)" 2>/dev/null
  export PATH=$BIN:$PATH
}

# ---- variables that tell what to do ----

# is_count NAME: the variable of that name is a number
is_count() {
  case ${!1} in
  '' | *[!0-9]* | 0*) wrong_use "$1 is a number, not '${!1}'" ;;
  esac
}

# A row is chosen by its name or its group; both may be patterns (ONLY='get*,stalls').
chosen() {
  local pattern patterns
  [ -n "${ONLY:-}" ] || return 0
  IFS=', ' read -r -a patterns <<<"$ONLY"
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2254 # they are patterns
    case $1 in $pattern) return 0 ;; esac
    # shellcheck disable=SC2254
    case $2 in $pattern) return 0 ;; esac
  done
  return 1
}

# ---- servers ----

# index_of NAME: sets INDEX
index_of() {
  for ((INDEX = 0; INDEX < ${#NAMES[@]}; INDEX++)); do
    [ "${NAMES[INDEX]}" != "$1" ] || return 0
  done
  return 1
}

add_server() {
  ! index_of "$1" || wrong_use "two servers have the name $1"
  NAMES+=("$1") COMMANDS+=("$2") PORTS+=('') PIDS+=('')
}

# Built outside the tree, so that nobody who works there is disturbed.
build_copy() {
  cp -R "$1" "$SCRATCH/$2" || wrong_use "$1 cannot be copied"
  make -s -C "$SCRATCH/$2" clean server >"$SCRATCH/make.log" 2>&1 ||
    give_up "$1 does not build:" "$(tail -n 20 "$SCRATCH/make.log")"
}

build_server() {
  local flags=
  [ -f "$2/Makefile" ] || wrong_use "$2 is no directory with a Makefile"
  build_copy "$2" "built.$1"
  [ ! -f "$2/config.c" ] || flags=' --loglevel warning'
  add_server "$1" "env PORT={PORT} $SCRATCH/built.$1/server$flags"
}

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the ports that the system gives to clients.
free_port() {
  PORT_FOUND=$((20000 + RANDOM % 12000))
  while is_taken "$PORT_FOUND"; do PORT_FOUND=$((20000 + RANDOM % 12000)); done
}

answers() {
  load -q -p "$2" -m "$3" -c 1 -n 1 -k 1 "${PORTS[$1]}" "${PIDS[$1]}" >/dev/null 2>&1
}

start() {
  local i op='get' protocol=${2:-resp}
  index_of "$1" || give_up "there is no server $1"
  i=$INDEX
  case $protocol in resp) op='ping' ;; echo) op='echo' ;; esac
  free_port
  PORTS[i]=$PORT_FOUND
  bash -c "exec ${COMMANDS[i]//\{PORT\}/$PORT_FOUND}" >"$SCRATCH/$1.log" 2>&1 </dev/null 3>&- 4>&- &
  PIDS[i]=$!
  for _ in $(seq 100); do
    kill -0 "${PIDS[i]}" 2>/dev/null || break
    ! answers "$i" "$protocol" "$op" || return 0
    sleep 0.1
  done
  stop "$1"
  complain "$1 does not start:" "$(tail -n 5 "$SCRATCH/$1.log")"
  return 1
}

# SIGKILL: a clean shutdown would take time that nobody measures.
stop() {
  local i name names=("$@")
  [ $# -gt 0 ] || names=(${NAMES[@]+"${NAMES[@]}"})
  for name in ${names[@]+"${names[@]}"}; do
    index_of "$name" || continue
    i=$INDEX
    [ -n "${PIDS[i]}" ] || continue
    kill -KILL "${PIDS[i]}" 2>/dev/null
    wait "${PIDS[i]}" 2>/dev/null
    PIDS[i]=''
  done
}

port_of() { index_of "$1" && echo "${PORTS[INDEX]}"; }
pid_of() { index_of "$1" && echo "${PIDS[INDEX]}"; }
target_of() { index_of "$1" && echo "${PORTS[INDEX]} ${PIDS[INDEX]}"; }

# ---- measuring ----

turn() {
  local name=$1
  shift
  # shellcheck disable=SC2046 # two words
  load -q "$@" $(target_of "$name")
}

# value_of WORD LINE: of a line with word=value
value_of() {
  local rest=${2#* "$1"=}
  [ "$rest" != "$2" ] || return 1
  echo "${rest%% *}"
}

cheapest_third() {
  sort -g | awk '{ v[NR] = $1 } END {
    n = int((NR + 2) / 3)
    for (i = 1; i <= n; i++) sum += v[i]
    if (n) printf "%.6f\n", sum / n
  }'
}

# quotient A B [DIGITS]: nothing if one of them is missing
quotient() {
  [ -n "$1" ] && [ -n "$2" ] || return 0
  awk -v a="$1" -v b="$2" -v d="${3:-2}" 'BEGIN { if (b > 0) printf "%.*f\n", d, a / b }'
}

at_most() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; }

# 1000000: 1M
in_short() {
  case $1 in
  *000000) echo "${1%000000}M" ;;
  ????*) echo "${1%???},${1: -3}" ;;
  *) echo "$1" ;;
  esac
}

# What the figures depend on.
describe_machine() {
  local cpu
  cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  echo "$(nproc) CPUs (${cpu:-unknown}), Linux $(uname -r)"
}
