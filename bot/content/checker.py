"""`steady content check`: proves the words and the facts before anybody is sent any of them.

Every check returns findings, one line each. A file that cannot be read is a finding too, and
never stops the other checks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import available_timezones

from jinja2 import TemplateError

from bot.content import wording as words
from bot.content.countries import Country, load_cities, load_countries
from bot.content.drugs import Drug, load_drugs, load_other_medicines
from bot.content.files import TEMPLATES, known_sources
from bot.content.lessons import Lesson, lesson_files, load_lessons, read_lesson
from bot.content.lexicon import load as load_lexicon
from bot.content.plan_checks import check_plan_check_words
from bot.content.questionnaires import check_questionnaires, load_questionnaires
from bot.content.redflags import check_redflags
from bot.content.render import Renderer
from bot.content.samples import Values, load_samples, samples_for

DRUG_FACTS = (
    "brands",
    "strengths_mg",
    "half_life_h",
    "short_acting",
    "onset_h",
    "min_interval_h",
    "max_interval_h",
    "watch_days",
    "clock",
    "forms",
    "usual_times",
    "max_single_mg",
    "max_daily_mg",
)
DRUG_EXTRAS = (
    "extended_release_mg",
    "liquid",
    "scored",
    "active_metabolite_h",
    "equivalence",
    "missed_rule",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found, one line each, and how much it looked at."""

    findings: tuple[str, ...]
    counts: Mapping[str, int]

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def check(*, today: date, locale: str = "en", templates: Path = TEMPLATES) -> Report:
    """Check all content of a locale on a day, which decides whether a review is overdue."""
    parts: tuple[Callable[[], Iterable[str]], ...] = (
        drug_findings,
        place_findings,
        lambda: lesson_findings(today, locale),
        lambda: symptom_findings(locale),
        lambda: template_findings(locale, templates),
        check_questionnaires,
        check_redflags,
        check_plan_check_words,
        _lexicon_findings,
    )
    found = [finding for part in parts for finding in _tried(part)]
    return Report(tuple(found), _counts(locale, templates))


def _tried(part: Callable[[], Iterable[str]]) -> list[str]:
    # Every loader's error is a ValueError that names the file: for the checker it is one more line.
    try:
        return list(part())
    except ValueError as error:
        return [str(error)]


def _lexicon_findings() -> Iterator[str]:
    load_lexicon()
    yield from ()


def _counts(locale: str, templates: Path) -> Mapping[str, int]:
    lines = [line for country in load_countries().values() for line in country.crisis]
    lessons = load_lessons(locale)
    return {
        "drugs": len(load_drugs()),
        "drugs not reviewed": sum(drug.reviewed is None for drug in load_drugs().values()),
        "countries": len(load_countries()),
        "crisis lines": len(lines),
        "crisis lines not dialled": sum(line.verified_on is None for line in lines),
        "cities": len(load_cities()),
        "lessons": len(lessons),
        "lessons not reviewed": sum(lesson.reviewed_on is None for lesson in lessons),
        "templates": len(template_names(locale, templates)),
    }


def _unknown_sources(codes: Iterable[str], where: str) -> Iterator[str]:
    for code in sorted(set(codes) - known_sources().keys()):
        yield f"{where}: source {code} is not in sources.yaml"


def drug_findings() -> Iterator[str]:
    """Facts without a source, unknown sources, one brand for two medicines, lost look-alikes."""
    drugs = load_drugs()
    owners: dict[str, str] = {}
    for drug in drugs.values():
        yield from _sourceless(drug)
        for name in map(str.casefold, drug.names):
            if owners.setdefault(name, drug.id) != drug.id:
                yield f"{drug.id}.yaml: {name} also belongs to {owners[name]}"
    for other in load_other_medicines():
        if other.name.casefold() in owners:
            yield f"other_medicines.yaml: {other.name} is one of ours"
        for id_ in sorted(set(other.near) - drugs.keys()):
            yield f"other_medicines.yaml: {other.name}: {id_} is not a medicine of ours"


def _sourceless(drug: Drug) -> Iterator[str]:
    stated = [*DRUG_FACTS, *(field for field in DRUG_EXTRAS if getattr(drug, field))]
    for field in stated:
        if not drug.sources.get(field):
            yield f"{drug.id}.yaml: {field} has no source"
    yield from _unknown_sources(
        (code for codes in drug.sources.values() for code in codes), f"{drug.id}.yaml"
    )


