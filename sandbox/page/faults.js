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

export function wireFaults(afterChange) {
  for (const box of boxes()) {
    box.addEventListener(
      "change",
      acting(async () => {
        await apply();
        await afterChange();
      }),
    );
  }
}

// Faults are cleared all together, so the ones that stay on are set again.
async function apply() {
  const wanted = boxes().filter((box) => box.checked);
  await api.clearFaults();
  for (const box of wanted) await api.addFault(FAULTS[box.dataset.fault]);
}

export function showFaults(faults) {
  const kinds = new Set(faults.map((fault) => String(fault.kind)));
  for (const box of boxes()) box.checked = kinds.has(box.dataset.fault);
}
