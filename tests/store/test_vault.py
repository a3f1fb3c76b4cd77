"""Words are unreadable without the person's key, and stay where they were written."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, LargeBinary, Table, inspect, select
from sqlalchemy.orm import Session

from store.base import SealedRow
from store.crypto import MasterKeys, SealError
from store.engine import make_engine
from store.keystore import KeyStore
from store.models import DoseEvent, Note, Person
from store.vault import Vault

Fill = Callable[[Connection], None]
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SEALED_MODELS = sorted(
    (mapper.class_ for mapper in Person.registry.mappers if issubclass(mapper.class_, SealedRow)),
    key=lambda model: model.__name__,
)


def person(vault: Vault, chat_id: int = 1, name: str = "Ann") -> Person:
    owner = vault.chat_hash(chat_id)
    row = Person(chat_hash=owner, key_owner=owner, created_at=NOW)
    vault.seal(row, telegram_id=str(chat_id), first_name=name)
    return row


def test_what_was_sealed_is_read_back_from_the_database(any_store: tuple[Engine, Vault]) -> None:
    engine, vault = any_store
    with Session(engine) as session, session.begin():
        session.add(person(vault, 7, "Zoë 🌱"))
    with Session(engine) as session:
        found = session.scalars(select(Person)).one()
        assert vault.read(found, "first_name") == "Zoë 🌱"
        assert vault.read(found, "telegram_id") == "7"
        assert found.chat_hash == vault.chat_hash(7)


def test_json_comes_back_as_it_was(vault: Vault) -> None:
    row = person(vault)
    vault.seal_json(row, "first_name", {"prescriber": "Dr. Müller", "risks": [1, None]})
    assert vault.read_json(row, "first_name") == {"prescriber": "Dr. Müller", "risks": [1, None]}


def test_nothing_is_not_sealed(vault: Vault) -> None:
    row = person(vault)
    vault.seal(row, first_name=None)
    assert row.first_name is None
    assert vault.read(row, "first_name") is None
    assert vault.read_json(row, "first_name") is None


def test_words_moved_to_another_row_do_not_open(vault: Vault) -> None:
    first, second = person(vault), person(vault)
    assert first.key_owner == second.key_owner
    second.first_name = first.first_name
    with pytest.raises(SealError):
        vault.read(second, "first_name")


def test_words_moved_to_another_column_do_not_open(vault: Vault) -> None:
    row = person(vault)
    row.telegram_id = row.first_name
    with pytest.raises(SealError):
        vault.read(row, "telegram_id")


def test_words_moved_to_another_table_do_not_open(vault: Vault) -> None:
    note = Note(key_owner="ann")
    vault.seal(note, words="hello")
    event = DoseEvent(key_owner="ann", uid=note.uid, words=note.words)
    with pytest.raises(SealError):
        vault.read(event, "words")


def test_words_under_another_owner_do_not_open(vault: Vault) -> None:
    row = person(vault)
    row.key_owner = person(vault, 2).key_owner
    with pytest.raises(SealError):
        vault.read(row, "first_name")


def test_changed_words_do_not_open(vault: Vault) -> None:
    row = person(vault)
    assert row.first_name is not None
    row.first_name = row.first_name[:-1] + bytes([row.first_name[-1] ^ 1])
    with pytest.raises(SealError):
        vault.read(row, "first_name")


def test_after_shredding_the_words_are_unreadable_for_ever(vault: Vault) -> None:
    row, other = person(vault), person(vault, 2, "Bob")
    vault.keys.shred(row.key_owner)
    with pytest.raises(SealError, match="no data key"):
        vault.read(row, "first_name")
    vault.keys.make(row.key_owner)  # the person comes back
    with pytest.raises(SealError):
        vault.read(row, "first_name")
    assert vault.read(other, "first_name") == "Bob"


def test_a_chat_is_found_again_by_its_hash_and_no_other_is(vault: Vault) -> None:
    assert vault.chat_hash(12) == vault.chat_hash(12)
    assert vault.chat_hash(12) != vault.chat_hash(13)
    assert vault.chat_hash(12) != vault.token_hash("12")
    assert Vault(vault.keys).chat_hash(12) == vault.chat_hash(12)


def test_another_house_has_other_hashes(vault: Vault, masters: MasterKeys) -> None:
    engine = make_engine("sqlite://")
    assert Vault(KeyStore(engine, masters)).chat_hash(12) != vault.chat_hash(12)
    engine.dispose()


@pytest.mark.parametrize("model", SEALED_MODELS, ids=lambda model: model.__name__)
def test_every_column_of_bytes_is_declared_as_sealed(model: type[SealedRow]) -> None:
    table = inspect(model).local_table
    assert isinstance(table, Table)
    columns = [column for column in table.columns if isinstance(column.type, LargeBinary)]
    assert columns
    assert all(column.info.get("sealed") for column in columns)


def test_no_table_holds_bytes_outside_a_sealed_row() -> None:
    sealed = {model.__tablename__ for model in SEALED_MODELS}  # type: ignore[attr-defined]
    tables = {
        table.name
        for table in Person.metadata.tables.values()
        if any(isinstance(column.type, LargeBinary) for column in table.columns)
    }
    assert tables == sealed


def sealed_columns(model: type[SealedRow]) -> list[str]:
    return [column.name for column in inspect(model).columns if column.info.get("sealed")]


def secret_of(model: type[SealedRow], column: str) -> str:
    return f"a secret of {model.__name__} {column}: 😟 +49 30 901820"


def write_secrets_everywhere(engine: Engine, vault: Vault, fill: Fill) -> None:
    with engine.begin() as connection:
        fill(connection)
    with Session(engine) as session, session.begin():
        for model in SEALED_MODELS:
            for row in session.scalars(select(model)):
                vault.seal(row, **{name: secret_of(model, name) for name in sealed_columns(model)})


def test_every_sealed_column_of_every_table_gives_its_words_back(
    any_store: tuple[Engine, Vault], fill: Fill
) -> None:
    engine, vault = any_store
    write_secrets_everywhere(engine, vault, fill)
    with Session(engine) as session:
        for model in SEALED_MODELS:
            for row in session.scalars(select(model)):
                for name in sealed_columns(model):
                    assert vault.read(row, name) == secret_of(model, name)


def test_no_word_of_any_sealed_column_is_in_the_clear_in_any_file(
    sqlite_store: tuple[Engine, Vault], fill: Fill, tmp_path: Path
) -> None:
    engine, vault = sqlite_store
    write_secrets_everywhere(engine, vault, fill)
    files = {path.name: path.read_bytes() for path in tmp_path.glob("*.db*")}
    assert {"steady.db", "steady.db-wal", "keys.db", "keys.db-wal"} <= files.keys()
    assert b"first_name" in files["steady.db"]  # the search does find what is in the clear
    for model in SEALED_MODELS:
        for name in sealed_columns(model):
            secret = secret_of(model, name)[:20].encode()
            assert not [file for file, data in files.items() if secret in data]


def test_no_key_is_in_the_clear_in_the_key_store(vault: Vault, tmp_path: Path) -> None:
    secret = vault.keys.make("ann").secret
    assert not [path for path in tmp_path.glob("keys.db*") if secret in path.read_bytes()]
