# Sourced after project.bash: the series of steps that leads from the last chapter to final. It is
# stored as differences, final/steps/f06_rows/step.diff, each from the program of the step before,
# the first from the last chapter's. The programs are written to tests/build/steps, and may be
# edited there until they are saved.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # those who source it use OUT_STEPS, and set scratch

SERIES=final/steps
OUT_STEPS=tests/build/steps

# steps: their names, in order
steps() {
  local s
  for s in "$SERIES"/f[0-9][0-9]_*/; do
    [ ! -f "$s/step.diff" ] || basename "$s"
  done
}

# step_named NAME: the full name of the step that is meant by f05, f06_rows or a path that ends so
step_named() {
  local s name=${1%/}
  name=${name##*/}
  for s in $(steps); do
    if [ "$s" = "$name" ] || [ "${s%%_*}" = "$name" ]; then
      echo "$s"
      return
    fi
  done
  die "no step is called '$1'; there are: $(steps | tr '\n' ' ')"
}

# The chapter that the series begins with.
series_base() { stages | grep -v '^final$' | tail -n 1; }

# step_before STEP: the step before, or the chapter that the series begins with
step_before() {
  { series_base; steps; } | awk -v step="$1" '$0 == step { print before } { before = $0 }'
}

# apply DIR DIFF: exactly, or not at all; status 1 and the reason if it does not apply
apply() {
  if command -v patch >/dev/null; then
    # An offset means that the lines have moved since the difference was made: no exact fit.
    (cd "$1" && patch -p1 -F0 -E -f 2>&1) <"$2" >"$1.said" &&
      ! grep -qE 'offset|fuzz' "$1.said" && rm -f "$1.said" && return
  else
    (cd "$1" && GIT_DIR=/dev/null git apply -p1 2>&1) <"$2" >"$1.said" && rm -f "$1.said" && return
  fi
  grep -v '^patching file' "$1.said"
  rm -f "$1.said"
  return 1
}

# lock: one at a time may write to tests/build/steps; waits for it. Ends with the script.
lock() {
  local holder
  [ -z "${STEPS_LOCKED:-}" ] || return 0
  mkdir -p "$OUT_STEPS" || exit 2
  until mkdir "$OUT_STEPS/.lock" 2>/dev/null; do
    holder=$(cat "$OUT_STEPS/.lock/pid" 2>/dev/null)
    if [ ! -w "$OUT_STEPS" ]; then
      die "$OUT_STEPS cannot be written: use a copy of the project that is yours"
    elif [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then # it was killed
      rm -rf "$OUT_STEPS/.lock"
    else
      sleep 0.1
    fi
  done
  echo $$ >"$OUT_STEPS/.lock/pid"
  export STEPS_LOCKED=$$
}

# unlock: only if this script holds the lock
unlock() {
  [ "${STEPS_LOCKED:-}" != $$ ] || rm -rf "$OUT_STEPS/.lock"
}

# copy_sources FROM TO: its C files and its Makefile; others that TO has are removed
copy_sources() {
  mkdir -p "$2" && rm -f "$2"/*.[ch] "$2/Makefile" && cp "$1"/*.[ch] "$1/Makefile" "$2/"
}

# unfold BASE SERIES OUT [STEP]: writes the program of each step to OUT/STEP, up to that one. BASE is
# the folder that the first difference begins with.
unfold() {
  local base=$1 s
  for s in $(steps); do
    [ -f "$2/$s/step.diff" ] || continue
    copy_sources "$base" "$3/$s" || return
    apply "$3/$s" "$2/$s/step.diff" >"$3/$s.why" || {
      echo "$2/$s/step.diff does not fit the program of the step before:"
      sed 's/^/    /' "$3/$s.why"
      return 1
    }
    rm -f "$3/$s.why"
    [ "$s" != "${4:-}" ] || return 0
    base=$3/$s
  done
}

# in_reading_order A B [PARTS]: the files that differ, in the order of the parts table, then others
in_reading_order() {
  {
    [ ! -f "${3:-}" ] || parts_files "$3"
    { sources "$1"; sources "$2"; } | sort -u
  } | awk '!seen[$0]++' | while read -r f; do
    cmp -s "$1/$f" "$2/$f" || { [ ! -f "$1/$f" ] && [ ! -f "$2/$f" ]; } || echo "$f"
  done
}

# fold_step A B [PARTS]: the difference as it is stored. git finds hunks that read better.
fold_step() {
  local a b f
  printf '%s diff=cpp\n' '*.c' '*.h' >"$scratch/attributes"
  in_reading_order "$1" "$2" "${3:-}" | while read -r f; do
    a=/dev/null b=/dev/null
    [ ! -f "$1/$f" ] || a=a/$f
    [ ! -f "$2/$f" ] || b=b/$f
    echo "--- $a"
    echo "+++ $b"
    if command -v git >/dev/null; then
      git -c core.attributesFile="$scratch/attributes" diff --no-index --no-ext-diff --no-color \
        --histogram -U3 -- "$([ "$a" = /dev/null ] && echo /dev/null || echo "$1/$f")" \
        "$([ "$b" = /dev/null ] && echo /dev/null || echo "$2/$f")"
    else
      diff -u -p -N "$1/$f" "$2/$f"
    fi | sed -n '/^@@/,$p'
  done
}

# ---- the parts table of a step: its files, in the order in which they are read ----
#
#     theme: Epoll, poll and select behind one interface
#     the pollers: poller.h poller.c poller_epoll.c
#         One sentence.

# parts_files TABLE: the files, one per line
parts_files() {
  awk '/^#/ || /^theme:/ || /^replaces:/ || /^[ \t]/ || NF == 0 { next }
    { sub(/^[^:]*:/, ""); for (i = 1; i <= NF; i++) print $i }' "$1"
}

# theme_of TABLE
theme_of() { sed -n 's/^theme: *//p' "$1" | head -n 1; }

# parts_faults A B TABLE: what the table says wrongly about the step from A to B; then status 1
parts_faults() {
  local found named
  found=$(in_reading_order "$1" "$2" | grep -v '^Makefile$' | sort)
  named=$(parts_files "$3" | sort)
  {
    [ -n "$(theme_of "$3")" ] || echo "$3 has no theme"
    comm -23 <(echo "$named" | sort -u) <(echo "$found") |
      sed "s|^|$3 names what the step does not change: |"
    comm -13 <(echo "$named" | sort -u) <(echo "$found") |
      sed "s|^|$3 does not name what the step changes: |"
    echo "$named" | uniq -d | sed "s|^|$3 names a file twice: |"
  } | grep . && return 1
  return 0
}
