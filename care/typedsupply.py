"""Reading what somebody counted: "28 of 5 mg, 10 of 2 mg", "120 ml". Nothing is guessed.

What is unclear is asked, and what was understood is read back before it counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from care.amounts import Form, Product

_LONGEST_TEXT = 500
_MOST_UNITS = 2_000  # [ENG] more tablets or ml than anybody is given at once
_QUARTER = Decimal("0.25")
_FOUND_LENGTH = 60
_ALIKE = str.maketrans("–—−‒，；：×✕\u00a0\u2009\u202f\t", "----,;:xx    ")  # noqa: RUF001 - the look-alikes are the point

_NUMBER = r"[0-9]+(?:\.[0-9]{1,4})?"
_SOLID = r"tab(?:let)?s?|pills?|cap(?:sule)?s?"
_COMMA = re.compile(r"[0-9],[0-9]")
_NEGATIVE = re.compile(r"(?:^|[\s,;:])-\s?[0-9]|\bminus\b")
_BOXES = re.compile(
    r"\b(?:box(?:es)?|packs?|packets?|strips?|blisters?|bottles?|cards?|sheets?|weeks?|days?)\b"
)
_UNSURE = re.compile(r"[~?]|\b(?:about|around|roughly|maybe|nearly|almost|some|few|approx\w*)\b")
_WORDED = re.compile(
    r"[½¼¾⅓⅔]|[0-9]\s*/\s*[0-9]|\b(?:half|halves|quarters?|one|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|dozen|couple|single)\b"
)
_OTHER_UNIT = re.compile(r"[0-9]\s*(?:mcgs?|µg|ug|micro\w*|kg|g|grams?|drops?|units?|iu)\b")
_SEPARATOR = re.compile(r"[,;\n&+]|\b(?:and|plus)\b")
_FILLER = re.compile(r"\b(?:i have|i've|i got|got|have|there are|left|in all|of|the|a)\b|[:.x*=-]")
_TIMES = re.compile(r"(?<=[0-9])\s*x\s*(?=[0-9])")
_LONGEST_PART = -2  # "1.000" is a thousand to half of Europe
_STRENGTH = re.compile(
    rf"(?<![\w.])(?P<mg>{_NUMBER})\s*-?(?:mgs?|milligram(?:me)?s?)\b"
    rf"(?:\s*(?:/|per|in)\s*(?P<per>{_NUMBER})?\s*mls?\b)?"
)
_COUNT = re.compile(
    rf"(?<![\w.])(?P<count>{_NUMBER})(?:\s*(?P<noun>{_SOLID}|mls?|millilit(?:er|re)s?)\b"
    rf"|(?=x?(?![\w.])))"
)
_NOUN = re.compile(rf"\b(?P<noun>{_SOLID})\b")


class SupplyCode(StrEnum):
    """Every reason for which a count is asked about again."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BOXES = "boxes"
    NOT_SURE = "not_sure"
    COMMA = "comma"
    IN_WORDS = "in_words"
    WRONG_UNIT = "wrong_unit"
    NEGATIVE = "negative"
    ABSURD = "absurd"
    NO_COUNT = "no_count"
    NO_STRENGTH = "no_strength"
    WHICH_ONE = "which_one"
    UNKNOWN_STRENGTH = "unknown_strength"
    NOT_SPLIT = "not_split"
    TWICE = "twice"
    NOT_UNDERSTOOD = "not_understood"


class SupplyError(ValueError):
    """Words that do not say how much there is. `found` is what stands there, shortened."""

    def __init__(self, code: SupplyCode, found: str) -> None:
        super().__init__(f"{code}: {found[:_FOUND_LENGTH]}")
        self.code = code
        self.found = " ".join(found.split())[:_FOUND_LENGTH]


@dataclass(frozen=True, slots=True)
class Counted:
    """So many units (tablets, capsules or ml) of one product."""

    product: Product
    units: Decimal


def read_supply(
    text: str, products: Sequence[Product], *, liquid_of: str = ""
) -> tuple[Counted, ...]:
    """How much there is of each strength named, in the order typed, at least one.

    `products` are the strengths it can be, those of the plan or of the medicine. Without a
    strength the count is of the only one there is. 0 says that none is left of it. `liquid_of` is
    a medicine whose liquid may be of any strength, as long as the strength is typed.

    Raises:
        SupplyError: see `SupplyCode`.
    """
    plain = _TIMES.sub(" x ", text.translate(_ALIKE).casefold().strip())
    _refuse(plain)
    pieces = [piece for piece in _SEPARATOR.split(plain) if piece.strip(" .:-")]
    if not pieces:
        raise SupplyError(SupplyCode.EMPTY, plain)
    found = tuple(_read(piece, products, liquid_of) for piece in pieces)
    if len({one.product for one in found}) < len(found):
        raise SupplyError(SupplyCode.TWICE, plain)
    return found


