# Sourced by starter and check-starters: reading the tables of exercises; and what EXERCISE.md
# says, for each level, of $chapter, $stage, $before, $rubric, and what is handed out in $made.
#
#   levels file, tests/course/ch08/levels, a line each:
#     module: FILE...                  the chapter's new modules; none: it has no LEVEL=module
#     safe: FILE FUNCTION VALUE        what such a function returns, if it is not what fits its type
#     minutes: FUNCTION N              the estimate for a function, if the rule below is wrong for it
#     passes LEVEL: CHAPTER [REGEX]    the earlier core tests that a starter passes (check-starters)
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # backquotes are Markdown; starter has set what is not set here

modules_of() { sed -n 's/^module: *//p' "$COURSE/$1/levels"; }

# levels_of CHAPTER: a line each
levels_of() {
  echo function
  [ -z "$(modules_of "$1")" ] || echo module
  echo step
}

# safe_values CHAPTER FILE: a line each, FUNCTION VALUE
safe_values() {
  awk -v file="$2" '$1 == "safe:" && $2 == file { sub(/^safe: *[^ ]+ +/, ""); print }' \
    "$COURSE/$1/levels"
}

# rows_of CHAPTER: the rows of its table, columns without blanks around, a | between them
rows_of() { starter_rows "$COURSE/$1/starter" | tr '\t' '|'; }

# lines_of FILE [FUNCTION]: how many lines of code a file has, or the body of one of its functions:
# neither blank, nor comment, nor a bracket alone
lines_of() {
  awk -v name="${2:-}" '
    name == "" { inside = 1 }
    name != "" && /^[a-z]/ { inside = $0 ~ "[ *]" name "\\("; ready = 0 }
    inside && (name == "" || ready) && !/^ *(\/\*|\*)/ && !/^[ {}]*$/ { n++ }
    inside && /^\{/ { ready = 1 }
    /^\}/ && name != "" { inside = 0 }
    END { print n + 0 }' "$1"
}

# The rule for how long it takes: ten minutes to see what a function is to do, and one for each line
# of ours, rounded up to five.
#
# minutes_of CHAPTER FOLDER FILE FUNCTION: for one function of the program in that folder
minutes_of() {
  local said
  said=$(awk -v name="$4" '$1 == "minutes:" && $2 == name { print $3 }' "$COURSE/$1/levels")
  echo "${said:-$((($(lines_of "$2/$3" "$4") + 10 + 4) / 5 * 5))}"
}

# about MINUTES: in words
about() {
  awk -v n="$1" 'BEGIN {
    if (n < 90) printf "about %d minutes", n
    else printf "about %g hours", int(n / 30 + 0.5) / 2
  }'
}

# requirement_ids CHAPTER: those that its table has functions for
requirement_ids() { rows_of "$1" | cut -d '|' -f 5 | awk '!seen[$0]++'; }

# starter_faults CHAPTER: what is wrong with its table, a line each; nothing when it is right
starter_faults() {
  local stage file name
  stage=$(stage_of "$1")
  rows_of "$1" | while IFS='|' read -r file name _; do
    if [ ! -f "$stage/$file" ]; then
      echo "$stage has no file $file"
    elif ! grep -qE "^[a-z].*[ *]$name\(" "$stage/$file"; then
      echo "$stage/$file has no function $name()"
    fi
  done
  awk '$1 == "minutes:" { print $2 }' "$COURSE/$1/levels" | while read -r name; do
    rows_of "$1" | cut -d '|' -f 2 | grep -qx "$name" || echo "levels: minutes for $name(), which has no row"
  done
  { requirements "$(rubric_of "$1")" | cut -f 1,3 && echo rows && rows_of "$1" | tr '|' '\t'; } |
    awk -F '\t' '
      $0 == "rows" { rows = 1; next }
      !rows { worth[$1] = $2; next }
      NF != 6 { print "not six columns: " $0; next }
      seen[$2]++ { print $2 "() is there twice" }
      $4 !~ /^[0-9]+$/ { print $2 "() has no points: " $4 }
      !($5 in worth) { print $2 "(): the rubric has no requirement \047" $5 "\047"; next }
      { sum[$5] += $4 }
      END {
        for (id in sum) if (sum[id] != worth[id])
          print "the functions of \047" id "\047 have " sum[id] " points, not " worth[id]
      }'
}

