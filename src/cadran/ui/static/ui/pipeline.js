"use strict";
// Deals move by mouse, touch and arrows, at once; what the server refuses goes back, with its reason.
// Without this, each deal has a form that moves it: the same address, the same answer.
(() => {
  const EDGE = 48; // pixels from the side at which the columns begin to scroll
  const FAR = 6; // pixels after which a press is a drag
  let held = null;

  const columnOf = (place) => place?.closest(".stage[data-stage]");
  const columns = () => [...document.querySelectorAll("#pipeline .stage[data-stage]")];
  const nameOf = (column) => column.querySelector("h2").textContent;

  function tell(words, bad) {
    const place = document.getElementById("moved");
    const note = document.createElement("p");
    note.className = bad ? "card note bad" : "card note";
    note.textContent = words;
    place.replaceChildren(note);
  }

  async function reasonOf() {
    const dialog = document.getElementById("why-lost");
    const field = dialog.querySelector("[name=reason]");
    field.value = "";
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    return dialog.returnValue === "lost" ? field.value.trim() : "";
  }

  async function send(deal, stage, reason) {
    const form = document.getElementById("moves");
    const body = new FormData(form);
    body.set("to", stage);
    body.set("seen", deal.dataset.seen);
    if (reason) body.set("reason", reason);
    for (const name of [...body.keys()]) if (name.startsWith("to.")) body.delete(name);
    const address = deal.querySelector("[formaction]").getAttribute("formaction");
    const response = await fetch(address, { method: "POST", body }).catch(() => null);
    if (!response) throw new Error("");
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("page");
    if (!response.ok || !page.getElementById("pipeline")) throw new Error(page.querySelector("main")?.innerText.trim());
    return fresh;
  }

  function show(fresh, id) {
    const scrolled = document.querySelector("#pipeline .kanban, #pipeline .scroll")?.scrollLeft ?? 0;
    const place = document.getElementById("page");
    document.dispatchEvent(new CustomEvent("cadran:served", { detail: fresh }));
    place.replaceChildren(...document.adoptNode(fresh).childNodes);
    window.htmx?.process(place);
    place.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
    const scroller = document.querySelector("#pipeline .kanban, #pipeline .scroll");
    if (scroller) scroller.scrollLeft = scrolled;
    (document.getElementById(id) ?? document.querySelector("#moved button") ?? place).focus({ preventScroll: true });
  }

  async function move(deal, stage, outcome, byKey = false) {
    if (deal.ariaBusy === "true" || stage === deal.dataset.seen) return;
    const select = deal.querySelector("select");
    const reason = outcome === "lost" ? await reasonOf() : "";
    if (outcome === "lost" && !reason) {
      select.value = "";
      return;
    }
    const [home, next] = [deal.parentNode, deal.nextSibling];
    const there = columns().find((column) => column.dataset.stage === stage)?.querySelector(".deals");
    deal.ariaBusy = "true";
    if (there) {
      there.prepend(deal);
      deal.focus({ preventScroll: !byKey });
    }
    try {
      show(await send(deal, stage, reason), deal.id);
    } catch (error) {
      if (there) home.insertBefore(deal, next?.parentNode === home ? next : null);
      deal.ariaBusy = null;
      select.value = "";
      deal.focus();
      tell(error.message || document.getElementById("pipeline").dataset.failed, true);
    }
  }

  document.addEventListener("change", (event) => {
    const select = event.target.closest?.("[data-deal] .to select");
    const option = select?.selectedOptions[0];
    if (option?.value) move(select.closest("[data-deal]"), option.value, option.dataset.outcome);
  });

  document.addEventListener("keydown", (event) => {
    const deal = event.target;
    if (!deal.matches?.(".deal") || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const along = { ArrowUp: -1, ArrowDown: 1, k: -1, j: 1 }[event.key];
    if (aside && deal.dataset.deal) {
      const all = columns();
      const column = all[all.indexOf(columnOf(deal)) + aside];
      event.preventDefault();
      if (column && column.dataset.outcome !== "lost") move(deal, column.dataset.stage, column.dataset.outcome, true);
    } else if (along) {
      event.preventDefault();
      (along > 0 ? deal.nextElementSibling : deal.previousElementSibling)?.focus();
    }
  });

  // Drag: the mouse takes a card anywhere but at its controls; a finger takes its grip, so that the page still scrolls.
  document.addEventListener("pointerdown", (event) => {
    const deal = event.target.closest?.(".deal[data-deal]");
    const mouse = event.pointerType === "mouse";
    const taken = mouse ? event.button === 0 && !event.target.closest("select, button") : event.target.closest(".grip");
    if (deal && taken) held = { deal, x: event.clientX, y: event.clientY, moving: false, over: null, pointer: event.pointerId };
  });

  document.addEventListener("dragstart", (event) => held && event.preventDefault());

  document.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.pointer) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moving && Math.hypot(dx, dy) < FAR) return;
    if (!held.moving) {
      held.moving = true;
      held.deal.classList.add("dragged");
      held.deal.setPointerCapture(held.pointer);
      document.body.classList.add("dragging");
    }
    event.preventDefault();
    held.deal.style.transform = `translate(${dx}px, ${dy}px)`;
    const over = columnOf(document.elementFromPoint(event.clientX, event.clientY));
    if (over !== held.over) {
      held.over?.classList.remove("over");
      over?.classList.add("over");
      held.over = over;
    }
    const board = held.deal.closest(".kanban");
    if (event.clientX < board.getBoundingClientRect().left + EDGE) board.scrollLeft -= 12;
    else if (event.clientX > board.getBoundingClientRect().right - EDGE) board.scrollLeft += 12;
  });

  function drop(event, moving) {
    if (!held || event.pointerId !== held.pointer) return;
    const { deal, over, moving: moved } = held;
    held = null;
    deal.classList.remove("dragged");
    deal.style.transform = "";
    over?.classList.remove("over");
    document.body.classList.remove("dragging");
    if (moving && moved && over) move(deal, over.dataset.stage, over.dataset.outcome);
  }
  document.addEventListener("pointerup", (event) => drop(event, true));
  document.addEventListener("pointercancel", (event) => drop(event, false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && held && drop({ pointerId: held.pointer }, false));
})();
