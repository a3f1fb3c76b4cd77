"""What stands in a plan line and is no dose: remarks in brackets, "reduce to", list marks."""

import re

from care.planamounts import MG, says_mg
from care.typedline import Piece
from care.walltime import NAMED_TIMES

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# Brackets that say how an amount is made up, or what it was before, are remarks in spite of the mg.
_REMARK = re.compile(
    r"\b(?:tab(?:let)?s?|pills?|caps?(?:ules?)?|mls?|drops?|liquid|was|before|previously|from|instead|"
    r"down|less|reduc\w*|decreas\w*|drop|cut|step)\b|%|[½¼¾]|[0-9]\s*x\s*[0-9]|^\W*-",
    re.IGNORECASE,
)
_TIMES = "|".join(sorted(NAMED_TIMES, key=len, reverse=True))
_PART_OF_IT = re.compile(
    rf"[0-9]\s*(?:{MG})\b|[0-9]\s*\+\s*[0-9]|[0-9]:[0-9]|[0-9]\s*[ap]\.?m\b|^\W*(?:at\s+)?[0-9]{{1,2}}"
    rf"\s*h?\W*$|\b(?:{_TIMES}|am|pm|[bt]ds?|qds|bid|tid|once|twice|daily|day|weeks?|wks?|fortnight)\b|"
    r"[0-9]{1,2}(?:st|nd|rd|th)?\s+[a-z]{3}|[a-z]{3,}\s+[0-9]|[0-9][/.-][0-9]",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"\b(?:(?:reduc\w*|go(?:ing)?|drop\w*|cut\w*|decreas\w*|lower\w*|chang\w*|increas\w*|switch\w*|move)"
    rf"(?:\s+(?:it|the\s+dose|dose|down|back|up))*\s+to|(?:down|back)\s+to)(?=\s+[0-9.]+\s*(?:{MG})\b)|"
    r"\b(?:(?:stay\w*|remain\w*|continu\w*|keep\w*)(?:\s+(?:on|at|with|taking))?|"
    r"(?:please\s+)?tak(?:e|ing)|(?:you\s+)?then\s+take)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*(?:[-*+>\u00b7\u2219\u25e6]\s+)+")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# "1. Dec" is a date in half of Europe; "1. 12 Dec" is the first of a list.
_NUMBERED = re.compile(
    rf"\s*[0-9]{{1,2}}[.)]\s+(?=[0-9]{{1,2}}(?:st|nd|rd|th)?\.?\s*{_MONTH}|[0-9]{{4}}-|"
    r"(?:weeks?|wks?|days?|from|start\w*|until|till|then|stop|every|last|"
    r"mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b)",
    re.IGNORECASE,
)
_HEADING = frozenset(
    re.findall(
        r"\S+",
        """
        a all agreed amounts and are as by changes daily dear doctor dosage dose doses dr
        following for from gp hello here hi i in is it medication medicine mg milligrams my new
        of plan please prescription programme reduction regime regimen schedule steps table take
        taper tapering taking thank thanks the these this to total with withdrawal you your
        """,
    )
)
_RULE = re.compile(r"[\s|:+=_*~-]+")


def is_heading(text: str) -> bool:
    """Whether a line without a time says nothing but what the lines below are about."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return all(word in _HEADING for word in words) and not re.search(r"[,;&]", text)


def is_rule(text: str) -> bool:
    """Whether a line is only drawn: "-----"."""
    return _RULE.fullmatch(text) is not None


def without_notes(line: Piece) -> Piece:
    """The line with blanks for its remarks, each sign left where it stood.

    "9 mg (4.5 tablets)" is 9 mg. Brackets that say an amount, a time, a date or a split are part
    of the line: only the signs around them go.
    """
    for found in _BRACKETS.finditer(line.text):
        start, end = found.span()
        inner = found[0][1:-1]
        if _REMARK.search(inner) or not _PART_OF_IT.search(inner):
            line = line.blanked(start, end)
        else:
            # "2 (10 mg)" is two of something, not 10 mg at two o'clock: a mark keeps them apart.
            text = line.blanked(start, start + 1).blanked(end - 1, end).text
            text = text[:start] + (";" if says_mg(inner) else " ") + text[start + 1 :]
            line = Piece(text, line.line, line.start)
    line = _without_mark(line)
    line = Piece(line.text.replace("|", " "), line.line, line.start)
    for found in _VERBS.finditer(line.text):
        line = line.blanked(*found.span())
    return line


def _without_mark(line: Piece) -> Piece:
    if found := _MARK.match(line.text):
        line = line.blanked(*found.span())
    found = _NUMBERED.match(line.text)
    return line.blanked(*found.span()) if found else line
