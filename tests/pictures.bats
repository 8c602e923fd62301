# long: it builds the book, and records every picture of it anew
# The pictures that ask: their recordings, their questions, their pages.

# shellcheck disable=SC2016 # what is quoted is for sed, awk or the browser
# shellcheck disable=SC2154 # in_browser sets measured

bats_require_minimum_version 1.5.0
load expect
load book/browser

setup_file() {
  unset PROJECT OUT DIR
  cd "$BATS_FILE_TMPDIR" || return
  export ROOT=${BATS_TEST_DIRNAME%/*} BUILD=$PWD/build
  mkdir "$BUILD"
  "${CC:-cc}" -std=c11 -o "$BUILD/check" "$ROOT"/tests/book/check/{check,tags}.c "$ROOT/tests/book/text.c" || return
  mkdir -p project/tests/book project/final # the chapters and the steps; of final, no program
  cp "$ROOT/ch14_threads/Makefile" "$ROOT/final/README.md" project/final/
  ln -s "$ROOT/final/steps" project/final/
  ln -s "$ROOT"/ch* "$ROOT/README.md" project/
  ln -s "$ROOT/tests/maintain" project/tests/
  ln -s "$ROOT/tests/book/pictures" project/tests/book/
  PROJECT=$PWD/project OUT=$PWD/book "$ROOT/tests/book/make" >made 2>&1 || { cat made && return 1; }
}

setup() {
  book=$BATS_FILE_TMPDIR/book pictures=$ROOT/tests/book/pictures
  cd "$BATS_TEST_TMPDIR" || return
}

teardown() { [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true; }

# names: of all pictures
names() { (cd "$pictures" && printf '%s\n' *.ask | sed 's/\.ask$//'); }

# entry NAME KEY: the first such entry of its questions, in one line
entry() {
  awk -v key="$2:" '
    on && /^ / { sub(/^ */, " "); text = text $0; next }
    on { exit }
    index($0, key) == 1 { on = 1; text = substr($0, length(key) + 2) }
    END { print text }' "$pictures/$1.ask"
}

# ---- the recordings ----

@test "extra: every picture is what its stage does now" {
  "$pictures/record" check
}

