"""Reading what somebody has to make doses of: "2 mg and 5 mg tablets, scored". Nothing is guessed.

A tablet is split only where it was said that it is scored; a capsule and a modified-release tablet
never (P13 of clinical.md 1.4). A liquid needs its strength and the smallest mark of its syringe.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from care.amounts import Form, Product
from care.asked import AskedError

LONGEST_PRODUCTS = 400
_FOUND_LENGTH = 60
_MOST_PRODUCTS = 12  # [ENG] more strengths and forms than any medicine has
_MOST_MG = 500  # [ENG] over any tablet of these medicines
_FINEST = 10**6
_LIKE = "a strength and a form, like: 2 mg and 5 mg tablets, scored"


class ProductsCode(StrEnum):
    """Every reason for which typed products are asked about again."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNCLEAR = "unclear"
    COMMA = "comma"
    LOST_ZERO = "lost_zero"
    WRONG_UNIT = "wrong_unit"
    STRENGTH_MISSING = "strength_missing"
    UNIT_MISSING = "unit_missing"
    FORM_MISSING = "form_missing"
    MARK_MISSING = "mark_missing"
    NEVER_SPLIT = "never_split"
    TWICE = "twice"
    ABSURD = "absurd"


class ProductsError(AskedError):
    """Typed products that are not understood, or not in one way only; `code`: `ProductsCode`."""


_NUMBER = r"(?<![\w.,-])[0-9]+(?:\.[0-9]{1,4})?(?![.,]?[0-9])"
_MG = r"(?:mgs?|milligram(?:me)?s?)\b"
_ML = r"(?:mls?|millilit(?:er|re)s?)\b"
_SCORED = (
    r"cut\s+in(?:to)?\s+(?:half|two|halves)|scored?(?:\s+lines?)?|splits?|splitt?able|halve[sd]?|broken|breakable|"
    r"in(?:to)?\s+(?:half|two|2)(?:\s+pieces)?"
)
_NOT = (
    r"(?:not|cannot|can't|never|no|without|don't|isn't|aren't)\s+(?:be\s+|have\s+|an?\s+|any\s+)*"
)
_KINDS: Final = {
    "conc": rf"{_NUMBER}\s*{_MG}\s*(?:in|per|/|to\s+each|in\s+each)\s*(?:[0-9.]+\s*)?{_ML}",
    "mg": rf"{_NUMBER}\s*{_MG}",
    "ml": rf"{_NUMBER}\s*{_ML}",
    "number": _NUMBER,
    "whole": rf"un-?scored|whole\s+only|only\s+whole|{_NOT}(?:{_SCORED})",
    "quarters": (
        r"(?:in(?:to)?\s+)?quarter(?:s|ed)?|cross[\s-]?scored|in(?:to)?\s+(?:four|4)(?:\s+pieces)?"
    ),
    "halves": _SCORED,
    "all": r"\b(?:both|all)\b",
    "modified_release": (
        r"(?:prolonged|extended|modified|slow|sustained|controlled)[\s-]*release|"
        r"\b(?:xr|mr|cr|er|sr|xl|retard)\b"
    ),
    "capsule": r"\bcap(?:sule)?s?\b",
    "liquid": r"\b(?:liquids?|solutions?|syrup|suspension|drops)\b",
    "tablet": r"\b(?:tab(?:let)?s?|pills?)\b",
    "end": r"[;\n]|\.(?=\s|$)",
    "word": r"[^\s,/+&:()\"]+",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))
_FILLERS = frozenset(
    re.findall(
        r"\S+",
        """
        i have has there are is and or also with of the a an which that can be in they it my some
        oral syringe mark marks marked smallest every line lines from at along strength strengths
        """,
    )
)
_PIECES: Final = {"whole": 1, "halves": 2, "quarters": 4}
_FORMS: Final = {form.value: form for form in Form}
_COMMA = re.compile(r"([0-9]+),([0-9]+)")
_LOST_ZERO = re.compile(r"(?<![0-9.])\.[0-9]+")
_WRONG_UNIT = re.compile(r"[0-9.]+\s*(?:mcgs?|µg|ug|microgram\w*|g|grams?)\b")


