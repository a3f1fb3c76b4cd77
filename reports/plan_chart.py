"""The picture of a plan: the dose of each medicine over time, as steps.

Each medicine has a panel with its own scale: milligrams of two medicines are not to be compared.
Colour, dash and marker all tell them apart, so that black and white is enough.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox

from care.plan import Plan, Step, mg_text

# Blue, vermilion, green and purple of Okabe and Ito: apart for every kind of colour blindness.
LOOKS: Final = (
    ("#0072b2", "-", "o"),
    ("#d55e00", "--", "s"),
    ("#009e73", "-.", "^"),
    ("#7b3294", ":", "D"),
)
INK, FAINT = "#222222", "#767676"
_DPI: Final = 150
_WIDE, _HIGH, _TOP = 6.0, 3.4, 0.9  # inches: of the picture, of a panel, of what stands around
_SMALL, _TEXT, _TITLE = 14, 15, 17  # points; 14 are 11 dots at the 360 dots of a phone
_BEFORE: Final = timedelta(days=7)
_MARGIN: Final = 0.22
"""Room at the right, as a share of the time shown, for the words at the end."""
_MOST_DAYS, _WEEKS = 4, 9
_CROWDED: Final = 24
"""With more steps than this a marker each would hide the line."""
MOST_PANELS: Final = 4


def plan_recipe(plan: Plan, names: Mapping[str, str], today: date) -> dict[str, Any]:
    """What the picture of a plan is drawn from, ready for JSON: days and mg as text.

    `names` says each medicine as the reader should see it. `days` are when a dose begins to hold,
    `mg` the dose of a whole day on which it is taken, `every` the days from dose to dose.
    """
    starts = [step.starts for step in plan.steps]
    first = min([today, *starts]) - _BEFORE
    return {
        "picture": "plan",
        "today": today.isoformat(),
        "from": first.isoformat(),
        "to": max([today, *starts]).isoformat(),
        "medicines": [
            {"name": names[medicine]} | _course(plan, medicine, first)
            for medicine in plan.medicines
        ],
    }


def _course(plan: Plan, medicine: str, first: date) -> dict[str, Any]:
    now = [Step(first, one) for one in plan.present if one.medicine == medicine]
    held = [*now, *(step for step in plan.steps if step.regimen.medicine == medicine)]
    return {
        "days": [step.starts.isoformat() for step in held],
        "mg": [mg_text(step.regimen.daily_mg) for step in held],
        "every": [step.regimen.every for step in held],
    }


class _Point(NamedTuple):
    """From a day on: so many mg, and what is written beside it."""

    day: float
    mg: float
    words: str


@dataclass(slots=True)
class _Course:
    """One medicine as it is drawn."""

    name: str
    points: list[_Point]
    look: tuple[str, str, str]
    ends: date | None


def plan_picture(recipe: dict[str, Any]) -> bytes:
    """Draw a plan from its recipe; return PNG bytes, 900 dots wide."""
    out = io.BytesIO()
    _figure(recipe).savefig(out, format="png")
    return out.getvalue()


def _figure(recipe: dict[str, Any]) -> Figure:
    mpl.use("Agg")
    today, begin, end = (date.fromisoformat(recipe[key]) for key in ("today", "from", "to"))
    first, last = _number(begin), _number(end)
    courses = [
        _read(one, LOOKS[number], begin)
        for number, one in enumerate(recipe["medicines"][:MOST_PANELS])
    ]
    size = (_WIDE, _TOP + _HIGH * max(len(courses), 1))
    figure = Figure(figsize=size, dpi=_DPI, facecolor="white", layout="constrained")
    panels = figure.subplots(len(courses), 1, sharex=True, squeeze=False)[:, 0]
    margin = max((last - first) * _MARGIN, 7)
    for axes, course in zip(panels, courses, strict=True):
        _panel(axes, course, last + margin)
        axes.set_xlim(first, last + margin)
        axes.axvline(_number(today), color=INK, linewidth=1.6, linestyle=(0, (2, 2)), zorder=1)
    _days_below(panels[-1], begin, end + timedelta(days=int(margin)))
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes, course in zip(panels, courses, strict=True):
        _write(axes, course, today, here=axes is panels[0])
    return figure


def _read(one: dict[str, Any], look: tuple[str, str, str], first: date) -> _Course:
    days = [date.fromisoformat(day) for day in one["days"]]
    every = one["every"]
    points = [
        _Point(_number(day), float(mg), mg if every[n] == 1 else f"{mg} every\n{every[n]} days")
        for n, (day, mg) in enumerate(zip(days, one["mg"], strict=True))
    ]
    if days[0] > first:
        points.insert(0, _Point(_number(days[0]), 0, ""))  # it begins: a line up from nothing
    ends = days[-1] if len(days) > 1 and points[-1].mg == 0 else None
    return _Course(one["name"], points, look, ends)


def _number(day: date) -> float:
    return float(date2num(day))  # type: ignore[no-untyped-call]


def _panel(axes: Axes, course: _Course, until: float) -> None:
    colour, dash, marker = course.look
    days = [point.day for point in course.points] + [until]
    amounts = [point.mg for point in course.points]
    drawn = len(days) - bool(course.ends)
    axes.step(
        days[:drawn],
        [*amounts, amounts[-1]][:drawn],
        where="post",
        color=colour,
        linestyle=dash,
        linewidth=3,
        zorder=3,
    )
    many = len(course.points) > _CROWDED
    changes = days[1:-1], amounts[1:]
    axes.plot(*changes, marker, color=colour, markersize=3.5 if many else 8, zorder=4)
    axes.set_title(f"{course.name}: mg a day", loc="left", fontsize=_TITLE, color=INK)
    axes.set_ylim(0, (max(amounts) or 1) * 1.22)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.tick_params(labelsize=_SMALL, colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.35)


def _days_below(axes: Axes, first: date, last: date) -> None:
    days = _named_days(first, last)
    axes.set_xticks([_number(day) for day in days], [f"{d.day} {d:%b}\n{d.year}" for d in days])


def _named_days(first: date, last: date) -> list[date]:
    """The days written below: Mondays, or the first of every so many months; four at most."""
    monday = first + timedelta(days=-first.weekday() % 7)
    weeks = [
        monday + timedelta(weeks=n) for n in range(_WEEKS) if monday + timedelta(weeks=n) <= last
    ]
    if len(weeks) < _WEEKS:
        return weeks[:: 1 if len(weeks) <= _MOST_DAYS else 2]
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    for every in (1, 2, 3, 6, 12, 24, 60, 120, 600):
        days = [date(n // 12, n % 12 + 1, 1) for n in months if n % every == 0]
        if len(days) <= _MOST_DAYS:
            return days
    return []


def _write(axes: Axes, course: _Course, today: date, *, here: bool) -> None:
    """Today, the end, and as many amounts as there is room for: the first and last ones first."""
    taken: list[Bbox] = []
    if here:
        top = axes.get_ylim()[1]
        day = _number(today)
        left, right = axes.get_xlim()
        side = "left" if day < (left + right) / 2 else "right"
        words = f" today, {today.day} {today:%b} "
        text = axes.text(day, top, words, fontsize=_SMALL, ha=side, va="top", color=INK)
        taken.append(text.get_window_extent())
    if course.ends:
        taken.append(_end(axes, course))
    for point in _by_weight(course):
        if point.mg:
            _amount(axes, point, taken, course)


def _end(axes: Axes, course: _Course) -> Bbox:
    last = course.points[-1]
    ends = course.ends or date.min
    words = f"ends\n{ends.day} {ends:%b}\n{ends.year}"
    axes.plot([last.day], [0], "X", color=INK, markersize=13, zorder=5, clip_on=False)
    text = axes.annotate(
        words,
        (last.day, 0),
        xytext=(10, 3),
        textcoords="offset points",
        fontsize=_SMALL,
        color=INK,
        zorder=6,
    )
    return text.get_window_extent()


def _by_weight(course: _Course) -> Sequence[_Point]:
    """The first and last amount, then those in the middle of the widest gaps."""
    points = [point for point in course.points if point.mg]
    if len(points) < len(("first", "last")):
        return points
    order = [points[0], points[-1]]
    spans = [(0, len(points) - 1)]
    while spans:
        low, high = spans.pop(0)
        middle = (low + high) // 2
        if middle not in (low, high):
            order.append(points[middle])
            spans += [(low, middle), (middle, high)]
    return order


def _amount(axes: Axes, point: _Point, taken: list[Bbox], course: _Course) -> None:
    after = next((one for one in course.points if one.day > point.day), point)
    rises = after.mg > point.mg and point is not course.points[0]
    text = axes.annotate(
        point.words,
        (point.day, point.mg),
        xytext=(-4 if rises else 3, 6),
        textcoords="offset points",
        fontsize=_TEXT,
        ha="right" if rises else "left",
        color=INK,
        bbox={"boxstyle": "square,pad=0", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        zorder=6,
    )
    box = text.get_window_extent()
    if any(box.overlaps(other) for other in taken) or _covers(axes, box, course):
        text.remove()
        return
    taken.append(box.padded(4))


def _covers(axes: Axes, box: Bbox, course: _Course) -> bool:
    """Whether words would lie on the line of the medicine, or leave the panel."""
    if box.x1 > axes.bbox.x1 + 12 or box.y1 > axes.bbox.y1 + 12:
        return True
    dots = axes.transData.transform([(point.day, point.mg) for point in course.points])
    for (_, high), (x, low) in pairwise(dots):
        top, bottom = max(high, low), min(high, low)
        if box.x0 < x < box.x1 and bottom < box.y1 and top > box.y0:
            return True
    return False
