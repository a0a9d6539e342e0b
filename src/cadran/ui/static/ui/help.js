"use strict";
// Shortcuts (the table of cadran.ui.shortcuts, which the page carries) and the cards of the glossary.
(() => {
  const keys = JSON.parse(document.body.dataset.keys || "{}");
  const PAUSE = 1500; // milliseconds between two keys of one shortcut
  const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=combobox]";
  const pages = new Map(); // pages of help, read once
  let before = "";
  let timer = null;

  async function part(address) {
    const [page, id] = [address.split("#")[0], address.split("#")[1]];
    if (!pages.has(page)) {
      const response = await fetch(page).catch(() => null);
      if (!response?.ok || response.redirected) return null;
      pages.set(page, new DOMParser().parseFromString(await response.text(), "text/html"));
    }
    return document.importNode(pages.get(page).getElementById(id), true);
  }

  async function help() {
    const shown = await part(`${document.body.dataset.help}#shortcuts`);
    if (!shown) return;
    const dialog = document.createElement("dialog");
    dialog.className = "card stack";
    dialog.setAttribute("aria-labelledby", "shortcuts-title");
    const close = document.querySelector("#palette [data-close]").cloneNode(true);
    shown.className = "stack";
    dialog.append(close, shown);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target === close) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  }

  const deeds = {
    help,
    search() {
      const field = document.querySelector("#page input[type=search]");
      if (field) field.focus();
      else document.dispatchEvent(new CustomEvent("cadran:palette", { detail: "" }));
    },
    new() {
      const there = document.querySelector("[data-new]");
      if (there?.matches("input")) there.focus();
      else if (there) there.click();
      else document.dispatchEvent(new CustomEvent("cadran:palette", { detail: "" }));
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.target.closest?.(FIELDS) || document.querySelector("dialog[open]") || event.key.length > 1) return;
    const pressed = before ? `${before} ${event.key}` : event.key;
    clearTimeout(timer);
    before = "";
    if (Object.keys(keys).some((one) => one.startsWith(`${pressed} `))) {
      before = pressed;
      timer = setTimeout(() => { before = ""; }, PAUSE);
      return;
    }
    const target = keys[pressed];
    if (!target) return;
    event.preventDefault();
    if (target.startsWith("do:")) deeds[target.slice(3)]();
    else window.location.assign(target);
  });

  let card = null;
  async function explain(link) {
    const shown = await part(link.getAttribute("href"));
    if (!shown) { window.location.assign(link.href); return; }
    card?.remove();
    card = document.createElement("div");
    card.popover = "auto";
    card.className = "word";
    card.tabIndex = -1;
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", shown.querySelector("dt").textContent);
    const list = document.createElement("dl");
    shown.removeAttribute("id");
    list.append(...shown.children);
    card.append(list);
    document.body.append(card);
    card.addEventListener("keydown", (event) => { if (event.key === "Tab") card.hidePopover(); });
    card.addEventListener("toggle", (event) => {
      if (event.newState !== "closed") return;
      if (card?.contains(document.activeElement) || document.activeElement === document.body) link.focus();
      link.setAttribute("aria-expanded", "false");
    });
    card.showPopover();
    const at = link.getBoundingClientRect();
    const below = at.bottom + card.offsetHeight + 12 < innerHeight;
    card.style.left = `${Math.max(8, Math.min(at.left, innerWidth - card.offsetWidth - 8))}px`;
    card.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - card.offsetHeight - 6)}px`;
    link.setAttribute("aria-expanded", "true");
    card.focus({ preventScroll: true });
  }

  function ready(place) {
    for (const link of place.querySelectorAll("a.term")) {
      link.setAttribute("role", "button");
      link.setAttribute("aria-haspopup", "dialog");
      link.setAttribute("aria-expanded", "false");
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.term");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    explain(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.("a.term")) return;
    event.preventDefault();
    explain(event.target);
  });
  document.addEventListener("htmx:afterSettle", (event) => ready(event.target));
  ready(document);
})();
