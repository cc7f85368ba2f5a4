"use strict";
(function () {
  const root = document.documentElement, body = document.body, pairs = Array.from(document.querySelectorAll(".pair"));
  const bar = document.querySelector(".bar"), keys = document.querySelector(".keys"), letters = document.querySelector(".letters");
  const said = document.getElementById("said"), clock = document.querySelector("[role=timer]");
  let at = 0, view = "", began = 0, other = window.opener, quiet = 0;

  const button = (name) => bar.querySelector("[data-do=" + name + "]");
  const title = (n) => document.getElementById("title-" + (n + 1)).textContent.trim();
  const position = () => body.dataset.position.replace("{n}", at + 1).replace("{of}", pairs.length);

  function show(n, told) {
    const from = at;
    at = Math.max(0, Math.min(pairs.length - 1, n));
    if (!began && at > from) began = Date.now();
    pairs.forEach((pair, index) => {
      const next = view === "notes" && index === at + 1;
      pair.classList.toggle("now", index === at);
      pair.classList.toggle("next", next);
      pair.inert = next;
    });
    bar.querySelector(".position").textContent = position();
    button("back").disabled = at === 0;
    button("next").disabled = at === pairs.length - 1;
    if (at !== from || !view) said.textContent = position() + ": " + title(at);
    if (at !== from) {
      try { history.replaceState(null, "", "#slide-" + (at + 1)); } catch (error) { /* some viewers forbid it: the place is not remembered */ }
    }
    if (!told) tell();
    if (view === "show") window.scrollTo(0, 0);
  }

  function look(wanted) {
    view = wanted;
    body.dataset.view = view;
    pairs.forEach((pair) => { pair.querySelector(".notes").open = view === "notes"; });
    button("overview").setAttribute("aria-pressed", view === "overview");
    button("notes").setAttribute("aria-pressed", view === "notes");
    show(at, true);
    if (view === "overview") {
      pairs[at].querySelector(".pick").focus();
    } else if (document.activeElement.classList.contains("pick")) {
      document.getElementById("slides").focus();
    }
  }

  // Two windows of the same file tell each other where they are; nothing else can be told.
  function tell() {
    if (other && !other.closed) other.postMessage({ signpost: document.title, at: at, began: began }, "*");
  }

  window.addEventListener("message", (event) => {
    const told = event.data;
    if (!told || told.signpost !== document.title || typeof told.at !== "number") return;
    if (event.source !== other) { other = event.source; tell(); if (told.at < 0) return; }
    began = began && told.began ? Math.min(began, told.began) : began || told.began;
    if (told.at !== at && told.at >= 0) show(told.at, true);
  });

  function second() {
    const opened = window.open(location.href.split("#")[0] + "#notes-" + (at + 1), "signpost-notes", "width=1100,height=700");
    if (opened) other = opened; else look("notes");
  }

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (root.requestFullscreen) root.requestFullscreen().catch(() => {});
  }

  function dark() {
    button("dark").setAttribute("aria-pressed", root.classList.toggle("dark"));
  }

  function list() {
    if (keys.open) keys.close(); else keys.showModal();
  }

  const deeds = {
    next: () => show(at + 1), back: () => show(at - 1), first: () => show(0), last: () => show(pairs.length - 1),
    overview: () => look(view === "overview" ? "show" : "overview"), notes: () => look(view === "notes" ? "show" : "notes"),
    leave: () => look("show"), window: second, dark: dark, full: full, print: () => window.print(), keys: list
  };
  const strokes = {
    ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", ArrowLeft: "back", ArrowUp: "back", PageUp: "back", Home: "first", End: "last",
    Escape: "leave"
  };
  const signs = { o: "overview", n: "notes", w: "window", d: "dark", f: "full", p: "print", "?": "keys" };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || keys.open) return;
    const on = event.target.closest("button, a, input, summary");
    if (on && event.key === " ") return;
    let deed = strokes[event.key] || (letters.checked && signs[event.key.toLowerCase()]);
    if (event.key === " " && event.shiftKey) deed = "back";
    if (view === "overview" && /^Arrow|^Page|^Home|^End/.test(event.key)) return walk(event);
    if (!deed || (deed === "leave" && document.fullscreenElement)) return;
    const tall = view === "show" && root.scrollHeight > window.innerHeight + 2;
    if (tall && /^ArrowUp|^ArrowDown/.test(event.key)) return;
    event.preventDefault();
    deeds[deed]();
  });

  function walk(event) {
    const row = pairs.filter((pair) => pair.offsetTop === pairs[0].offsetTop).length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row, Home: -at, End: pairs.length }[event.key];
    if (!step && event.key !== "Home") return;
    event.preventDefault();
    show(at + step);
    pairs[at].querySelector(".pick").focus();
  }

  bar.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do]");
    if (pressed) deeds[pressed.dataset.do]();
  });

  document.getElementById("slides").addEventListener("click", (event) => {
    const pick = event.target.closest(".pick");
    if (pick) {
      event.preventDefault();
      show(pairs.indexOf(pick.parentElement));
      look("show");
    } else if (view === "show" && event.target.closest(".slide") && !String(window.getSelection())) {
      show(at + 1);
    }
  });

  let start = null;
  document.addEventListener("touchstart", (event) => { start = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!start || view === "overview") return;
    const across = event.changedTouches[0].clientX - start.clientX, down = event.changedTouches[0].clientY - start.clientY;
    if (Math.abs(across) > 50 && Math.abs(across) > 2 * Math.abs(down)) show(at + (across < 0 ? 1 : -1));
    start = null;
  }, { passive: true });

  // On the whole screen the bar goes when nobody moves, and comes back at the first movement.
  function awake() {
    body.classList.toggle("full", Boolean(document.fullscreenElement));
    body.classList.remove("idle");
    clearTimeout(quiet);
    if (document.fullscreenElement) quiet = setTimeout(() => body.classList.add("idle"), 2500);
  }
  ["pointermove", "pointerdown", "focusin"].forEach((name) => document.addEventListener(name, awake));
  document.addEventListener("fullscreenchange", awake);

  window.addEventListener("hashchange", () => {
    const wanted = /^#slide-(\d+)$/.exec(location.hash);
    if (wanted) show(Number(wanted[1]) - 1);
  });

  function room() {
    body.style.setProperty("--tall", bar.offsetHeight + "px");
  }
  window.addEventListener("resize", room);

  setInterval(() => {
    const gone = began ? Math.floor((Date.now() - began) / 1000) : 0;
    clock.textContent = Math.floor(gone / 60) + ":" + String(gone % 60).padStart(2, "0");
  }, 500);

  root.classList.add("script");
  bar.hidden = false;
  room();
  const wanted = /^#(slide|notes)-(\d+)$/.exec(location.hash);
  if (wanted) at = Math.min(pairs.length, Number(wanted[2])) - 1;
  look(wanted && wanted[1] === "notes" ? "notes" : "show");
  if (other && !other.closed) other.postMessage({ signpost: document.title, at: -1, began: began }, "*");
})();
