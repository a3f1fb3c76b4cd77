// Plays a list of steps on the phones, one visible tap after the other. Knows no story itself.
//
// A step is one of
//   {caption}                       a line above the phones, kept until the next
//   {who, say}                      a text typed by that person, or what it is at (now in ms)
//   {who, tap: /label/}             the newest button, inline or reply keyboard, with such a label
//   {who, wait: /text/}             until the bot has written such a text in that chat
//   {who, open: /text/, from}       the start link in the newest such message of `from`'s chat
//   {clock: {advance} | {until}}    time moves, the bot does all that falls due
//   {rest: seconds}                 time to read, after the rest of the step
// or several of them at once. `patience` is how many seconds a wait lasts, 30 unless told;
// `pace` is how many ms the finger rests before it presses; `optional: true` goes on without what
// did not come.

import { api } from "./api.js";
import { lineOf } from "./dom.js";
import { startPayload } from "./phone.js";

const PATIENCE = 30; // seconds a step waits for its message or button, on a slow machine too
const LOOK = 150; // ms between two looks
const PACE = 650; // ms a finger rests on a button before it presses

class Stopped extends Error {}
class Missing extends Error {}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Player {
  /**
   * `cast(names)` answers their phones by name, `refresh` reads the server's state, `now()` is the
   * sandbox's time in ms, `front(phone)` brings one to the front, `caption(text, wrong)` shows a line, `changed(state)` hears of play,
   * pause and stop.
   */
  constructor(page) {
    Object.assign(this, page);
    this.state = "idle";
    this.tempo = 1; // how long every rest lasts, as a part of what its step says
  }

  get running() {
    return this.state !== "idle";
  }

  pause() {
    this.become(this.state === "paused" ? "playing" : "paused");
  }

  stop() {
    if (this.running) this.become("stopping");
  }

  become(state) {
    this.state = state;
    this.changed(state);
  }

  /** Plays to the end, to a stop, or to the first step that cannot be done. */
  async play(steps) {
    this.become("playing");
    this.marks = new Map();
    try {
      this.phones = await this.cast([...new Set(steps.map(({ who }) => who).filter(Boolean))]);
      for (const step of steps) await this.one(step);
      this.caption("That was the first day. The phones are yours now.");
    } catch (error) {
      const stopped = error instanceof Stopped;
      this.caption(stopped ? "Stopped. The phones are yours now." : lineOf(error), !stopped);
    } finally {
      this.become("idle");
    }
  }

  async one(step) {
    await this.permission();
    if (step.caption) this.caption(step.caption);
    if (step.clock) await this.moveClock(step.clock);
    if (step.who) await this.act(this.phones.get(step.who), step);
    if (step.rest) await this.rest(step.rest * 1000);
  }

  async act(phone, step) {
    this.front(phone);
    try {
      if (step.say) await this.say(phone, this.words(step.say), step.pace);
      if (step.tap) await this.tap(phone, step);
      if (step.wait) await this.wait(phone, step);
      if (step.open) await this.open(phone, step);
    } catch (error) {
      if (!(step.optional && error instanceof Missing)) throw error;
    }
  }

  // What was there before this person's last act is no answer to it.
  async wait(phone, step) {
    const since = this.marks.get(phone) ?? 0;
    const find = () => newest(phone, step.wait, since);
    const message = await this.until(find, phone, step, `a message like ${step.wait}`);
    phone.chat.showFrom(message.message_id);
  }

  words(say) {
    return typeof say === "function" ? say(this.now()) : say;
  }

  async say(phone, text, pace = PACE) {
    phone.composer.setText(text);
    await this.rest(pace);
    phone.composer.setText("");
    this.marks.set(phone, phone.version);
    await phone.deliver({ text }, true);
  }

  async tap(phone, step) {
    const find = () => button(phone, step.tap);
    const found = await this.until(find, phone, step, `a button like ${step.tap}`);
    found.node.classList.add("pressed");
    found.node.scrollIntoView({ block: "nearest" });
    await this.rest(step.pace ?? PACE);
    found.node.classList.remove("pressed");
    phone.chat.toEnd();
    // The message may have changed under the finger: look again.
    const now = find() ?? found;
    this.marks.set(phone, phone.version);
    if (now.message) await phone.tap(now.message, now.spec, true);
    else await phone.deliver({ text: now.label }, true);
  }

  async open(phone, step) {
    const source = this.phones.get(step.from);
    const look = () => linkIn(source, step.open);
    const start = await this.until(look, source, step, `a message like ${step.open} with a link`);
    await this.say(phone, start);
  }

  async moveClock(body) {
    for (const phone of this.phones.values()) this.marks.set(phone, phone.version);
    await api.moveClock(body);
    await this.refresh();
  }

  async until(find, phone, { patience = PATIENCE }, what) {
    // A pause does not use up the patience.
    for (let left = patience * 1000; left > 0; ) {
      await this.permission();
      const found = find();
      if (found) return found;
      const from = performance.now();
      await sleep(LOOK);
      await phone.read();
      left -= performance.now() - from;
    }
    const line = `${phone.userName} did not get ${what} within ${patience} seconds.`;
    throw new Missing(`The play stopped: ${line}`);
  }

  async rest(ms) {
    for (let left = ms * this.tempo; left > 0; left -= LOOK) {
      await this.permission();
      await sleep(Math.min(LOOK, left));
    }
  }

  async permission() {
    while (this.state === "paused") await sleep(LOOK);
    if (this.state === "stopping") throw new Stopped();
  }
}

const backwards = (phone) =>
  [...phone.chat.messages.values()]
    .filter((message) => message.from === "bot")
    .sort((a, b) => b.message_id - a.message_id);

const newest = (phone, pattern, since = 0) =>
  backwards(phone).find(({ text, version }) => version > since && pattern.test(text ?? ""));

function button(phone, pattern) {
  for (const message of backwards(phone)) {
    const flat = (message.inline_keyboard ?? []).flat();
    const at = flat.findIndex(({ text }) => pattern.test(text));
    if (at < 0) continue;
    const node = phone.chat.nodes.get(message.message_id).querySelectorAll(".key")[at];
    return { message, spec: flat[at], node };
  }
  const keys = [...phone.composer.keys.querySelectorAll(".key")];
  const node = keys.find((key) => pattern.test(key.textContent));
  return node ? { label: node.textContent, node } : null;
}

function linkIn(phone, pattern) {
  const message = newest(phone, pattern);
  if (!message) return null;
  const inText = (message.entities ?? []).map(
    ({ url, offset, length }) => url ?? message.text.slice(offset, offset + length),
  );
  const onButtons = (message.inline_keyboard ?? []).flat().map(({ url }) => url ?? "");
  const payload = [...inText, ...onButtons].map(startPayload).find(Boolean);
  return payload ? `/start ${payload}` : null;
}
