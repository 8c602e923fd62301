# long: make check runs this suite, make test does not
# The book of steps: of this project, and of a small one whose texts are hostile.

# shellcheck disable=SC2016 # what is quoted is to be expanded later

# shellcheck disable=SC2154 # in_browser sets measured
bats_require_minimum_version 1.5.0
load expect
load book/browser

setup_file() {
  unset PROJECT OUT DIR
  cd "$BATS_FILE_TMPDIR" || return
  export BUILD=$PWD/build ROOT=${BATS_TEST_DIRNAME%/*}
  build_checkers &
  small_project
  parted_project
  {
    series_project && make_book "$ROOT" book && make_book small small-book &&
      make_book parted parted-book && make_book series series-book
  } >made 2>&1 || { cat made && return 1; }
  table_of book >stages
  ! grep -q '^f[0-9]' stages || "$ROOT/tests/maintain/steps" write "$PWD/programs" || return
  wait
}

# table_of BOOK: the rows of the table in its index, as tests/maintain/stages prints them
table_of() {
  sed -n '/^<tr>.*href/ { s/<small>.*<\/small>//; s/<[^>]*>/ /g; s/^ *//; s/ *$//; p; }' "$1/index.html"
}

# check tells whether pages are well-formed, lines prints the code that is on one.
build_checkers() {
  local name
  mkdir -p "$BUILD"
  for name in check lines; do
    "${CC:-cc}" -std=c11 -o "$BUILD/$name" "$ROOT/tests/book/check/$name.c" \
      "$ROOT/tests/book/check/tags.c" "$ROOT/tests/book/text.c" || return
  done
}

setup() {
  book=$BATS_FILE_TMPDIR/book small=$BATS_FILE_TMPDIR/small-book
  parted=$BATS_FILE_TMPDIR/parted-book series=$BATS_FILE_TMPDIR/series-book
  cd "$BATS_TEST_TMPDIR" || return
}

# make_book PROJECT OUT
make_book() { PROJECT=$1 OUT=$2 "$BATS_TEST_DIRNAME/book/make"; }

check() { "$BUILD/check" "$@"; }
lines() { "$BUILD/lines" "$@"; }

# page_has PAGE TEXT
page_has() {
  grep -qF -- "$2" "$1" || fail "expected in ${1##*/}: $2" "$(grep -A 40 '<main' "$1")"
}

# steps: "BEFORE STAGE" of each stage but the first
steps() {
  awk 'NR > 1 { print before, $1 } { before = $1 }' "$BATS_FILE_TMPDIR/stages"
}

# program_of STAGE: its folder
program_of() {
  case $1 in
    f[0-9]*) echo "$BATS_FILE_TMPDIR/programs/$1" ;;
    *) echo "$ROOT/$1" ;;
  esac
}

# sources STAGE: the names of its files
sources() {
  local file
  for file in "$ROOT/$1"/*.[ch] "$ROOT/$1/Makefile"; do echo "${file##*/}"; done | sort
}

