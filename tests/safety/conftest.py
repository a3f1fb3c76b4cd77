"""The houses of `tests/actions`, in which the rules above all others are tried."""

from tests.actions.conftest import any_house, content, house

__all__ = ("any_house", "content", "house")
