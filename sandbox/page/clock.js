// The virtual clock in the header, in a zone the visitor chooses. The server's clock is UTC.

import { acting, el } from "./dom.js";
import { api } from "./api.js";

const ZONES = [
  "Europe/London",
  "UTC",
  "Europe/Madrid",
  "America/New_York",
  "America/Los_Angeles",
  "Asia/Kolkata",
  "Australia/Sydney",
];
const KEY = "steady.zone";

export class Clock {
  constructor(onZone) {
    this.zone = sessionStorage.getItem(KEY) ?? ZONES[0];
    this.now = null;
    this.live = false;
    this.read = 0;
    this.fillZones(onZone);
    setInterval(() => this.show(), 1000);
  }

  fillZones(onZone) {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const select = document.getElementById("zone");
    for (const zone of new Set([...ZONES, own, this.zone])) {
      const city = zone.split("/").pop().replaceAll("_", " ");
      select.append(el("option", { value: zone, selected: zone === this.zone }, city));
    }
    select.addEventListener("change", () => {
      this.zone = select.value;
      sessionStorage.setItem(KEY, this.zone);
      this.show();
      onZone();
    });
  }

  set(now, live) {
    this.now = Date.parse(now);
    this.live = live;
    this.read = performance.now();
    this.show();
  }

  /** The sandbox's time in ms; a live clock has gone on since it was read. */
  at() {
    return this.now + (this.live ? performance.now() - this.read : 0);
  }

  show() {
    if (this.now === null) return;
    const at = new Date(this.at());
    const text = `${this.time(at)} ${this.day(at)}`;
    const shown = document.getElementById("now");
    if (shown.textContent === text) return;
    shown.textContent = text;
    shown.dateTime = at.toISOString();
  }

  /** "08:00" */
  time(at) {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: this.zone }).format(at);
  }

  /** "Monday 1 December" */
  day(at) {
    const options = { weekday: "long", day: "numeric", month: "long" };
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: this.zone })
      .format(at)
      .replace(",", "");
  }
}

/** The buttons that move time; while the bot catches up they say so and cannot be pressed. */
export function wireClockButtons(clock, afterMove) {
  const bar = document.getElementById("clock-buttons");
  const move = acting(async (body) => {
    bar.setAttribute("aria-busy", "true");
    for (const button of bar.children) button.setAttribute("aria-disabled", "true");
    try {
      await api.moveClock(body);
    } finally {
      bar.removeAttribute("aria-busy");
      for (const button of bar.children) button.removeAttribute("aria-disabled");
      await afterMove();
    }
  });
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || bar.hasAttribute("aria-busy")) return;
    const { advance, until } = button.dataset;
    move(advance ? { advance } : { until, zone: clock.zone });
  });
}
