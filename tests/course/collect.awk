# collect.awk: a rubric's tests and what bats said of them -> lines for report (see report/data.c).
#   awk -f collect.awk is=requirements FILE is=tests FILE is=tap FILE
# with -v stage=ch08_hashtable  hidden=1 (a hidden suite)  lost=TEXT (why a test that is not in the
# TAP did not run; late=1: because the time was over)  scratch=DIR (what is cut out of messages);
# and in the environment AGAIN=COMMAND (what reruns a test, but for its FILTER).
# A test counts as what bats said of it first, and only if the rubric names it: a submission's own
# words come behind a # in bats' output.

BEGIN { FS = OFS = "\t"; again = ENVIRON["AGAIN"] }

function escaped(text) {
  gsub(/\\/, "&&", text); gsub(/\t/, "\\t", text); gsub(/\n/, "\\n", text)
  return text
}

# A pattern for make test's FILTER that means this name: what could mean more is any character.
function pattern(name) { gsub(/[^A-Za-z0-9 ,:;_-]/, ".", name); return "^" name "$$" }

function without(text, part, at) {
  while (part != "" && (at = index(text, part)) > 0)
    text = substr(text, 1, at - 1) substr(text, at + length(part))
  return text
}

is == "requirements" { order[++requirements] = $1; line[$1] = $0; invariant[$1] = $4; next }
is == "tests" { of[$1, ++tests[$1]] = $2; known[$2] = 1; next }

# from here on: TAP. Lines of megabytes would take minutes.
{ $0 = text = substr($0, 1, 1000) }
/^(not )?ok [0-9]+ / {
  state = /^not/ ? "failed" : "passed"
  sub(/^(not )?ok [0-9]+ /, "", text)
  reason = ""
  if (match(text, / # skip/)) {
    state = "skipped"
    reason = substr(text, RSTART + 8); sub(/^ +/, "", reason)
    text = substr(text, 1, RSTART - 1)
  }
  ms = 0
  if (match(text, / in [0-9]+(ms|sec)$/)) { # bats -T; sec in old ones
    ms = substr(text, RSTART + 4) * (text ~ /sec$/ ? 1000 : 1)
    text = substr(text, 1, RSTART - 1)
  }
  current = (text in known) && !(text in result) ? text : ""
  if (current != "") { result[current] = state; time[current] = ms; message[current] = reason }
  next
}
/^# / && current != "" && result[current] == "failed" {
  sub(/^# /, "", text)
  if (text ~ /^\(in test file|^\(from function|^  *(in test file|from function)|^  `/) next
  if (text ~ /^see [a-z0-9_\/]+\/README.md(, invariant [0-9]+)?$/) {
    see[current] = substr(text, 5)
    next
  }
  words[current, ++lines[current]] = text
  next
}

# A line of a message without the grader's own directories
function shown(text) {
  gsub(/[^ ]*\/(bats-run-[^ \/]*\/(test|file)\/[0-9]+|disk\/shared\/[A-Za-z0-9]+)\//, "", text)
  return substr(without(text, scratch), 1, 160)
}

# The first lines of a message say what was wrong, the last ones why.
function shortened(name, i, text, n) {
  n = lines[name]
  for (i = 1; i <= n; i++) {
    if (n > 16 && i == 9) { text = text "\n[...]"; i = n - 6 }
    else text = text (text == "" ? "" : "\n") shown(words[name, i])
  }
  return text
}

function write_test(name, id, where) {
  where = see[name]
  if (where == "" && invariant[id] != "")
    where = stage "/README.md, invariant " invariant[id]
  if (!(name in result)) { result[name] = late ? "late" : "failed"; message[name] = lost }
  if (lines[name]) message[name] = shortened(name)
  print "test", escaped(name), result[name], time[name] + 0, escaped(message[name]), where,
    escaped(again == "" ? "" : again " FILTER='" pattern(name) "'")
}

END {
  for (i = 1; i <= requirements; i++) {
    id = order[i]
    split(line[id], f, "\t")
    print "requirement", id, hidden ? "hidden" : f[2], f[3], f[4], escaped(f[5])
    for (k = 1; k <= tests[id]; k++) write_test(of[id, k], id)
  }
}
