// The line at the foot of a phone: text, commands, attachments, reply keyboard.

import { attachments } from "./attach.js";
import { el, iconButton } from "./dom.js";
import { openMenu } from "./menu.js";

let serial = 0;

/** `phone` has `send(body)`, `userName`, `commands()`. */
export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.editing = null;
    this.keyboard = [];
    this.keyboardShown = true;
    this.choice = -1;
    this.build();
  }

  build() {
    const id = `commands-${(serial += 1)}`;
    this.list = el("ul", { class: "commands", role: "listbox", id, hidden: true });
    this.list.setAttribute("aria-label", "Commands");
    this.keys = el("div", { class: "reply-keyboard", role: "group", hidden: true });
    this.keys.setAttribute("aria-label", "Reply keyboard");
    this.note = el("p", { class: "editing", hidden: true }, "Editing. Escape stops.");
    this.input = this.buildInput(id);
    this.toggle = iconButton("keys", "Hide the reply keyboard", () => this.toggleKeyboard(), {
      hidden: true,
      "aria-expanded": "true",
    });
    const attach = iconButton("clip", "Attach", (event) => this.attach(event.currentTarget), {
      "aria-haspopup": "menu",
    });
    const send = iconButton("send", "Send", () => this.submit());
    const line = el("div", { class: "line" }, attach, this.input, this.toggle, send);
    this.node = el("div", { class: "composer" }, this.list, this.note, line, this.keys);
  }

  buildInput(listId) {
    return el("textarea", {
      rows: "1",
      placeholder: "Message",
      role: "combobox",
      "aria-label": `Message from ${this.phone.userName}`,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      enterkeyhint: "send",
      oninput: () => this.typed(),
      onkeydown: (event) => this.onKey(event),
    });
  }

  attach(anchor) {
    openMenu(anchor, "Attach", attachments((body) => this.phone.send(body)));
  }

  onKey(event) {
    const options = this.list.hidden ? 0 : this.list.children.length;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.enter();
    else if (event.key === "Escape") this.stop();
    else if (options && event.key === "ArrowDown") this.choose((this.choice + 1) % options);
    else if (options && event.key === "ArrowUp") this.choose((this.choice + options - 1) % options);
    else return;
    event.preventDefault();
  }

  enter() {
    if (!this.list.hidden && this.choice >= 0) this.sendCommand(this.list.children[this.choice]);
    else this.submit();
  }

  stop() {
    this.list.hidden = true;
    if (this.editing) this.setText("");
    this.editing = null;
    this.note.hidden = true;
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const body = this.editing ? { edit: { message_id: this.editing, text } } : { text };
    this.stop();
    this.setText("");
    // What could not be sent goes back into the field, as on a real phone.
    if (!(await this.phone.send(body)) && !this.input.value) this.setText(text);
  }

  edit(message) {
    this.editing = message.message_id;
    this.note.hidden = false;
    this.setText(message.text);
    this.input.focus();
  }

  setText(text) {
    this.input.value = text;
    this.typed();
  }

  typed() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
    this.showCommands();
  }

  showCommands() {
    const typed = this.input.value;
    const known = typed.startsWith("/") ? this.phone.commands() : [];
    const found = known.filter(({ command }) => `/${command}`.startsWith(typed));
    this.list.replaceChildren(...found.map((one, index) => this.option(one, index)));
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.choose(-1);
  }

  option({ command, description }, index) {
    const name = el("b", {}, `/${command}`);
    return el(
      "li",
      {
        role: "option",
        id: `${this.list.id}-${index}`,
        "data-command": command,
        onclick: (event) => this.sendCommand(event.currentTarget),
      },
      name,
      ` ${description}`,
    );
  }

  choose(index) {
    this.choice = index;
    [...this.list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
    });
    const chosen = this.list.children[index];
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id);
    else this.input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  sendCommand(option) {
    this.setText(`/${option.dataset.command}`);
    this.submit();
  }

  /** Shows the chat's reply keyboard: rows of labels, or none. */
  setKeyboard(rows) {
    if (JSON.stringify(rows) === JSON.stringify(this.keyboard)) return;
    this.keyboard = rows;
    this.keyboardShown = true;
    const button = (label) =>
      el("button", { type: "button", class: "key", onclick: () => this.phone.send({ text: label }) }, label);
    const row = (labels) => el("div", { class: "row" }, labels.map(button));
    this.keys.replaceChildren(...rows.map(row));
    this.showKeyboard();
  }

  toggleKeyboard() {
    this.keyboardShown = !this.keyboardShown;
    this.showKeyboard();
  }

  showKeyboard() {
    const any = this.keyboard.length > 0;
    const verb = this.keyboardShown ? "Hide" : "Show";
    this.keys.hidden = !any || !this.keyboardShown;
    this.toggle.hidden = !any;
    this.toggle.setAttribute("aria-expanded", String(this.keyboardShown));
    this.toggle.setAttribute("aria-label", `${verb} the reply keyboard`);
    this.toggle.title = `${verb} the reply keyboard`;
  }
}
