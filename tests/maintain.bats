# long: make check runs this suite, make test does not
# The maintainer's scripts, on a small project of three stages that share add.c.

# shellcheck disable=SC2016 # what is quoted is to be expanded later

bats_require_minimum_version 1.5.0
load expect

setup() {
  command -v git >/dev/null || skip "needs git"
  cd "$BATS_TEST_TMPDIR" || exit
  export PROJECT=$PWD
  unset BASE DRY FORCE STAT A B
  git init -q . && git config user.email a@b && git config user.name a
  mkdir -p tests/maintain ch01_one ch02_two ch03_three
  seq 1 20 | sed 's/.*/line & of add/' >ch01_one/add.c
  echo 'int main(void) { return 0; }' >ch01_one/server.c
  cp ch01_one/* ch02_two
  cp ch01_one/* ch03_three
  sed -i.bak 's/line 18 .*/a line of ch03/' ch03_three/add.c && rm ch03_three/add.c.bak
  for stage in ch0*; do
    printf 'OBJS = \\\n\tbuild/server.o \\\n\tbuild/add.o \\\n\nall:\n' >"$stage/Makefile"
  done
  echo 'ch03_three: add.c' >tests/maintain/steps.list
  git add . && git commit -qm stages
}

# maintain SCRIPT ARGUMENT...: its words and its status, as `run` gives them
maintain() { run -"$1" "$BATS_TEST_DIRNAME/maintain/$2" "${@:3}"; }

# edit FILE LINE: changes that line
edit() { sed "$2s/.*/fixed/" "$1" >edit.tmp && cat edit.tmp >"$1" && rm edit.tmp; }

# changed: the files that differ from the last commit, in one line
changed() { git diff --name-only | tr '\n' ' '; }

@test "extra: carry makes identical copies identical again, and merges into edited ones" {
  cp -R ch03_three ch04_four
  git add . && git commit -qm 'a copy of an edited one'
  edit ch01_one/add.c 4
  maintain 0 carry ch01_one/add.c
  has "ch02_two         identical"
  has "ch03_three       merged"
  has "ch04_four        identical"
  cmp ch01_one/add.c ch02_two/add.c
  cmp ch03_three/add.c ch04_four/add.c
  [ "$(sed -n 4p ch03_three/add.c)" = fixed ]
  [ "$(sed -n 18p ch03_three/add.c)" = "a line of ch03" ]
}

@test "extra: carry, run again, finds nothing left to do" {
  edit ch01_one/add.c 4
  maintain 0 carry ch01_one/add.c
  cp ch03_three/add.c once
  maintain 0 carry ch01/add.c
  has "ch02_two         unchanged"
  has "ch03_three       unchanged"
  cmp ch03_three/add.c once
}

@test "extra: carry leaves a stage that conflicts, and says where to look" {
  edit ch01_one/add.c 18
  maintain 1 carry ch01_one/add.c
  has "ch02_two         identical"
  has "ch03_three       CONFLICT"
  [ "$(changed)" = "ch01_one/add.c ch02_two/add.c " ]
  merged=$(printf '%s\n' "$output" | sed -n 's/.* is in \(.*\); ch03_three is.*/\1/p')
  grep -q '^<<<<<<< ch03_three/add.c' "$merged"
  grep -q '^a line of ch03' "$merged"
  rm -r "${merged%/*/*}"
}

@test "extra: after a conflict, carry goes on from the stage that was mended by hand" {
  cp -R ch03_three ch04_four
  cp -R ch03_three ch05_five
  edit ch05_five/add.c 1
  git add . && git commit -qm 'two more'
  edit ch01_one/add.c 18
  maintain 1 carry ch01_one/add.c
  has "ch04_four        not reached"
  edit ch03_three/add.c 18
  maintain 0 carry ch03_three/add.c
  has "ch04_four        identical"
  has "ch05_five        merged"
  [ "$(sed -n 18p ch05_five/add.c)" = fixed ]
  [ "$(sed -n 1p ch05_five/add.c)" = fixed ]
}