class _Token(NamedTuple):
    kind: str
    text: str


@dataclass
class _Group:
    """Strengths that share a form and what is said of splitting, as far as they were read."""

    text: str = ""
    mg: list[Fraction] = field(default_factory=list)
    per_ml: int = 0
    bare: list[str] = field(default_factory=list)
    form: Form | None = None
    form_first: bool = False
    said: set[str] = field(default_factory=set)
    mark: Decimal | None = None

    @property
    def pieces(self) -> int:
        """Into how many parts a tablet may be split."""
        return max((_PIECES[word] for word in self.said), default=1)

    @property
    def ends(self) -> bool:
        """Whether a line may end here: the mark of a liquid may stand on the next."""
        return bool(self.text) and not (self.form is Form.LIQUID and self.mark is None)

    @property
    def full(self) -> bool:
        """Whether another strength begins another group."""
        return bool(self.mg) and self.form is not None and not self.form_first


def read_products(text: str, medicine: str, *, names: Iterable[str] = ()) -> tuple[Product, ...]:
    """The products of `medicine` (a drug id) that somebody typed, in their order, at least one.

    `names` are those of the medicine, which may stand beside a strength. What is said of splitting
    holds of the strengths before it: "2 mg and 5 mg tablets, scored". "Scored" is into halves; into
    quarters has to be said.

    Raises:
        ProductsError: the first thing that is not understood; see `ProductsCode`.
    """
    if len(text) > LONGEST_PRODUCTS:
        raise _error(ProductsCode.TOO_LONG, text, f"at most {LONGEST_PRODUCTS} characters")
    plain = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for name in names:
        plain = re.sub(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", " ", plain)
    _refuse_unreadable(plain)
    products = [one for group in _groups(plain) for one in _made(group, medicine)]
    if not products:
        raise _error(ProductsCode.EMPTY, text.strip() or "nothing", _LIKE)
    for number, one in enumerate(products):
        if one in products[:number]:
            raise _error(ProductsCode.TWICE, f"{one.mg} mg", "each strength once")
    if len(products) > _MOST_PRODUCTS:
        raise _error(ProductsCode.ABSURD, text, f"at most {_MOST_PRODUCTS} strengths")
    return tuple(products)


def _error(code: ProductsCode, found: str, expected: str) -> ProductsError:
    return ProductsError(code, found=" ".join(found.split())[:_FOUND_LENGTH], expected=expected)


def _refuse_unreadable(text: str) -> None:
    if found := _COMMA.search(text):
        raise _error(ProductsCode.COMMA, found[0], "a dot in numbers, and a blank between two")
    if found := _LOST_ZERO.search(text):
        # A dot without its zero is easily a lost digit: 0.5 or 2.5.
        raise _error(ProductsCode.LOST_ZERO, found[0], f"0{found[0]}, if that is meant")
    if found := _WRONG_UNIT.search(text):
        raise _error(ProductsCode.WRONG_UNIT, found[0], "the mg on the pack")


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        token = _Token(found.lastgroup or "", found[0])
        if token.kind != "word":
            yield token
        elif token.text.strip(".-'") not in {*_FILLERS, ""}:
            raise _error(ProductsCode.UNCLEAR, token.text, _LIKE)


def _groups(text: str) -> Iterator[_Group]:
    group = _Group()
    for token in _tokens(text):
        new_form = token.kind in _FORMS and group.mg and group.form and _new(group, token)
        new_strength = token.kind in {"mg", "conc", "number"} and group.full
        if new_form or new_strength or (token.kind == "end" and group.ends):
            yield group
            group = _Group()
        if token.kind != "end":
            _add(group, token)
    if group.text:
        yield group


def _new(group: _Group, token: _Token) -> bool:
    """Whether a form begins another group: "XR tablets" and "2 mg in 5 ml liquid" are one."""
    kind = _FORMS[token.kind]
    return group.form_first or not (
        kind is group.form or Form.MODIFIED_RELEASE in {kind, group.form}
    )


def _add(group: _Group, token: _Token) -> None:
    group.text = f"{group.text} {token.text}".strip()
    if token.kind == "conc":
        group.form, group.per_ml = Form.LIQUID, group.per_ml + 1
        group.mg.append(_per_ml(token.text))
    elif token.kind == "mg":
        group.mg += [Fraction(one) for one in (*group.bare, re.split(r"[^0-9.]", token.text)[0])]
        group.bare = []
    elif token.kind == "number":
        group.bare.append(token.text)
    elif token.kind == "ml":
        group.mark = Decimal(re.split(r"[^0-9.]", token.text)[0])
    elif token.kind in _PIECES:
        group.said.add(token.kind)
    elif token.kind == "all":
        # "5 mg tablets; 2 mg tablets, both scored": what holds of both, only the writer knows.
        if len(group.mg) == 1:
            raise _error(ProductsCode.UNCLEAR, group.text, "what holds of each strength")
    elif group.bare:
        # "28 tablets of 2 mg" counts tablets: it is no strength.
        raise _error(ProductsCode.UNCLEAR, f"{group.bare[0]} {token.text}", _LIKE)
    else:
        _take_form(group, _FORMS[token.kind])


def _take_form(group: _Group, form: Form) -> None:
    group.form_first = group.form_first or not group.mg
    if group.form is not Form.MODIFIED_RELEASE:
        group.form = form


def _per_ml(text: str) -> Fraction:
    """The mg in 1 ml of "2 mg in 5 ml"."""
    numbers = re.findall(r"[0-9]+(?:\.[0-9]+)?", text)
    ml = Fraction(numbers[1]) if len(numbers) > 1 else Fraction(1)
    if not ml or (Fraction(numbers[0]) / ml * _FINEST).denominator != 1:
        raise _error(ProductsCode.UNCLEAR, text, "the mg in 1 ml")
    return Fraction(numbers[0]) / ml


def _made(group: _Group, medicine: str) -> list[Product]:
    _refuse_part(group)
    form = group.form
    if form is None:
        raise _error(ProductsCode.FORM_MISSING, group.text, "tablets, capsules or liquid")
    if group.pieces > 1 and form is not Form.TABLET:
        raise _error(ProductsCode.NEVER_SPLIT, group.text, "only scored tablets are split")
    if form is Form.LIQUID and group.per_ml < len(group.mg):
        raise _error(ProductsCode.UNCLEAR, group.text, "in how many ml, like: 2 mg in 5 ml")
    if form is Form.LIQUID and group.mark is None:
        raise _error(ProductsCode.MARK_MISSING, group.text, "the smallest mark, like: 0.5 ml marks")
    if form is not Form.LIQUID and group.mark is not None:
        raise _error(ProductsCode.UNCLEAR, group.text, "how many mg are in 1 ml")
    amounts = [Decimal(mg.numerator) / mg.denominator for mg in group.mg]
    return [Product(medicine, form, mg, group.pieces, group.mark) for mg in amounts]


def _refuse_part(group: _Group) -> None:
    if group.bare:
        expected = f"{group.bare[0]} mg, if that is meant"
        raise _error(ProductsCode.UNIT_MISSING, group.bare[0], expected)
    if "whole" in group.said and len(group.said) > 1:
        raise _error(ProductsCode.UNCLEAR, group.text, "whole, or in halves, or in quarters")
    if not group.mg:
        raise _error(ProductsCode.STRENGTH_MISSING, group.text, "how many mg are in one")
    if not all(0 < mg <= _MOST_MG for mg in group.mg) or group.mark == 0:
        raise _error(ProductsCode.ABSURD, group.text, f"more than 0 and at most {_MOST_MG} mg")
