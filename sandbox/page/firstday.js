// "Play the first day": the story as data, played by player.js, which says what a step can be.
// Buttons and texts are found by pattern, so that a new wording in the bot seldom needs a change.

const tom = (act) => ({ who: "Tom", ...act });
const maya = (act) => ({ who: "Maya", ...act });
// Screens that explain themselves pass quickly: a visitor looks for the story, not for the form.
const brisk = (act) => tom({ pace: 220, ...act });

const DAY = 86_400_000; // ms
const inDays = (days) => (now) =>
  new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" })
    .format(new Date(now + days * DAY))
    .replace("Sept", "Sep");

// The visitor may have moved the clock before the play: the changes stay in the future.
const changes = (now) => `${inDays(2)(now)}: 9 mg 08:00\n${inDays(16)(now)}: 8 mg 08:00`;

const WELCOME = [
  { caption: "Tom lowers his diazepam slowly, with a plan from his doctor. He opens Steady." },
  tom({ say: "/start" }),
  tom({ tap: /^english/i, rest: 1 }),
  { caption: "First Tom reads what Steady does with his words, and what it cannot do." },
  tom({ wait: /agree/i, rest: 2.2 }),
  tom({ tap: /i agree$/i }),
  { caption: "One question a screen. The country comes first: it brings the right number." },
  brisk({ tap: /united kingdom/i, rest: 0.4 }),
  brisk({ tap: /^yes$/i }),
  brisk({ tap: /call me tom/i }),
];

const PLAN = [
  { caption: "What he takes now. Steady reads it back and changes nothing." },
  brisk({ say: "diazepam" }),
  brisk({ say: "10 mg 08:00", rest: 0.8 }),
  brisk({ tap: /that is right/i }),
  brisk({ tap: /that is all/i }),
  brisk({ tap: /over a year/i }),
  brisk({ tap: /same as now/i }),
  brisk({ tap: /^anxiety/i }),
  brisk({ tap: /no others/i, rest: 0.6 }),
  brisk({ tap: /none of these/i }),
  brisk({ tap: /^done/i }),
  brisk({ say: "Dr Okafor" }),
  brisk({ say: "020 7946 0000" }),
  { caption: "The changes his doctor set, in his own words." },
  brisk({ say: changes, pace: 900 }),
  tom({ wait: /read it back/i, rest: 2 }),
  tom({ tap: /exactly this/i }),
  brisk({ tap: /^today/i }),
  brisk({ tap: /at a visit/i }),
  brisk({ tap: /stay on the dose/i }),
  brisk({ tap: /^19:00/ }),
  brisk({ say: "+44 7700 900123" }),
];

const PEOPLE = [
  { caption: "Tom chooses who is told when he is not OK: his sister Maya." },
  tom({ tap: /invite someone/i }),
  brisk({ say: "Maya" }),
  tom({ tap: /with my words/i, rest: 1.2 }),
  { caption: "Maya opens the invitation, says yes, and answers a test." },
  maya({ open: /t\.me/i, from: "Tom" }),
  maya({ wait: /do you want/i, rest: 1 }),
  maya({ tap: /^yes/i }),
  maya({ wait: /this is a test/i, rest: 1 }),
  maya({ tap: /got it/i }),
  tom({ wait: /maya answered the test/i, rest: 1 }),
];

const DAY_ONE = [
  { caption: "08:00. The reminder comes.", clock: { until: "next_morning", zone: "Europe/London" } },
  tom({ wait: /planned now/i, rest: 1.5 }),
  tom({ tap: /^taken/i, rest: 1.2 }),
  { caption: "19:00. The check-in takes a minute.", clock: { advance: "PT11H" } },
  tom({ wait: /check-in/i, rest: 0.8 }),
  tom({ tap: /^start/i, rest: 0.6 }),
  tom({ tap: /^2$/, rest: 0.4 }),
  tom({ tap: /^a lot/i, rest: 0.6 }),
];

const ALERT = [
  { caption: "Then Tom writes something else. Steady reads every word, in any place." },
  tom({ say: "came round on the kitchen floor, wife says i was shaking", pace: 1400 }),
  tom({ wait: /999/, rest: 3 }),
  { caption: "Maya's phone, the same minute. It says what is wrong and what to do." },
  maya({ wait: /about tom/i, rest: 4 }),
  maya({ tap: /on it/i, rest: 1 }),
  { caption: "Tom reads who is on it. Nobody is left guessing." },
  tom({ wait: /maya is on it/i, rest: 3 }),
  {
    caption: "Half an hour later Maya is with him. She says so, and the alert ends for everyone.",
    clock: { advance: "PT30M" },
  },
  maya({ tap: /safe now/i, rest: 1 }),
  tom({ wait: /you are safe/i, rest: 1.5 }),
];

const AFTER = [
  { caption: "Tom asks what to expect. He gets plain words, and no promises." },
  tom({ tap: /what to expect/i, rest: 0.8 }),
  tom({ tap: /staying safe/i, rest: 3 }),
];

export const FIRST_DAY = [...WELCOME, ...PLAN, ...PEOPLE, ...DAY_ONE, ...ALERT, ...AFTER];