@test "extra: carry passes over a stage that does not have the file" {
  git rm -q ch02_two/add.c && git commit -qm 'gone and back'
  edit ch01_one/add.c 4
  maintain 0 carry ch01_one/add.c
  has "ch02_two         has no such file"
  has "ch03_three       merged"
  [ ! -e ch02_two/add.c ]
}

@test "extra: DRY=1 carries nothing" {
  edit ch01_one/add.c 4
  DRY=1 maintain 0 carry ch01_one/add.c
  has "ch03_three       merged"
  [ "$(changed)" = "ch01_one/add.c " ]
}

@test "extra: carry does not mix with uncommitted edits, unless FORCE=1" {
  edit ch01_one/add.c 4
  edit ch03_three/add.c 11
  maintain 2 carry ch01_one/add.c
  has "not committed yet: ch03_three/add.c"
  [ "$(changed)" = "ch01_one/add.c ch03_three/add.c " ]
  FORCE=1 maintain 0 carry ch01_one/add.c
  [ "$(sed -n 4p ch03_three/add.c)" = fixed ]
  [ "$(sed -n 11p ch03_three/add.c)" = fixed ]
}

@test "extra: carry takes the change since BASE" {
  edit ch01_one/add.c 4
  git commit -qam 'a fix that was not carried'
  maintain 2 carry ch01_one/add.c
  has "there is nothing to carry"
  BASE=HEAD~1 maintain 0 carry ch01_one/add.c
  cmp ch01_one/add.c ch02_two/add.c
}

@test "extra: carry says what is wrong with wrong use" {
  maintain 2 carry
  has "usage:"
  maintain 2 carry add.c
  has "not a file of a stage"
  maintain 2 carry ch09/add.c
  has "no stage is called 'ch09'"
  maintain 2 carry ch01_one/none.c
  has "there is no ch01_one/none.c"
  maintain 2 carry ch01_one/add.c
  has "there is nothing to carry"
  edit ch03_three/add.c 4
  maintain 2 carry ch03_three/add.c
  has "is the last stage"
  BASE=nothing maintain 2 carry ch03_three/add.c
  has "no revision is called 'nothing'"
  echo new >ch01_one/new.c
  maintain 2 carry ch01_one/new.c
  has "is not in HEAD"
}

@test "extra: a copy that drifts is found, and the message has the line to declare it" {
  maintain 0 snapshots carried
  edit ch02_two/add.c 4
  maintain 1 snapshots carried
  has "ch02_two: add.c differs from ch01_one's"
  has "
ch02_two: add.c"
  echo 'ch02_two: add.c' >>tests/maintain/steps.list
  maintain 0 snapshots carried
}

@test "extra: a difference that is declared but does not exist is found, and a file that vanished" {
  cp ch02_two/add.c ch03_three/add.c
  maintain 1 snapshots carried
  has "ch03_three: add.c is declared as changed"
  rm ch03_three/add.c
  maintain 1 snapshots carried
  has "ch03_three: add.c of ch02_two is gone"
  echo 'ch03_three: -add.c' >tests/maintain/steps.list
  maintain 0 snapshots carried
}

@test "extra: a step that rewrites or adds too much is found" {
  maintain 0 snapshots budget
  edit ch02_two/add.c 3,6
  maintain 1 snapshots budget
  has "ch02_two removes or rewrites 4 lines of ch01_one"
  cp ch01_one/add.c ch02_two
  seq 351 >>ch03_three/server.c
  maintain 1 snapshots budget
  has "ch03_three adds 352 lines to 2 files of ch02_two"
  git checkout -q ch03_three
  { seq 7501 && printf '\n/* no\n * code */\n'; } >ch03_three/new.c
  maintain 1 snapshots budget
  [ "$output" = "ch03_three has 7501 lines of code more than ch02_two; more than 7500 is a book of its own" ]
}