# copy_of STAGE FILE...: what is needed to record from it, in copy/
copy_of() {
  mkdir -p copy/tests/book/pictures
  cp -R "$ROOT/$1" copy/ && rm -rf "copy/$1/build"
  shift
  cp "$pictures/record" "$pictures"/*.h copy/tests/book/pictures/
  while [ $# -gt 0 ]; do
    cp "$pictures/$1" copy/tests/book/pictures/ && shift
  done
}

@test "extra: a byte that differs in a recording is found, and shown" {
  copy_of ch08_hashtable ch08.c ch08_grow.{ask,rec}
  copy/tests/book/pictures/record check
  sed 's/slot newer 3: d/slot newer 3: e/' "$pictures/ch08_grow.rec" >copy/tests/book/pictures/ch08_grow.rec
  run -1 copy/tests/book/pictures/record check
  [[ $output == *"ch08_grow is not what the stage does now"* ]]
  [[ $output == *'-    slot newer 3: e'*'+    slot newer 3: d'* ]]
  copy/tests/book/pictures/record write ch08_grow
  cmp copy/tests/book/pictures/ch08_grow.rec "$pictures/ch08_grow.rec"
}

# broken STAGE FILE SED NAME: with this edit of the stage the picture is no longer what it does
broken() {
  rm -rf copy
  copy_of "$1" "${4%%_*}.c" "$4".{ask,rec}
  sed "$3" "copy/$1/$2" >edited
  ! cmp -s edited "copy/$1/$2" || fail "nothing to edit in $2"
  mv edited "copy/$1/$2"
  run -1 copy/tests/book/pictures/record check "$4"
}

@test "extra: a stage that does something else is found by its picture" {
  broken ch04_protocol wire.c 's/data + done, n - done/data + done, n/' ch04_pieces
  broken ch06_event_loop conn.h 's/256 \* 1024/512 * 1024/' ch06_pressure
  broken ch06_event_loop loop.c '/^    conn_flush(c);/d' ch06_loop
  broken ch07_kv keyspace.c 's/    e->next = ks->first;/    e->next = NULL;/' ch07_list
  broken ch08_hashtable hashtable.h 's/HMAP_MAX_MOVES = 4/HMAP_MAX_MOVES = 3/' ch08_grow
  broken ch10_avl avl.c '/next->height = node->height/d' ch10_remove
  broken ch12_timer idle.c '/list_append(idle/s/idle,/idle->next,/' ch12_idle
  broken ch13_ttl heap.c 's/items\[child + 1\].at < h/items[child + 1].at > h/' ch13_sink
  broken ch14_threads thread_pool.c 's/^    while (!p->first \&\& !p->stopping)/    while (0)/' ch14_pool
}

@test "extra: the picture of a step is recorded from the program of that step" {
  mkdir -p copy/tests/maintain
  cp "$ROOT"/tests/maintain/{project,series}.bash copy/tests/maintain/
  copy_of ch14_threads f20.c f20_plan.{ask,rec}
  mkdir copy/final && cp -R "$ROOT/final/steps" copy/final/
  copy/tests/book/pictures/record check
  sed 's/BATCH_SHARE = 64,  /BATCH_SHARE = 32,  /' "$ROOT/final/steps/f20_batch/step.diff" >edited
  run -1 cmp -s edited copy/final/steps/f20_batch/step.diff
  mv edited copy/final/steps/f20_batch/step.diff
  run -1 copy/tests/book/pictures/record check
  [[ $output == *'-    set plan: A=64 B=1 C=2'* ]] # and of its own step: final's batch.c is not there
}

# inspect_of NAME: the subject of that picture
inspect_of() {
  case $1 in ch08_*) echo table ;; ch10_*) echo 'tree z' ;; ch13_*) echo heap ;; esac
}

# round_up: milliseconds that are left, to the next second
round_up() {
  awk '/ ms left$/ { n = $(NF - 2); sub(/[0-9]+ ms left$/, int((n + 999) / 1000) * 1000 " ms left") } 1'
}

@test "extra: a real server, asked by its client, says what was recorded" {
  local name stage subject line n=0
  for name in ch08_grow ch08_chain ch10_balance ch10_remove ch13_rise ch13_sink; do
    stage=$(entry "$name" stage) subject=$(inspect_of "$name")
    [ -d "$stage" ] || { cp -R "$ROOT/$stage" . && make -s -C "$stage" clean && make -s -C "$stage"; }
    PORT=0 "$stage/server" >"port-$name" 2>said 3>&- &
    pid=$!
    for ((line = 0; line < 100; line++)); do
      [ -s "port-$name" ] && break
      sleep 0.05
    done
    PORT=$(sed 's/.*://' "port-$name")
    export PORT
    # A state that was recorded at the end of a command: the next one begins with another command.
    awk '
      function flush() { printf "%s", did; if (text != "") printf "%s%s", text, "end\n"; did = text = "" }
      /^state/ { pending = 1; next }
      /^    did: / { if (pending) flush(); pending = 0; did = did $0 "\n"; next }
      pending { text = ""; pending = 0 }
      /^    text: / { text = text $0 "\n" }
      END { flush() }' "$pictures/$name.rec" >steps
    while IFS= read -r line; do
      case $line in
        '    did: '*)
          # shellcheck disable=SC2086 # the words of a command
          "$stage/client" ${line#    did: } >/dev/null </dev/null
          ;;
        '    text: '*) echo "${line#    text: }" >>recorded ;;
        end)
          # shellcheck disable=SC2086
          "$stage/client" inspect $subject </dev/null | sed 's/^(str) //' | round_up >real
          diff recorded real || fail "$name: < recorded, > a real server"
          rm recorded && n=$((n + 1))
          ;;
      esac
    done <steps
    kill "$pid" && wait "$pid" || true
    pid=
  done
  [ "$n" -ge 12 ] || fail "only $n answers were compared"
}

@test "extra: wrong use of record is one line, status 2, and nothing is written" {
  copy_of ch07_kv ch07.c ch07_list.{ask,rec}
  cp -R copy before
  refuses() {
    run -2 copy/tests/book/pictures/record "$@"
    [ "${#lines[@]}" = 1 ] && [[ $output == 'record: '* ]] || fail "$output"
  }
  refuses
  refuses look
  refuses check ch07_queue
  refuses print
  refuses write ../x
  diff -r before copy
}

# ---- the questions ----

@test "extra: there are ten pictures at least, and one for each chapter from ch04 on" {
  local stage
  [ "$(names | grep -c .)" -ge 10 ]
  for stage in "$ROOT"/ch*; do
    stage=${stage##*/}
    [ "$stage" = ch03_hello ] || grep -qx "stage: $stage" "$pictures"/*.ask || fail "none for $stage"
  done
}

@test "extra: each question has two to four answers, one of them right, and says why to each" {
  local name
  for name in $(names); do
    awk '
      function end() {
        if (asked && (right != 1 || n < 2 || n > 4 || why != n))
          wrong = wrong "\n" asked ": " n " answers, " right " right, " why " why"
        asked = ""; n = right = why = 0
      }
      /^state:/ { end(); states++ }
      /^ask:/ { asked = $0; questions++ }
      /^(right|wrong):/ { n++ }
      /^right:/ { right++ }
      /^why:/ { why++ }
      END {
        end()
        if (questions != states - 1) wrong = wrong "\n" questions " questions, " states " states"
        if (wrong) { print FILENAME wrong; exit 1 }
      }' "$pictures/$name.ask"
    [ "$(grep -c '^state' "$pictures/$name.rec")" = "$(grep -c '^state:' "$pictures/$name.ask")" ]
  done
}

# The right answer is not always at the same place.
@test "extra: which answer is right cannot be guessed from its place" {
  awk '
    /^ask:/ { n = 0 }
    /^(right|wrong):/ { n++ }
    /^right:/ { place[n]++; all++ }
    END { for (i = 1; i <= 3; i++) if (place[i] < all / 5) exit 1 }' "$pictures"/*.ask
}

# small_picture: a project with one stage and one picture, in data/ and project/, as book.h wants it
small_picture() {
  mkdir -p data project/ch01_one project/tests/book/pictures out
  printf 'ch01_one\t1\t1\t1\t1\t0\t1\n' >data/stages
  echo one_two >data/pictures
  echo '# ch01_one: one' >project/ch01_one/README.md
  cat >project/tests/book/pictures/one_two.rec <<'EOF'
state first
    did: put a
    fact reply: none
    chain list: a=1 b c
    slot older 0: d
state second <&>
    fact reply: OK
    chain list: a=2 e c d
    slot older 0:
    text: list of <4>
EOF
  cat >project/tests/book/pictures/one_two.ask <<'EOF'
title: A <title> with `code`
stage: ch01_one
about: What it is
  about.
# a remark
state: Before.
ask: What & why?
wrong: Nothing.
why: It is not so.
shows: fact reply: none
right: Something.
why: It is `so`.
shows: fact reply: OK
shows: chain list: a=2 e c d
state: After.
EOF
}

write_book() { "$BUILD/write-book" data project out; }

@test "extra: what has changed is marked by edges and signs, and told in words" {
  local page=out/picture_one_two.html
  small_picture
  write_book
  "$BUILD/check" out/*.html
  grep -qxF '<p class="changes">New: e. Moved: d. Changed: reply, a. Gone: b.</p>' "$page"
  [ "$(grep -o '<rect class="box fresh"' "$page" | wc -l)" -eq 1 ]
  [ "$(grep -o '<rect class="box moved"' "$page" | wc -l)" -eq 1 ]
  [ "$(grep -o '<rect class="box changed"' "$page" | wc -l)" -eq 1 ]
  [ "$(grep -o '<circle class="badge"' "$page" | wc -l)" -eq 4 ]
  grep -q 'aria-label="fact reply: OK; chain list: a=2 e c d; slot older 0:; New: e. Moved' "$page"
  grep -qxF '* chain list: a=2 e c d' "$page"
  grep -qxF '<pre>list of &lt;4&gt;' "$page"
  grep -qF '<small>second &lt;&amp;&gt;</small>' "$page"
  grep -qF '<h1>A &lt;title&gt; with <code>code</code></h1>' "$page"
}

@test "extra: without scripts a page is a sequence: state, question, answers, which is right, next" {
  local page=out/picture_one_two.html
  small_picture
  write_book
  sed '/<script>/,$d' "$page" | grep -oE 'id="(state|question|page):[a-z0-9]*"|<ol class="answers"|<summary>Answer' >order
  printf '%s\n' 'id="page:main"' 'id="state:1"' 'id="question:1"' '<ol class="answers"' \
    '<summary>Answer' 'id="state:2"' 'id="page:end"' | diff - order
  grep -qxF '<li class="right"><strong>B is right.</strong> <span>It is <code>so</code>.</span></li>' "$page"
  grep -qxF '<li><strong>Not A.</strong> <span>It is not so.</span></li>' "$page"
  run ! grep -E '<button|<[a-z][^>]* hidden' <(sed '/<script>/,$d' "$page") # those are the script's
}

@test "extra: a picture that is not right stops the book, and no page is written" {
  local ask=project/tests/book/pictures/one_two.ask rec=project/tests/book/pictures/one_two.rec
  # refused SED FILE MESSAGE
  refused() {
    rm -rf data project out
    small_picture
    sed "$1" "$2" >edited
    ! cmp -s edited "$2" || fail "no edit: $1"
    mv edited "$2"
    run -1 write_book
    [[ $output == "book: picture one_two: $3"* ]] && [ "${#lines[@]}" = 1 ] || fail "$1: $output"
    [ -z "$(ls out)" ]
  }
  refused '/^title/d' "$ask" 'title, stage or about is missing'
  refused 's/^wrong: N/right: N/' "$ask" 'the right answer, but the next state does not show it'
  refused 's/^right/wrong/' "$ask" 'a wrong answer, but the next state shows it'
  refused 's/^shows: fact reply: OK/shows: fact reply: none/' "$ask" 'the right answer, but the next'
  refused '/^shows: [fc].* [Oa]/d' "$ask" 'the right answer, but the next state does not show it'
  refused 's/^shows: fact reply: none/shows: fact reply: OK/' "$ask" 'a wrong answer, but the next'
  refused '/^wrong/,/^shows: fact reply: none/d' "$ask" 'fewer answers than two'
  refused '/^right/,/^shows: chain/d' "$ask" 'fewer answers than two'
  refused 's/^why: It is not so.//' "$ask" 'an answer without a text or a why'
  refused $'s/^wrong: Nothing.$/&\\\nwhy: x\\\n&\\\nwhy: x\\\n&\\\nwhy: x\\\n&/' "$ask" 'more answers than four'
  refused 's/^state: After.//' "$ask" 'not as many states as the recording has'
  refused $'s/^state: After.$/&\\\nask: What?/' "$ask" 'a question after the last state'
  refused '/^ask/,/^shows: chain/d' "$ask" 'a state without a question'
  refused 's/^state: After./state:/' "$ask" 'a state without a sentence'
  refused 's/^ask: /question: /' "$ask" 'an entry that cannot stand here'
  refused 's/^    fact reply: OK/    fakt reply: OK/' "$rec" 'a line of no kind'
  refused 's/^    fact reply: OK/    fact reply/' "$rec" 'a line without a colon'
  refused 's/^    fact reply: OK/fact reply: OK/' "$rec" 'neither a state nor a line of one'
  refused d "$rec" 'no state in it'
}

# ---- the pages ----

@test "extra: every picture has a page, well-formed, with all its states and questions" {
  local name page
  "$BUILD/check" "$book"/*.html
  for name in $(names); do
    page=$book/picture_$name.html
    [ "$(grep -c '<svg role="img"' "$page")" = "$(grep -c '^state:' "$pictures/$name.ask")" ]
    [ "$(grep -c 'id="question:' "$page")" = "$(grep -c '^ask:' "$pictures/$name.ask")" ]
    [ "$(grep -c '<li class="right">' "$page")" = "$(grep -c '^right:' "$pictures/$name.ask")" ]
  done
}

@test "extra: the index and the chapter's page lead to each picture, and the picture leads back" {
  local name stage
  for name in $(names); do
    stage=$(entry "$name" stage)
    grep -q "^<li><a href=\"picture_$name.html\">.*<small>$stage, [0-9]* questions</small>" "$book/index.html"
    grep '^<p class="carried">Pictures that ask: ' "$book/$stage.html" | grep -qF "<a href=\"picture_$name.html\">"
    [ "$(grep -cF "<a href=\"$stage.html\">$stage</a>" "$book/picture_$name.html")" = 2 ]
  done
  run ! grep 'Pictures that ask' "$book/ch03_hello.html"
}

@test "extra: next leads from the first picture through all of them, and previous back" {
  local name before=
  link_of() { sed -n "s/.*rel=\"$1\".* href=\"\([^\"]*\)\.html\".*/\1/p" "$book/picture_$2.html" | uniq; }
  for name in $(names); do
    [ "$(link_of prev "$name")" = "${before:+picture_$before}" ]
    [ -z "$before" ] || [ "$(link_of next "$before")" = "picture_$name" ]
    before=$name
  done
  [ -z "$(link_of next "$before")" ]
}

