# shellcheck shell=bash disable=SC2034
# runner.bash: what tests/run and tests/matrix share: scratch directory, building what is to be
# tested, running one suite, and a pool of jobs. Also runs in bash 3.2 (macOS).

# Numbers with a point, an order of bytes, and the compiler's words in English, whoever calls
export LC_ALL=C

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(dirname "$TESTS")

# make's own variables (its job server, its flags) are not for the makes that are run here
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

complain() { printf '%s\n' "$@" >&2; }

# ---- scratch directory and children: both go when the script goes ----

# Only those that are still there get a signal, with all that they have started: the number of one
# that has ended may be somebody else's by now.
clean_up() {
  local child children
  trap '' INT TERM HUP
  children=$(jobs -rp)
  for child in $children; do
    kill -TERM -- "-$child" 2>/dev/null
  done
  wait
  for child in $children; do
    kill -KILL -- "-$child" 2>/dev/null
  done
  if [ -n "${KEEP:-}" ]; then
    echo "kept: $SCRATCH"
  else
    rm -rf "$SCRATCH"
  fi
}

# Where the locks of ports are: the same place for all that this user runs, and nobody else can write
# there, above all no submission that is graded without namespaces.
locks_place() {
  local place
  for place in "${TMPDIR:-/tmp}" "${HOME:-/nowhere}/.cache"; do
    place=$place/server-tests-locks-$(id -u)
    mkdir -m 700 "$place" 2>/dev/null
    if [ -O "$place" ] && [ ! -h "$place" ]; then
      echo "$place"
      return
    fi
  done
  complain "no directory for locks can be made in ${TMPDIR:-/tmp} or in ${HOME:-/nowhere}/.cache"
  false
}

open_scratch() {
  LOCKS=$(locks_place) || exit 1
  export LOCKS
  SCRATCH=
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/server-tests.XXXXXX") || exit 1
  mkdir "$SCRATCH/tmp" "$SCRATCH/tools" "$SCRATCH/built" "$SCRATCH/suites"
  export TMPDIR=$SCRATCH/tmp TOOLS=$SCRATCH/tools
}

# ---- the pool: at most $JOBS at once, each in a process group of its own ----

POOL='' # the jobs that were at work a moment ago

# in_pool COMMAND...: runs it in the background as soon as there is room
in_pool() {
  while busy; do sleep 0.1; done
  set -m
  "$@" 2>&1 </dev/null &
  set +m
  POOL="$POOL $!"
}

# As many jobs at work as may be?
busy() {
  local job left=''
  for job in $POOL; do
    ! kill -0 "$job" 2>/dev/null || left="$left $job"
  done
  POOL=$left
  # shellcheck disable=SC2086 # a number is a word
  set -- $POOL
  [ $# -ge "${JOBS:-4}" ]
}

# ---- building ----

cxx_of() {
  case ${CC:-} in
  *clang*) echo "${CC/clang/clang++}" ;;
  *gcc*) echo "${CC/gcc/g++}" ;;
  *) echo "${CXX:-c++}" ;;
  esac
}

# The C of tools/ and differential/: C11, with what POSIX has; the other two are for macOS and BSD
TOOL_FLAGS=(-std=c11 -D_POSIX_C_SOURCE=200809L -D_DARWIN_C_SOURCE -D__BSD_VISIBLE=1 -Wall -Wextra)

