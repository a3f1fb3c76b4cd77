"""All content, loaded once and handed around as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from bot.content.buttons import Labels, load_labels
from bot.content.countries import Country, load_countries
from bot.content.drugs import Drug, load_drugs
from bot.content.escalation import load_ladders
from bot.content.lessons import Lesson, load_lessons
from bot.content.lexicon import load as load_lexicon
from bot.content.questionnaires import load_questionnaires
from bot.content.redflags import load_rules
from bot.content.render import TEMPLATES, Renderer
from bot.content.signs import Signs, load_signs
from care.escalation import Ladder
from care.questionnaire import Questionnaire
from care.redflags import Rule
from care.textreader import Lexicon

LOCALES = ("en",)


@dataclass(slots=True)
class Content:
    """What Steady says and the data it decides by.

    Attributes:
        version: fingerprint of the templates, kept on every message.
    """

    renderer: Renderer
    labels: dict[str, Labels]
    drugs: Mapping[str, Drug]
    countries: Mapping[str, Country]
    questionnaires: Mapping[str, Questionnaire]
    rules: tuple[Rule, ...]
    lexicon: Lexicon
    ladders: Mapping[str, Ladder]
    lessons: tuple[Lesson, ...]
    signs: Signs
    version: str = field(init=False)

    def __post_init__(self) -> None:
        self.version = self.renderer.version

    def text(self, name: str, locale: str, /, **values: object) -> str:
        """Return a text as Telegram HTML; see `Renderer.text`."""
        return self.renderer.text(name, locale, **values)

    def buttons(self, locale: str) -> Labels:
        """Return the button words of a locale."""
        return self.labels.get(locale, self.labels["en"])


@cache
def load_content() -> Content:
    """Load and prove all content, once per process; raises with a clear line when any is wrong."""
    return Content(
        renderer=Renderer(),
        labels={locale: load_labels(TEMPLATES, locale) for locale in LOCALES},
        drugs=load_drugs(),
        countries=load_countries(),
        questionnaires=load_questionnaires(),
        rules=load_rules(),
        lexicon=load_lexicon(),
        ladders=load_ladders(),
        lessons=load_lessons(),
        signs=load_signs(),
    )
