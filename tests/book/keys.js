addEventListener("keydown", function (e) {
  if (e.altKey || e.ctrlKey || e.metaKey || e.shiftKey || e.target.closest("input, pre, .wide, .picture")) return;
  var rel = {ArrowLeft: "prev", ArrowRight: "next"}[e.key];
  var link = rel ? document.querySelector("a[rel=" + rel + "]") : null;
  if (link) location.href = link.href;
});