@test "extra: long lines, tabs and trailing blanks are found" {
  maintain 0 snapshots lines
  printf '%081d\nx\ty\nx \nlast' 0 >>ch02_two/server.c
  maintain 1 snapshots lines
  has "ch02_two/server.c:2: has 81 columns"
  has "ch02_two/server.c:3: has a tab"
  has "ch02_two/server.c:4: ends in a blank"
  has "ch02_two/server.c: has no newline at its end"
}

@test "extra: diff shows edited files before new ones, with the functions they are in" {
  echo 'int fresh;' >ch03_three/fresh.c
  maintain 0 diff ch03
  [ "$(printf '%s\n' "$output" | grep '^+++' | tr '\n' ' ')" = \
    "+++ b/ch03_three/add.c +++ b/ch03_three/fresh.c " ]
  STAT=1 maintain 0 diff ch01 ch03
  has "1 edited +1 -1"
  has "1 new +1"
  maintain 2 diff ch01
  has "there is none before it"
}

# transcript BLOCK: makes it the README of ch01_one
transcript() { printf '# one\n\n```console\n%s\n```\n' "$1" >ch01_one/README.md; }

@test "extra: a transcript that is true passes, whatever the port and whichever prints first" {
  transcript '$ (echo listening on 127.0.0.1:$PORT; sleep 0.2; echo peer 127.0.0.1:4711; sleep 60) &
[1] 12345
listening on 127.0.0.1:1234
$ echo one; sleep 0.5; echo two
one
two
peer 127.0.0.1:40000
$ seq 9
1
...
9
$ echo a word and more
a ... more
$ false \
> || echo 1234
1234
$ kill %1'
  maintain 0 readme replay ch01
  has "6 commands in 1 block, all as shown"
}

@test "extra: a transcript that drifted fails" {
  transcript '$ echo word
world'
  maintain 1 readme replay ch01
  has 'ch01_one/README.md:4: $ echo word'
  transcript '$ printf "a\nb\n"
b
a'
  maintain 1 readme replay ch01
  transcript '$ echo more than shown'
  maintain 1 readme replay ch01
  transcript '$ true
shown only'
  maintain 1 readme replay ch01
  transcript '$ echo 127.0.0.1:4711
127.0.0.1:1234'
  maintain 1 readme replay ch01
}

@test "extra: a transcript with redis-cli is left out where that is not installed, and says so" {
  local tool
  mkdir bin
  for tool in bash sh awk cat cc as ld cp cut dirname env grep head mkdir mktemp rm sed sort tr wc; do
    ! command -v $tool >/dev/null || ln -s "$(command -v $tool)" bin/$tool
  done
  transcript '$ redis-cli --version
never so'
  PATH=$PWD/bin maintain 0 readme replay ch01
  has "ch01_one/README.md:4: left out: redis-cli is not installed"
  printf '#!/bin/sh\necho version\n' >bin/redis-cli && chmod +x bin/redis-cli
  PATH=$PWD/bin maintain 1 readme replay ch01
  has 'never so'
}

@test "extra: a transcript that leaves a server running fails" {
  transcript '$ sleep 60 &'
  maintain 1 readme replay ch01
  has "leaves a job running"
}

@test "extra: a README without a console block, a heading or a true link is found" {
  printf '# one\n\n[gone](gone.c) [there](server.c) [part](#one) [no](#none)\n' >ch01_one/README.md
  maintain 1 readme replay ch01
  has "has no \`\`\`console block"
  maintain 1 readme headings ch01
  has "has no heading '## Build and run'"
  maintain 1 readme links ch01
  has "the link to gone.c leads nowhere"
  has "the link to #none leads to no heading"
  case $output in *server.c* | *"#one "*) false ;; esac
}

# walk FILE LINE...: makes the README of ch01_one show these lines as an excerpt of that file
walk() {
  {
    printf '## Read the code\n\n'
    [ -z "$1" ] || printf '[`%s`](%s), somewhere:\n\n' "$1" "$1"
    printf '%s\n' '```c' "${@:2}" '```'
  } >ch01_one/README.md
}

