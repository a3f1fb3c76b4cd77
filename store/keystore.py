"""The key store: one data key per person, in a database of its own.

It is left out of backups of the main database, so a key that is shredded here takes its
person's words with it, in every older backup too.
"""

from threading import Lock

from sqlalchemy import (
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from store.crypto import Key, MasterKeys, SealError, key_id, new_secret

METADATA = MetaData()
DATA_KEYS = Table(
    "data_keys",
    METADATA,
    Column("owner", String(64), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
MAKING_TABLE = 0x57EAD5  # advisory lock of PostgreSQL
HOUSE = "house"  # the owner of what belongs to nobody, and of the lookup key


class KeyStore:
    """Data keys by owner, wrapped by the master keys.

    Args:
        engine: the key store's own database.
        masters: the keys of ENCRYPTION_KEYS.
    """

    def __init__(self, engine: Engine, masters: MasterKeys) -> None:
        self._engine = engine
        self._masters = masters
        self._cache: dict[str, Key] = {}
        self._lock = Lock()
        _create_table(engine)

    def key(self, owner: str) -> Key:
        """Return the data key of `owner`, or raise SealError when it was shredded or never was."""
        with self._lock:
            cached = self._cache.get(owner)
            if cached is not None:
                return cached
            wrapped = self._wrapped(owner)
            if wrapped is None:
                raise SealError(f"no data key for {owner[:8]}")
            return self._remember(owner, wrapped)

    def make(self, owner: str) -> Key:
        """Return the data key of `owner`, made now when there is none."""
        with self._lock:
            cached = self._cache.get(owner)
            if cached is not None:
                return cached
            wrapped = self._wrapped(owner) or self._insert(owner)
            return self._remember(owner, wrapped)

    def shred(self, owner: str) -> None:
        """Destroy the data key of `owner`: what it sealed is unreadable from now on."""
        # Locked, so that nobody who read the key a moment ago can put it back into the cache.
        with self._lock:
            with self._engine.begin() as connection:
                connection.execute(delete(DATA_KEYS).where(DATA_KEYS.c.owner == owner))
            self._cache.pop(owner, None)
            _empty_log(self._engine)

    def rotate(self) -> int:
        """Wrap every data key with the current master key; return how many changed."""
        changed = 0
        with self._engine.begin() as connection:
            for owner, wrapped in connection.execute(select(DATA_KEYS)).all():
                if key_id(wrapped) == self._masters.keys[0].id:
                    continue
                secret = self._masters.unseal(wrapped, f"data_keys:{owner}")
                fresh = self._masters.seal(secret, f"data_keys:{owner}")
                connection.execute(
                    update(DATA_KEYS).where(DATA_KEYS.c.owner == owner).values(wrapped=fresh)
                )
                changed += 1
        _empty_log(self._engine)
        return changed

    def _wrapped(self, owner: str) -> bytes | None:
        with self._engine.connect() as connection:
            return connection.scalar(select(DATA_KEYS.c.wrapped).where(DATA_KEYS.c.owner == owner))

    def _insert(self, owner: str) -> bytes:
        wrapped = self._masters.seal(new_secret(), f"data_keys:{owner}")
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(DATA_KEYS).values(owner=owner, wrapped=wrapped))
        except IntegrityError:
            # Another process met the same person in the same moment: its key counts.
            other = self._wrapped(owner)
            if other is None:
                raise
            return other
        return wrapped

    def _remember(self, owner: str, wrapped: bytes) -> Key:
        # Data keys are named by a prefix of their owner: enough to see a mix-up, no secret.
        key = Key(owner[:16], self._masters.unseal(wrapped, f"data_keys:{owner}"))
        self._cache[owner] = key
        return key


def _create_table(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Processes that start together would both find no table and both make it.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MAKING_TABLE})"))
        METADATA.create_all(connection)


def _empty_log(engine: Engine) -> None:
    """Take what was deleted out of SQLite's write-ahead log too, where it would stay readable."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    if busy:
        raise RuntimeError("the key store is being read: the deleted key is still in its log")
