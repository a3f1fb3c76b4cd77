"""Synthetic patients: they join, take their doses as their habits have it, and answer."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from simulation.habits import CRISES, DAY, HOUR, MINUTE, NOTES, Habits
from simulation.helpers import Helper
from simulation.joining import Answers, step_of
from simulation.people import Agenda, Person
from simulation.phone import Phone, Screen

QUICK: Final = (4.0, 25.0)
CALM: Final = frozenset({"none", "no", "neither", "nothing", "never"})


@dataclass
class Life:
    """What a patient is like and who is around them.

    `marker` is a word that no other patient ever writes.
    """

    habits: Habits
    answers: Answers
    marker: str
    helpers: list[Helper] = field(default_factory=list)


class Patient(Person):
    """Somebody on a taper."""

    reactions = (
        ("ask.yes", "answer_ask"),
        ("more.fine", "feel_fine"),
        ("safety.called", "answer_safety"),
        ("dose.same", "answer_same"),
        ("dose.sure", "answer_close"),
        ("dose.why", "say_why"),
        ("dose.snooze", "snooze"),
        ("dose.was", "say_whether"),
        ("dose.nevermind", "say_when"),
        ("dose.all", "answer_reminder"),
        ("dose.taken", "answer_reminder"),
        ("ci.pick", "answer_question"),
        ("ci.tick", "answer_question"),
        ("ci.skip", "answer_question"),
        ("checkin.start", "start_checkin"),
        ("gap.again", "ask_again"),
        ("care.not_them", "greet"),
        ("invite.words", "share"),
        ("care.invite", "invite"),
        ("eve.ok", "thank"),
    )

    def __init__(self, name: str, phone: Phone, chance: Random, agenda: Agenda, life: Life) -> None:
        super().__init__(name, phone, chance, agenda)
        self.life = life
        self.habits = life.habits
        self.zone = ZoneInfo(life.answers.home.zone)
        self.begun: datetime | None = None
        self.cries: list[datetime] = []

    def begin(self) -> None:
        """Open the chat for the first time, within half an hour."""
        self.later((0, 30 * MINUTE), self._start)

    def _start(self) -> None:
        self.begun = self.phone.now
        self.life.answers.joined = self.phone.now.astimezone(self.zone).date()
        self.phone.say("/start")
        if self.habits.crisis is not None:
            self.later(self.habits.crisis, self._cry)
        self.later((26 * HOUR, 2 * DAY), self._tell)

    def away(self) -> bool:
        """Whether this is the day on which nothing is heard of them."""
        if self.begun is None or self.habits.silent is None:
            return False
        first, last = (timedelta(seconds=s) for s in self.habits.silent)
        return first <= self.phone.now - self.begun < last

    def _cry(self) -> None:
        words = self.chance.choice(CRISES).format(marker=self.life.marker)
        if self.phone.say(words):
            self.cries.append(self.phone.now)

    def _tell(self) -> None:
        if not self.away():
            self.phone.say(self._note())
        self.later((DAY, 2 * DAY), self._tell)

    def _note(self) -> str:
        return self.chance.choice(NOTES).format(marker=self.life.marker)

    def read(self, screen: Screen) -> None:
        """Answer a question of joining, hand on an invitation, or do as one's habits are."""
        link = next((token for token in screen.tokens if "?start=" in token), "")
        if link:
            self._hand_on(link)
        elif step_of(screen):
            self._join(screen)
        else:
            super().read(screen)

    def _hand_on(self, link: str) -> None:
        waiting = self._alone()
        if waiting:
            waiting[0].opened(link)

    def _alone(self) -> list[Helper]:
        return [one for one in self.life.helpers if not one.invited]

    def greet(self, screen: Screen) -> None:
        """Somebody joined: invite the next one there is."""
        del screen
        if self._alone():
            self.write("/people", (MINUTE, 5 * MINUTE))

    def invite(self, screen: Screen) -> None:
        """Invite one more, by name."""
        waiting = self._alone()
        if waiting:
            self.tap(screen, screen.first("care.invite"), QUICK)
            self.write(waiting[0].name, (30, 60))

    def share(self, screen: Screen) -> None:
        """Choose what the invited person may see."""
        kind = "words" if self.life.answers.shares_words else "alerts"
        self.tap(screen, screen.first(f"invite.{kind}"), QUICK)

    def _join(self, screen: Screen) -> None:
        kind, said = self.life.answers.decide(screen, self.chance)
        if kind == "text":
            self.write(said, QUICK)
        else:
            self.tap(screen, said, QUICK)

    def _answer(self, screen: Screen, token: str) -> None:
        """Press a button in one's own time, some people twice."""
        self.later(self.habits.answers_in, lambda: self._press(screen, token))

    def _press(self, screen: Screen, token: str) -> None:
        if not self.away() and self.phone.tap(screen.message_id, token):
            if self.happens(self.habits.twice):
                self.phone.tap(screen.message_id, token)
            if self.happens(self.habits.twice / 2):
                self.tap(screen, token, (30, 10 * MINUTE))

    def answer_reminder(self, screen: Screen) -> None:
        """Take the dose, put it off, leave it out, or not notice."""
        if not self.happens(self.habits.answers):
            return
        if self.happens(self.habits.skips):
            self._answer(screen, screen.first("dose.skip"))
        elif self.happens(self.habits.later) and screen.first("dose.later"):
            self._answer(screen, screen.first("dose.later"))
        elif self.happens(self.habits.types) and screen.first("dose.when"):
            self._answer(screen, screen.first("dose.when"))
        else:
            self._answer(screen, screen.first("dose.all") or screen.first("dose.taken"))

    def say_when(self, screen: Screen) -> None:
        """Type when the dose was taken: about now."""
        del screen
        self.later(QUICK, self._type_time)

    def _type_time(self) -> None:
        self.phone.say(f"{self.phone.now.astimezone(self.zone):%H:%M}")

    def say_whether(self, screen: Screen) -> None:
        """Answer "did you take it?"."""
        if self.happens(self.habits.answers):
            self._answer(screen, self.chance.choice(screen.all("dose.was")))

    def say_why(self, screen: Screen) -> None:
        """Say why a dose is left out, or go back."""
        self._answer(
            screen, self.chance.choice([*screen.all("dose.why"), screen.first("dose.keep")])
        )

    def snooze(self, screen: Screen) -> None:
        """Choose how much later."""
        self._answer(screen, self.chance.choice(screen.all("dose.snooze")))

    def answer_same(self, screen: Screen) -> None:
        """Say that it was the same dose; now and then that it was more."""
        more = self.happens(self.habits.frightens)
        self._answer(screen, screen.first("dose.more" if more else "dose.same"))

    def answer_close(self, screen: Screen) -> None:
        """Say whether a dose so close to another was taken."""
        self._answer(screen, screen.first(self.chance.choice(("dose.sure", "dose.not"))))

    def feel_fine(self, screen: Screen) -> None:
        """Say how one feels after more than planned."""
        self._answer(screen, screen.first("more.fine"))

    def answer_ask(self, screen: Screen) -> None:
        """Answer "did I understand right?", mostly with no."""
        if self.happens(self.habits.answers):
            yes = self.happens(self.habits.frightens)
            self._answer(screen, screen.first("ask.yes" if yes else "ask.no"))

    def answer_safety(self, screen: Screen) -> None:
        """Press one button under a safety reply, once, or none."""
        if not screen.edited and self.happens(0.5):
            buttons = [t for t in screen.tokens if t.startswith("safety.")]
            self.tap(screen, self.chance.choice(buttons), (MINUTE, 10 * MINUTE))

    def start_checkin(self, screen: Screen) -> None:
        """Open the check-in, the bad-day one, or none today."""
        if self.happens(self.habits.answers):
            bad = screen.first("checkin.bad_day") if self.happens(0.1) else ""
            self._answer(screen, bad or screen.first("checkin.start"))

    def answer_question(self, screen: Screen) -> None:
        """Answer one question of a check-in."""
        if self.happens(self.habits.types / 2):
            self.write(self._typed(screen), QUICK)
            return
        self.tap(screen, self._choice(screen), QUICK)

    def _typed(self, screen: Screen) -> str:
        options = screen.all("ci.pick")
        return screen.label(self.chance.choice(options)) if options else self._note()

    def _choice(self, screen: Screen) -> str:
        ticks = screen.all("ci.tick")
        if any(screen.label(token).startswith("[x]") for token in ticks):
            return screen.first("ci.done")
        options = ticks or screen.all("ci.pick")
        calm = [token for token in options if token.rpartition(":")[2] in CALM]
        if calm and not self.happens(self.habits.frightens):
            return calm[0]
        return self.chance.choice(options) if options else screen.first("ci.skip")

    def ask_again(self, screen: Screen) -> None:
        """Ask for the question that may have been missed."""
        self._answer(screen, screen.first("gap.again"))

    def thank(self, screen: Screen) -> None:
        """Say OK to the evening before a change."""
        self._answer(screen, screen.first("eve.ok"))
