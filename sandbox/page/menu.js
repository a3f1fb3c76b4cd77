// One small menu for everything that opens: attachments, people, message options.

import { el } from "./dom.js";

let open = null;

/**
 * Opens a menu beside `anchor`. `items` are {label, action} or {label, items} for a second page.
 * Arrows move, Escape closes and gives the focus back to the anchor.
 */
export function openMenu(anchor, title, items) {
  close();
  const menu = el("div", { class: "menu", role: "menu", "aria-label": title, onkeydown: onKey });
  menu.append(el("p", { class: "menu-title", "aria-hidden": "true" }, title));
  menu.append(...items.map((item) => menuItem(anchor, item)));
  document.body.append(menu);
  open = { menu, anchor };
  anchor.setAttribute("aria-expanded", "true");
  place(menu, anchor);
  menu.querySelector("[role=menuitem]").focus();
}

function menuItem(anchor, item) {
  const act = () => {
    close();
    if (item.items) openMenu(anchor, item.label, item.items);
    else item.action();
  };
  const label = item.items ? `${item.label} …` : item.label;
  return el("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: act }, label);
}

function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const own = menu.getBoundingClientRect();
  const left = Math.min(box.left, window.innerWidth - own.width - 8);
  const below = box.bottom + 4 + own.height < window.innerHeight;
  const top = below ? box.bottom + 4 : box.top - own.height - 4;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}

function close() {
  if (!open) return;
  const { menu, anchor } = open;
  open = null;
  const focused = menu.contains(document.activeElement);
  menu.remove();
  anchor.removeAttribute("aria-expanded");
  if (focused) anchor.focus();
}

function onKey(event) {
  const items = [...open.menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (go !== undefined) items.at(go % items.length).focus();
  else return;
  if (event.key !== "Tab") event.preventDefault();
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.menu.contains(event.target)) close();
});
window.addEventListener("resize", close);
