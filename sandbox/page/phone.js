// One person's phone: frame, chat with the bot, what a tap on anything does.

import { api } from "./api.js";
import { ChatLog } from "./chatlog.js";
import { Composer } from "./composer.js";
import { acting, el, iconButton, notice } from "./dom.js";
import { openMenu } from "./menu.js";

/** `page` has `clock`, `openAs(anchor, payload)`, `close(phone)` and `wantsRead()`. */
export class Phone {
  constructor(user, page) {
    this.id = user.id;
    this.userName = user.first_name;
    this.botName = "Steady";
    this.page = page;
    this.clock = page.clock;
    this.version = 0;
    this.blocked = user.blocked;
    this.known = [];
    this.toastSeen = undefined;
    this.send = acting((body) => this.deliver(body));
    this.press = acting((message, button) => this.tap(message, button));
    this.text = this.textActions();
    this.build();
  }

  textActions() {
    return {
      link: (url) => this.follow(url),
      command: (text) => this.send({ text }),
      phone: (number) => this.toast(`A real phone would offer to call ${number} now.`),
    };
  }

  build() {
    this.chat = new ChatLog(this);
    this.composer = new Composer(this);
    this.bubble = el("p", { class: "toast", role: "status", hidden: true });
    this.instead = el("button", { type: "button", class: "instead", onclick: () => this.restart() });
    this.node = el(
      "section",
      { class: "phone", id: `phone-${this.id}`, "aria-label": `${this.userName}'s phone` },
      this.heading(),
      this.chat.node,
      this.bubble,
      this.instead,
      this.composer.node,
    );
    this.showFoot();
  }

  heading() {
    this.status = el("span", { class: "whose" }, `${this.userName}'s phone`);
    const more = iconButton("more", `Options of ${this.userName}'s phone`, (event) => this.options(event), {
      "aria-haspopup": "menu",
    });
    this.name = el("span", {}, this.botName);
    const title = el("h2", {}, this.name, el("span", { class: "kind" }, "bot"));
    const face = el("span", { class: "face", "aria-hidden": "true" }, "S");
    return el("header", {}, face, el("div", { class: "titles" }, title, this.status), more);
  }

  options(event) {
    const blocking = this.blocked ? "Unblock the bot" : "Block the bot";
    openMenu(event.currentTarget, `${this.userName}'s phone`, [
      { label: blocking, action: acting(() => this.block(!this.blocked)) },
      { label: "Put this phone away", action: () => this.page.close(this) },
    ]);
  }

  setBotName(name) {
    this.botName = name || this.botName;
    this.name.textContent = this.botName;
  }

  async block(blocked) {
    await api.block(this.id, blocked);
    this.setBlocked(blocked);
    await this.page.wantsRead();
  }

  setBlocked(blocked) {
    this.blocked = blocked;
    this.status.textContent = `${this.userName}'s phone${blocked ? ", bot blocked" : ""}`;
    this.showFoot();
  }

  // Before the first message Telegram offers one button in place of the keyboard.
  showFoot() {
    const fresh = this.chat.messages.size === 0;
    this.instead.textContent = this.blocked ? "Unblock" : "Start";
    this.instead.hidden = !this.blocked && !fresh;
    this.composer.node.hidden = !this.instead.hidden;
  }

  async restart() {
    if (this.blocked) await acting(() => this.block(false))();
    else await this.send({ text: "/start" });
    this.composer.input.focus();
  }

  async deliver(body, wait = false) {
    await api.send(this.id, body, wait);
    this.chat.toEnd();
    await this.read();
    return true;
  }

  async tap(message, button, wait = false) {
    if (button.url) this.follow(button.url);
    else if (button.copy_text) await navigator.clipboard.writeText(button.copy_text.text);
    else await api.tap(this.id, message.message_id, button.callback_data, wait);
    await this.read();
  }

  /** A link that starts the bot is opened on somebody's phone here, never in a browser. */
  follow(url) {
    const payload = startPayload(url);
    const anchor = document.activeElement;
    if (payload !== null) this.page.openAs(anchor, payload);
    else openMenu(anchor, url, [{ label: "Open the real page in a new tab", action: () => leave(url) }]);
  }

  edit(message) {
    this.composer.edit(message);
  }

  commands() {
    return this.known;
  }

  /**
   * Reads what changed in this chat; true when the bot wrote. Reads follow one another: two at
   * once would show a message twice.
   */
  read() {
    const next = () => this.fetch();
    this.reading = (this.reading ?? Promise.resolve()).then(next, next);
    return this.reading;
  }

  async fetch() {
    const answer = await api.messages(this.id, this.version);
    if (answer.version < this.version) {
      // A smaller version means another server life: what is shown here no longer exists.
      this.forget();
      return this.fetch();
    }
    this.version = answer.version;
    this.known = answer.commands ?? [];
    this.setBotName(answer.bot_name);
    this.chat.update(answer.messages);
    this.composer.setKeyboard(labels(answer.reply_keyboard));
    this.showFoot();
    this.showToast(answer.toast);
    return answer.messages.some(({ from, deleted }) => from === "bot" && !deleted);
  }

  /** Drops what was read, so that the next reading starts from nothing. */
  forget() {
    this.version = 0;
    this.chat.clear();
  }

  showToast(toast) {
    const mark = JSON.stringify(toast ?? null);
    const first = this.toastSeen === undefined;
    if (!first && mark !== this.toastSeen && toast?.text) this.toast(toast.text);
    this.toastSeen = mark;
  }

  toast(text) {
    this.bubble.textContent = text;
    this.bubble.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => {
      this.bubble.hidden = true;
    }, 4000);
  }
}

function labels(replyKeyboard) {
  const rows = replyKeyboard?.keyboard ?? replyKeyboard ?? [];
  return rows.map((row) => row.map((button) => button.text ?? button));
}

/** The start parameter of a t.me link, also inside a "share" link; null for any other address. */
export function startPayload(url) {
  const shared = /[?&]url=([^&]+)/.exec(url);
  const target = shared ? decodeURIComponent(shared[1]) : url;
  const link = /^(?:https?:\/\/)?t\.me\/\w+(?:\?start=([\w-]*))?$/i.exec(target);
  return link ? (link[1] ?? "") : null;
}

function leave(url) {
  window.open(url, "_blank", "noopener,noreferrer");
  notice("The page opened in a new tab. It is outside the sandbox.");
}