# hint_faults CHAPTER: hints that are missing, and functions to read that do not exist
hint_faults() {
  local rubric id hint name file
  rubric=$(rubric_of "$1")
  read_rubric "$rubric" 'function block(n) {
    for (n = 1; n <= 3; n++) if (of["hint " n] == "") print "requirement " id " has no hint " n
  }'
  read_rubric "$rubric" 'function block() { print id, of["hint 3"] }' |
    while IFS="$(printf '\t')" read -r id hint; do
      hint=$(grep -oE '[a-z0-9_]+\(\) in [a-z0-9_]+/[a-z_]+\.[ch]' <<<"$hint" |
        sed "s| in f[0-9].*/| in $(stage_of "$1")/|")
      [ -n "$hint" ] || echo "requirement $id: hint 3 names no function in a file"
      while read -r name _ file; do
        [ -z "$file" ] || grep -qsE "^[a-z].*[ *]${name%??}\(" "$file" ||
          echo "requirement $id: $file has no function $name"
      done <<<"$hint"
    done
}

passes_of() { sed -n "s/^passes $2: *//p" "$COURSE/$1/levels"; }

exercise_head() {
  echo "# Exercise: ${stage##*/}"
  echo
  echo "$1"
  echo
}

exercise_tail() {
  cat <<END
## Build, run, test

\`\`\`
make                                build ./server and ./client; there is no warning, keep it so
./server                            run it (PORT=1234 unless you say otherwise), and from elsewhere
./client                            talk to it; README.md shows how

DIR=. tests/run $chapter                 all tests of this chapter
DIR=. GROUP=core tests/run $chapter      those that the points are for
DIR=. FILTER='a regex' tests/run $chapter     those with such a name
DIR=. tests/course/watch $chapter        the same again whenever a file is saved
DIR=. tests/course/progress $chapter     how far this is, and what to do next (HINT=2: more of a hint)
tests/course/hint $chapter               what the tests ask for, and a hint for each, in three steps
\`\`\`

A test that fails tells what was sent, what came back, what was expected, and which invariant of
README.md explains it (\`$(page_of "$stage")\` is the README.md here).$1
END
}

END_OF_WORK=" The points of a requirement are
shared out among its tests: each that passes counts the same."

# requirement ID: its title and points; then what comes on stdin; its invariant and its tests
requirement() {
  requirements "$rubric" | awk -F '\t' -v id="$1" '
    $1 == id && $2 == "core" { printf "### %s (%s points)\n\n", $5, $3 }
    $1 == id && $2 != "core" { printf "### %s (no points: %s)\n\n", $5, $2 }'
  cat
  requirements "$rubric" | awk -F '\t' -v id="$1" -v chapter="$chapter" '
    $1 == id { print ""
      if ($4 != "") printf "See invariant %s in README.md. ", $4
      printf "If you are stuck: `tests/course/hint %s %s`. Its tests:\n\n", chapter, id }'
  rubric_tests "$rubric" | awk -F '\t' -v id="$1" '$1 == id { print "- " $2 }'
  echo
}

# All core requirements, with their first hint
requirement_list() {
  local id
  printf '## What the tests ask for\n\n'
  for id in $(requirements "$rubric" | awk -F '\t' '$2 == "core" { print $1 }'); do
    rubric_hint "$rubric" "$id" 1 | requirement "$id"
  done
}

# timed_rows: the chapter's rows, with the minutes of each behind a |
timed_rows() {
  local row file name
  [ -n "${TIMED_ROWS:-}" ] || TIMED_ROWS=$(rows_of "$chapter" | while IFS= read -r row; do
    IFS='|' read -r file name _ <<<"$row"
    echo "$row|$(minutes_of "$chapter" "$stage" "$file" "$name")"
  done)
  printf '%s\n' "$TIMED_ROWS"
}

# The functions of one requirement
functions_for() {
  timed_rows | awk -F '|' -v id="$1" '
    $5 == id { printf "- `%s()` in %s, %sabout %d minutes: %s\n", $2, $1, $4 ? $4 " points, " : "", $7, $6 }'
}

# what: a chapter, or a step to final
what() { case $chapter in f*) echo step ;; *) echo chapter ;; esac; }

exercise_function() {
  local id points minutes
  timed_rows >/dev/null # once, for all
  read -r points minutes < <(timed_rows | awk -F '|' '{ s += $4; minutes += $7 } END { print s, minutes }')
  exercise_head "This is the whole program of the $(what), but some functions have lost their bodies. It
builds and runs; whenever it comes to such a function it says so, once, on stderr. Write them, in
this order if you have no other. What each has to do is told by its header, by the comment above it,
and by README.md. Take the line \`NOT_WRITTEN();\` out of each that you have written.

$points of the $(what)'s 100 points are for these functions. They take $(about "$minutes") in all. This
is an estimate, as are the minutes below: take the time that you need."
  for id in $(requirement_ids "$chapter"); do
    functions_for "$id" | requirement "$id"
  done
  exercise_tail ""
}

# module_line FILE: one of the empty modules, as $made has it
module_line() {
  local functions
  functions=$(grep -c 'NOT_WRITTEN();' "$made/$1")
  printf -- '- %s: %d function%s, ' "$1" "$functions" "$([ "$functions" = 1 ] || echo s)"
  [ -z "$before" ] || [ ! -f "$before/$1" ] ||
    printf 'which the %s before has in another form, ' "$(what)"
  about $((($(lines_of "$stage/$1") + 10 * functions + 4) / 5 * 5))
  echo
}

exercise_module() {
  local file some=''
  for file in $(modules_of "$chapter"); do
    if [ -n "$before" ] && [ -f "$before/$file" ]; then some=$some\ old; else some=$some\ new; fi
  done
  case "$some " in
  *old*new* | *new*old*) some='the modules that are new in it, or are rewritten,' ;;
  *old*) some='the modules that it rewrites' ;;
  *) some='its new modules' ;;
  esac
  exercise_head "This is the program of the $(what),
but $some are empty: their headers tell what
each function does, and their sources are yours to write, with whatever helpers you like. It builds
and runs; a function that is not written yet says so, once, on stderr. The times are estimates."
  for file in $(modules_of "$chapter"); do module_line "$file"; done
  echo
  requirement_list
  exercise_tail "$END_OF_WORK"
}

# step_time: two or three times what the README's top says for reading
step_time() {
  sed -n '1,12s/.*about \([0-9]*\).*/\1/p' "$(page_of "$stage")" | head -n 1 |
    awk '{ printf "about %d to %d hours", 2 * $1, 3 * $1 }'
}

# lines N: 1 line, 2 lines
lines() { [ "$1" = 1 ] && echo "1 line" || echo "$1 lines"; }

exercise_step() {
  local kind file added removed
  if [ -n "$before" ]; then
    exercise_head "This is the program of ${before##*/}, with the README and the tests of what comes
next, ${stage##*/}. Make the step yourself. README.md tells what is new; a new file \`x.c\` wants a line
\`build/x.o \\\` in the Makefile. It takes $(step_time), which is an estimate. This is how our
own step looks, you need not follow it:"
    step "$before" "$stage" | while read -r kind file added removed; do
      case $kind in
      new) echo "- $file: new, $(lines "$added")" ;;
      edited) echo "- $file: $(lines "$added") more, $removed gone" ;;
      gone) echo "- $file: gone" ;;
      esac
    done
    echo
  else
    exercise_head "Nothing is here yet but a Makefile and two programs that say so: server.c and client.c
are yours to write. README.md tells what they do. It takes $(step_time), which is an estimate."
  fi
  requirement_list
  exercise_tail "$END_OF_WORK"
}
