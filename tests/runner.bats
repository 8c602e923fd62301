# The runner: which programs it can build, and on which systems it works.

bats_require_minimum_version 1.5.0

setup_file() { export OUTER_PATH=${PATH#"$BATS_LIBEXEC:"}; }

# shellcheck disable=SC2034 # they are runner.bash's
setup() {
  unset DIR PORT SAN CC GROUP FILTER
  cd "$BATS_TEST_TMPDIR" || return
  mkdir scratch scratch/built mine
  # shellcheck source=tests/runner.bash
  . "$BATS_TEST_DIRNAME/runner.bash"
  SCRATCH=$PWD/scratch
}

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
  for script in $(find . -path ./.cache -prune -o -type f -perm -u+x -print); do
    grep -qE '^ *(export LC_ALL=C|\. .*(runner|project|course|grading|mutants|bench)\.bash)' "$script" ||
      case $script in ./get-bats | ./course/examine) ;; *) echo "$script" && false ;; esac
  done
  command -v localedef >/dev/null && mkdir "$german" &&
    localedef -i de_DE -f UTF-8 "$german/de_DE.UTF-8" 2>/dev/null || skip "no German locale can be made here"
  export LOCPATH=$german LC_ALL=de_DE.UTF-8 PATH=$OUTER_PATH
  RUBRIC=course/ch03/rubric REQUIREMENT=greet DIR=../ch03_hello run -0 course/grade ch03
  run -0 maintain/snapshots carried
}