@test "extra: the pictures have colors for dark and light, and a focus that is seen" {
  local css=$ROOT/tests/book/pictures.css
  [ "$(grep -c -e '--fresh: #' "$css")" = 2 ] && grep -q 'prefers-color-scheme: dark' "$css"
  grep -q '^button:focus-visible { outline: 3px' "$css"
  # no color but those with a name, for light and dark each
  run ! grep -E '#[0-9a-f]{3}' <(sed '/^:root/d; /^@media (prefers/,/^}/d; /^@media print/,$d' "$css")
}

@test "extra: in a browser, a choice shows the next state, and says why" {
  # Of the three answers to the first question the second is right.
  in_browser "$book/picture_ch08_grow.html" 1400 'var out = [seen()], b = all(".answer"), said = all(".said");
    var sign = function (n) { return b[n].querySelector(".sign").textContent.charCodeAt(0); };
    b[2].click(); out.push(seen(), said[0].getAttribute("role"), said[0].children.length);
    out.push(said[0].textContent.slice(2, 8), sign(2), sign(1), isNaN(sign(0)), b[2].getAttribute("aria-pressed"));
    b[1].click(); out.push(said[0].children.length, said[0].textContent.slice(2, 13), seen());
    for (var i = 1; i < 4; i++) all(".scene")[i].querySelector(".answer").click();
    out.push(seen(), all(".score").length); return out.join(" ");'
  [ "$measured" = "1 2 status 2 Not C. 10007 10003 true true 1 B is right. 2 5 1" ] || fail "$measured"
}

