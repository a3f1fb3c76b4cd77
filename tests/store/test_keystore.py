"""Data keys: one per person, shared by all processes, gone for good when shredded."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from store.crypto import Key, MasterKeys, SealError, key_id
from store.engine import make_engine
from store.keystore import DATA_KEYS, KeyStore

THREADS = 4


@pytest.fixture
def open_store(empty_database_url: str, masters: MasterKeys) -> Iterator[Callable[..., KeyStore]]:
    """Open the same key store again, as another process would."""
    engines: list[Engine] = []

    def open_again(keys: MasterKeys = masters) -> KeyStore:
        engines.append(make_engine(empty_database_url))
        return KeyStore(engines[-1], keys)

    yield open_again
    for engine in engines:
        engine.dispose()


def together(*actions: Callable[[], object]) -> list[object]:
    """Run actions at the same moment, a thread for each; give back values and errors."""
    barrier = threading.Barrier(len(actions))
    results: list[object] = []

    def run(action: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(action())
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            results.append(error)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def wrapped(store: KeyStore, owner: str) -> bytes | None:
    with store._engine.connect() as connection:
        return connection.scalar(select(DATA_KEYS.c.wrapped).where(DATA_KEYS.c.owner == owner))


def test_a_key_is_made_once_and_found_by_every_process(open_store: Callable[..., KeyStore]) -> None:
    made = open_store().make("ann")
    assert open_store().key("ann") == made
    assert open_store().make("ann") == made


def test_two_people_have_two_keys(open_store: Callable[..., KeyStore]) -> None:
    store = open_store()
    assert store.make("ann").secret != store.make("bob").secret


def test_nobody_gets_a_key_by_being_looked_up(open_store: Callable[..., KeyStore]) -> None:
    store = open_store()
    for _ in range(2):
        with pytest.raises(SealError, match="no data key"):
            store.key("ann")


def test_processes_that_start_together_all_start(open_store: Callable[..., KeyStore]) -> None:
    results = together(*[open_store] * THREADS)
    assert [type(result) for result in results] == [KeyStore] * THREADS


def test_processes_that_meet_a_person_together_agree_on_the_key(
    open_store: Callable[..., KeyStore],
) -> None:
    stores = [open_store() for _ in range(THREADS)]
    for number in range(10):
        keys = together(*(partial(store.make, f"person{number}") for store in stores))
        assert {type(key) for key in keys} == {Key}
        assert len(set(keys)) == 1


def test_a_shredded_key_is_gone_for_every_process_that_starts_later(
    open_store: Callable[..., KeyStore],
) -> None:
    store = open_store()
    store.make("ann")
    store.shred("ann")
    for each in (store, open_store()):
        with pytest.raises(SealError, match="no data key"):
            each.key("ann")


def test_a_person_who_comes_back_gets_another_key(open_store: Callable[..., KeyStore]) -> None:
    store = open_store()
    before = store.make("ann")
    store.shred("ann")
    assert store.make("ann").secret != before.secret


def test_a_key_cannot_be_given_to_another_owner(open_store: Callable[..., KeyStore]) -> None:
    store = open_store()
    store.make("ann")
    with store._engine.begin() as connection:
        connection.execute(DATA_KEYS.update().values(owner="bob"))
    with pytest.raises(SealError):
        open_store().key("bob")


def test_rotation_wraps_every_key_anew_and_the_old_master_can_go(
    open_store: Callable[..., KeyStore],
) -> None:
    old, new = MasterKeys.generate("old"), MasterKeys.generate("new")
    before = open_store(MasterKeys.parse(old))
    secrets = {owner: before.make(owner).secret for owner in ("ann", "bob")}

    both = open_store(MasterKeys.parse(f"{new},{old}"))
    both.make("carl")
    assert both.rotate() == 2
    assert both.rotate() == 0

    after = open_store(MasterKeys.parse(new))
    assert {owner: after.key(owner).secret for owner in secrets} == secrets
    assert key_id(wrapped(after, "ann") or b"") == "new"
    with pytest.raises(SealError, match="'new' is not in ENCRYPTION_KEYS"):
        open_store(MasterKeys.parse(old)).key("ann")


def test_a_rotation_that_fails_changes_nothing(open_store: Callable[..., KeyStore]) -> None:
    old, other = MasterKeys.generate("old"), MasterKeys.generate("other")
    open_store(MasterKeys.parse(old)).make("ann")
    open_store(MasterKeys.parse(other)).make("bob")
    new = open_store(MasterKeys.parse(f"{MasterKeys.generate('new')},{old}"))
    with pytest.raises(SealError, match="'other'"):
        new.rotate()
    assert key_id(wrapped(new, "ann") or b"") == "old"


def test_a_shredded_key_is_in_no_file_of_the_store(tmp_path: Path, masters: MasterKeys) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'keys.db'}")
    store = KeyStore(engine, masters)
    store.make("ann")
    data = wrapped(store, "ann")
    assert data is not None
    assert any(data in path.read_bytes() for path in tmp_path.iterdir())
    store.shred("ann")
    assert not any(data in path.read_bytes() for path in tmp_path.iterdir())
    engine.dispose()


def test_a_reader_that_keeps_the_shredded_key_in_the_log_is_no_quiet_success(
    tmp_path: Path, masters: MasterKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.PRAGMAS", ("PRAGMA journal_mode=WAL",))
    engine = make_engine(f"sqlite:///{tmp_path / 'keys.db'}?timeout=0.05")
    store = KeyStore(engine, masters)
    store.make("ann")
    reader = engine.raw_connection()
    reader.cursor().execute("BEGIN").execute("SELECT * FROM data_keys").fetchone()
    with pytest.raises(RuntimeError, match="still in its log"):
        store.shred("ann")
    reader.close()
    store.shred("ann")
    engine.dispose()
