"""The shape of a question of joining that needs code: its buttons and its reading."""

from dataclasses import dataclass, field
from typing import Any, Final

from actions.tx import Tx
from bot.content.buttons import Keyboard
from store.models import Person

LONGEST_NAME: Final = 40


MOST_CHOICES: Final = 8
TURNING: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a special question made of an answer.

    `answer` is the option taken, None when it must be asked again (for the reason in `problem`,
    a template name); `goto` another question than the next; `ends` the text that ends joining.
    """

    answer: str | None = None
    goto: str = ""
    problem: str = ""
    ends: str = ""
    details: Data = field(default_factory=dict)


AGAIN: Final = Result()


class Special:
    """A question with its own buttons and its own reading. The default understands nothing."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Return what its text needs."""
        del tx, person, data
        return {}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Return its rows of buttons."""
        del tx, person, data
        return []

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read a typed answer."""
        del tx, person, data, text
        return Result(problem="onboarding/use_buttons")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Read a tapped answer."""
        del tx, person, data, choice
        return AGAIN


def pick(tx: Tx, person: Person, step: str, *choices: str) -> Keyboard:
    """Return one row a choice; the words are the label `ob.<step>.<choice>`."""
    words = tx.content.buttons(person.locale)
    return [[words.button("ob.pick", step, one, label=f"ob.{step}.{one}")] for one in choices]


def first_name_in(text: str) -> str:
    """Return a typed name on one line, empty when there is nothing in it that can be read.

    Marks that turn the direction of writing are left out: a name stands inside sentences that
    somebody reads in an emergency.
    """
    plain = " ".join("".join(one for one in text if one not in TURNING).split())
    return plain if any(map(str.isalnum, plain)) else ""
