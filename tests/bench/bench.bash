# shellcheck shell=bash
# bench.bash: what the benches have in common; sourced from the top of the project.
#
# bench_begin TOOL...     builds final, and makes a scratch directory that goes at the end
# start_final FLAG...     sets PORT_OF_FINAL and PID_OF_FINAL
# stop_servers            those that were started so far; also called at the end

export LC_ALL=C # awk and printf write 0.5

scratch=
pids=()

stop_servers() {
  [ ${#pids[@]} -gt 0 ] || return 0
  kill "${pids[@]}" 2>/dev/null
  wait "${pids[@]}" 2>/dev/null
  pids=()
}

give_up() {
  echo "bench: $1" >&2
  exit 1
}

[ $# -eq 0 ] || give_up "'$1' means nothing here: variables tell what to do, N=1000 and the like"

# shellcheck disable=SC2317 # the trap calls it
bench_end() {
  stop_servers
  rm -rf "$scratch"
}

bench_begin() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || give_up "needs $tool, which is not here"
  done
  scratch=$(mktemp -d) || exit 1
  trap bench_end EXIT
  trap 'exit 1' INT TERM
  cp -R final "$scratch/build" # built beside the tree: whoever works there is not disturbed
  make -s -C "$scratch/build" clean server >"$scratch/log" 2>&1 || give_up "final does not build"
}

start_final() {
  : >"$scratch/out"
  PORT=0 "$scratch/build/server" --loglevel warning "$@" >"$scratch/out" 2>/dev/null &
  PID_OF_FINAL=$!
  pids+=("$PID_OF_FINAL")
  for _ in $(seq 100); do
    PORT_OF_FINAL=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$scratch/out")
    [ -z "$PORT_OF_FINAL" ] || return 0
    sleep 0.1
  done
  give_up "final does not start"
}
