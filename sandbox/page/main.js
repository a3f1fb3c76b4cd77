// Wires the page: clock, phones, switches, the play, and the line to the server.

import { watch } from "./api.js";
import { Clock, wireClockButtons } from "./clock.js";
import { acting } from "./dom.js";
import { faultsView, wireFaults } from "./faults.js";
import { FIRST_DAY } from "./firstday.js";
import { Player } from "./player.js";
import { Stage } from "./stage.js";

const byId = (id) => document.getElementById(id);
const clock = new Clock(() => stage.redraw());
const stage = new Stage(clock);

async function readAll() {
  const showFaults = faultsView();
  const state = await stage.refresh();
  clock.set(state.now, state.live);
  showFaults(state.faults);
}

// Changes come in bursts: one reading at a time, and one more when something came meanwhile.
let reading = false;
let again = false;
const onChange = acting(async () => {
  again = true;
  if (reading) return;
  reading = true;
  try {
    while (again) {
      again = false;
      await readAll();
    }
  } finally {
    reading = false;
  }
});

function onLink(up) {
  byId("link").hidden = up;
  if (!up) stage.lost();
}

/**
 * Phones of these names without a chat yet, and no others on the table: a second play must not
 * begin in the middle of the first one's story.
 */
async function cast(names) {
  const shown = [...stage.phones.values()];
  const fresh = (name) => shown.find((one) => one.userName === name && !one.chat.messages.size);
  const ready = names.map(fresh);
  if (ready.includes(undefined) || shown.length !== names.length) {
    for (const phone of shown) stage.close(phone);
    for (const at of names.keys()) ready[at] = await stage.newPhone(names[at]);
  }
  return new Map(names.map((name, at) => [name, ready[at]]));
}

function showCaption(text, wrong = false) {
  const caption = byId("caption");
  caption.hidden = !text;
  caption.classList.toggle("wrong", wrong);
  byId("caption-text").textContent = text;
}

function showPlaying(state) {
  const playing = state !== "idle";
  document.body.classList.toggle("playing", playing);
  byId("play").hidden = playing;
  byId("pause").hidden = !playing;
  byId("stop").hidden = !playing;
  byId("pause").textContent = state === "paused" ? "Go on" : "Pause";
}

export const player = new Player({
  cast,
  refresh: readAll,
  now: () => clock.at(),
  front: (phone) => stage.select(phone),
  caption: showCaption,
  changed: showPlaying,
});
byId("play").addEventListener("click", () => {
  player.play(FIRST_DAY);
  byId("pause").focus();
});
byId("pause").addEventListener("click", () => player.pause());
byId("stop").addEventListener("click", () => player.stop());
byId("caption-close").addEventListener("click", () => showCaption(""));

// A narrow screen keeps the seldom used switches folded away; a wide one has no fold at all.
const wide = window.matchMedia("(min-width: 701px)");
const unfold = () => {
  byId("more").open = wide.matches;
};
wide.addEventListener("change", unfold);
unfold();

wireClockButtons(clock, onChange);
wireFaults(onChange);
watch(onChange, onLink);