@test "extra: in a browser, the answers are reached by keys, and arrows go round" {
  in_browser "$book/picture_ch08_grow.html" 1400 'var b = all(".answer"), at = [];
    var key = function (k) { document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
      {key: k, bubbles: true, cancelable: true})); at.push(b.indexOf(document.activeElement)); };
    b[0].focus(); key("ArrowDown"); key("ArrowDown"); key("ArrowDown"); key("ArrowUp"); key("ArrowLeft");
    at.push(b.every(function (e) { return e.localName === "button" && e.tabIndex === 0; }));
    b[0].click(); var on = all(".on").filter(function (e) { return e.offsetHeight; });
    on[on.length - 1].click(); at.push(document.activeElement.id); return at.join(" ");'
  [ "$measured" = "1 2 0 2 1 true state:2" ] || fail "$measured"
}

# of_each RESULT: what in_browsers says if all pictures give that
of_each() { names | sed "s/.*/picture_&: $1/" | sort; }

@test "extra: in a browser, every picture is worked through by keys, with buttons that a finger hits" {
  local width
  for width in 1400 400; do
    # What Enter does to a button is click().
    in_browsers "$width" 'var scenes = all(".scene"), lost = [];
      var focused = function (e, what) { if (document.activeElement !== e) lost.push(what); };
      var down = function () { document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
        {key: "ArrowDown", bubbles: true, cancelable: true})); };
      for (var k = 0; k + 1 < scenes.length; k++) {
        var b = scenes[k].querySelectorAll(".answer"), on = scenes[k].querySelector(".on"), right = 0;
        scenes[k].querySelectorAll(".why li").forEach(function (e, i) { if (e.className) right = i; });
        b[0].focus();
        for (var i = 0; i < right; i++) down();
        focused(b[right], "answer of " + k);
        document.activeElement.click();
        if (seen() !== k + 2) lost.push("scene after " + k);
        on.focus();
        focused(on, "go on at " + k);
        document.activeElement.click();
        focused(scenes[k + 1].querySelector("h2"), "heading after " + k);
      }
      if (!one(".score").textContent.endsWith("got " + k + " of " + k + " right on the first try.")) lost.push(one(".score").textContent);
      all("button").forEach(function (e) { if (e.offsetHeight && (e.offsetHeight < 44 || e.tabIndex !== 0))
        lost.push(e.textContent); });
      return lost.join(", ") || "all";' "$book"/picture_*.html
    diff <(of_each all) <(echo "$measured")
  done
}

