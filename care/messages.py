"""The kinds of message, and what may happen to each (DESIGN.md section 2.3).

Telegram has no idempotency key: when the answer to a call is lost, nobody can know whether it
was carried out. What to do then depends on what the message says, and is decided here.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Ambiguous(StrEnum):
    """What follows when it is unknown whether a message arrived."""

    REPEAT_MARKED = "repeat_marked"  # again until it is known, marked "(repeat)"
    REPEAT = "repeat"  # again: it is idempotent by its id
    ONCE_MORE = "once_more"  # one more time, worded "may be a repeat"
    DROP = "drop"  # never again


class Kind(StrEnum):
    """What a message is for."""

    SAFETY = "safety"  # emergency reply to the patient
    ALERT = "alert"  # alert to a caregiver or operator
    QUESTION = "question"  # the next question of somebody waiting
    CONFIRMATION = "confirmation"  # an answer, an edit, a button's answer
    REMINDER = "reminder"  # a dose
    INVITATION = "invitation"  # to the check-in
    LESSON = "lesson"
    REPORT = "report"
    SETUP = "setup"  # the bot's name, descriptions, commands


@dataclass(frozen=True, slots=True)
class Policy:
    """Priority (0 first), lifetime, and the rule for an ambiguous outcome.

    `lifetime` is the default; a message that goes stale earlier says so itself.
    """

    priority: int
    lifetime: timedelta
    ambiguous: Ambiguous


POLICIES: dict[Kind, Policy] = {
    Kind.SAFETY: Policy(0, timedelta(hours=12), Ambiguous.REPEAT_MARKED),
    Kind.ALERT: Policy(0, timedelta(hours=24), Ambiguous.REPEAT_MARKED),
    Kind.QUESTION: Policy(1, timedelta(minutes=30), Ambiguous.REPEAT),
    Kind.CONFIRMATION: Policy(1, timedelta(minutes=30), Ambiguous.DROP),
    Kind.REMINDER: Policy(2, timedelta(hours=3), Ambiguous.ONCE_MORE),
    Kind.INVITATION: Policy(3, timedelta(hours=6), Ambiguous.DROP),
    Kind.LESSON: Policy(4, timedelta(hours=12), Ambiguous.DROP),
    Kind.REPORT: Policy(5, timedelta(hours=24), Ambiguous.DROP),
    Kind.SETUP: Policy(5, timedelta(hours=1), Ambiguous.REPEAT),
}

# The slots of a second that only priorities 0 and 1 may use, so that an alert never waits
# behind a morning's reminders.
RESERVED_PER_SECOND = 5
URGENT_PRIORITY = 1
# Telegram tolerates short bursts in one chat and then about one message a second.
CHAT_BURST = 3
CHAT_SPACING = timedelta(seconds=1.05)


def may_send_again(kind: Kind, repeats: int) -> bool:
    """Whether a message whose outcome is unknown is sent again, given earlier repeats."""
    rule = POLICIES[kind].ambiguous
    if rule is Ambiguous.DROP:
        return False
    return rule is not Ambiguous.ONCE_MORE or repeats == 0
