from dataclasses import replace
from decimal import Decimal

import pytest

from care.equivalents import columns, equivalent, exchanged, worst
from tests.care.plan_files import MEDICINES

ALPRAZOLAM, DIAZEPAM, LORAZEPAM = (MEDICINES[x] for x in ("alprazolam", "diazepam", "lorazepam"))


def test_an_amount_counts_by_every_table_and_the_worst_is_the_highest() -> None:
    assert equivalent(Decimal("0.5"), LORAZEPAM) == (Decimal("2.5"), Decimal(5))
    assert worst(Decimal("0.5"), LORAZEPAM) == 5
    assert columns(ALPRAZOLAM) == (5, 20)


def test_diazepam_counts_as_itself() -> None:
    assert equivalent(Decimal("7.5"), DIAZEPAM) == (Decimal("7.5"), Decimal("7.5"))


def test_the_tables_span_is_as_wide_as_they_disagree() -> None:
    assert exchanged(Decimal(1), ALPRAZOLAM, DIAZEPAM) == (5, 20)
    assert exchanged(Decimal(10), DIAZEPAM, LORAZEPAM) == (1, 2)


def test_baclofen_is_never_converted_even_if_a_table_had_it() -> None:
    fooled = replace(MEDICINES["baclofen"], equivalents=((Decimal(1), Decimal(1)),))
    for use in (
        columns,
        lambda one: worst(Decimal(1), one),
        lambda one: equivalent(Decimal(1), one),
    ):
        with pytest.raises(ValueError, match="never converted"):
            use(fooled)
    with pytest.raises(ValueError, match="never converted"):
        exchanged(Decimal(1), DIAZEPAM, fooled)


def test_a_medicine_without_a_published_figure_is_not_converted() -> None:
    with pytest.raises(ValueError, match="no published equivalent"):
        columns(replace(DIAZEPAM, equivalents=()))
