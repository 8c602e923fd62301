# shellcheck shell=bash disable=SC2034
# browser.bash: for the suites of the book.
# in_browser PAGE WIDTH SCRIPT: `measured` becomes what the script returns in a window of that width.
# in_browsers WIDTH SCRIPT PAGE...: the same for many pages at once, a line each: NAME: RESULT.
# The script may call one(SELECTOR), all(SELECTOR), and seen(), which counts the scenes of a picture that
# are shown. DARK=1: for somebody who likes dark pages. Skips where no browser runs.

in_browser() {
  in_browsers "$2" "$3" "$1"
  measured=${measured#*: }
}

in_browsers() {
  local browser width=$1 script=$2 page name
  shift 2
  browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    skip "needs chromium"
  printf '%s' '<!DOCTYPE html><title></title><script>addEventListener("message", ' \
    'function (e) { document.title += e.data + "\u23ce"; });</script>' >frame.html
  for page in "$@"; do
    name=$(basename "$page" .html)
    sed 's/<meta http-equiv[^>]*>//' "$page" >"page-$name.html" # which allows no messages
    printf '<script>addEventListener("load", function () { parent.postMessage("%s: " + %s, "*"); });</script>' \
      "$name" "(function () { var one = function (s) { return document.querySelector(s); };
        var all = function (s) { return [].slice.call(document.querySelectorAll(s)); };
        var seen = function () { return all('.scene').filter(function (e) { return e.offsetHeight; }).length; };
        $script })()" >>"page-$name.html"
    echo "<iframe src=\"page-$name.html\" width=\"$width\" height=\"800\"></iframe>" >>frame.html
  done
  HOME=$PWD timeout 60 "$browser" --headless --no-sandbox --disable-gpu --window-size=1600,1000 \
    ${DARK:+--blink-settings=preferredColorScheme=0} \
    --virtual-time-budget=5000 --dump-dom "file://$PWD/frame.html" >dom 2>said 3>&- 4>&- || true
  measured=$(sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' dom | sed 's/⏎$//; s/⏎/\n/g' | sort)
  [ -n "$measured" ] || skip "the browser does not run here"
}