@test "extra: in a browser, no picture makes a narrow page wider, and nothing in it overlaps" {
  local width
  for width in 1400 400; do
    in_browsers "$width" 'all(".tools button")[0].click();
      var lost = [], in_it = function (a, b) { return a.left > b.left - 1 && a.right < b.right + 1; };
      if (document.documentElement.scrollWidth > innerWidth) lost.push("too wide");
      if (seen() !== all(".scene").length) lost.push("not all states");
      all(".wide").forEach(function (e) { if (e.tabIndex !== 0) lost.push("a box without keys"); });
      all("svg").forEach(function (svg) {
        var at = [].slice.call(svg.querySelectorAll("text")).map(function (e) { return [e, e.getBoundingClientRect()]; });
        var all_of_it = svg.getBoundingClientRect();
        if (all_of_it.width < 40) lost.push("a small picture");
        at.forEach(function (a, i) {
          if (!in_it(a[1], all_of_it)) lost.push(a[0].textContent + " is outside");
          for (var k = i + 1; k < at.length; k++) {
            var b = at[k], x = Math.min(a[1].right, b[1].right) - Math.max(a[1].left, b[1].left);
            var y = Math.min(a[1].bottom, b[1].bottom) - Math.max(a[1].top, b[1].top);
            if (x > 2 && y > a[1].height / 3) lost.push(a[0].textContent + " on " + b[0].textContent);
          }
        });
      });
      return lost.join(", ") || "none";' "$book"/picture_*.html
    diff <(of_each none) <(echo "$measured")
  done
}

