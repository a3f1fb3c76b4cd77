// Small helpers to build nodes. Text always goes in as text, never as markup.

/** An element with properties (`class`, `onclick`, `aria-...`, `data-...`) and children. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "class") node.className = value;
  else node.setAttribute(name, value === true ? "" : value);
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the drawings in index.html; decoration only, so hidden from screen readers. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  drawing.append(use);
  return drawing;
}

/** A round button that shows an icon and says its name to everyone else. */
export function iconButton(name, label, onclick, props = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props },
    icon(name),
  );
}

/** Shows a line in the page's one status region, and takes it away again. */
let noticeTimer = 0;
export function notice(text) {
  const region = document.getElementById("notice");
  region.textContent = text;
  region.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => {
    region.hidden = true;
  }, 6000);
}

/** What to tell a person about an error; fetch says TypeError when nobody answers. */
export const lineOf = (error) =>
  error instanceof TypeError ? `The sandbox does not answer (${error.message}).` : error.message;

/** Runs an action of a control; what goes wrong is shown, never lost. */
export function acting(action) {
  return async (...args) => {
    try {
      return await action(...args);
    } catch (error) {
      notice(lineOf(error));
      return undefined;
    }
  };
}
