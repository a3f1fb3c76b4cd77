// "Play the first day": the story as data, played by player.js. Buttons are found by their
// labels, so a wording change in the bot needs at most a change here.

export const FIRST_DAY = [
  { caption: "Tom is on a slow taper. He opens Steady for the first time." },
  { who: "Tom", say: "/start" },
  { who: "Tom", wait: /./ },
  { rest: 2 },
];
