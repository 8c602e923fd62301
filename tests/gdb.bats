# long: make check runs this suite, make test does not
# The gdb commands of tests/tools/gdb: a server runs in gdb, and they print what is in it.

bats_require_minimum_version 1.5.0
load expect

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  START=$BATS_TEST_DIRNAME/tools/gdb/start
  PID=
}

teardown() {
  [ -z "$PID" ] || { kill "$PID" && wait "$PID"; } 2>/dev/null || true
}

# needs_gdb: one with Python, that may run a program
needs_gdb() {
  command -v gdb >/dev/null || skip "needs gdb"
  gdb -nx -batch -ex 'python print(6 * 7)' 2>/dev/null | grep -q 42 || skip "needs a gdb with Python"
  gdb -nx -batch -ex run --args true 2>&1 | grep -q 'exited normally' || skip "gdb may run nothing here"
}

# session STAGE < COMMANDS: runs the stage's server in gdb. When keys are in it, the commands are
# given; what they print is in the file `said`.
session() {
  local client i
  {
    printf 'set confirm off\nset pagination off\nset width 0\nbreak cmd_inspect\nrun\n'
    cat
    echo kill
  } >commands
  BUILD=$PWD PORT=0 timeout -k 5 100 "$START" "$1" -nx -batch -x "$PWD/commands" >all 2>&1 3>&- 4>&- &
  PID=$!
  for i in $(seq 400); do
    PORT=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' all)
    if [ -n "$PORT" ] || ! kill -0 "$PID" 2>/dev/null; then break; fi
    sleep 0.1
  done
  [ -n "$PORT" ] || fail "the server does not start:" "$(cat all)"
  export PORT
  client=$(echo "$PWD"/*/client)
  timeout 10 "$client" set name ada >/dev/null
  timeout 10 "$client" set other "$(printf '%0100d' 7)" >/dev/null
  for i in 1 2 3 4 5 6 7; do timeout 10 "$client" zadd z "$i" "m$i" >/dev/null || true; done
  timeout 10 "$client" pexpire name 900000 >/dev/null || true
  timeout 10 "$client" pexpire z 600000 >/dev/null || true
  timeout 10 "$client" inspect table >/dev/null 2>&1 3>&- 4>&- || true
  wait "$PID" || true
  PID=
  sed '1,/Breakpoint 1, /d' all | sed 1d >said
}

says() { grep -qF -- "$1" said || fail "expected: $1" "$(cat said)"; }

@test "extra: gdb prints a chapter's table, tree, list, heap and entries" {
  needs_gdb
  session ch14 <<'END'
table &server.ks.map
tree "z"
nodes &server.idle
heap &server.ks.expiries
entry "other"
entry "z"
print $e->node.length
backtrace full 4
END
  says 'newer: 3 in 4 slots'
  sed '/^older/,$d' said | grep -oE '"(name|other|z)"' | sort | diff - <(printf '"%s"\n' name other z)
  says 'older: none'
  sed '/^7 members/,/m1"/!d' said | diff - <(printf '%s\n' '7 members, height 3' '        7 "m7"' \
    '    6 "m6"' '        5 "m5"' '4 "m4"' '        3 "m3"' '    2 "m2"' '        1 "m1"')
  grep -qE '^    fd [0-9]+$' said && says '1 nodes'
  grep -qE '^    0: in (599|600)[0-9]* ms, "z"$' said || fail "$(cat said)"
  grep -qE '^        1: in (899|900)[0-9]* ms, "name"$' said || fail "$(cat said)"
  says 'value: "000000000000000000000000000000000000000000000000"..., 100 bytes'
  says 'value: a sorted set of 7'
  grep -qE '^TTL:   (599|600)[0-9]* ms, item 0 of the heap$' said
  says ' = 1'
  run ! grep -F '!!' said
  run ! grep -F 'optimized out' said
}

@test "extra: gdb prints them in final, too, where keys and values are stored otherwise" {
  needs_gdb
  session final <<'END'
table &server.dbs[0].map
tree "z"
entry "name"
entry "other"
nodes &server.idle
heap server.dbs[0]
END
  says '4 "m4"'
  says 'value: "ada", 3 bytes'
  says 'value: "000000000000000000000000000000000000000000000000"..., 100 bytes'
  says '2 items'
  grep -qE '^    fd [0-9]+$' said
  run ! grep -F '!!' said
}

@test "extra: gdb prints what a chapter has, and says so where there is nothing, or nothing that fits" {
  needs_gdb
  session ch08 <<'END'
python
for words in ("table server.ks", 'entry "name"', 'entry "none"', "tree server.ks", "table nothing",
              "table", "table (struct hmap *)0", "entry (struct entry *)8"):
    try:
        gdb.execute(words)
    except gdb.error as e:
        print("%s: %s" % (words, e))
end
END
  says 'newer: 2 in 4 slots'
  says 'value: "ada", 3 bytes'
  says 'entry "none": there is no such key'
  says 'tree server.ks: server.ks is a struct keyspace, and tree prints a struct avl_tree'
  says 'table nothing: No symbol "nothing" in current context.'
  says 'table: usage: table EXPRESSION'
  says 'table (struct hmap *)0: it is NULL'
  says 'entry (struct entry *)8: Cannot access memory'
}

@test "extra: gdb marks what breaks a rule of a structure" {
  needs_gdb
  session ch13 <<'END'
entry "z"
set var $e->zset->tree.root->height = 9
set var $e->zset->tree.root->child[0]->count = 5
set var $e->zset->tree.root->child[1]->parent = 0
tree $e
set var server.ks.expiries.items[1].at = 1
heap &server.ks.expiries
set var server.ks.map.newer.size = 9
set var $e->node.hcode = $e->node.hcode + 1
table server.ks
set var server.idle.next->prev = server.idle.next
END
  says '4 "m4"  !! height is 9, not 3  !! count is 7, not 9'
  says '    2 "m2"  !! count is 5, not 3'
  says '    6 "m6"  !! another parent'
  says '"name"  !! earlier than what is above it'
  says '"z"  !! belongs to slot'
  says '!! size is not the number of nodes'
}

@test "extra: without gdb, make gdb-ch10 says what is missing and starts nothing" {
  local tool
  mkdir bin
  for tool in bash cat dirname grep basename awk; do ln -s "$(command -v $tool)" bin/$tool; done
  run -0 env PATH="$PWD/bin" bash "$START" ch10
  [ "${#lines[@]}" = 1 ] && [[ $output == *"not installed"* ]]
  run -2 "$START" ch99
  [[ $output == *"no stage is called 'ch99'"* ]]
}
