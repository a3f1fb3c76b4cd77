"""Words from templates: Jinja2, strict about missing values, escaped for Telegram's HTML."""

import hashlib
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Final

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from care.plan import mg_text

TEMPLATES: Final = Path(__file__).parent / "templates"


def clock(moment: datetime | time) -> str:
    """Word a local time as `08:05`."""
    return moment.strftime("%H:%M")


def amount(mg: Decimal) -> str:
    """Word an exact amount: `9 mg`, `0.5 mg`, never `9.0 mg` or `1E+1 mg`."""
    return f"{mg_text(mg)} mg"


def rate(mg: Decimal, every: int) -> str:
    """Word what is taken: `9 mg a day`, or with rest days between `9 mg every 2 days`."""
    return f"{amount(mg)} {'a day' if every == 1 else f'every {every} days'}"


def capfirst(words: str) -> str:
    """Begin a sentence with these words; the rest stays as it is ("Dr Okafor")."""
    return words[:1].upper() + words[1:]


def names(people: Iterable[str]) -> str:
    """Word a list of names: `Maya`, `Maya and Dan`, `Maya, Dan and Ana`."""
    some = list(people)
    return some[0] if len(some) == 1 else f"{', '.join(some[:-1])} and {some[-1]}"


class Renderer:
    """Renders `<locale>/<name>.j2`, falling back to English for a whole text.

    Args:
        folder: the folder that holds one folder per locale.
    """

    def __init__(self, folder: Path = TEMPLATES) -> None:
        self._folder = folder
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._environment.filters |= {
            "clock": clock,
            "mg": amount,
            "rate": rate,
            "number": mg_text,
            "names": names,
            "capfirst": capfirst,
            "day": _day,
        }
        self.version = _fingerprint(folder)

    def text(self, name: str, locale: str, /, **values: object) -> str:
        """Return a text as Telegram HTML.

        A missing value raises (StrictUndefined), so that nobody is ever sent half a sentence.
        """
        template = self._environment.select_template([f"{locale}/{name}.j2", f"en/{name}.j2"])
        lines = template.render({"locale": locale, **values}).strip().splitlines()
        text = "\n".join(line.rstrip() for line in lines)
        return re.sub(r"\n{3,}", "\n\n", text)

    def has(self, name: str, locale: str) -> bool:
        """Whether a text exists in this locale or in English."""
        try:
            self._environment.select_template([f"{locale}/{name}.j2", f"en/{name}.j2"])
        except TemplateNotFound:
            return False
        return True


def _day(value: date, locale: str = "en") -> str:
    # "Tue 1 Dec": short, with the weekday, since a clouded memory counts in weekdays.
    return format_date(value, "EEE d MMM", locale=locale)


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".j2", ".yaml"}:
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
