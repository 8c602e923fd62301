# Sourced by the scripts of this folder: the chapters, and the tables that a chapter has here.
#
#   PROJECT            the project (this one, unless it is set); the scripts work in it
#   HERE               where the caller was
#   die MESSAGE        wrong use: one line, status 2
#   absolute PATH      a path that the caller gave, from wherever he was
#   chapters           ch03 ch04 ... a line each; what has a stage and is not final, and then the steps
#                      f01 ... that have a rubric
#   chapter_named N    ch08, ch08_hashtable, 08 or 8 -> ch08, and so does the book's chapter that it
#                      covers, 9; dies of another name
#   chapter_folder DIR ch08    DIR's folder for it: ch08_hashtable, ch09, 09, ch08 ...; "." when it has
#                      no folders for chapters; nothing, when it has, but not this one
#   name_of ch08       -> ch08_hashtable; of a step, f05 -> f05_client
#   stage_of ch08      -> the folder of its program: ch08_hashtable; of a step, where that is written to
#   page_of FOLDER     its README
#   suite_of ch08      -> tests/ch08_hashtable.bats, in full
#   rubric_of ch08     -> tests/course/ch08/rubric, in full; dies where there is none
#   requirements FILE  a rubric's requirements, a line each:
#                      id TAB group TAB points TAB invariant TAB title
#   rubric_tests FILE  a rubric's tests, a line each:  id TAB test
#   rubric_hint FILE ID N     the N-th hint of a requirement
#   rubric_faults FILE SUITE  what is wrong with a rubric, a line each; nothing when it is right
#   hint_lengths FILE  hints that are too short or too long, a line each
#   invariant_faults NAME     which invariants the suite NAME (f05_client) or its rubric names and their
#                      page has not, a line each
#   starter_rows FILE  a starter table's rows, columns without blanks around, TAB between them
# shellcheck shell=bash

HERE=$PWD
COURSE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/maintain/project.bash
. "$COURSE/../maintain/project.bash"

absolute() {
  case $1 in
  /*) echo "$1" ;;
  *) echo "$HERE/$1" ;;
  esac
}

chapters() {
  local suite step
  stages | sed -n 's/^\(ch[0-9][0-9]\)_.*/\1/p'
  for suite in "$PROJECT"/tests/f[0-9][0-9]_*.bats; do
    step=${suite##*/} step=${step%%_*}
    [ ! -f "$COURSE/$step/rubric" ] || echo "$step"
  done
}

chapter_named() {
  local name=${1%/} chapter number
  case $name in
  f[0-9][0-9] | f[0-9][0-9]_*)
    [ ! -f "$COURSE/${name%%_*}/rubric" ] || { echo "${name%%_*}" && return; }
    ;;
  esac
  for chapter in $(chapters | grep '^ch'); do
    for number in "${chapter#ch}" $(book_chapters "$(stage_of "$chapter")"); do
      case $name in
      "ch$number" | "ch${number}_"* | "$number" | "${number#0}")
        echo "$chapter"
        return
        ;;
      esac
    done
  done
  die "no chapter is called '$1'; there are: $(chapters | paste -s -d ' ' -)"
}

# A newline in a name could be an option of the jail's.
is_folder() {
  case $1 in *$'\n'*) return 1 ;; esac
  [ -d "$1" ] && [ ! -h "$1" ]
}

# Is there something to build in it, or a server?
has_program() {
  local file
  for file in "$1"/[Mm]akefile "$1"/GNUmakefile "$1"/*server*.c "$1"/*server*.c[pcx]* "$1"/server; do
    [ ! -f "$file" ] || return 0
  done
  return 1
}

# folders_for DIR NUMBER: those for the book's chapter of that number, a line each, at most 50
folders_for() {
  local folder n=0
  for folder in "$1/ch$2" "$1/ch$2"[-_]* "$1/$2" "$1/${2#0}" "$1/$2"[-_]* "$1/${2#0}"[-_]* \
    "$1/chapter"{,-,_}{"$2","${2#0}"}; do
    is_folder "$folder" || continue
    echo "${folder##*/}"
    n=$((n + 1))
    [ "$n" -lt 50 ] || break
  done | awk '!seen[$0]++'
}

# The book has two chapters for some of our stages. The later one's folder has the program.
chapter_folder() {
  local stage number folder first=''
  stage=$(name_of "$2")
  ! is_folder "$1/$stage" || { echo "$stage" && return; }
  case $2 in f[0-9]*)
    for folder in "$1/$2" "$1/$2"[-_]*; do
      ! is_folder "$folder" || { echo "${folder##*/}" && return; }
    done
    ;;
  esac
  for number in $(book_chapters "$stage" | sort -r); do
    while IFS= read -r folder; do
      first=${first:-$folder}
      ! has_program "$1/$folder" || { echo "$folder" && return; }
    done < <(folders_for "$1" "$number")
  done
  if [ -n "$first" ]; then
    echo "$first"
  elif ! has_chapters "$1"; then
    echo .
  fi
}

# Has DIR a folder for any chapter?
has_chapters() {
  local chapter number
  for chapter in $(chapters | grep '^ch'); do
    for number in $(book_chapters "$(stage_of "$chapter")"); do
      [ -z "$(folders_for "$1" "$number")" ] || return 0
    done
  done
  return 1
}

stage_of() { stage_named "$1"; }

name_of() {
  local suite
  case $1 in
  f[0-9]*) for suite in "$PROJECT/tests/${1%%_*}"_*.bats; do basename "$suite" .bats; done ;;
  *) stage_named "$1" ;;
  esac
}

suite_of() { echo "$PROJECT/tests/$(name_of "$1").bats"; }

rubric_of() {
  local file=$PROJECT/tests/course/$1/rubric
  [ -f "$file" ] || die "there is no rubric for $1 (tests/course/$1/rubric)"
  echo "$file"
}

