# Sourced by starter and check-starters: reading the tables of exercises; and what EXERCISE.md
# says, for each level, of $chapter, $stage, $before, $rubric, and what is handed out in $made.
#
#   levels file, tests/course/ch08/levels, a line each:
#     module: FILE...                  the chapter's new modules
#     safe: FILE FUNCTION VALUE        what such a function returns, if it is not what fits its type
#     passes LEVEL: CHAPTER [REGEX]    the earlier core tests that a starter passes (check-starters)
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # backquotes are Markdown; starter has set what is not set here

modules_of() { sed -n 's/^module: *//p' "$COURSE/$1/levels"; }

# safe_values CHAPTER FILE: a line each, FUNCTION VALUE
safe_values() {
  awk -v file="$2" '$1 == "safe:" && $2 == file { sub(/^safe: *[^ ]+ +/, ""); print }' \
    "$COURSE/$1/levels"
}

# rows_of CHAPTER: the rows of its table, columns without blanks around, a | between them
rows_of() { starter_rows "$COURSE/$1/starter" | tr '\t' '|'; }

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
DIR=. tests/course/progress           how far this is, and what to do next (HINT=2: more of a hint)
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
  requirements "$rubric" | awk -F '\t' -v id="$1" '
    $1 == id { print ""
      if ($4 != "") printf "See invariant %s in README.md. ", $4
      printf "Its tests:\n\n" }'
  rubric_tests "$rubric" | awk -F '\t' -v id="$1" '$1 == id { print "- " $2 }'
  echo
}

# All core requirements, with their first two hints
requirement_list() {
  local id
  printf '## What the tests ask for\n\n'
  for id in $(requirements "$rubric" | awk -F '\t' '$2 == "core" { print $1 }'); do
    { rubric_hint "$rubric" "$id" 1 && rubric_hint "$rubric" "$id" 2; } | requirement "$id"
  done
}

# The functions of one requirement
functions_for() {
  rows_of "$chapter" | awk -F '|' -v id="$1" '
    $5 == id && $4 { $2 = $2 "()`"; $1 = $1 ", " $4 " points" }
    $5 == id && !$4 { $2 = $2 "()`" }
    $5 == id { printf "- `%s in %s: %s\n", $2, $1, $6 }'
}

exercise_function() {
  local id
  exercise_head "This is the whole program of the chapter, but some functions have lost their bodies. It
builds and runs; whenever it comes to such a function it says so, once, on stderr. Write them, in
this order if you have no other. What each has to do is told by its header, by the comment above it,
and by README.md. Take the line \`NOT_WRITTEN();\` out of each that you have written."
  rows_of "$chapter" | awk -F '|' '{ s += $4 }
    END { print s " of the chapter\047s 100 points are for these functions.\n" }'
  for id in $(requirement_ids "$chapter"); do
    functions_for "$id" | requirement "$id"
  done
  exercise_tail ""
}

exercise_module() {
  local file
  exercise_head "This is the program of the chapter, but its new modules are empty: their headers tell what
each function does, and their sources are yours to write, with whatever helpers you like. It builds
and runs; a function that is not written yet says so, once, on stderr."
  for file in $(modules_of "$chapter"); do
    printf -- '- %s: ' "$file"
    grep -c 'NOT_WRITTEN();' "$made/$file" | sed 's/$/ functions/; s/^1 functions/1 function/'
  done
  echo
  requirement_list
  exercise_tail "$END_OF_WORK"
}

exercise_step() {
  local kind file added removed
  if [ -n "$before" ]; then
    exercise_head "This is the program of the chapter before, ${before##*/}, with the README and the tests
of ${stage##*/}. Make the step yourself. README.md tells what is new; a new file \`x.c\` wants a line
\`build/x.o \\\` in the Makefile. This is how our own step looks, you need not follow it:"
    step "$before" "$stage" | while read -r kind file added removed; do
      case $kind in
      new) echo "- $file: new, $added lines" ;;
      edited) echo "- $file: $added lines more, $removed gone" ;;
      gone) echo "- $file: gone" ;;
      esac
    done
    echo
  else
    exercise_head "Nothing is here yet but a Makefile and two programs that say so: server.c and client.c
are yours to write. README.md tells what they do."
  fi
  requirement_list
  exercise_tail "$END_OF_WORK"
}
