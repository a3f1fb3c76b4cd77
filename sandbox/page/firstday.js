// "Play the first day": the story as data, played by player.js, which says what a step can be.
// Buttons and texts are found by pattern, so that a new wording in the bot seldom needs a change.

const tom = (act) => ({ who: "Tom", ...act });
const maya = (act) => ({ who: "Maya", ...act });

export const FIRST_DAY = [
  { caption: "Tom lowers his diazepam slowly, with a plan from his doctor. He opens Steady." },
  tom({ say: "/start" }),
  tom({ tap: /english/i, optional: true, patience: 3 }),
  { caption: "Before anything else he reads what Steady does with his words, and agrees." },
  tom({ tap: /agree|accept|understand/i, rest: 1.5 }),
  { caption: "One question a screen: the country first, so that the right number is at hand." },
  tom({ tap: /united kingdom|^uk$/i }),
  tom({ tap: /^yes/i }),
  { caption: "He tells Steady the plan his doctor wrote, and Steady reads it back." },
  tom({ tap: /diazepam/i }),
  tom({ tap: /yes.*(agreed|exactly|okafor)|^yes/i, rest: 1.5 }),
  { caption: "Tom chooses who is told when he is not OK: his sister Maya." },
  tom({ tap: /invite/i, rest: 1.5 }),
  { caption: "Maya opens the invitation and says yes." },
  maya({ open: /t\.me|invit/i, from: "Tom" }),
  maya({ tap: /accept|yes|agree/i, rest: 1.5 }),
  maya({ tap: /got it/i, optional: true, patience: 3 }),
  { caption: "Next morning: the reminder comes.", clock: { until: "next_morning" } },
  tom({ wait: /planned/i, rest: 1 }),
  tom({ tap: /^taken/i, rest: 1.5 }),
  { caption: "Later that day Tom writes what happened, in his own words.", clock: { advance: "PT3H" } },
  tom({ say: "came round on the kitchen floor, my wife says i was shaking" }),
  tom({ wait: /999/, rest: 3 }),
  { caption: "Maya's phone, the same second. A named human answers." },
  maya({ wait: /tom/i, rest: 3 }),
  maya({ tap: /on it/i }),
  { caption: "Tom reads who is on it. Nobody is left guessing." },
  tom({ wait: /maya is on it/i, rest: 4 }),
];
