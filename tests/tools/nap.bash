# shellcheck shell=bash
# nap SECONDS: as sleep, but without a program, which costs more than what is waited for: a suite naps
# thousands of times. Sourced by runner.bash and helpers.bash.

# naps_in DIR: makes there what naps need, a pipe into which nobody writes
naps_in() {
  [ ! -p "${NEVER:-}" ] || return 0
  export NEVER=$1/never
  mkfifo "$NEVER"
}

# Before its version 4 (macOS has 3.2), bash waits for whole seconds only.
nap() {
  if [ "${BASH_VERSINFO[0]}" -ge 4 ] && [ -p "${NEVER:-}" ]; then
    read -rt "$1" <>"$NEVER" || true
  else
    sleep "$1"
  fi
}
