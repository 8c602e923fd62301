# long: make check runs this suite, make test does not
# Order exercises: tests/parsons/make, check and their tables. (tests/parsons/check-tables also tries
# the tables of the steps, which takes minutes.)

# shellcheck disable=SC2016,SC2030,SC2031 # quotes as they are; each test has variables of its own

bats_require_minimum_version 1.5.0
load expect

setup() {
  unset DIR OUT SEED GROUP FILTER PORT SAN CC JOBS PROJECT SUT
  PARSONS=$BATS_TEST_DIRNAME/parsons
  cd "$BATS_TEST_TMPDIR" || return
}

# of CHAPTER FUNCTION: what a function of parsons.bash says of its table
of() (
  # shellcheck source=tests/parsons/parsons.bash
  . "$PARSONS/parsons.bash"
  "$2" "$1" "${@:3}"
)

# lines_in SHEET: its lines, without blanks and what is ignored
lines_in() { sed '/^#/d; /^$/d' "$1"; }

# answer CHAPTER [SED]: a directory with a sheet in our order, changed with sed
answer() {
  rm -rf mine && mkdir mine
  of "$1" lines_of_function | sed "${2:-}" >"mine/$(of "$1" sheet_name)"
}

# check STATUS: of the answer
check() { DIR=mine run -"$1" "$PARSONS/check"; }

@test "extra: a sheet has the function's lines and two more, mixed by the seed" {
  OUT=one run -0 "$PARSONS/make" ch06
  has "one/ch06_conn_settle.txt"
  [ "$(ls one)" = ch06_conn_settle.txt ]
  lines_in one/ch06_conn_settle.txt >mixed
  { of ch06 lines_of_function && of ch06 table_value distractor; } >sorted
  run ! cmp -s mixed sorted
  [ "$(sort mixed)" = "$(sort sorted)" ]
  [ "$(wc -l <mixed)" -ge 12 ]
  OUT=two SEED=1 run -0 "$PARSONS/make" ch06
  [ "$(lines_in two/ch06_conn_settle.txt)" = "$(cat mixed)" ]
  OUT=three SEED=2 run -0 "$PARSONS/make" ch06
  [ "$(lines_in three/ch06_conn_settle.txt)" != "$(cat mixed)" ]
  grep -qx '#     void conn_settle(struct conn \*c)' one/ch06_conn_settle.txt
  grep -q 'make parsons-check DIR=one$' one/ch06_conn_settle.txt
}

@test "extra: a sheet as it was made is refused as an answer, and so is an empty one" {
  OUT=mine run -0 "$PARSONS/make" ch10
  check 1
  has "does not belong: "
  : >mine/ch10_remove_inner.txt
  check 2
  one_line && has "has no lines above the last one"
}

@test "extra: our order is right, and so is another one that works, however it is indented" {
  answer ch13
  check 0
  one_line && has "right: with your sift_down() all "
  # two lines change places, and what is left out does not count
  answer ch10 '/^next->height/{h;d;}; /^next->count/{G;}; s/^/      /'
  printf '\n# a remark\n# ---- lines below this one are left out ----\nmend(t, next, -1);\n' >>mine/ch10_remove_inner.txt
  [ "$(sed -n '10,11s/ = .*//p' mine/ch10_remove_inner.txt | paste -sd, -)" = "      next->count,next->height" ]
  check 0
}

@test "extra: what is wrong with the lines is told before anything is built" {
  export CC=false # nothing can be
  answer ch06 '/^if (sending)$/d'
  check 1
  one_line && has "missing: if (sending)"
  answer ch06 's/^if (sending)$/&\n&/'
  check 1
  one_line && has "line 7 is used too often: if (sending)"
  answer ch06 's/^if (sending)$/if (true)/'
  check 1
  has "line 6 is not from the sheet: if (true)" && has "missing: if (sending)"
  answer ch06 's/^c->want_read = .*/c->want_read = true;/'
  check 1
  has "line 5 does not belong: c->want_read = true;" && has "poll() would never sleep"
  answer ch06 '$d; 1s/^/}\n/'
  check 1
  has "line 1 is a bracket that closes nothing"
  [ "${#lines[@]}" = 1 ]
}

@test "extra: what the compiler says is told with the line of the sheet" {
  # the declaration of len comes too late
  answer ch04 '/^uint32_t len/{h;d;}; /WIRE_TOO_LONG/{G;}'
  check 1
  [[ ${lines[0]} == "does not compile, line 7: "*len* ]]
  [ "${lines[1]}" = "    if (len > WIRE_MAX_BODY)" ]
}