@test "extra: an excerpt that has drifted from its file is found, and so is one without a file" {
  printf '%s\n' 'int f(void)' '{' '    one();' '' '    two();' '}' 'int g(void)' '{' \
    '    one();' '    three();' '}' >ch01_one/code.c
  walk code.c 'int f(void)' '{' '    one();' '' '    two();' '}'
  maintain 0 readme excerpts ch01
  walk code.c '    ...' '    one();' '    three();' '}'
  maintain 0 readme excerpts ch01
  walk code.c 'int f(void)' '    ...' '}' 'int g(void)' '...' '}'
  maintain 0 readme excerpts ch01
  printf '%s\n' '' '```sh' 'make' '```' '## Further' '```c' 'a(sketch);' '```' >>ch01_one/README.md
  maintain 0 readme excerpts ch01
  walk code.c '{' '    one();' '    four();' '}'
  maintain 1 readme excerpts ch01
  has 'ch01_one/README.md:5: this excerpt is not in ch01_one/code.c'
  has '    four();'
  walk code.c '    three();' '...' 'int f(void)' # the wrong way round
  maintain 1 readme excerpts ch01
  walk code.c '    one();' '    two();' # the blank line is missing
  maintain 1 readme excerpts ch01
  walk gone.c 'int f(void)'
  maintain 1 readme excerpts ch01
  has 'gone.c, which does not exist'
  walk '' 'int f(void)'
  maintain 1 readme excerpts ch01
  has 'no line before this excerpt begins with'
  printf '# one\n' >ch01_one/README.md
  maintain 1 readme excerpts ch01
  has 'has no excerpt'
}

@test "extra: the cc lines of a README must build both programs without a warning" {
  printf '```sh\ncc -o server \\\n   server.c\ncc -o client server.c\n```\n' >ch01_one/README.md
  maintain 0 readme cc ch01
  printf '```sh\ncc -o server server.c\n```\n' >ch01_one/README.md
  maintain 1 readme cc ch01
  has "build no client"
  printf '```sh\nmake\n```\n' >ch01_one/README.md
  maintain 1 readme cc ch01
  has "no line"
}

@test "extra: a failure that says nothing is shown with its place, another without" {
  local tap='not ok 1 core: silent
# (in test file x.bats, line 3)
#   `false'\'' failed
ok 2 core: good
not ok 3 core: telling
# (in test file x.bats, line 9)
#   `f'\'' failed
# what was wrong
not ok 4 core: last
# (in test file x.bats, line 12)'
  run -0 bash -c '. "$1/runner.bash" && show_tap results' - "$BATS_TEST_DIRNAME" <<<"$tap"
  [ "$output" = "  FAIL  core: silent
          (in test file x.bats, line 3)
            \`false' failed
  ok    core: good
  FAIL  core: telling
          what was wrong
  FAIL  core: last
          (in test file x.bats, line 12)" ]
  [ "$(cut -f 1 results | paste -s -)" = "failed	ok	failed	failed" ]
}

@test "extra: format shows what is not as clang-format makes it, and leaves tables and comments alone" {
  command -v clang-format >/dev/null || skip "needs clang-format"
  cp "$BATS_TEST_DIRNAME/../.clang-format" .
  cat >good.c <<'END'
struct both {
    int a;         /* of another column */
    int long_name; /* than this one */
    int b; /* as it came */
};

static const int table[][2] = {
    {1, 2},
    {3, 4},
};

#define TWICE(n) {n, n}
END
  maintain 0 format good.c
  [ -z "$output" ]
  printf '\nint f(void)\n{\n  return 1;\n}\n' >>good.c
  cp good.c bad.c
  maintain 1 format good.c bad.c
  has "bad.c is not what clang-format makes of it:"
  has ">     return 1;"
  cmp good.c bad.c
}
