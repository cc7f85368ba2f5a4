// Comforts only: without this file every lesson and every document is on the page, opened.
(function () {
  "use strict";
  var form = document.getElementById("find");
  var count = document.getElementById("count");
  var nothing = document.getElementById("nothing");
  var pupils = document.getElementById("pupils");
  var lessons = Array.prototype.slice.call(document.querySelectorAll(".lesson"));

  function chosen(name) {
    var one = form.querySelector('input[name="' + name + '"]:checked');
    return one ? one.value : "";
  }

  function fill(words, numbers) {
    return words.replace(/\{(\w+)\}/g, function (all, name) {
      return name in numbers ? numbers[name] : all;
    });
  }

  function find() {
    var age = chosen("age");
    var topic = chosen("topic");
    var shown = lessons.filter(function (lesson) {
      var fits = (!age || lesson.dataset.age === age) && (!topic || lesson.dataset.topic === topic);
      lesson.hidden = !fits;
      return fits;
    });
    // One lesson left is the one that somebody came for: its documents lie open.
    lessons.forEach(function (lesson) {
      var there = "#" + lesson.id;
      lesson.querySelector("details").open = shown.length === 1 || location.hash === there || location.hash === there + "-all";
    });
    nothing.hidden = shown.length > 0;
    count.textContent = fill(form.dataset.count, { n: shown.length, of: lessons.length });
  }

  function reckon() {
    var size = Math.min(Math.max(parseInt(pupils.value, 10) || 0, 0), 400);
    document.querySelectorAll("[data-per]").forEach(function (place) {
      var n = Math.ceil(size / Number(place.dataset.per));
      var number = document.createElement("b");
      number.textContent = fill(n === 1 ? place.dataset.one : place.dataset.many, { n: n }).replace(/ /g, "\u00a0");
      place.replaceChildren(": ", number);
      place.hidden = n === 0;
    });
  }

  function go() {
    var target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    var lesson = target && target.closest(".lesson");
    if (!lesson) return;
    if (lesson.hidden) everything();
    lesson.querySelector("details").open = true;
    target.scrollIntoView();
    if (target.tagName === "DETAILS") target.querySelector("summary").focus({ preventScroll: true });
  }

  function everything() {
    form.querySelectorAll('input[value=""]').forEach(function (all) {
      all.checked = true;
    });
    find();
  }

  form.addEventListener("change", function (event) {
    if (event.target.type === "radio") find();
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
  });
  pupils.addEventListener("input", reckon);
  document.getElementById("all").addEventListener("click", function () {
    everything();
    form.querySelector("input:checked").focus();
  });
  window.addEventListener("hashchange", go);
  // A link to the place where somebody is already changes no address.
  document.addEventListener("click", function (event) {
    var link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) go();
  });

  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = lessons.filter(function (lesson) {
      return !lesson.querySelector("details").open;
    });
    closed.forEach(function (lesson) {
      lesson.querySelector("details").open = true;
    });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (lesson) {
      lesson.querySelector("details").open = false;
    });
  });

  // A browser that goes back to this page brings its choices along.
  window.addEventListener("pageshow", function () {
    form.hidden = false;
    find();
    reckon();
    go();
  });
})();