@test "extra: an order that fails a test is told which, and what the test said" {
  answer ch13 's/^put(.*/i = child;#/; /^i = child;$/s/.*/put(h, i, h->items[child]);/; s/#$//'
  check 1
  [[ ${lines[0]} == "not yet: with your sift_down() "*" tests fail; the first:" ]]
  [[ ${lines[1]} =~ ^\ \ (core|extra):\  ]]
  [ "${#lines[@]}" -ge 3 ]
}

@test "extra: wrong use is a line and status 2, and nothing is written" {
  mkdir full && echo mine >full/notes
  OUT=full run -2 "$PARSONS/make" ch06
  one_line && has "OUT=full exists and is not empty" && [ "$(ls full)" = notes ]
  OUT=new run -2 "$PARSONS/make" ch99
  one_line && has "no chapter is called 'ch99'"
  OUT=new run -2 "$PARSONS/make" f07
  one_line && has "f07 has no order exercise; there are: ch03 ch04 "
  OUT=new run -2 "$PARSONS/make"
  one_line && has "usage: "
  OUT=new SEED=x run -2 "$PARSONS/make" ch06
  one_line && has "SEED is a number of at most nine digits, not 'x'"
  [ ! -e new ]
  run -2 "$PARSONS/check"
  one_line && has "DIR=path is missing"
  DIR=none run -2 "$PARSONS/check"
  one_line && has "DIR=none is not a directory"
  DIR=full run -2 "$PARSONS/check"
  one_line && has "has no sheet"
  answer ch06 && touch mine/ch10_remove_inner.txt
  check 2
  one_line && has "more than one sheet"
}

@test "extra: every table is right, and a wrong one is seen" {
  # shellcheck source=tests/parsons/parsons.bash
  . "$PARSONS/parsons.bash"
  [ "$(table_chapters | wc -l)" -ge 12 ]
  for chapter in $(chapters | grep '^ch'); do [ -f "$PARSONS/$chapter" ]; done
  for chapter in $(table_chapters); do
    has_table "$chapter"
    run -0 table_faults "$chapter"
    [ -z "$output" ] || { echo "$chapter: $output" && false; }
  done
  good=$PARSONS/ch06 PARSONS=$BATS_TEST_TMPDIR
  faults() { sed "$1" "$good" >"$PARSONS/ch06" && run -0 table_faults ch06 && has "$2"; }
  faults 's/^file:.*/file: con.c/' "has no file con.c"
  faults 's/^function:.*/function: conn_set/' "has no function conn_set()"
  faults 's/^tests: /tests: nothing /' "the rubric has no requirement 'nothing'"
  faults 's/^fails: .*/fails: what nobody tests/' "no test of these requirements is called: what nobody tests"
  faults 's/^swap: c/swap: d/' "conn_settle() has no line: d->want_write = sending;"
  faults 's/^distractor: .*/distractor: if (sending)/' "conn_settle() has the line: if (sending)"
  faults '0,/^why:/{/^why:/d;}' "not 2 of: why"
}

# sound CHAPTER...: their distractors fail tests, and our order does not
sound() {
  JOBS=2 run -0 "$PARSONS/check-tables" "$@"
  [ "${lines[${#lines[@]} - 1]}" = "$(($# * 4)) passed, 0 failed" ]
}

@test "extra: of the chapters, our order passes, a wrong one and each distractor fail a test" {
  sound ch03 ch04 ch06 ch07 ch08 ch10 ch12 ch13 ch14
}

@test "extra: of a step, our order passes, a wrong one and each distractor fail a test" { sound f14; }

@test "extra: check-tables sees a distractor that fails nothing, and an order that is not ours" {
  local copy=$BATS_TEST_TMPDIR/project
  mkdir -p "$copy/tests"
  cd "$BATS_TEST_DIRNAME" && cp -R run runner.bash get-bats helpers.bash observe.bash tools units maintain \
    course parsons ch13_ttl.bats "$copy/tests/"
  [ ! -d .cache ] || cp -R .cache "$copy/tests/"
  cp -R ../ch13_ttl "$copy/"
  cd "$copy" && rm -rf ch13_ttl/build
  sed -i.bak 's/^distractor: size_t child = 2 .*/distractor: size_t child = i * 2 + 1;/' tests/parsons/ch13
  PROJECT=$copy run -1 tests/parsons/check-tables ch13
  has "FAIL  ch13: size_t child = i * 2 + 1;: no test fails (the heap is in order)"
  has "3 passed, 1 failed"
}