@test "extra: in a browser, all answers have one letter each, also if all states are shown" {
  in_browser "$book/picture_ch07_list.html" 400 'var kind = function () {
      return getComputedStyle(one(".answers")).listStyleType + " " + all(".answer .letter")[1].textContent; };
    var before = kind(); all(".tools button")[0].click(); return before + ", " + kind();'
  [ "$measured" = "none B, none B" ] || fail "$measured"
}

@test "extra: in a browser, texts and edges can be told from the paper, light and dark" {
  local dark
  for dark in '' 1; do
    export DARK=$dark
    in_browser "$book/picture_ch04_pieces.html" 400 'var lost = [];
      var style = getComputedStyle(document.documentElement);
      var light = function (name) {
        var c = style.getPropertyValue("--" + name).trim().slice(1);
        if (c.length === 3) c = c.replace(/./g, "$&$&");
        var v = [0, 2, 4].map(function (i) { var x = parseInt(c.slice(i, i + 2), 16) / 255;
          return x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4); });
        return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
      var tell = function (names, least) { names.forEach(function (a) { ["paper", "panel"].forEach(function (b) {
        var x = light(a), y = light(b), ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
        if (!(ratio >= least)) lost.push(a + " on " + b + " " + ratio.toFixed(1)); }); }); };
      tell(["ink", "soft", "link", "string", "fresh"], 4.5);
      tell(["moved", "changed"], 3);
      return (matchMedia("(prefers-color-scheme: dark)").matches ? "dark " : "light ") + (lost.join(", ") || "all");'
    [ "$measured" = "$([ -n "$dark" ] && echo dark || echo light) all" ] || fail "$measured"
  done
}
