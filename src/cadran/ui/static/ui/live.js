"use strict";
// A page follows the data: when it moved on, the parts marked data-live (each with an id) are read again, and what the
// server says otherwise than before is put in their place. Nothing else moves: not the focus, not what is being typed.
(() => {
  const place = document.getElementById("freshness");
  const PAUSE = 2000; // milliseconds between two readings of the page
  const JITTER = 400; // so that many open pages do not ask in the same instant
  const served = new Map(); // the parts as the server wrote them, before any script touched them
  let known = place.dataset.mark;
  let source = null;
  let timer = null;
  let last = 0;

  function remember(page) {
    for (const part of page.querySelectorAll("[data-live][id]")) served.set(part.id, part.cloneNode(true));
  }

  const parse = (text) => new DOMParser().parseFromString(text, "text/html");
  const shell = (node) => node.cloneNode(false);
  const texts = (node) => [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.data.trim()).join("|");

  const spec = (node) => (node.querySelector(":scope > [data-chart]") && node.querySelector(":scope > script")?.textContent) ?? "";

  function alike(...nodes) {
    const [one] = nodes;
    if (one.matches("select, input, textarea, svg") || nodes.some((node) => spec(node) !== spec(one))) return false;
    return nodes.every((node) => node.children.length === one.children.length) && nodes.slice(1).every((node) => texts(node) === texts(one) && shell(node).isEqualNode(shell(one)));
  }

  function update(shown, before, now) {
    if (before.isEqualNode(now)) return;
    if (!alike(before, now) || shown.children.length !== before.children.length) replace(shown, now.cloneNode(true));
    else for (const [place, child] of [...before.children].entries()) update(shown.children[place], child, now.children[place]);
  }

  function replace(shown, now) {
    const focus = shown.contains(document.activeElement) && document.activeElement;
    const path = [];
    for (let node = focus; node && node !== shown; node = node.parentNode) path.unshift([...node.parentNode.children].indexOf(node));
    const opened = [...shown.querySelectorAll("details")].map((details) => details.open);
    [...now.querySelectorAll("details")].forEach((details, place) => { details.open ||= opened[place] ?? false; });
    now.classList.add("moved-on");
    shown.replaceWith(now);
    window.htmx?.process(now);
    now.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
    if (focus) ((focus.id && document.getElementById(focus.id)) || path.reduce((node, step) => node?.children[step], now) || now).focus({ preventScroll: true });
  }

  const busy = () => document.querySelector("dialog[open], .dragging, [aria-busy=true], [data-live] :is(input, textarea, select):focus") !== null;

  async function read() {
    timer = null;
    if (busy() || Date.now() - last < PAUSE) return soon(PAUSE / 4);
    last = Date.now();
    const response = await fetch(location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!response?.ok || response.redirected || busy()) return response?.redirected ? null : soon(PAUSE);
    for (const now of parse(await response.text()).querySelectorAll("[data-live][id]")) {
      const [shown, before] = [document.getElementById(now.id), served.get(now.id)];
      if (shown && before) update(shown, before, now);
      served.set(now.id, now);
    }
    return null;
  }

  function soon(after) {
    timer ??= setTimeout(read, after);
  }

  function tell(words, moment) {
    const dot = place.querySelector(".dot");
    if (!dot) return;
    const time = new Date(moment).toLocaleTimeString(document.documentElement.lang, { timeStyle: "medium", timeZone: place.dataset.zone });
    dot.classList.toggle("none", words === place.dataset.stale);
    dot.textContent = `${words} ${time}`;
  }

  function follow() {
    let fresh = null;
    source = new EventSource(place.dataset.from);
    source.addEventListener("fresh", (event) => tell(place.dataset.fresh, (fresh = event.data)));
    source.addEventListener("mark", (event) => {
      if (event.data === known) return;
      known = event.data;
      soon(Math.random() * JITTER);
    });
    source.addEventListener("error", () => fresh && tell(place.dataset.stale, fresh));
  }

  // A page that nobody looks at does not listen: browsers allow few connections to one place.
  function look() {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) follow();
  }

  remember(document);
  document.addEventListener("htmx:beforeSwap", (event) => remember(parse(event.detail.serverResponse)));
  document.addEventListener("cadran:served", (event) => remember(event.detail));
  document.addEventListener("visibilitychange", look);
  look();
})();