# read_rubric FILE PROGRAM: an awk program over its lines, which finds id, key and value set; at
# the end of a block, block() is called.
read_rubric() {
  awk -v OFS='\t' "$2"'
    function end() { if (id != "") block(); id = ""; delete of; tests = 0 }
    /^#/ { next }
    /^[ \t\r]*$/ { end(); next }
    {
      sub(/[ \t\r]+$/, "")
      key = value = $0
      sub(/:.*/, "", key); sub(/^[^:]*:[ \t]*/, "", value)
      if (key == "requirement") { end(); id = value }
      else if (key == "test") test[++tests] = value
      else of[key] = value
    }
    END { end() }' "$1"
}

requirements() {
  read_rubric "$1" '
    function block(group) {
      group = test[1]; sub(/:.*/, "", group)
      print id, tests ? group : "", of["points"], of["invariant"], of["title"]
    }'
}

rubric_tests() {
  read_rubric "$1" 'function block(i) { for (i = 1; i <= tests; i++) print id, test[i] }'
}

rubric_hint() {
  rubric=$1 id=$2 n=$3 awk '
    $1 == "requirement:" { mine = $2 == ENVIRON["id"] }
    mine && $1 == "hint" && $2 == ENVIRON["n"] ":" { sub(/^hint [0-9]+: */, ""); print }' "$1"
}

# rubric_shape FILE: faults that need no suite to be seen
rubric_shape() {
  read_rubric "$1" '
    function fault(what) { print "requirement " id ": " what }
    function block(i, group) {
      if (id !~ /^[a-z0-9-]+$/) fault("the id is not of a-z, 0-9 and -")
      if (id in seen) fault("stands there twice")
      seen[id] = 1
      if (of["title"] == "") fault("has no title")
      if (of["points"] !~ /^[0-9]+(\.[0-9]+)?$/) fault("has no points: " of["points"])
      if (of["invariant"] !~ /^[0-9]*$/) fault("its invariant is no number")
      if (!tests) fault("has no test")
      for (i = 1; i <= tests; i++) {
        split(test[i], group, ":")
        if (i == 1) first = group[1]
        else if (group[1] != first) fault("has tests of " first " and of " group[1])
      }
    }'
}

# hint_lengths FILE: a hint is a few sentences; the third one is only where to look
hint_lengths() {
  read_rubric "$1" '
    function block(n, words) {
      for (n = 1; n <= 2; n++) if (("hint " n) in of) {
        words = split(of["hint " n], word, " ")
        if (words < 20 || words > 80) print "requirement " id ": hint " n " has " words " words, not 20 to 80"
      }
    }'
}

rubric_faults() {
  local sum name
  rubric_shape "$1"
  hint_lengths "$1"
  sum=$(requirements "$1" | awk -F '\t' '$2 == "core" { s += $3 } END { print s + 0 }')
  [ "$sum" = 100 ] || echo "the points of the core requirements sum to $sum, not to 100"
  sed -n "s/^@test ['\"]\(.*\)['\"] {.*/\1/p" "$2" | sort >"${TMPDIR:-/tmp}/names.$$"
  rubric_tests "$1" | cut -f 2 | sort |
    join -t "$(printf '\001')" -v 1 -v 2 - "${TMPDIR:-/tmp}/names.$$" |
    while IFS= read -r name; do
      if grep -qxF -- "$name" "${TMPDIR:-/tmp}/names.$$"; then
        echo "no requirement has the test: $name"
      else
        echo "the suite has no test: $name"
      fi
    done
  rubric_tests "$1" | cut -f 2 | sort | uniq -d | sed 's/^/is there more than once: /'
  rm -f "${TMPDIR:-/tmp}/names.$$"
}

# lesson_of NAME: the page of a suite
lesson_of() {
  case $1 in
  f[0-9]*) page_of "tests/build/steps/$1" ;;
  final*) page_of final ;;
  *) page_of "$1" ;;
  esac
}

# named_invariants NAME: one line for each, and none twice:  CHAPTER TAB N TAB where it is named
named_invariants() {
  local where=tests/course/${1%%_*}/rubric
  {
    awk -v OFS='\t' -v chapter="$1" '
      sub(/^ *why /, "") && sub(/".*/, "") {
        if (NF < 2) $0 = chapter " " $1
        if ($2 != "-") print $1, $2, "tests/" chapter ".bats: why"
      }' "$PROJECT/tests/$1.bats"
    [ ! -f "$PROJECT/$where" ] || requirements "$PROJECT/$where" |
      awk -F '\t' -v OFS='\t' -v chapter="$1" -v where="$where: invariant:" \
        '$4 != "" { print chapter, $4, where }'
  } | sort -u
}

invariant_faults() {
  local named chapter page
  named=$(named_invariants "$1")
  for chapter in $(cut -f 1 <<<"$named" | uniq); do
    page=$(lesson_of "$chapter")
    awk -F '\t' -v chapter="$chapter" -v page="$page" '
      NR == FNR { if ($1 == chapter) { n[++count] = $2; where[count] = $3 } next }
      /^## / { here = $0 == "## Invariants" }
      here && /^[0-9]+[.] / { sub(/[.] .*/, ""); found[$0] = 1 }
      END {
        for (i = 1; i <= count; i++)
          if (!(n[i] in found)) print where[i] " " n[i] ", but " page " has no such invariant"
      }' - "$PROJECT/$page" <<<"$named"
  done
}

starter_rows() {
  sed '/^#/d; /^[[:space:]]*$/d; s/[[:space:]]*|[[:space:]]*/|/g
    s/^[[:space:]]*//; s/[[:space:]]*$//' "$1" | tr '|' '\t'
}
