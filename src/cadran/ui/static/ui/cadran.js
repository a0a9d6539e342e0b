"use strict";
// Everything here adds to pages that work without it: charts beside their tables, choices that apply at once.
(() => {
  const root = document.documentElement;
  const bundle = document.currentScript.dataset.charts;
  root.classList.remove("no-js");

  const begun = new WeakSet();
  async function draw(place) {
    if (begun.has(place)) return;
    begun.add(place);
    const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    await import(bundle);
    if (!place.isConnected) return; // another choice was quicker
    const { view } = await window.vegaEmbed(place, spec, {
      ast: true, actions: false, defaultStyle: false, renderer: "svg", tooltip: { disableDefaultStyle: true },
    });
    view.addEventListener("click", (_event, item) => {
      if (item?.datum?.url) window.location.assign(item.datum.url);
    });
  }

  function enliven(part) {
    for (const place of part.querySelectorAll("[data-chart]:empty")) draw(place);
    for (const button of part.querySelectorAll("[data-without-script]")) button.hidden = true;
    for (const box of part.querySelectorAll("[data-tick-all]")) box.hidden = false;
    for (const button of part.querySelectorAll("[data-copy]")) button.hidden = false;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const choice = event.submitter?.value;
    if (!form.matches("[data-theme-choice]") || !choice) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    if (choice === "system") delete root.dataset.theme;
    else root.dataset.theme = choice;
    for (const button of form.querySelectorAll("button")) button.ariaPressed = String(button === event.submitter);
    fetch(form.action, { method: "POST", body, redirect: "manual" });
    form.closest("details").open = false;
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick-all]")) return;
    for (const box of event.target.form.querySelectorAll("[name=pk]")) box.checked = event.target.checked;
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  let dragged = null;
  document.addEventListener("dragstart", (event) => { dragged = event.target.closest?.("[data-place]"); });
  document.addEventListener("dragover", (event) => { if (dragged && event.target.closest?.("[data-place]")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    const there = event.target.closest?.("[data-place]");
    if (!dragged || !there || there === dragged) return;
    event.preventDefault();
    const form = dragged.querySelector("form");
    form.elements.to.value = there.dataset.place;
    form.requestSubmit();
    dragged = null;
  });

  // A day is typed digit by digit, and every digit makes another day: its form waits until the typing ends.
  let typed = null;
  document.addEventListener("change", (event) => {
    const { form, type } = event.target;
    if (type !== "date" || !form?.matches("[hx-get]")) return;
    event.stopPropagation();
    window.htmx?.trigger(form, "htmx:abort"); // what is on its way knows nothing of this day
    clearTimeout(typed);
    const days = [...form.querySelectorAll("[type=date]")];
    typed = setTimeout(() => {
      if (form.isConnected && form.checkValidity() && days.every((day) => !day.value || day.value >= "1000")) form.requestSubmit();
    }, 800);
  }, true);

  // The worker shows a page of its own without a network; it keeps no page and no record.
  if (document.querySelector("link[rel=manifest]")) navigator.serviceWorker?.register("/service-worker.js").catch(() => {});

  // What a reader had open stays open when its part of the page is written anew, and whoever chose by keyboard goes on from
  // there. Where the control used is gone (a tile taken away), the one in its place has the focus; what happened is said.
  const told = document.createElement("p");
  told.className = "unseen";
  told.setAttribute("role", "status");
  document.body.append(told);
  const news = () => [...document.querySelectorAll("[data-announce]")].map((part) => part.textContent);
  let was = null;
  document.addEventListener("htmx:beforeSwap", () => {
    const used = document.activeElement;
    was = {
      id: used?.id,
      name: used?.closest("form[hx-get]") && used.name,
      place: used?.closest("[data-place]")?.dataset.place,
      open: [...document.querySelectorAll("details[id][open]")].map((part) => part.id),
      news: news(),
    };
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    enliven(event.target);
    if (!was) return;
    for (const id of was.open) {
      const part = document.getElementById(id);
      if (part?.matches("details")) part.open = true;
    }
    const fresh = news().filter((words) => !was.news.includes(words));
    if (fresh.length) told.textContent = fresh.join(" ");
    if (document.activeElement === document.body) {
      const places = [...document.querySelectorAll("[data-place]")];
      const next = was.place && (places[Math.min(was.place, places.length - 1)]?.querySelector("[value=remove]") ?? document.querySelector("[data-heading]"));
      const same = was.name && document.querySelector(`form[hx-get] [name="${CSS.escape(was.name)}"]:not([type=hidden])`);
      ((was.id && document.getElementById(was.id)) || same || next)?.focus({ preventScroll: Boolean(same) });
    }
    was = null;
  });
  enliven(document);
})();
