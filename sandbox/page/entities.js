// Telegram text: plain text plus entities whose offsets count UTF-16 units, as JavaScript's do.

import { el } from "./dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

/**
 * A fragment for `text`. `actions` has `link(url)`, `command(text)` and `phone(number)`: what a
 * tap on such a piece does. Entities may nest; they never cross.
 */
export function render(text, entities, actions) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...pieces(text, sorted, 0, text.length, actions));
  return fragment;
}

function pieces(text, entities, from, to, actions) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < end) next += 1;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inner = entities.slice(index + 1, next);
    const children = pieces(text, inner, entity.offset, end, actions);
    nodes.push(wrap(entity, text.slice(entity.offset, end), children, actions));
    at = end;
    index = next;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrap(entity, plain, children, actions) {
  const tap = (action) => el("button", { type: "button", class: "link", onclick: action }, children);
  switch (entity.type) {
    case "text_link":
      return tap(() => actions.link(entity.url));
    case "url":
      return tap(() => actions.link(/^[a-z]+:\/\//i.test(plain) ? plain : `https://${plain}`));
    case "bot_command":
      return tap(() => actions.command(plain));
    case "phone_number":
      return tap(() => actions.phone(plain));
    case "spoiler":
      return el("button", { type: "button", class: "spoiler", onclick: reveal }, children);
    default:
      return el(TAGS[entity.type] ?? "span", {}, children);
  }
}

function reveal(event) {
  event.currentTarget.classList.add("shown");
}