def place_findings() -> Iterator[str]:
    """Countries without an emergency number, unknown zones, cities outside their country's."""
    countries = load_countries()
    for country in countries.values():
        yield from _country_findings(country)
    for city in load_cities():
        home = countries.get(city.country)
        if home is None or city.zone not in home.zones:
            yield f"cities.yaml: {city.name}: {city.zone} is not a zone of {city.country}"


def _country_findings(country: Country) -> Iterator[str]:
    where = f"countries.yaml: {country.code}"
    if not country.emergency:
        yield f"{where}: no emergency number"
    if not country.zones:
        yield f"{where}: no time zone"
    for zone in sorted(set(country.zones) - available_timezones()):
        yield f"{where}: {zone} is not a time zone"
    urgent = [country.urgent.source] if country.urgent else []
    lines = [line.source for line in country.crisis]
    yield from _unknown_sources([*country.emergency_sources, *lines, *urgent], where)


def lesson_findings(today: date, locale: str = "en") -> Iterator[str]:
    """Unreadable front matter, unknown sources, reviews that are overdue."""
    for path in lesson_files(locale):
        try:
            yield from _one_lesson(read_lesson(path), today)
        except ValueError as error:
            yield str(error)


def _one_lesson(lesson: Lesson, today: date) -> Iterator[str]:
    where = f"{lesson.body}.j2"
    if not lesson.sources:
        yield f"{where}: no source"
    if not lesson.classes:
        yield f"{where}: no class of medicine"
    if lesson.review_due < today:
        yield f"{where}: review was due on {lesson.review_due}"
    if lesson.reviewed_on and lesson.reviewed_on > today:
        yield f"{where}: reviewed on a day to come, {lesson.reviewed_on}"
    yield from _unknown_sources(lesson.sources, where)


def symptom_findings(locale: str = "en") -> Iterator[str]:
    """Lessons about a symptom that no check-in asks about: nobody would ever be sent them."""
    forms = load_questionnaires().values()
    asked = {question.id for form in forms for question in form.questions}
    for lesson in load_lessons(locale):
        for symptom in sorted(lesson.symptoms - asked):
            yield f"{lesson.body}.j2: no check-in asks about {symptom}"


def template_names(locale: str, templates: Path = TEMPLATES) -> tuple[str, ...]:
    """The names of the texts of a locale ("doses/remind"); files that open with _ are parts."""
    folder = templates / locale
    paths = (path.relative_to(folder) for path in folder.rglob("*.j2"))
    found = (path.with_suffix("").as_posix() for path in paths if not path.name.startswith("_"))
    return tuple(sorted(found))


def template_findings(locale: str = "en", templates: Path = TEMPLATES) -> Iterator[str]:
    """Every text of a locale rendered with its samples and held to the wording rules."""
    samples = load_samples()
    names = template_names(locale, templates)
    renderer = Renderer(templates)
    for name in names:
        sets = samples_for(name, samples)
        if not sets:
            yield f"{name}: no sample in samples.yaml"
        for values in sets:
            yield from _rendered(renderer, name, locale, values)
    for name in sorted(samples.keys() - set(names)):
        if not name.endswith("/*"):
            yield f"samples.yaml: {name}: no such template"


def _rendered(renderer: Renderer, name: str, locale: str, values: Values) -> Iterator[str]:
    try:
        text = renderer.text(name, locale, **values)
    except (TemplateError, TypeError, ValueError, AttributeError) as error:
        yield f"{name}: does not render: {error}"
        return
    for finding in dict.fromkeys(text_findings(text, name.split("/", maxsplit=1)[0], locale)):
        yield f"{name}: {finding}"


def text_findings(markup: str, folder: str, locale: str = "en") -> Iterator[str]:
    """Everything wrong with one rendered text of a template folder."""
    rules = words.load_wording(locale)
    text = words.visible(markup)
    medicines = [name for drug in load_drugs().values() for name in drug.names]
    yield from words.markup_findings(markup)
    yield from words.length_findings(text, folder, rules)
    yield from words.grade_findings(text, rules)
    yield from words.phrase_findings(text, rules)
    yield from words.order_findings(text, rules)
    yield from words.first_line_findings(text, rules, medicines)
    yield from words.symbol_findings(text)
