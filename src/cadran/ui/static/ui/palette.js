"use strict";
// One box that leads everywhere. It adds to the page that its button leads to without a script.
(() => {
  const box = document.getElementById("palette");
  const input = box.querySelector("input");
  const list = document.getElementById("palette-list");
  const PAUSE = 120; // milliseconds without typing before asking
  let timer = null;
  let asked = 0;
  let moved = false; // whether an option was chosen by hand since the last letter

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    timer = null;
    const mine = ++asked;
    const address = `${input.form.action}?${new URLSearchParams({ q: input.value })}`;
    const response = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (mine !== asked) return;
    if (!response?.ok || response.redirected) { input.form.submit(); return; }
    const kept = moved && chosen()?.href;
    list.innerHTML = await response.text();
    box.querySelector("[role=status]").textContent = list.querySelector("template").innerHTML;
    choose(options().find((option) => option.href === kept) ?? options()[0]);
  }

  function open(words = "") {
    if (!box.open) box.showModal();
    input.value = words;
    input.focus();
    ask();
  }

  input.addEventListener("input", () => {
    moved = false;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const [all, step] = [options(), { ArrowDown: 1, ArrowUp: -1 }[event.key]];
    if (!step || !all.length || event.isComposing) return;
    event.preventDefault();
    moved = true;
    choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
  });
  input.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (timer) { clearTimeout(timer); await ask(); }
    const there = chosen();
    if (there) window.location.assign(there.href);
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option || option === chosen()) return;
    moved = true;
    choose(option);
  });
  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.closest("[data-close]")) box.close();
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest("[data-palette]")) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (box.open) box.close();
    else open();
  });
  document.addEventListener("cadran:palette", (event) => open(event.detail));
})();
