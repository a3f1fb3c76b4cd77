// The scrolling list of messages on one phone, kept in step with the server.

import { dayNode, messageNode } from "./bubbles.js";
import { el, icon } from "./dom.js";

const NEAR = 60; // pixels from the end that still count as reading along
const HINT = "No messages yet. Press Start, or open an invitation from another phone here.";

export class ChatLog {
  constructor(view) {
    this.view = view;
    this.messages = new Map();
    this.nodes = new Map();
    this.unread = 0;
    this.following = true;
    this.lastTop = 0;
    this.build();
    // A reply keyboard or the window's size must not push the newest message out of sight.
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.log);
  }

  build() {
    const label = `Chat with ${this.view.botName} on ${this.view.userName}'s phone`;
    this.log = el("div", {
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-label": label,
      "aria-busy": "true",
      tabindex: "0",
      onscroll: () => this.scrolled(),
    });
    this.count = el("span", { class: "count" });
    this.jump = el(
      "button",
      { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd() },
      this.count,
      icon("down"),
    );
    this.hint = el("p", { class: "hint" }, HINT);
    this.node = el("div", { class: "log-frame" }, this.log, this.hint, this.jump);
  }

  /** Takes messages that are new, edited or deleted since the last time. */
  update(changed) {
    const ordered = [...changed].sort((a, b) => a.message_id - b.message_id);
    for (const message of ordered) this.take(message);
    this.hint.hidden = this.messages.size > 0;
    // The first filling is history: a screen reader should not read all of it aloud.
    requestAnimationFrame(() => this.log.removeAttribute("aria-busy"));
    if (this.following) this.toEnd();
    else this.showJump();
  }

  take(message) {
    const id = message.message_id;
    const old = this.nodes.get(id);
    if (message.deleted) {
      this.drop(id, old);
      return;
    }
    this.messages.set(id, message);
    const node = messageNode(message, this.view);
    this.nodes.set(id, node);
    if (old) this.swap(old, node);
    else this.append(message, node);
    if (!old && !this.following && message.from === "bot") this.unread += 1;
  }

  append(message, node) {
    const day = this.view.clock.day(new Date(message.date * 1000));
    if (day !== this.lastDay) this.log.append(dayNode(day));
    this.lastDay = day;
    const loaded = () => this.following && this.toEnd();
    node.querySelector("img")?.addEventListener("load", loaded);
    this.log.append(node);
  }

  // An edit must not throw a keyboard user back to the top of the page.
  swap(old, node) {
    const buttons = [...old.querySelectorAll(".key")];
    const focused = buttons.indexOf(document.activeElement);
    old.replaceWith(node);
    if (focused < 0) return;
    const next = [...node.querySelectorAll(".key")];
    (next[focused] ?? next[0] ?? this.log).focus({ preventScroll: true });
  }

  drop(id, node) {
    this.messages.delete(id);
    this.nodes.delete(id);
    if (!node) return;
    if (node.contains(document.activeElement)) this.log.focus();
    const heading = node.previousElementSibling;
    const lonely = !node.nextElementSibling || node.nextElementSibling.matches(".day");
    node.remove();
    if (!heading?.matches(".day") || !lonely) return;
    heading.remove();
    this.lastDay = [...this.log.querySelectorAll(".day")].at(-1)?.dataset.day;
  }

  /** Draws everything again, for instance in another time zone. */
  redraw() {
    const all = [...this.messages.values()];
    this.clear();
    this.update(all);
  }

  clear() {
    this.messages.clear();
    this.nodes.clear();
    this.lastDay = undefined;
    this.log.setAttribute("aria-busy", "true");
    this.log.replaceChildren();
  }

  nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  scrolled() {
    // Only a reader moves up: a picture that arrives late makes the list longer, no more.
    const { scrollTop } = this.log;
    this.following = this.nearEnd() || (this.following && scrollTop >= this.lastTop);
    this.lastTop = scrollTop;
    if (this.following) this.unread = 0;
    this.showJump();
  }

  showJump() {
    this.jump.hidden = this.nearEnd();
    this.count.textContent = this.unread || "";
    const unread = this.unread ? `, ${this.unread} unread` : "";
    this.jump.setAttribute("aria-label", `Go to the newest message${unread}`);
  }

  /** Shows a message's end, or of one too long for the screen its first line. */
  showFrom(id) {
    this.toEnd();
    const top = (node) => node.getBoundingClientRect().top;
    const above = top(this.nodes.get(id)) - top(this.log);
    if (above >= 0) return;
    this.following = false;
    this.log.scrollTop += above;
  }

  toEnd() {
    this.unread = 0;
    this.following = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.showJump();
  }
}
