// The switches that make Telegram misbehave. The server's list is the truth; the page shows it.

import { acting } from "./dom.js";
import { api } from "./api.js";

// method "*" is every method. A count says after how many calls Telegram is well again.
const FAULTS = {
  away: { method: "*", kind: "away" },
  slow: { method: "*", kind: "slow", count: 1000 },
  429: { method: "*", kind: "429", count: 3, retry_after: 5 },
};

const boxes = () => [...document.querySelectorAll("[data-fault]")];

// Switches thrown in quick succession are applied one after the other.
let line = Promise.resolve();
let applying = 0;
let changes = 0;

export function wireFaults(afterChange) {
  const changed = acting(async () => {
    const wanted = boxes().filter((box) => box.checked);
    const next = () => apply(wanted);
    applying += 1;
    changes += 1;
    line = line.then(next, next);
    try {
      await line;
    } finally {
      applying -= 1;
      changes += 1;
    }
    await afterChange();
  });
  for (const box of boxes()) box.addEventListener("change", changed);
}

// Faults are cleared all together, so the ones that stay on are set again.
async function apply(wanted) {
  await api.clearFaults();
  for (const box of wanted) await api.addFault(FAULTS[box.dataset.fault]);
}

/**
 * A function that shows the server's faults. Ask for it before reading them: a list that was read
 * before or halfway through a change of the switches would throw them back, and is not shown.
 */
export function faultsView() {
  const began = changes;
  return (faults) => {
    if (applying || began !== changes) return;
    const kinds = new Set(faults.map((fault) => String(fault.kind)));
    for (const box of boxes()) box.checked = kinds.has(box.dataset.fault);
  };
}
