// Which phones lie on the table, and whose they are.

import { api } from "./api.js";
import { acting, el } from "./dom.js";
import { openMenu } from "./menu.js";
import { Phone } from "./phone.js";

const KEY = "steady.phones";
const FIRST_PEOPLE = ["Tom", "Maya"];
const NEXT_PEOPLE = ["Dan", "Priya", "Alex"];

export class Stage {
  constructor(clock) {
    this.clock = clock;
    this.phones = new Map();
    this.users = [];
    this.version = -1;
    this.stale = false;
    this.table = document.getElementById("phones");
    this.tabs = document.getElementById("tabs");
    this.tabs.addEventListener("keydown", (event) => this.onTabKey(event));
    this.wireAdding();
  }

  wireAdding() {
    const dialog = document.getElementById("new-phone");
    const field = document.getElementById("new-name");
    const add = document.getElementById("add-phone");
    add.addEventListener("click", () => openMenu(add, "Add a phone", this.addable(dialog, field)));
    const save = acting(async () => this.newPhone(field.value.trim()));
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "add" && field.value.trim()) save();
    });
  }

  addable(dialog, field) {
    const hidden = this.users.filter((user) => !this.phones.has(user.id));
    const known = hidden.map((user) => ({ label: user.first_name, action: () => this.show(user) }));
    return [...known, { label: "A new person", action: () => this.askName(dialog, field) }];
  }

  askName(dialog, field) {
    const taken = new Set(this.users.map((user) => user.first_name));
    field.value = NEXT_PEOPLE.find((name) => !taken.has(name)) ?? "";
    dialog.returnValue = "";
    dialog.showModal();
    field.select();
  }

  /** Creates a person on the server and puts their phone on the table. */
  async newPhone(firstName) {
    const { id } = await api.createUser(firstName);
    const user = { id, first_name: firstName, blocked: false };
    this.users.push(user);
    return this.show(user);
  }

  show(user) {
    const existing = this.phones.get(user.id);
    if (existing) return existing;
    const phone = new Phone(user, this.pageFor());
    this.phones.set(user.id, phone);
    this.table.append(phone.node);
    this.tabs.append(this.tab(phone));
    this.select(phone);
    this.remember();
    acting(() => phone.read())();
    return phone;
  }

  pageFor() {
    return {
      clock: this.clock,
      openAs: (anchor, payload) => this.openAs(anchor, payload),
      close: (phone) => this.close(phone),
      wantsRead: () => this.refresh(),
    };
  }

  close(phone) {
    this.phones.delete(phone.id);
    phone.node.remove();
    document.getElementById(`tab-${phone.id}`).remove();
    this.remember();
    const [next] = this.phones.values();
    if (next) this.select(next);
  }

  remember() {
    sessionStorage.setItem(KEY, JSON.stringify([...this.phones.keys()]));
  }

  /** Asks on whose phone a link that starts the bot is opened. */
  openAs(anchor, payload) {
    const text = payload ? `/start ${payload}` : "/start";
    const here = [...this.phones.values()].map((phone) => ({
      label: phone.userName,
      action: () => this.openOn(phone, text),
    }));
    const fresh = acting(async () => this.openOn(await this.newPhone(this.freshName()), text));
    openMenu(anchor, "Open as", [...here, { label: "A new phone", action: fresh }]);
  }

  openOn(phone, text) {
    this.select(phone);
    phone.send({ text });
  }

  freshName() {
    const taken = new Set(this.users.map((user) => user.first_name));
    const free = NEXT_PEOPLE.find((name) => !taken.has(name));
    return free ?? `Person ${this.users.length + 1}`;
  }

  /** Reads the server's state and everything new in the chats that are shown. */
  async refresh() {
    const state = await api.state(Math.max(0, this.version));
    this.users = state.users;
    if (this.stale) for (const phone of this.phones.values()) phone.forget();
    this.stale = false;
    if (this.version < 0 || state.version < this.version) await this.begin();
    this.version = state.version;
    for (const user of this.users) this.phones.get(user.id)?.setBlocked(user.blocked);
    await Promise.all([...this.phones.values()].map((phone) => this.readAndMark(phone)));
    return state;
  }

  // The first look, and the first look at a server that was started anew.
  async begin() {
    const known = new Map(this.users.map((user) => [user.id, user]));
    for (const phone of [...this.phones.values()]) if (!known.has(phone.id)) this.close(phone);
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    const ids = kept.filter((id) => known.has(id));
    const chosen = ids.length ? ids.map((id) => known.get(id)) : this.users.slice(0, 2);
    for (const user of chosen) this.show(user);
    if (!this.users.length) for (const name of FIRST_PEOPLE) await this.newPhone(name);
    const [first] = this.phones.values();
    if (first) this.select(first);
  }

  async readAndMark(phone) {
    const first = phone.version === 0;
    const news = await phone.read();
    const tab = document.getElementById(`tab-${phone.id}`);
    const selected = tab?.getAttribute("aria-selected") === "true";
    if (tab && !selected && news && !first) tab.classList.add("new");
  }

  tab(phone) {
    return el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${phone.id}`,
        "aria-controls": phone.node.id,
        "data-phone": phone.id,
        onclick: () => this.select(phone),
      },
      phone.userName,
      el("span", { class: "dot" }, " new"),
    );
  }

  /** Brings a phone to the front; on a narrow screen it is the only one shown. */
  select(phone) {
    for (const other of this.phones.values()) {
      const tab = document.getElementById(`tab-${other.id}`);
      const chosen = other === phone;
      other.node.classList.toggle("front", chosen);
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) tab.classList.remove("new");
    }
    const box = phone.node.getBoundingClientRect();
    const outside = box.left < 0 || box.right > window.innerWidth;
    if (outside) phone.node.scrollIntoView({ block: "nearest", inline: "nearest" });
    phone.chat.toEnd();
  }

  onTabKey(event) {
    const tabs = [...this.tabs.children];
    const at = tabs.indexOf(document.activeElement);
    const go = { ArrowRight: at + 1, ArrowLeft: at - 1 }[event.key];
    if (go === undefined || at < 0) return;
    event.preventDefault();
    const next = tabs.at(go % tabs.length);
    this.select(this.phones.get(Number(next.dataset.phone)));
    next.focus();
  }

  /** After a lost line the server may be another one: the next reading starts from nothing. */
  lost() {
    this.stale = true;
  }

  redraw() {
    for (const phone of this.phones.values()) phone.chat.redraw();
  }
}
