/* Makes a game of the pictures that ask: the answers are buttons, and the next state shows after a
 * choice. Without this the page is a sequence that can be read. */
(function () {
  var article = document.querySelector(".picture"), scenes = article.querySelectorAll(".scene");
  var rightAtFirst = 0;

  function add(parent, name, className, html) {
    var e = document.createElement(name);
    if (className) e.className = className;
    if (html) e.innerHTML = html;
    return parent.appendChild(e);
  }
  function button(parent, className, html, run) {
    var b = add(parent, "button", className, html);
    b.type = "button";
    b.addEventListener("click", run);
    return b;
  }
  function go(scene) {
    var heading = scene.querySelector("h2"), calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    heading.tabIndex = -1;
    heading.focus({preventScroll: true});
    scene.scrollIntoView({behavior: calm ? "auto" : "smooth", block: "start"});
  }
  function sentence(right, text, why) {
    return "<p><strong>" + (right ? "\u2713 " : "\u2717 ") + text + "</strong> " + why + "</p>";
  }

  function play(scene, next) {
    var list = scene.querySelector(".answers"), whys = scene.querySelectorAll(".why li");
    var items = list.children, buttons = [], said, right = 0, done = false, i;

    function mark(k) {
      var is = k === right;
      buttons[k].classList.add(is ? "right" : "wrong");
      buttons[k].querySelector(".sign").textContent = is ? "\u2713" : "\u2717";
    }
    function choose(k) {
      var letter = String.fromCharCode(65 + k), answer = String.fromCharCode(65 + right);
      var why = function (n) { return whys[n].querySelector("span").innerHTML; };
      buttons.forEach(function (b, n) { b.setAttribute("aria-pressed", n === k); });
      mark(k);
      mark(right);
      said.innerHTML = k === right ? sentence(true, letter + " is right.", why(k))
        : sentence(false, "Not " + letter + ".", why(k)) + sentence(true, answer + " is right.", why(right));
      if (done) return;
      done = true;
      rightAtFirst += k === right;
      next.hidden = false;
      scene.querySelector(".on").hidden = false;
      if (next === scenes[scenes.length - 1]) end(next);
    }
    list.classList.add("choices");
    for (i = 0; i < items.length; i++) {
      (function (k) {
        var html = "<span class=\"letter\">" + String.fromCharCode(65 + k) + "</span><span>" +
          items[k].innerHTML + "</span><span class=\"sign\"></span>";
        items[k].innerHTML = "";
        buttons.push(button(items[k], "answer", html, function () { choose(k); }));
        buttons[k].setAttribute("aria-pressed", false);
        if (whys[k].className) right = k;
      })(i);
    }
    list.addEventListener("keydown", function (e) {
      var step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[e.key];
      var k = buttons.indexOf(document.activeElement);
      if (!step || k < 0) return;
      e.preventDefault();
      buttons[(k + step + buttons.length) % buttons.length].focus();
    });
    said = add(list.parentNode, "div", "said");
    said.setAttribute("role", "status");
    button(list.parentNode, "on", "Go on <span aria-hidden=\"true\">\u2193</span>", function () { go(next); }).hidden = true;
  }

  function end(scene) {
    var p = scene.querySelector(".end"), n = scenes.length - 1;
    add(p, "p", "score", "You got " + rightAtFirst + " of " + n + " right on the first try.");
    button(p, "on", "Once more", function () { scrollTo(0, 0); location.reload(); });
  }

  var tools = document.createElement("p"), k;
  tools.className = "tools";
  article.insertBefore(tools, scenes[0]);
  button(tools, "on", "Show all states", function () {
    for (var i = 0; i < scenes.length; i++) scenes[i].hidden = false;
    document.documentElement.classList.remove("asking");
    tools.hidden = true;
    go(scenes[0]);
  });
  document.documentElement.classList.add("asking");
  for (k = 0; k + 1 < scenes.length; k++) {
    play(scenes[k], scenes[k + 1]);
    scenes[k + 1].hidden = true;
  }
})();