def _refuse(plain: str) -> None:
    """Refuse what must not be guessed, wherever it stands."""
    if len(plain) > _LONGEST_TEXT:
        raise SupplyError(SupplyCode.TOO_LONG, plain)
    for pattern, code in (
        (_BOXES, SupplyCode.BOXES),
        (_UNSURE, SupplyCode.NOT_SURE),
        (_COMMA, SupplyCode.COMMA),
        (_NEGATIVE, SupplyCode.NEGATIVE),
        (_WORDED, SupplyCode.IN_WORDS),
        (_OTHER_UNIT, SupplyCode.WRONG_UNIT),
    ):
        if found := pattern.search(plain):
            raise SupplyError(code, plain[max(found.start() - 10, 0) : found.end() + 20])


def _read(piece: str, products: Sequence[Product], liquid_of: str) -> Counted:
    strengths = list(_STRENGTH.finditer(piece))
    rest = _STRENGTH.sub(" ", piece)
    counts = list(_COUNT.finditer(rest))
    nouns = {_form(found["noun"]) for found in _NOUN.finditer(rest)}
    nouns |= {_form(found["noun"]) for found in counts if found["noun"]}
    left = _FILLER.sub(" ", _NOUN.sub(" ", _COUNT.sub(" ", rest))).strip()
    if not counts:
        raise SupplyError(SupplyCode.NO_COUNT, piece)
    if len(counts) > 1 and " x " in rest:
        raise SupplyError(SupplyCode.BOXES, piece)
    if left or len(counts) > 1 or len(strengths) > 1 or len(nouns) > 1:
        raise SupplyError(SupplyCode.NOT_UNDERSTOOD, piece)
    form = next(iter(nouns), None)
    product = _product(piece, _strength(piece, strengths), form, products, liquid_of)
    return Counted(product, _units(piece, Decimal(counts[0]["count"]), product))


def _strength(piece: str, found: Sequence[re.Match[str]]) -> tuple[Decimal, bool] | None:
    """The mg typed, and whether they are in 1 ml."""
    if not found:
        return None
    mg, per = Decimal(found[0]["mg"]), Decimal(found[0]["per"] or 1)
    if mg <= 0 or per <= 0:
        raise SupplyError(SupplyCode.NOT_UNDERSTOOD, piece)
    return mg / per, "ml" in found[0][0]


def _form(noun: str) -> Form:
    if noun.startswith("m"):
        return Form.LIQUID
    return Form.CAPSULE if noun.startswith("cap") else Form.TABLET


def _product(
    piece: str,
    strength: tuple[Decimal, bool] | None,
    form: Form | None,
    products: Sequence[Product],
    liquid_of: str,
) -> Product:
    """The one product that is meant; nothing is chosen where there are two."""
    if strength is None:
        fitting = _of_form(products, form)
        if len(fitting) != 1:
            raise SupplyError(SupplyCode.NO_STRENGTH, piece)
        return fitting[0]
    mg, in_ml = strength
    there = [o for o in products if o.mg == mg and (not in_ml or o.form is Form.LIQUID)]
    fitting = _of_form(there, form)
    if not fitting and in_ml and liquid_of and form in (Form.LIQUID, None):
        # How finely it is measured is not known; nothing is made of it, only mg are added up.
        return Product(liquid_of, Form.LIQUID, mg, smallest_ml=Decimal(1))
    if len(fitting) != 1:
        raise SupplyError(SupplyCode.WHICH_ONE if fitting else SupplyCode.UNKNOWN_STRENGTH, piece)
    return fitting[0]


def _of_form(products: Sequence[Product], form: Form | None) -> list[Product]:
    """Those a noun can mean: ml are ml; of solids the noun only decides between two."""
    if form is None:
        return list(products)
    there = [one for one in products if (one.form is Form.LIQUID) == (form is Form.LIQUID)]
    return [one for one in there if one.form is form] or there


def _units(piece: str, units: Decimal, product: Product) -> Decimal:
    if units > _MOST_UNITS:
        raise SupplyError(SupplyCode.ABSURD, piece)
    if int(units.as_tuple().exponent) < _LONGEST_PART:
        raise SupplyError(SupplyCode.COMMA, piece)
    whole = product.form in (Form.CAPSULE, Form.MODIFIED_RELEASE)
    share = Decimal(1) if whole else _QUARTER
    if product.form is not Form.LIQUID and units % share:
        raise SupplyError(SupplyCode.NOT_SPLIT, piece)
    return units
