"""Instants and amounts come back from both databases as they went in."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from store.models import Mark, Medicine, Patient, Person, SupplyCount
from store.vault import Vault

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def engine(any_store: tuple[Engine, Vault]) -> Engine:
    return any_store[0]


def stored(engine: Engine, at: datetime) -> datetime:
    with Session(engine) as session, session.begin():
        session.add(Mark(name="sweep", at=at))
    with Session(engine) as session:
        return session.scalars(select(Mark.at)).one()


@pytest.mark.parametrize(
    "at",
    [
        NOW,
        NOW.astimezone(ZoneInfo("Asia/Kathmandu")),
        NOW.astimezone(timezone(timedelta(hours=-11))),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(engine: Engine, at: datetime) -> None:
    back = stored(engine, at)
    assert back == at.astimezone(UTC)
    assert back.tzinfo is UTC


def test_a_naive_datetime_is_refused_when_written(engine: Engine) -> None:
    with pytest.raises(StatementError, match="naive datetime refused"):
        stored(engine, datetime(2026, 11, 22, 8, 0))  # noqa: DTZ001 (that is the test)


def test_a_naive_datetime_is_refused_in_a_question(engine: Engine) -> None:
    naive = datetime(2026, 11, 22, 8, 0)  # noqa: DTZ001 (that is the test)
    with Session(engine) as session, pytest.raises(StatementError, match="naive"):
        session.scalars(select(Mark).where(Mark.at < naive)).all()


def test_instants_written_in_different_zones_sort_by_instant(engine: Engine) -> None:
    tokyo, honolulu = ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu")
    with Session(engine) as session, session.begin():
        session.add(Mark(name="late", at=(NOW + timedelta(minutes=1)).astimezone(honolulu)))
        session.add(Mark(name="early", at=NOW.astimezone(tokyo)))
    with Session(engine) as session:
        assert list(session.scalars(select(Mark.name).order_by(Mark.at))) == ["early", "late"]
        due = select(Mark.name).where(Mark.at <= NOW.astimezone(honolulu))
        assert list(session.scalars(due)) == ["early"]


def test_an_empty_instant_stays_empty(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add(a_person())
    with Session(engine) as session:
        assert session.scalars(select(Person)).one().blocked_at is None


def a_person() -> Person:
    return Person(chat_hash="a", key_owner="a", created_at=NOW)


def stored_mg(engine: Engine, amount: Decimal) -> Decimal:
    with Session(engine) as session, session.begin():
        person = a_person()
        session.add(person)
        session.flush()
        session.add(Patient(person_id=person.id, key_owner="a", state="active", created_at=NOW))
        session.flush()
        medicine = Medicine(patient_id=person.id, drug_id="diazepam", created_at=NOW)
        session.add(medicine)
        session.flush()
        session.add(
            SupplyCount(patient_id=person.id, medicine_id=medicine.id, total_mg=amount, at=NOW)
        )
    with Session(engine) as session:
        return session.scalars(select(SupplyCount.total_mg)).one()


@pytest.mark.parametrize(
    "digits", ["0.1", "0.125", "10", "7.50", "0", "1E+3", "0.0000001", "12345678901234.56789"]
)
def test_an_amount_comes_back_digit_for_digit(engine: Engine, digits: str) -> None:
    back = stored_mg(engine, Decimal(digits))
    assert back.as_tuple() == Decimal(digits).as_tuple()


@pytest.mark.parametrize("amount", [0.1, 5.0, Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_exact_amount_is_refused(engine: Engine, amount: Decimal) -> None:
    with pytest.raises(StatementError, match="not an exact amount"):
        stored_mg(engine, amount)


def test_sqlite_keeps_an_amount_as_text_and_no_float_touches_it(
    sqlite_store: tuple[Engine, Vault],
) -> None:
    engine, _ = sqlite_store
    stored_mg(engine, Decimal("0.1"))
    with engine.connect() as connection:
        kind = connection.scalar(text("SELECT typeof(total_mg) FROM supply_counts"))
    assert kind == "text"


def test_every_row_has_its_own_random_uid(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add_all([a_person(), Person(chat_hash="b", key_owner="b", created_at=NOW)])
    with Session(engine) as session:
        first, second = session.scalars(select(Person.uid))
    assert len(first) == len(second) == 32
    assert first != second
