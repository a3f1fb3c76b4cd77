"""Pictures a person can read: dose as steps, day score as a line, a whole plan."""

import io
from datetime import date
from typing import Any

import matplotlib as mpl
from matplotlib.dates import DateFormatter
from matplotlib.figure import Figure

from reports.plan_chart import plan_picture

# Blue and orange are told apart by every kind of colour blindness; dash and marker differ too.
DOSE, SCORE, CHANGE = "#0072b2", "#d55e00", "#666666"


def render(recipe: dict[str, Any]) -> bytes:
    """Draw the picture a recipe asks for; return PNG bytes.

    Raises:
        ValueError: for a recipe that is not known.
    """
    if recipe.get("picture") == "trend":
        return trend(recipe)
    if recipe.get("picture") == "plan":
        return plan_picture(recipe)
    raise ValueError(f"unknown picture {recipe.get('picture')!r}")


def trend(recipe: dict[str, Any]) -> bytes:
    """Draw the daily dose as steps over the day score as points, on the days given.

    The recipe holds `days` (ISO dates), `doses` (mg of each day, as text), `scores` (number or
    null: a missing day stays a gap) and `changes` (ISO dates of changes of dose).
    """
    mpl.use("Agg")
    days = [date.fromisoformat(day) for day in recipe["days"]]
    figure = Figure(figsize=(6, 6.4), dpi=150, facecolor="white", layout="constrained")
    top, below = figure.subplots(2, 1, sharex=True)
    top.step(days, [float(mg) for mg in recipe["doses"]], where="post", color=DOSE, linewidth=2.5)
    top.set_title("Planned dose a day (mg)", loc="left", fontsize=13)
    top.set_ylim(bottom=0)
    known = [
        (day, score) for day, score in zip(days, recipe["scores"], strict=True) if score is not None
    ]
    below.plot(
        [day for day, _ in known],
        [score for _, score in known],
        color=SCORE,
        marker="o",
        linestyle="--",
        linewidth=1.5,
        markersize=7,
    )
    below.set_title("Day score (higher is harder)", loc="left", fontsize=13)
    below.set_ylim(0, recipe.get("highest", 24))
    if not known:
        below.text(0.5, 0.5, "No check-in yet", ha="center", transform=below.transAxes, fontsize=13)
    for axis in (top, below):
        for change in recipe["changes"]:
            axis.axvline(date.fromisoformat(change), color=CHANGE, linestyle=":", linewidth=1.5)
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=11)
        axis.grid(axis="y", alpha=0.3)
    below.xaxis.set_major_formatter(DateFormatter("%d %b"))  # type: ignore[no-untyped-call]
    below.set_xlabel("dotted line: the dose changed", fontsize=11)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()
