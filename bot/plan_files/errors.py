"""What is wrong with a plan file, in one kind line."""

from typing import Final

LARGEST: Final = 1024 * 1024
"""Bytes of the largest file that is read: a thousand steps need a fifth of it."""


class PlanFileError(ValueError):
    """A place in a plan file that is not understood; its text is one line for a person.

    `where` names the place as its program shows it ("line 4, column 9", "cell C5"; empty for the
    whole file), `found` what stands there, `expected` what would be understood. `line` and
    `column` count from 1; both are None when the file as a whole cannot be read.
    """

    def __init__(
        self,
        where: str,
        found: str,
        expected: str,
        *,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(f"{where}{': ' if where else ''}found {found}, expected {expected}")
        self.where = where
        self.found = found
        self.expected = expected
        self.line = line
        self.column = column