# needed FILE.c: what that program is linked from, one file per line: itself, and the .c beside every
# header that it or one of these includes
needed() {
  awk '
    function visit(file,   line, got, parts, name) {
      if (file in seen) return
      seen[file] = 1
      if ((got = (getline line <file)) < 0) return
      if (file ~ /\.c$/) print file
      for (; got > 0; got = (getline line <file)) {
        if (line !~ /^#include "/) continue
        split(line, parts, "\"")
        name = file
        sub(/[^\/]*$/, "", name)
        name = name parts[2]
        gsub(/[^\/]+\/\.\.\//, "", name)
        visit(name)
        sub(/\.h$/, ".c", name)
        visit(name)
      }
      close(file)
    }
    BEGIN { visit(ARGV[1]) }' "$1"
}

# build_tool FILE.c PROGRAM: compiles all that the program needs, and links it
build_tool() {
  local file files=()
  while IFS= read -r file; do
    files[${#files[@]}]=$file
  done <<<"$(needed "$1")"
  "${CC:-cc}" "${TOOL_FLAGS[@]}" -O1 -o "$2" "${files[@]}"
}

# link_tool FILE.c PROGRAM DIR: the same, but all has been compiled into that directory
link_tool() {
  local file objects=()
  while IFS= read -r file; do
    file=${file##*/}
    objects[${#objects[@]}]=$3/${file%.c}.o
  done <<<"$(needed "$1")"
  "${CC:-cc}" -o "$2" "${objects[@]}"
}

# compile_tools DIR FILE.c...: into that directory. Without -O: the tools wait more than they compute,
# and so whoever runs one suite waits less for them.
compile_tools() {
  cd "$1" && "${CC:-cc}" "${TOOL_FLAGS[@]}" -c "${@:2}"
}

# The tools, into $TOOLS. A *_preload.c becomes a library; where that cannot be, its tests skip.
# Meanwhile two compilers share the others, of which each that has a main() is linked.
build_tools() {
  local source name files=() i half children=() child failed='' made=$SCRATCH/objects
  mkdir -p "$made"
  for source in "$TESTS"/tools/*.c; do
    case $source in *_preload.c) ;; *) files[${#files[@]}]=$source ;; esac
  done
  half=$(((${#files[@]} + 1) / 2))
  for ((i = 0; i < ${#files[@]}; i += half)); do
    compile_tools "$made" "${files[@]:i:half}" >"$made/$i.log" 2>&1 &
    children[${#children[@]}]=$!
  done
  for source in "$TESTS"/tools/*_preload.c; do
    name=$(basename "$source" .c)
    "${CC:-cc}" -O1 -shared -fPIC -o "$TOOLS/$name.so" "$source" >/dev/null 2>&1 || true
  done
  for child in "${children[@]}"; do
    wait "$child" || failed=yes
  done
  if [ -n "$failed" ]; then
    complain "compiling tests/tools/*.c failed:" "$(cat "$made"/*.log | tail -n 20)"
    return 1
  fi
  while IFS= read -r source; do
    name=$(basename "$source" .c)
    if ! link_tool "$source" "$TOOLS/$name" "$made" >"$made/0.log" 2>&1; then
      complain "linking $name from tests/tools failed:" "$(tail -n 20 "$made/0.log")"
      return 1
    fi
  done <<<"$(grep -l '^int main(' "${files[@]}")"
}

# code_of STRINGS FILE...: the code without its comments, one line per file; STRINGS 0: without the
# strings, 1: with them
code_of() {
  awk -v strings="$1" '
    FNR == 1 { if (NR > 1) print ""; inside = 0 }
    { line = $0
      while (line != "") {
        if (inside) {
          if (!(at = index(line, "*/"))) break
          line = substr(line, at + 2); inside = 0
          continue
        }
        if (!match(line, /"([^"\\]|\\.)*"|\/\/|\/\*/)) { code = code line; break }
        code = code substr(line, 1, RSTART - 1)
        what = substr(line, RSTART, 2)
        if (strings && what ~ /^"/) code = code substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (what == "//") break
        inside = what == "/*"
      }
      printf "%s ", code; code = "" }' "${@:2}"
}

# has_main FILE: has what was compiled of it a main()? An #if may have left it out. The text decides
# where nm is missing.
has_main() {
  local symbols
  if symbols=$(nm -P "$1.o" 2>/dev/null); then
    grep -qE '^_?main T' <<<"$symbols"
  else
    code_of 0 "$1" | grep -qE '(^|[[:space:]])main[[:space:]]*\([^(){};]*\)[^;{}]*\{'
  fi
}

# compile FILE: an object beside it, if that is not there yet
compile() {
  local san=()
  [ ! -f "$1.o" ] || return 0
  [ -z "${SAN:-}" ] || san=("-fsanitize=$SAN" -fno-omit-frame-pointer)
  case $1 in
  *.c) "${CC:-cc}" -std=gnu11 -O2 -g -pthread ${san[@]+"${san[@]}"} -c -o "$1.o" "$1" ;;
  *) "$(cxx_of)" -std=gnu++17 -O2 -g -pthread ${san[@]+"${san[@]}"} -c -o "$1.o" "$1" ;;
  esac
}

# link NAME OBJECT...
link() {
  local name=$1 linker=${CC:-cc} object
  shift
  for object in "$@"; do
    case $object in *.c.o) ;; *) linker=$(cxx_of) ;; esac
  done
  "$linker" -g -pthread ${SAN:+"-fsanitize=$SAN"} -o "$name" "$@"
}

# The file with the main() of NAME: server.c, server.cpp ... or the only *server.c*.
main_source() {
  local file found=
  for file in "$1".c "$1".cpp "$1".cc "$1".cxx; do
    [ ! -f "$file" ] || { echo "$file" && return; }
  done
  for file in *"$1".c *"$1".cpp *"$1".cc *"$1".cxx; do
    [ -f "$file" ] || continue
    [ -z "$found" ] || return 1
    found=$file
  done
  [ -n "$found" ] && echo "$found"
}

# Plain sources: NAME's main with all files that have no main of their own, else alone; what the linker
# says of it alone is said already.
build_plain() {
  local main file objects=()
  main=$(main_source "$1") || { echo "there is no Makefile and no $1.c or $1.cpp" && return 1; }
  compile "$main" || return
  for file in *.c *.cpp *.cc *.cxx; do
    if [ -f "$file" ] && [ "$file" != "$main" ] && compile "$file" && ! has_main "$file"; then
      objects[${#objects[@]}]=$file.o
    fi
  done
  link "$1" "$main.o" ${objects[@]+"${objects[@]}"} ||
    { [ ${#objects[@]} -gt 0 ] && link "$1" "$main.o" 2>/dev/null; }
}

# no_program NAME: says that it is not there, and where something so called was built. For a client
# the first errors of the build follow, those about it before others; the grader shows 300 bytes.
no_program() {
  local found
  found=$(find . -type f -perm -u+x \( -name "$1" -o -name "$1.exe" -o -name "$1.out" \) |
    sed 's|^\./||' | head -n 3 | paste -s -d ' ' -)
  echo "there is no ./$1 after the build${found:+; there is $found}"
  [ "$1" = client ] && [ -f .build.log ] || return 0
  awk -v here="$PWD/" '
    function show(line) {
      if (shown < 3 && (bytes += length(line) + 1) <= 210) { print line; shown++ }
    }
    { while (at = index($0, here)) $0 = substr($0, 1, at - 1) substr($0, at + length(here)) }
    !/error: |undefined reference|multiple definition|referenced from:|No rule to make|no Makefile and no/ { next }
    /(collect2|ld|linker command|clang[^ ]*): error: / || seen[$0]++ { next }
    { $0 = substr($0, 1, 180) }
    /client/ { show($0); next }
    { other[++others] = $0 }
    END { for (i = 1; i <= others; i++) show(other[i]) }' .build.log
}

# Builds what is in this directory, in whichever way it wants. A server must come of it; where no
# client does, .no-client says so. Runs in a shell of its own.
build_here() {
  rm -f .no-client .build.log
  build_programs
  if [ ! -f server ] || [ ! -x server ]; then
    no_program server
    return 1
  fi
  if [ ! -f client ] || [ ! -x client ]; then
    no_program client >.no-client
  fi
}

# make_both ARG...: what make makes by itself, and the two by name if it does not. What it says twice
# is shown once.
make_both() {
  make "$@" 2>&1 | tee .make.log
  if [ "${PIPESTATUS[0]}" != 0 ] || [ ! -f server ] || [ ! -x server ] ||
    [ ! -f client ] || [ ! -x client ]; then
    make "$@" server client 2>&1 | grep -vxF -f .make.log
  fi
  rm -f .make.log
}

build_programs() {
  local args=() found
  if [ -f Makefile ] || [ -f makefile ] || [ -f GNUmakefile ]; then
    [ -z "${CC:-}" ] || args=("CC=$CC" "CXX=$(cxx_of)")
    [ -z "${SAN:-}" ] || args[${#args[@]}]="SAN=$SAN"
    make clean >/dev/null 2>&1
    rm -f server client ./*.o
    make_both ${args[@]+"${args[@]}"} | tee .build.log
  elif main_source server >/dev/null; then
    rm -f server client ./*.o
    build_plain server && { build_plain client 2>&1 | tee .build.log; }
  else
    [ ! -x server ] || return 0
    echo "neither a Makefile nor server.c, nor a program 'server'"
    for found in CMakeLists.txt meson.build [a-zA-Z]*/{Makefile,makefile,CMakeLists.txt} \
      [a-zA-Z]*/*server.{c,cpp,cc,cxx}; do
      [ -f "$found" ] || continue
      case $found in
      */*akefile) echo "there is $found: add a Makefile here that calls it and leaves ./server" ;;
      */*server.*) echo "there is $found: give the directory ${found%/*}, or add a Makefile that leaves ./server" ;;
      *) echo "there is $found: add a Makefile that leaves ./server" ;;
      esac
      break
    done
    exit 1
  fi
}

# pack DIR [OPTION]: a directory as a tar archive, without the .git in it (not every tar has --exclude)
pack() (
  shopt -s nullglob dotglob
  cd "$1" || exit
  entries=()
  for entry in *; do
    [ "$entry" = .git ] || entries[${#entries[@]}]=./$entry
  done
  [ ${#entries[@]} -gt 0 ] || entries=(.)
  tar -c ${2:+"$2"} -f - "${entries[@]}"
)

# build_dir DIR: builds a copy of it, once, and sets BUILT to where it is. The compiler's words are
# in $BUILT.log. Other callers wait meanwhile.
build_dir() {
  local dir
  dir=$(cd "$1" 2>/dev/null && pwd) || { complain "there is no directory $1" && return 1; }
  BUILT=$SCRATCH/built/$(basename "$dir").$(printf '%s' "$dir" | cksum | tr -d ' ')
  if mkdir "$BUILT" 2>/dev/null; then
    pack "$dir" -h | tar -C "$BUILT" -xf -
    (cd "$BUILT" && unset PORT && build_here) >"$BUILT.log" 2>&1 && : >"$BUILT.ok"
    : >"$BUILT.done"
  fi
  until [ -f "$BUILT.done" ]; do sleep 0.05; done
  [ -f "$BUILT.ok" ]
}

# ---- one suite ----

# step_dir NAME: where the program of the step f05_client is; written there first, if need be
step_dir() {
  local dir=$ROOT/tests/build/steps/$1
  [ -f "$ROOT/final/steps/$1/step.diff" ] || { complain "there is no step $1" && return 1; }
  [ -n "${STEPS_WRITTEN:-}" ] || "$TESTS/maintain/steps" write >/dev/null || return
  echo "$dir"
}

# suite_file NAME: ch04 or ch04_protocol -> tests/ch04_protocol.bats
suite_file() {
  local file
  for file in "$TESTS/$1.bats" "$TESTS/$1"_*.bats; do
    [ ! -f "$file" ] || { echo "$file" && return; }
  done
  return 1
}

# The same for a name that may stand for several: final -> the suites of its steps, and those of the
# whole, tests/final_*.bats
suite_files() {
  if [ "$1" = final ]; then
    ls "$TESTS"/f[0-9][0-9]_*.bats "$TESTS"/final*.bats 2>/dev/null
  else
    suite_file "$1"
  fi
}

# All suites: chapters in their order, the steps, final, then the rest.
all_suites() {
  local file
  for file in "$TESTS"/ch[0-9]*.bats "$TESTS"/f[0-9][0-9]_*.bats "$TESTS"/final*.bats "$TESTS"/*.bats; do
    [ -f "$file" ] && basename "$file" .bats
  done | awk '!seen[$0]++'
}

test_names() { sed -n "s/^@test ['\"]\(.*\)['\"] {.*/\1/p" "$1"; }

# The names in a suite that GROUP and FILTER choose.
chosen_names() {
  test_names "$1" | grep -E -- "^${GROUP:-}" | grep -E -- "${FILTER:-}"
}

# names_regex <NAMES: exactly these, as one regex for bats
names_regex() {
  sed 's/[][().*^$?+{}|\\]/\\&/g' | paste -s -d '|' - | sed 's/.*/^(&)$/'
}

# run_suite FILE SUT NAME RESULTS: runs a suite on a built directory (SUT may be empty) and shows
# what happened. RESULTS gets one line per test: ok, failed or skip, a tab, and the name.
run_suite() {
  local file=$1 results=$4 raw=$4.tap want status=0
  local suite=${file##*/}
  suite=${suite%.bats}
  : >"$results"
  want=$(chosen_names "$file" | wc -l | tr -d ' ')
  printf '\n%s%s\n' "$suite" "${3:+ on $3}"
  SUT=$2 SUT_NAME=$3 SUITE=$suite \
    "$BATS" --tap -f "$(chosen_names "$file" | names_regex)" "$file" 2>"$raw.err" |
    show_tap "$results" || status=$?
  if [ "$(wc -l <"$results")" -lt "$want" ]; then
    printf 'failed\tcore: all tests of the suite run\n' >>"$results"
    echo "  FAIL  only $(($(wc -l <"$results") - 1)) of $want tests ran"
    tail -n 20 "$raw.err" | sed 's/^/          /'
  fi
  show_groups "$results"
  return "$status"
}

# Reads TAP; shows it in short, and collects the results. Where in a test it failed is shown if there
# is nothing else to be seen.
show_tap() {
  awk -v results="$1" '
    function name(line) { sub(/^(not )?ok [0-9]+ /, "", line); return line }
    function text(line) { sub(/^# ?/, "", line); return "          " line "\n" }
    /^(not )?ok / { printf "%s", where; where = "" }
    /^not ok / {
      print "  FAIL  " name($0); print "failed\t" name($0) >results; failed = 1; next
    }
    /^ok .* # skip/ {
      n = name($0); reason = n; sub(/.* # skip */, "", reason); sub(/ # skip.*/, "", n)
      print "  skip  " n "  (" reason ")"; print "skip\t" n >results; failed = 0; next
    }
    /^ok / { print "  ok    " name($0); print "ok\t" name($0) >results; failed = 0; next }
    /^# \(|^#  *(in test file|from function)|^#   `/ { if (failed) where = where text($0); next }
    /^#/ && failed { where = ""; printf "%s", text($0) }
    { fflush() }
    END { printf "%s", where }'
}

# A line per group.
show_groups() {
  awk -F '\t' '
    { g = $2; sub(/:.*/, "", g); if (g !~ /^(core|hardening|extra)$/) g = "tests"
     if (!(g in seen)) { seen[g] = 1; order[++n] = g } count[g, $1]++ }
    END { for (i = 1; i <= n; i++) { g = order[i]
      printf "  %-10s%3d passed, %d failed", g, count[g, "ok"], count[g, "failed"]
      if (count[g, "skip"]) printf ", %d skipped", count[g, "skip"]
      print "" } }' "$1"
}

# closing_count PASSED FAILED SKIPPED: the last line of everything
closing_count() {
  if [ "$3" -gt 0 ]; then
    echo "$1 passed, $2 failed, $3 skipped"
  else
    echo "$1 passed, $2 failed"
  fi
}
