"""When something last happened."""

from datetime import datetime

from sqlalchemy.orm import Session

from store.models import Mark


def get(session: Session, name: str) -> datetime | None:
    """Return when `name` last happened, None when it never did."""
    mark = session.get(Mark, name)
    return None if mark is None else mark.at


def put(session: Session, name: str, at: datetime) -> None:
    """Note that `name` happened at `at` (aware UTC)."""
    mark = session.get(Mark, name)
    if mark is None:
        session.add(Mark(name=name, at=at))
    else:
        mark.at = at


def drop(session: Session, name: str) -> None:
    """Forget when `name` last happened."""
    mark = session.get(Mark, name)
    if mark is not None:
        session.delete(mark)