# A project of two stages: server.c is edited, odd.c and empty.c are new, same.c is the same, old.c
# is gone. The first README is hostile; the second has all that READMEs are written in.
small_project() {
  mkdir -p small/ch01_one small/ch02_two
  cd small || return
  printf '%s\n' 'int main(void)' '{' '    /* one' '     * two' '     * three */' \
    '    return first;' '}' >ch01_one/server.c
  awk '/return/ { print "    int second = 2;" } { sub(/first/, "second"); print }' \
    ch01_one/server.c >ch02_two/server.c
  printf 'int same;\n' | tee ch01_one/same.c >ch02_two/same.c
  printf 'int old;\n' >ch01_one/old.c
  printf '<script>alert("&amp;")</script> \x27 <b onclick=x>\n' >ch02_two/odd.c
  printf '</td>&lt;\xff\x01\t\r\nno newline' >>ch02_two/odd.c
  : >ch02_two/empty.c
  printf 'OBJS = \\\n\tbuild/server.o\n' | tee ch01_one/Makefile >ch02_two/Makefile
  cat >ch01_one/README.md <<'END'
# ch01_one: <one> & "two"

<script>alert(1)</script> [x](javascript:alert`1`) [y](data:text/html,x) ["](https://x/"onclick=y)
`</code><script>` **<i>** &amp; ![z](https://x/z.png)

| <script> | `|` |
|---|---|
| </table> | "'" |

```"><script>
</pre><script>
```
<details><summary></summary><script></summary>
</main>

## The idea
END
  cat >ch02_two/README.md <<'END'
# ch02_two: a title

Chapter 2. **Strong *and* `co*de`**, 2 * 3 * 4, [one](../ch01_one/README.md#the-idea),
`server.c`, [same](../ch01_one/same.c), a\*b, [elsewhere](../../x).

## The idea

- an item
  that goes on
- ```sh
  echo x   # inside
  ```

After the list:

    indented

      more

## Invariants

1. **First.** Text.
2. Second.

| file | `a\|b` | |
|---|---|---|
| x | `|` | y |

## The idea

```console
$ ./client <x
out
```

<details><summary>Answer</summary>

Yes.

</details>
END
    cd ..
}

# The same project with a table of parts, which names all that differs but old.c, and one file more.
parted_project() {
  cp -R small parted
  mkdir -p parted/tests/maintain/parts
  cat >parted/tests/maintain/parts/ch02_two <<'END'
theme: The <second>
# a remark
the odd & new: odd.c empty.c
    A sentence that is so long that it is folded when it is printed, but not on a page, where the
    window decides how long a line <is>.
the server: same.c server.c
    It is edited.
nothing: same.c
    No file of this part differs.
END
  cat >>parted/ch02_two/README.md <<'END'

[`server.c`](server.c), `main()`:

```c
    int second = 2;
    return second;
```

[`odd.c`](odd.c):

```c
no newline
```

[`same.c`](same.c), `x`:

```c
int same;
```
END
}

# The same with two steps from ch02_two to final: f01 changes same.c and has a README, f02 adds new.c.
series_project() {
  local step s=final/steps
  cp -R parted series && cd series || return
  mkdir -p $s/f01_first $s/f02_second
  : | tee $s/f01_first/step.diff >$s/f02_second/step.diff
  cp -R ch02_two/. final
  printf 'theme: The same & not the same\nthe one: same.c\n    It changes.\n' >$s/f01_first/parts
  printf 'theme: Something new\nthe new one: new.c\n    It is new.\n' >$s/f02_second/parts
  PROJECT=$PWD "$ROOT/tests/maintain/steps" write || return
  step=tests/build/steps
  printf 'int same = 1;\n' | tee final/same.c $step/f01_first/same.c >$step/f02_second/same.c
  printf 'int fresh;\n' | tee final/new.c >$step/f02_second/new.c
  PROJECT=$PWD "$ROOT/tests/maintain/steps" save || return
  printf '%s\n' '# f01: a step with a README' '' '[second](../f02_second/README.md), `same.c`,' \
    '[same](same.c), [also](../../same.c), [odd](../../odd.c), [final](../../README.md#the-end),' \
    '[two](../../../ch02_two/README.md), [none](../../none.c) [up](../../../../README.md).' \
    >$s/f01_first/README.md
  printf '%s\n' '# final: the last one' '' '[first](steps/f01_first/README.md), [same](same.c),' \
    '[odd](odd.c), [none](none.c), [steps](steps), [two](../ch02_two/README.md).' '' '## The end' \
    >final/README.md
  rm -r tests/build && cd ..
}

@test "extra: the book has an index and a page for each stage, and all of them are well-formed" {
  check "$book"/*.html
  [ "$(awk '{ print $1 ".html" } END { print "index.html" }' "$BATS_FILE_TMPDIR/stages")" = \
    "$(cd "$book" && printf '%s\n' *.html | grep -v '^picture_')" ]
}

@test "extra: what checks the pages finds what is wrong with one" {
  local wrong
  good() { printf '<!DOCTYPE html><p>%s</p>' "$1" >page.html && check page.html 2>said; }
  good '<b id="x">a &amp; b</b> <a href="#x">x</a>'
  for wrong in '<b>' '</b>' '<b><i></b></i>' 'a & b' '&nbsp;' 'a > b' '<b class=x>b</b>' \
    '<b class="<">b</b>' '<b id="x">x</b><b id="x">x</b>' '<a href="#x">x</a>' \
    '<a href="x.html">x</a>' '<a href="javascript:x">x</a>' '<img src="http://x/">' \
    '<b onclick="x">x</b>' '<style>p { background: url(x) }</style>' '<th>x</th>' $'\x01'; do
    ! good "$wrong" || fail "not found: $wrong"
  done
}

@test "extra: the lines on a page are those of the diff, all of them and in order" {
  local before stage
  steps | sed -n '1p; 4p' | while read -r before stage; do
    lines "$book/$stage.html" >on-page
    "$ROOT/tests/maintain/diff" "$stage" |
      awk '/^diff |^====/ { code = 0 } code && !/^@@|^\\|^$/; /^@@/ { code = 1 }' >in-diff
    sed '/^=/d; s/^\(.\)[0-9]*:/\1/' on-page | diff - in-diff | head -n 20 >differ
    [ ! -s differ ] || fail "on the page of $stage (<), in the diff (>):" "$(cat differ)"
  done
}

@test "extra: every line of every step is, under its number, the one in its file" {
  local before stage
  steps | while read -r before stage; do
    lines "$book/$stage.html" | awk -v now="$(program_of "$stage")/" \
      -v before="$(program_of "$before")/" '
      function load(dir, of,    n, line) {
        while ((getline line < (dir file)) > 0) { of[file, ++n] = line }
        close(dir file)
      }
      /^= / { file = $2; load(now, is); load(before, was); next }
      {
        number = substr($0, 2) + 0
        text = substr($0, index($0, ":") + 1)
        wanted = /^-/ ? was[file, number] : is[file, number]
        if (text != wanted) { print file ":" number ": " text; exit 1 }
      }' || fail "a line of $stage is another one in the file"
  done
}

@test "extra: the pages have as many lines as the table of stages says" {
  local stage
  for stage in $(steps | sed 's/.* //'); do
    lines "$book/$stage.html" | awk '
      /^= / { kind = $2 == "Makefile" ? "none" : $3; next }
      { n[kind substr($0, 1, 1)]++ }
      END { print n["new+"] + 0, n["edited+"] + 0, n["edited-"] + n["gone-"] + 0 }'
  done >counted
  # the diff that is shown may take a few lines out and put them back, which the shortest does not
  sed '1d; s/.* +\([0-9]*\) in .* +\([0-9]*\) in .* -\([0-9]*\) .*/\1 \2 \3/' \
    "$BATS_FILE_TMPDIR/stages" | paste -d ' ' - counted | awk '
      $1 != $4 || $5 < $2 || $5 - $6 != $2 - $3 || $6 - $3 > 9 + $2 / 200 {
        print "in the table and on the page:", $0
        bad = 1
      }
      END { exit bad || NR < 2 }'
}

@test "extra: a step is shown part by part, each with its name and its sentence, the rest last" {
  local page=$parted/ch02_two.html
  check "$parted"/*.html
  lines "$page" | grep '^= ' >order
  printf '= %s\n' 'odd.c new' 'empty.c new' 'server.c edited' 'old.c gone' | diff - order
  sed -n '/class="files"/,$p' "$page" | grep -o '<h[34] id="[^"]*"' >headings
  printf '<h%s"\n' '3 id="part:1' '4 id="file:odd.c' '4 id="file:empty.c' '3 id="part:2' \
    '4 id="file:server.c' '3 id="part:rest' '4 id="file:old.c' | diff - headings
  page_has "$page" '<h3 id="part:1">Part 1: the odd &amp; new</h3>'
  page_has "$page" '<p>A sentence that is so long that it is folded when it is printed, but not on a page, where the window decides how long a line &lt;is&gt;.</p>'
  page_has "$page" '<h3 id="part:rest">The rest</h3>'
}

@test "extra: the table of a step's files has its parts, in the same order" {
  sed -n '/class="summary"/,/<\/table>/p' "$parted/ch02_two.html" | grep -o 'href="#[^"]*' |
    sed 's/.*#//' >rows
  printf '%s\n' part:1 file:odd.c file:empty.c part:2 file:server.c part:rest file:old.c | diff - rows
}

@test "extra: a list of the headings, parts and files stays beside the text, or is folded above it" {
  local page=$parted/ch02_two.html list n=0
  for list in '/<nav class="contents beside"/,/<\/nav>/p' '/<details class="contents folded"/,/<\/nav>/p'; do
    n=$((n + 1))
    sed -n "$list" "$page" | grep -o 'href="#[^"]*' | sed 's/.*#//' >list$n
  done
  diff list1 list2
  printf '%s\n' the-idea invariants the-idea-1 page:step part:1 file:odd.c file:empty.c part:2 \
    file:server.c part:rest file:old.c | diff - list1
  # by default the one beside is hidden, on a wide screen the other; neither needs a script
  grep -qx '.beside { display: none; }' "$page"
  sed '/^@media screen and (min-width: 75rem)/,/^}/!d' "$page" >wide
  grep -q '^  .beside {.* position: sticky; top: 0;' wide
  grep -qx '  .folded { display: none; }' wide
}

@test "extra: each step between the last chapter and final has a page, with what it changes" {
  check "$series"/*.html
  (cd "$series" && printf '%s\n' *.html) >pages
  printf '%s.html\n' ch01_one ch02_two f01_first f02_second final index | diff - pages
  page_has "$series/f01_first.html" '<h1>f01: a step with a README</h1>'
  page_has "$series/f01_first.html" '<p class="theme">The same &amp; not the same</p>'
  page_has "$series/f02_second.html" '<h1>f02_second: Something new</h1>'
  [ "$(grep -c '<p class="theme">' "$series/f02_second.html")" = 0 ] # the title says it
  page_has "$series/f02_second.html" $'The step: f01_first \xe2\x86\x92 f02_second'
  page_has "$series/f02_second.html" '<h3 id="part:1">Part 1: the new one</h3>'
  { lines "$series/f01_first.html" && lines "$series/f02_second.html"; } >on-pages
  printf '%s\n' '= same.c edited' '-1:int same;' '+1:int same = 1;' '= new.c new' '+1:int fresh;' |
    diff - on-pages
  [ ! -e "$BATS_FILE_TMPDIR/series/tests/build" ]
}

@test "extra: the steps stand between the last chapter and final, in the index and by their links" {
  local page=index
  table_of "$series" | sed 's/ .*//' >rows
  printf '%s\n' ch01_one ch02_two f01_first f02_second final | diff - rows
  grep -q 'f01_first</a> <small>The same &amp; not the same</small></th>' "$series/index.html"
  while read -r next; do
    grep -qF "rel=\"next\" accesskey=\"n\" href=\"$next.html\"" "$series/$page.html"
    page=$next
  done <rows
}

@test "extra: final has its README and the steps that lead to it in place of one large diff" {
  local page=$series/final.html
  page_has "$page" '<h2 id="the-end">The end</h2>'
  page_has "$page" '<th scope="row"><a href="f01_first.html">f01_first</a></th><td>The same &amp; not the same</td>'
  page_has "$page" '<th scope="row"><a href="f02_second.html">f02_second</a></th><td>Something new</td>'
  page_has "$page" 'last: <a href="ch01_one.html#file:Makefile"><code>Makefile</code></a>,'
  page_has "$page" '<a href="f02_second.html#file:new.c"><code>new.c</code></a>,'
  [ -z "$(lines "$page")" ]
}

@test "extra: a README's links lead to the page that shows what they mean, links to files to their last change" {
  local page=$series/f01_first.html
  page_has "$page" '<p><a href="f02_second.html">second</a>, <a href="#file:same.c"><code>same.c</code></a>,'
  page_has "$page" '<a href="#file:same.c">same</a>, <a href="#file:same.c">also</a>, <a href="ch02_two.html#file:odd.c">odd</a>, <a href="final.html#the-end">final</a>,'
  page_has "$page" '<a href="ch02_two.html">two</a>, <a href="final.html">none</a> up.'
  page=$series/final.html
  page_has "$page" '<p><a href="f01_first.html">first</a>, <a href="f01_first.html#file:same.c">same</a>,'
  page_has "$page" '<a href="ch02_two.html#file:odd.c">odd</a>, none, steps, <a href="ch02_two.html">two</a>.'
}

@test "extra: a wide table scrolls in a box of its own, by keys, too, and its edge is shaded" {
  page_has "$small/index.html" \
    '<div class="wide" tabindex="0" role="region" aria-label="The stages"><table class="stages">'
  grep -q '^pre, .wide { overflow-x: auto; }' "$small/index.html"
  sed '/^\.wide {/,/^}/!d' "$small/index.html" | grep -q 'var(--shade).*var(--shade)'
}

@test "extra: in a browser, the table of stages fits a wide window and scrolls in a narrow one" {
  measure='return [one(".wide").scrollWidth > one(".wide").clientWidth,
    document.documentElement.scrollWidth > innerWidth].join(" ");'
  in_browser "$book/index.html" 1400 "$measure"
  [ "$measured" = "false false" ]
  in_browser "$book/index.html" 400 "$measure"
  [ "$measured" = "true false" ]
}

@test "extra: in a browser, the list of parts stays in view if the window is wide, else it is folded" {
  measure='one("#part\\:2").scrollIntoView();
    var list = one(".beside").getBoundingClientRect(), folded = one(".folded");
    return [list.height > 0 && list.top >= 0 && list.bottom <= innerHeight,
      folded.offsetHeight > 0 && !folded.open,
      document.documentElement.scrollWidth > innerWidth].join(" ");'
  in_browser "$book/ch08_hashtable.html" 1400 "$measure"
  [ "$measured" = "true false false" ]
  in_browser "$book/ch08_hashtable.html" 400 "$measure"
  [ "$measured" = "false true false" ]
}

@test "extra: the first stage is all new, and what a stage has unchanged is named" {
  local stage first
  read -r _ stage < <(steps | grep ' ch' | tail -n 1)
  first=$(steps | sed -n '1s/ .*//p')
  grep '^= ' <(lines "$book/$first.html") >files
  [ "$(sed 's/^= //; s/ new$//' files | sort)" = "$(sources "$first")" ]
  grep '^= ' <(lines "$book/$stage.html") >files
  sed -n 's/ [a-z]*$//; s/^= //p' files >named
  grep 'Carried over unchanged:' "$book/$stage.html" | grep -o '<code>[^<]*' |
    sed 's/<code>//' >>named
  [ "$(sort named)" = "$(sources "$stage")" ]
}

@test "extra: next leads from the index through all stages, and previous back" {
  local page=index seen=0 next
  link_of() { sed -n "s/.*rel=\"$1\".* href=\"\([^\"]*\)\.html\".*/\1/p" "$book/$2.html" | uniq; }
  while next=$(link_of next "$page") && [ -n "$next" ]; do
    [ "$page" = index ] || [ "$(link_of prev "$next")" = "$page" ] || fail "before $next: not $page"
    page=$next seen=$((seen + 1))
  done
  [ "$seen" = "$(awk 'END { print NR }' "$BATS_FILE_TMPDIR/stages")" ]
}

@test "extra: the index has the table of stages" {
  PROJECT=$BATS_FILE_TMPDIR/small "$ROOT/tests/maintain/stages" | sed 1d | tr -s ' ' >wanted
  table_of "$small" | tr -s ' ' | diff - wanted
  [ "$(wc -l <wanted)" -eq 2 ]
}

@test "extra: hostile text stays text, in code and in a README" {
  check "$small"/*.html
  lines "$small/ch02_two.html" >two
  grep -qxF "+1:<script>alert(\"&amp;\")</script> ' <b onclick=x>" two
  page_has "$small/ch02_two.html" \
    '&lt;/td&gt;&amp;lt;'$'\xef\xbf\xbd\xe2\x90\x81\t\xe2\x90\x8d''</td>'
  page_has "$small/ch02_two.html" 'no newline<em class="open"> no newline at the end</em>'
  page_has "$small/ch01_one.html" '<h1>ch01_one: &lt;one&gt; &amp; &quot;two&quot;</h1>'
  page_has "$small/ch01_one.html" '<p>&lt;script&gt;alert(1)&lt;/script&gt; x y '
  [ "$(cat "$small"/*.html | grep -c '<script')" = 3 ] # ours, once a page
}

@test "extra: a step is shown with and without git: edited, gone, new and empty files" {
  local tool out
  mkdir bin
  for tool in basename bash awk cat cmp cp cut dirname diff env expr find grep head ls ln mkdir \
    mktemp mv rm sed sort tail tr wc xargs; do
    ln -s "$(command -v $tool)" bin/$tool
  done
  PATH=$PWD/bin make_book "$BATS_FILE_TMPDIR/small" without
  check without/*.html
  for out in "$small" without; do
    lines "$out/ch02_two.html" >two
    grep -qx '= server.c edited' two
    grep -qx -e '-6:    return first;' two
    grep -qx '+7:    return second;' two
    grep -qx ' 5:     \* three \*/' two
    grep -qx '= old.c gone' two
    grep -qx -e '-1:int old;' two
    grep -qx '= odd.c new' two
    grep -qx '= empty.c new' two
    grep -qx '+3:no newline no newline at the end' two
    page_has "$out/ch02_two.html" \
      'unchanged: <a href="ch01_one.html#file:Makefile"><code>Makefile</code></a>, <a href="ch01_one.html#file:same.c"><code>same.c</code></a>.'
  done
}

@test "extra: what changed within a line is marked, and the middle of a comment is a comment" {
  page_has "$small/ch02_two.html" '    <b>return</b> <del>first</del>;</td>'
  page_has "$small/ch02_two.html" '    <b>return</b> <ins>second</ins>;</td>'
  page_has "$small/ch02_two.html" '<td><i>     * three */</i></td>'
}

# hunks: a project of two stages in which lines change below a prototype, a label, a table, and so on
hunks() {
  mkdir -p hunks/ch01_one hunks/ch02_two
  sed 's/^@/\n\n\n\n\n\n\n/' >hunks/ch02_two/a.c <<'END'
#include "a.h"

int prototype(int a);
void longer_prototype(int a,
                      int b);

/* changed: below a prototype */
int count;
@
static const char *const table[] = {
    "one",
    "changed: in a table",
};

enum { ONE_LINE, OF_VALUES };
@
/* changed: below values */
@
struct pair {
    int a; /* of two */
    int b; /* changed: in a struct */
};
@
static int long_name(int a,
                     int b) /* two */
{
    if (a)
        goto bad;
    return b;

bad:
    a++;
    b++;


    return a; /* changed: below a label */
}
@
/* changed: above a function */
int inner(void) { return 1; }
@
int beside(void);
int near(void) { return 2; } /* changed: below a prototype */
END
  sed 's/changed/same/' hunks/ch02_two/a.c >hunks/ch01_one/a.c
  : | tee hunks/ch01_one/Makefile >hunks/ch02_two/Makefile
  make_book hunks hunks-book
}

@test "extra: a hunk's title names what its lines are in: a function, a struct, never a prototype or label" {
  hunks
  sed -n 's/.*class="h"><th[^>]*>//p' hunks-book/ch02_two.html | sed 's/<[^>]*>//g; s/^lines [0-9to ]*//' >titles
  printf '%s\n' '' $'\xc2\xb7 static const char *const table[]' '' $'\xc2\xb7 struct pair' \
    $'\xc2\xb7 static int long_name(int a, \xe2\x80\xa6' '' $'\xc2\xb7 int near(void)' | diff - titles
  # in ours, every title is a line of the file that goes on with a brace
  cat "$book"/*.html | sed -n 's/.*class="h"><th[^>]*>.*<code>\(.*\)<\/code>.*/\1/p' >titles
  [ "$(wc -l <titles)" -gt 100 ]
  run ! grep -E '[;:]$|^(enum|struct)$' titles
}

@test "extra: an excerpt in a README leads to its line, and the heading of the file leads back" {
  local page=$parted/ch02_two.html
  page_has "$page" '<p id="excerpt:1"><a href="#file:server.c"><code>server.c</code></a>, <code>main()</code>: <a class="where" href="#server.c:6">line 6</a></p>'
  page_has "$page" '<p id="excerpt:2"><a href="#file:odd.c"><code>odd.c</code></a>: <a class="where" href="#odd.c:3">line 3</a></p>'
  page_has "$page" '<p><a href="ch01_one.html#file:same.c"><code>same.c</code></a>, <code>x</code>:</p>'
  grep 'id="file:server.c">' "$page" | grep -qF '<a href="#excerpt:1"><code>main()</code></a>'
  grep 'id="file:odd.c">' "$page" | grep -qF '<a href="#excerpt:2">odd.c</a>'
  run ! grep -E 'id="file:empty.c">.*excerpt:' "$page"
}

@test "extra: printed, a page is black on white, without lists and toggles, and no heading ends a sheet" {
  sed '/^@media print {/,/^}/!d' "$small/ch02_two.html" >print
  grep -q -e '--paper: #fff; --ink: #000;' print
  grep -o -e '--[a-z-]*: [^;]*' print | grep -v ': #fff$\|: #000$\|--line\|--shade: tr' >others || true
  [ ! -s others ] || fail "$(cat others)"
  grep 'display: none' print | grep '\.contents' | grep '\.steps' | grep '\.step input' |
    grep -q '\.step label'
  grep 'break-after: avoid' print | grep 'h1, h2, h3, h4' | grep -q 'diff tr.h'
}

@test "extra: every page carries the license that the project's README names, for machines, too" {
  local page
  grep -qx 'SPDX-License-Identifier: MIT' "$ROOT/README.md"
  for page in "$book"/*.html; do
    sed '/<footer>/,/<\/footer>/!d' "$page" | grep -A 1 '^<p>MIT License. Copyright (c) [0-9]* ' |
      grep -qx 'SPDX-License-Identifier: MIT</p>' || fail "not in the footer of $page"
  done
  [ "$(grep -c License "$small/index.html")" = 0 ] # its README names none
}

@test "extra: side by side, what became of a line stands beside it" {
  row_of() { grep -F "$1" "$small/ch02_two.html" | sed 's/^<tr class="[ad]"//; s/><t.*//'; }
  [ "$(row_of 'int</b> second')" = ' style="grid-row:1"' ]
  [ "$(row_of '<del>first')" = ' style="grid-row:2"' ]
  [ "$(row_of '<ins>second')" = ' style="grid-row:2"' ]
}

@test "extra: a README is shown with all that READMEs are written in" {
  local page=$small/ch02_two.html
  page_has "$page" '<h1>ch02_two: a title</h1>'
  page_has "$page" '<strong>Strong <em>and</em> <code>co*de</code></strong>, 2 * 3 * 4,'
  page_has "$page" '<a href="ch01_one.html#the-idea">one</a>'
  page_has "$page" '<a href="#file:server.c"><code>server.c</code></a>'
  page_has "$page" '<a href="ch01_one.html">same</a>, a*b, elsewhere.'
  page_has "$page" '<h2 id="the-idea-1">The idea</h2>'
  page_has "$page" '<li id="invariant:2">Second.</li>'
  page_has "$page" '<pre><code>echo x   <i># inside</i>'
  page_has "$page" '<pre><code>indented'
  grep -qx '  more' "$page"
  page_has "$page" '<th scope="col">file</th><th scope="col"><code>a|b</code></th><td></td>'
  page_has "$page" '<tr><td>x</td><td><code>|</code></td><td>y</td></tr>'
  page_has "$page" '<b>$ ./client &lt;x</b>'
  page_has "$page" '<details><summary>Answer</summary>'
  grep -A 1 '<li>an item' "$page" | grep -qx 'that goes on</li>'
}

@test "extra: made again, the book is the same, and what else is in its directory stays" {
  cp -R "$BATS_FILE_TMPDIR/small" small && cp -R "$small" out
  echo mine >out/notes.html
  mv small/ch02_two small/ch03_three
  make_book small out
  [ "$(cat out/notes.html)" = mine ]
  [ ! -e out/ch02_two.html ] && [ -e out/ch03_three.html ]
  mv small/ch03_three small/ch02_two
  make_book small out
  rm out/notes.html
  diff -r "$small" out
}

@test "extra: a directory that does not hold a book, a file, and a project without stages are refused" {
  mkdir taken empty && echo mine >taken/index.html && echo file >file
  refuses() {
    run -2 make_book "$1" "$2"
    [ "${#lines[@]}" = 1 ] && [[ $output == *"$3"* ]] || fail "$output"
  }
  refuses "$ROOT" taken 'is not a book'
  [ "$(cat taken/index.html)$(ls -A taken)" = mineindex.html ]
  refuses "$ROOT" file 'is not a directory'
  [ "$(cat file)" = file ]
  refuses empty new 'no stages'
  [ ! -e new ]
}
