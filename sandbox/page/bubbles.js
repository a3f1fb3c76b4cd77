// One message as its reader sees it: bubble, media, time, buttons under it.

import { el, iconButton } from "./dom.js";
import { render } from "./entities.js";

/**
 * The node of `message`. `view` is the phone it is seen on: `botName`, `userName`, `clock`,
 * `text` (what taps inside the text do), `press(message, button)` and `edit(message)`.
 */
export function messageNode(message, view) {
  const mine = message.from === "user";
  const name = mine ? view.userName : view.botName;
  return el(
    "div",
    { class: `message ${mine ? "mine" : "theirs"}`, "data-id": message.message_id },
    el(
      "div",
      { class: "bubble" },
      el("span", { class: "unseen" }, `${name}: `),
      message.forwarded ? el("div", { class: "thing" }, "Forwarded") : null,
      media(message),
      words(message, view),
      meta(message, view),
      editButton(message, view),
    ),
    inlineKeyboard(message, view),
  );
}

function words(message, view) {
  if (!message.text) return null;
  const body = render(message.text, message.entities ?? [], view.text);
  return el("div", { class: "words" }, body);
}

function media(message) {
  if (message.photo) return picture(message.photo);
  if (message.document) return file(message.document);
  const thing = namedThing(message);
  return thing ? el("div", { class: "thing" }, thing) : null;
}

function namedThing({ location, contact, sticker, voice }) {
  if (location) return `Location ${place(location)}`;
  if (contact) return `Phone number ${contact.phone_number}`;
  if (sticker) return `Sticker ${sticker.emoji ?? ""}`;
  return voice ? `Voice message, ${voice.duration} s` : "";
}

const place = ({ latitude, longitude }) => `${latitude.toFixed(2)}, ${longitude.toFixed(2)}`;

function picture(photo) {
  const { url: src, width, height } = photo;
  const image = el("img", { src, width, height, alt: "Picture; the text below says what it shows" });
  return el("a", { href: photo.url, target: "_blank", rel: "noopener", class: "picture" }, image);
}

function file(document) {
  const name = document.file_name ?? "File";
  const link = { href: document.url, download: name, class: "file" };
  return el("a", link, el("span", { class: "file-kind" }, kind(name)), name);
}

const kind = (name) => (name.includes(".") ? name.split(".").pop().slice(0, 4) : "file");

function meta(message, view) {
  const at = new Date(message.date * 1000);
  const edited = message.edited ? "edited " : "";
  const reaction = message.reaction ? `${message.reaction} ` : "";
  return el("span", { class: "meta" }, reaction, edited, el("time", {}, view.clock.time(at)));
}

function editButton(message, view) {
  if (message.from !== "user" || !message.text) return null;
  const props = { class: "icon-button options" };
  return iconButton("pen", "Edit this message", () => view.edit(message), props);
}

function inlineKeyboard(message, view) {
  const rows = message.inline_keyboard ?? [];
  if (!rows.length) return null;
  return el(
    "div",
    { class: "inline-keyboard", role: "group", "aria-label": "Buttons of this message" },
    rows.map((row) => el("div", { class: "row" }, row.map((one) => inlineButton(message, one, view)))),
  );
}

function inlineButton(message, button, view) {
  const leaves = Boolean(button.url);
  const press = async (event) => {
    const pressed = event.currentTarget;
    pressed.setAttribute("aria-busy", "true");
    await view.press(message, button);
    pressed.removeAttribute("aria-busy");
  };
  const props = { type: "button", class: "key", onclick: press };
  return el("button", props, button.text, leaves ? el("span", { class: "out" }, " ↗") : null);
}

/** A day's heading between messages. */
export function dayNode(day) {
  return el("div", { class: "day", "data-day": day }, el("span", {}, day));
}
