# Sourced by what grades: the limits, the programs, how much can be confined here, the report.
# Its scratch directory is runner.bash's. The C programs (jail, report, zip) are built there.
#
#   limits          reads them from the environment, dies of what is no number
#   open_grading    a scratch directory with the tools; finds out what can be confined:
#                   WALLS (options for the jail), NOT_CONFINED (empty, or what a report should say);
#                   writes the name of that directory to SCRATCH_TOLD, if it is set
#   lay_out_extra CHAPTER      copies EXTRA's suites to $SCRATCH/extra/1, 2 ...; dies if there is none
#   try_extra CHAPTER          dies if one of them fails on our own stage: nobody is judged by it
# shellcheck shell=bash disable=SC2034

# shellcheck source=tests/course/course.bash
. "$(dirname "${BASH_SOURCE[0]}")/course.bash"
# shellcheck source=tests/runner.bash
. "$COURSE/../runner.bash"

# NAME=DEFAULT ...; seconds for one program or all, MiB, or a number of processes
LIMITS='BUILD_SECONDS=60 GRADE_SECONDS=900 CPU_SECONDS=300 MEMORY_MB=2048 FILE_MB=64 DISK_MB=512
  TMP_MB=64 PROCESSES=256 PRINT_SECONDS=20 SPARE_SECONDS=120'

limits() {
  local limit name
  for limit in $LIMITS; do
    name=${limit%=*}
    [ -n "${!name:-}" ] || printf -v "$name" '%s' "${limit#*=}"
    case ${!name} in
    0* | *[!0-9]*) die "$name is a number from 1 on, not '${!name}'" ;;
    esac
  done
}

# program NAME: builds $TOOLS/NAME from tests/course/NAME/*.c
program() {
  [ ! -x "$TOOLS/$1" ] || return 0
  "${CC:-cc}" -std=c11 -O1 -o "$TOOLS/$1" "$COURSE/$1"/*.c 2>"$SCRATCH/tools.log" ||
    die "building tests/course/$1 failed: $(tail -n 20 "$SCRATCH/tools.log")"
}

# belongings UID ACTION: of the files where every user may write, what is its own
belongings() {
  find /tmp/ /var/tmp/ /dev/shm/ -xdev -user "$1" "$2" 2>/dev/null
}

# Is this number no user's, and has nothing to do with anybody else? Another grader may have taken it.
is_nobody() {
  ! id "$1" >/dev/null 2>&1 &&
    [ -z "$(find /proc -maxdepth 1 -user "$1" 2>/dev/null | head -n 1)" ] &&
    { [ -z "$WALLS" ] || [ -z "$(belongings "$1" -print | head -n 1)" ]; } &&
    mkdir "$LOCKS/user-$1" 2>/dev/null
}

# A user that nobody else is, for each of many at once; only root can run programs as another. A lock
# that is a day old was left by a grader that was killed.
find_user() {
  local n
  [ "$(id -u)" = 0 ] || return 0
  find "$LOCKS" -name 'user-*' -prune -mtime +0 -exec rmdir {} + 2>/dev/null
  for ((n = 0; n < 100; n++)); do
    LODGER=$((50000 + ($$ + n) % 10000))
    if is_nobody "$LODGER"; then
      USER_LOCK=$LOCKS/user-$LODGER
      (cd / && "$TOOLS/jail" -N -u "$LODGER" -w / true) >/dev/null 2>&1 || LODGER=
      return
    fi
  done
  LODGER=
}

# What the programs have left in common places goes with our scratch directory. (In a namespace they
# could not leave anything.)
leave() {
  clean_up
  [ -z "$LODGER" ] || [ -z "$WALLS" ] || [ -n "${KEEP:-}" ] || belongings "$LODGER" -delete
  [ -z "$USER_LOCK" ] || rmdir "$USER_LOCK"
}

find_walls() {
  WALLS='' NOT_CONFINED='' LODGER='' USER_LOCK=''
  trap leave EXIT
  [ -z "${NO_NAMESPACES:-}" ] &&
    "$TOOLS/jail" -o -w "$SCRATCH/disk" -d 1 -e "$SCRATCH/disk/shared" \
      "$TOOLS/jail" -w "$SCRATCH/disk" -P >/dev/null 2>&1 || WALLS=-N
  find_user
  [ -n "$WALLS" ] || return 0
  [ -z "$LODGER" ] ||
    "$TOOLS/jail" -N -u "$LODGER" -w "$SCRATCH/disk" ls "$SCRATCH/disk" >/dev/null 2>&1 ||
    die "not all users can search $FIRST_TMPDIR; set TMPDIR to a directory like /tmp"
  NOT_CONFINED="this system has no namespaces for the grader; the programs ran as"
  if [ "$LODGER" ]; then
    NOT_CONFINED="$NOT_CONFINED user $LODGER: \
they could use the network, see other processes, read what all users may read, and write about $TMP_MB MiB \
to /tmp, /var/tmp and /dev/shm, which were removed"
  else
    NOT_CONFINED="$NOT_CONFINED $(id -un 2>/dev/null | head -n 1): \
they could use the network, and read, write (without a limit) and stop whatever that user can"
  fi
}

open_grading() {
  limits
  BATS=$("$TESTS/get-bats") || exit 1
  FIRST_TMPDIR=${TMPDIR:-/tmp}
  open_scratch
  [ -z "${SCRATCH_TOLD:-}" ] || echo "$SCRATCH" >"$SCRATCH_TOLD"
  mkdir "$SCRATCH/disk" "$SCRATCH/results"
  chmod 711 "$SCRATCH" "$SCRATCH/tmp"
  chmod 700 "$SCRATCH/results"
  if [ -n "${COURSE_TOOLS:-}" ]; then # grade-all has built them for all
    TOOLS=$COURSE_TOOLS
  else
    build_tools || exit 1
  fi
  program jail
  program report
  find_walls
}

# A hidden suite is named as the chapter's own, so that helpers.bash knows the chapter.
lay_out_extra() {
  local suite own n=0
  for suite in "$EXTRA"/*.bats; do
    [ -f "$suite" ] || continue
    n=$((n + 1))
    own=$SCRATCH/extra/$n
    mkdir -p "$own"
    cp "$suite" "$own/$(name_of "$1").bats"
    basename "$suite" >"$own/name"
    ln -s "$TESTS/helpers.bash" "$TESTS/observe.bash" "$TESTS/final.bash" "$own/"
  done
  [ "$n" -gt 0 ] || die "EXTRA=$EXTRA has no suite (*.bats)"
}

# (An autograder that was packed for Gradescope has no stages; they were tried before.)
try_extra() {
  local stage own
  stage=$(stage_of "$1")
  [ -z "${EXTRA_TRIED:-}" ] && [ -f "$PROJECT/$stage/server.c" ] || return 0
  build_dir "$PROJECT/$stage" || die "EXTRA cannot be tried: our own ${stage##*/} does not build here"
  for own in "$SCRATCH/extra"/*/; do
    (unset PORT SAN GROUP FILTER && run_suite "$own${stage##*/}.bats" "$BUILT" "${stage##*/}" "$own/results") \
      >"$own/said" 2>&1
    grep -q '^failed' "$own/results" || continue
    complain "EXTRA: $(cat "$own/name") fails on our own ${stage##*/}, so nobody is judged by it:" \
      "$(sed '/^$/d; /^  ok/d' "$own/said" | tail -n +2 | head -n 25)"
    exit 2
  done
}
