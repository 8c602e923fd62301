# long: it runs the runner itself, on many copies
# The runner: which programs it can build, and on which systems it works.

# shellcheck disable=SC2016,SC2030,SC2031 # other shells expand it; each test has its own PATH

bats_require_minimum_version 1.5.0

setup_file() { export OUTER_PATH=${PATH#"$BATS_LIBEXEC:"}; }

# shellcheck disable=SC2034 # they are runner.bash's
setup() {
  unset DIR PORT SERVER SAN CC GROUP FILTER
  cd "$BATS_TEST_TMPDIR" || return
  mkdir scratch scratch/built mine
  # shellcheck source=tests/runner.bash
  . "$BATS_TEST_DIRNAME/runner.bash"
  SCRATCH=$PWD/scratch
}

teardown() { [ -z "${STARTED:-}" ] || kill "$STARTED" 2>/dev/null || true; }

# a server and a client that end with status 7, in mine
programs() { echo 'int main(void) { return 7; }' | tee mine/server.c >mine/client.c; }

@test "extra: files without a Makefile are built, though comments before main() speak of main()" {
  programs
  cat >mine/server.c <<'C'
/*
 * int main() { starts the server }
 */
int seven(void); // int main() {
int
main(int argc, char **argv) { return argc && argv ? seven() : 0; }
C
  printf '/* int main() { is in\n int main(void) { server.c */\nint seven(void) { return 7; }\n' >mine/seven.c
  printf 'const char *text = "/*"; int main(void) { return 7; }\n' >mine/try.c
  build_dir mine || { cat "$BUILT.log" && false; }
  run -7 "$BUILT/server"
  run -7 "$BUILT/client"
}

@test "extra: a file is a program of its own only if its main() is compiled" {
  local form n=0
  programs
  echo 'int all(void); int main(void) { return all(); }' >mine/server.c
  # modules, whatever they say of main()
  for form in '#ifdef TEST\nint main(void) { return 1; }\n#endif' '#if 0\nint main(void) { return 1; }\n#endif' \
    '/* int\n * main() {\n */' 'const char *%s = "int main(void) { return 1; }";' \
    'static void main_loop(void) { }\nvoid %s(void) { main_loop(); }'; do
    n=$((n + 1))
    # shellcheck disable=SC2059 # it is a form
    printf "$form\nint part$n(void) { return 1; }\n" "name$n" >"mine/m$n.c"
    printf 'int part%s(void); ' $n >>mine/all.c
  done
  echo 'int all(void) { return part1() + part2() + part3() + part4() + part5() + 2; }' >>mine/all.c
  # and programs
  printf 'int\nmain(void)\n{ return 1; }\n' >mine/p1.c
  printf 'int main(argc, argv) int argc; char **argv; { return argc && argv; }\n' >mine/p2.c
  printf 'int main() { return 1; }\n' >mine/p3.c
  printf 'auto main() -> int { return 1; }\n' >mine/p4.cpp
  build_dir mine || { cat "$BUILT.log" && false; }
  run -7 "$BUILT/server"
  run -7 "$BUILT/client"
}

@test "extra: without nm the text of a file tells whether it is a program" {
  programs
  echo 'int seven(void); int main(void) { return seven(); }' >mine/server.c
  echo 'int seven(void) { return 7; }' >mine/seven.c
  echo 'int main(void) { return 1; }' >mine/try.c
  nm() { return 127; }
  build_dir mine || { cat "$BUILT.log" && false; }
  run -7 "$BUILT/server"
}

@test "extra: a server that is built elsewhere is told, and so is a client" {
  programs
  printf '.PHONY: server client\nserver client:\n\tmkdir -p build; cc -o build/$@ $@.c\n' >mine/Makefile
  run ! build_dir mine
  run -0 tail -n 1 scratch/built/mine*.log
  [ "$output" = "there is no ./server after the build; there is build/server" ]
  mv mine other && sed -i.bak 's/^server client:.*/server:; cc -o server server.c\nclient:/' other/Makefile
  build_dir other
  [ "$(cat "$BUILT/.no-client")" = "there is no ./client after the build; there is build/client" ]
}

# no_client_says LINE...: why mine has a server, but no client
no_client_says() {
  local word
  build_dir mine || { cat "$BUILT.log" && false; }
  cat "$BUILT/.no-client"
  [ "$(wc -c <"$BUILT/.no-client")" -le 300 ] # of more, a submission's reader sees the beginning
  run -0 cat "$BUILT/.no-client"
  [ "${lines[0]}" = "there is no ./client after the build" ] && [ "${#lines[@]}" = $(($# + 1)) ]
  for word; do grep -qE -- "^$word" "$BUILT/.no-client"; done
  mv "$BUILT" "$BUILT.ok" "$BUILT.log" "$BUILT.done" "$(mktemp -d)"
}

@test "extra: why a client does not compile is told, once" {
  programs
  printf '#include <stdio.h>\nint main(void) { return one; }\n' >mine/client.c
  printf 'int main(void) { return other; }\n' >mine/an_experiment.c
  no_client_says 'client.c:2:[0-9:]* error: .*one'
  rm mine/an_experiment.c
  printf 'all: server client\n%%: %%.c\n\tcc -o $@ $<\n' >mine/Makefile
  no_client_says 'client.c:2:[0-9:]* error: .*one'
  printf 'int main(void) {\nreturn %0100d\n' 1 | tr 0 o >mine/client.c # two errors, of which one is short enough
  printf '+ %0100d; }\n' 2 | tr 0 o >>mine/client.c
  no_client_says 'client.c:2:[0-9:]* error: '
  rm mine/Makefile
  echo 'int far(void); int main(void) { return far(); }' >mine/client.c
  no_client_says '.*undefined .*far'
  rm mine/client.c
  no_client_says 'there is no Makefile and no client.c or client.cpp'
}

# not_built LINE: mine is not built, and the last line says why
not_built() {
  run ! build_dir mine
  cat scratch/built/mine*.log
  run -0 tail -n 1 scratch/built/mine*.log
  [ "$output" = "$1" ]
  rm -rf scratch/built/mine*
}

@test "extra: where there is nothing to build, what is near is named" {
  not_built "neither a Makefile nor server.c, nor a program 'server'"
  programs
  mkdir mine/src && mv mine/*.c mine/src
  not_built "there is src/server.c: give the directory src, or add a Makefile that leaves ./server"
  echo 'all:' >mine/src/Makefile
  not_built "there is src/Makefile: add a Makefile here that calls it and leaves ./server"
  : >mine/CMakeLists.txt
  not_built "there is CMakeLists.txt: add a Makefile that leaves ./server"
  printf '#!/bin/sh\n' >mine/server && chmod +x mine/server
  build_dir mine
}

@test "extra: what the linker says is told once" {
  programs
  echo 'int far(void); int main(void) { return far(); }' >mine/server.c
  for _ in alone module; do
    run ! build_dir mine
    cat scratch/built/mine*.log
    run -0 grep -cE 'undefined reference to .far|^  "_?far", referenced' scratch/built/mine*.log
    [ "$output" = 1 ]
    rm -rf scratch/built/mine*
    echo 'int near(void) { return 7; }' >mine/near.c
  done
  # without the others it is tried all the same
  echo 'int main(void) { return 7; }' >mine/server.c
  echo 'int near(void) { return 7; }' >mine/other.c
  build_dir mine
  run -7 "$BUILT/server"
}

@test "extra: tcc, which cannot write dependencies, builds a stage, in whichever directory it is" {
  command -v tcc >/dev/null || skip "there is no tcc here"
  CC=tcc build_dir "$ROOT/ch03_hello" || { cat "$BUILT.log" && false; }
  cp -R "$ROOT/ch03_hello/." mine
  CC="$(command -v tcc) -w" build_dir mine || { cat "$BUILT.log" && false; }
  build_dir "$ROOT/ch04_protocol" && [ -f "$BUILT/build/wire.d" ] # others do write them
}

@test "extra: a tar without --exclude will do; the .git in a directory is left out" {
  programs
  mkdir mine/.git bin && echo much >mine/.git/pack && echo 1 >"mine/-a name"
  printf '#!/bin/sh\ncase "$*" in *--exclude*) exit 1 ;; esac\nexec %s "$@"\n' "$(command -v tar)" >bin/tar
  chmod +x bin/tar
  PATH=$PWD/bin:$PATH build_dir mine
  [ -f "$BUILT/-a name" ] && [ ! -e "$BUILT/.git" ]
}

@test "extra: numbers and orders are the same in every locale" {
  local script german=$PWD/locales
  cd "$BATS_TEST_DIRNAME"
  for script in runner.bash maintain/project.bash; do
    # shellcheck disable=SC2016
    run -0 env LC_ALL=de_DE.UTF-8 bash -c '. "$0" && echo "$LC_ALL"' "$script"
    [ "${lines[${#lines[@]} - 1]}" = C ]
  done
  # every program that is called from outside knows it
  while IFS= read -r script; do
    grep -qE '^ *(export LC_ALL=C|\. .*(runner|project|course|grading|mutants|bench|hunt|parsons)\.bash)' "$script" ||
      case $script in ./get-bats | ./course/examine) ;; *) echo "$script" && false ;; esac
  done < <(find . \( -path ./.cache -o -path ./build \) -prune -o -type f -perm -u+x -print)
  command -v localedef >/dev/null && mkdir "$german" &&
    localedef -i de_DE -f UTF-8 "$german/de_DE.UTF-8" 2>/dev/null || skip "no German locale can be made here"
  export LOCPATH=$german LC_ALL=de_DE.UTF-8 PATH=$OUTER_PATH
  RUBRIC=course/ch03/rubric REQUIREMENT=greet DIR=../ch03_hello run -0 course/grade ch03
  run -0 maintain/snapshots carried
}

# bare NAME...: a PATH with little more than a shell, and these as programs that fail
bare() {
  local tool
  mkdir bare
  for tool in bash env dirname cat sed mkdir rm chmod; do ln -s "$(command -v $tool)" bare/; done
  printf '#!/bin/sh\necho 1000\n' >bare/id
  for tool; do printf '#!/bin/sh\nexit 1\n' >"bare/$tool"; done
  chmod +x bare/*
}

@test "extra: without bats the system's own command for it is named first" {
  bare sudo apt-get
  cp "$BATS_TEST_DIRNAME/get-bats" .
  PATH=$PWD/bare run -1 bash get-bats
  [ "${lines[0]}" = "bats 1.5 or later is not here. This system's way to get it: sudo apt-get install bats" ]
  [ "${lines[${#lines[@]} - 1]}" = "  sudo apt-get install bats" ]
}

@test "extra: in a tree that cannot be written a copy of bats goes to TMPDIR" {
  bare npm
  mkdir tree tmp && cp "$BATS_TEST_DIRNAME/get-bats" tree
  : >tree/.cache # even root can make no directory there
  printf '#!/bin/bash\nmkdir -p "$6/node_modules/bats/bin" && cd "$6/node_modules/bats/bin" || exit
printf "#!/bin/sh\\necho Bats 1.11.0\\n" >bats && chmod +x bats\n' >bare/npm
  PATH=$PWD/bare TMPDIR=$PWD/tmp run -0 bash tree/get-bats
  [ "${lines[${#lines[@]} - 1]}" = "$PWD/tmp/server-tests-bats-1000/node_modules/bats/bin/bats" ]
  PATH=$PWD/bare TMPDIR=$PWD/tmp run -0 bash tree/get-bats
  [ "${#lines[@]}" = 1 ]
}

@test "extra: tests, grading, starters and the book work in a tree that cannot be written" {
  unshare -rm true 2>/dev/null || skip "no mount of our own can be made here"
  mkdir tree tmp
  (cd "$BATS_TEST_DIRNAME/.." && tar -cf - ch0[34]_* tests/*.bash tests/{run,get-bats,tools,units,course,maintain,book} \
    tests/ch0[34]_*.bats tests/.cache 2>/dev/null) | tar -xf - -C tree
  export TMPDIR=$PWD/tmp PATH=$OUTER_PATH DIR=ch03_hello FILTER='tells its port|one after another' REQUIREMENT=greet
  run -0 unshare -rm sh -ec 'mount --bind tree tree && mount -o remount,ro,bind tree && cd tree
    if touch new 2>/dev/null; then exit 9; fi
    tests/run ch03
    tests/course/grade ch03
    OUT="$TMPDIR/starter" tests/course/starter ch03
    DIR= FILTER= tests/book/make'
  [ -f tmp/book-of-steps/index.html ]
}

# ---- SERVER= ----

# start COMMAND...: in the background, at most until the test is over; what it says is in started.out
start() {
  : >started.out
  "$TOOLS/launch" -t 120 "$@" >started.out 2>started.err </dev/null 3>&- 4>&- &
  STARTED=$!
}

# announced: sets PORT_THERE to the port that it says
announced() {
  local tries=250
  until PORT_THERE=$(sed -n '1s/^listening on .*://p' started.out) && [ -n "$PORT_THERE" ]; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { cat started.err && return 1; }
    sleep 0.02
  done
}

# on_server ARG...: tests/run with that server; sets status, output and lines
on_server() { PATH=$OUTER_PATH SERVER=127.0.0.1:$PORT_THERE run "$@"; }

# refuses N DATABASE: tests/run a server with N keys here and one in that database; it asks for nothing else
refuses() {
  start "$TOOLS/talk" --timeout 60000 --listen 0 expect 'DBSIZE\r\n' send ":$1\r\n" expect 'INFO keyspace\r\n' \
    send "\$44\r\n# Keyspace\r\n$2:keys=1,expires=0,avg_ttl=0\r\n\r\n" expect-eof
  announced
  on_server -2 "$TESTS/run" f15
  [[ $output == *"127.0.0.1:$PORT_THERE holds keys; nothing was changed there"* ]]
  wait "$STARTED" || { cat started.err && false; }
}

@test "extra: a server that holds a key is asked for no more than that, and refused" {
  refuses 1 db0
  refuses 0 db7
}

@test "extra: a suite passes on a server that runs already" {
  build_dir "$ROOT/final" || { cat "$BUILT.log" && false; }
  start env PORT=0 "$BUILT/server"
  announced
  GROUP=core on_server -0 "$TESTS/run" f15
  [[ ${lines[${#lines[@]} - 1]} =~ ^[0-9]+' passed, 0 failed'$ ]]
  kill -0 "$STARTED"
}

@test "extra: on redis-server what only ours has is left out, and it is empty afterwards as before" {
  command -v redis-server >/dev/null || skip "there is no redis-server here"
  PORT_THERE=$("$TOOLS/talk" --listen 0 | sed 's/.*://')
  start redis-server --port "$PORT_THERE" --bind 127.0.0.1 --save '' --dir "$PWD"
  local tries=250
  until "$TOOLS/talk" "$PORT_THERE" open 2>/dev/null; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] && sleep 0.02
  done
  GROUP=core FILTER='work at the same time|may be cut anywhere' on_server -0 "$TESTS/run" f04
  [[ $output == *"(ours: the book's protocol)"* ]]
  [ "${lines[${#lines[@]} - 1]}" = "1 passed, 0 failed, 1 skipped" ]
  "$TOOLS/talk" "$PORT_THERE" send 'DBSIZE\r\n' expect ':0\r\n'
  "$TOOLS/talk" "$PORT_THERE" send 'SET k value\r\n' expect '+OK\r\n'
  on_server -2 "$TESTS/run" f04
  "$TOOLS/talk" "$PORT_THERE" send 'GET k\r\n' expect '$5\r\nvalue\r\n'
}
