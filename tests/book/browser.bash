# shellcheck shell=bash disable=SC2034
# browser.bash: for the suites of the book.
# in_browser PAGE WIDTH SCRIPT: `measured` becomes what the script returns in a window of that width.
# The script may call one(SELECTOR), all(SELECTOR), and seen(), which counts the scenes of a picture that
# are shown. Skips where no browser runs.

in_browser() {
  local browser
  browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    skip "needs chromium"
  sed 's/<meta http-equiv[^>]*>//' "$1" >page.html # which allows no messages
  printf '<script>addEventListener("load", function () { parent.postMessage(%s, "*"); });</script>' \
    "(function () { var one = function (s) { return document.querySelector(s); };
      var all = function (s) { return [].slice.call(document.querySelectorAll(s)); };
      var seen = function () { return all('.scene').filter(function (e) { return e.offsetHeight; }).length; };
      $3 })()" >>page.html
  printf '%s' '<!DOCTYPE html><title>none</title><script>addEventListener("message", ' \
    'function (e) { document.title = e.data; });</script>' \
    "<iframe src=\"page.html\" width=\"$2\" height=\"800\"></iframe>" >frame.html
  HOME=$PWD timeout 60 "$browser" --headless --no-sandbox --disable-gpu --window-size=1600,1000 \
    --virtual-time-budget=5000 --dump-dom "file://$PWD/frame.html" >dom 2>said 3>&- 4>&- || true
  measured=$(sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' dom)
  case $measured in '' | none) skip "the browser does not run here" ;; esac
}
