"""A referee for what is shown: ISMP's and the Joint Commission's rules as regexes.

It shares nothing with the formatter: it reads the text of a page and names what should
not stand there.
What people typed and is shown as it was written is theirs, and is passed over: text
areas, form fields, and words in “…” behind "as written:".
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from html import unescape
from pathlib import Path

import concord

_DATA = Path(concord.__file__).parent / "knowledge" / "data" / "tallman"
_LEFT_OUT = re.compile(
    r"<(script|style|textarea)\b.*?</\1\s*>|<!--.*?-->",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"</?([a-zA-Z][\w-]*)[^>]*>")
_INLINE = frozenset("a abbr b em i small span strong sub sup time u".split())
_AS_WRITTEN = re.compile(r"as written: “[^”]*”", re.IGNORECASE)
_UNIT = (
    r"(?:mg|mcg|ug|µg|μg|ng|g|kg|mL|ml|L|mEq|mmol|units?|tablets?|capsules?|films?|"
    r"patch(?:es)?|pieces?)\b"
)
_SP = r"[ \u00a0]"

# What may not stand in a text, by the rule that it breaks.
RULES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "trailing zero": rf"(?<![\d.])\d[\d,]*\.\d*0{_SP}?{_UNIT}",
        "no leading zero": rf"(?<![\d.]){_SP}?(?<![\w.])\.\d+",
        "no comma in a thousand": rf"(?<![\d.,])\d{{4,}}(?:\.\d+)?{_SP}?{_UNIT}",
        "a wrong comma": rf"(?<![\d,.])(?:0\d|\d{{1,3}}),\d{{1,2}}(?!\d){_SP}?{_UNIT}",
        "an exponent": rf"\d[eE][+-]?\d+{_SP}?{_UNIT}",
        "no space before the unit": (
            r"(?<![A-Za-z\d.,])\d[\d,.]*(?:mg|mcg|mL|g|kg|units?)\b"
        ),
        "full stop after a unit": (
            rf"\d{_SP}?(?:mg|mcg|mL|mEq|kg|g|L)\.(?={_SP}?[a-z\d])"
        ),
        "micro sign": r"[µμ]g\b|\bug\b",
        "ng": rf"\d{_SP}?ng\b",
        "IU or U": rf"\bI\.?U\b|\d{_SP}?[Uu]\b",
        "cc": r"\b(?:cc|CC)\b",
        "daily": r"\b[Qq]\.?[Dd]\b\.?|\bq1d\b|\bOD\b|\bo\.d\.",
        "every other day": r"\b[Qq]\.?[Oo]\.?[Dd]\b",
        "bedtime": r"\b[Qq]\.?[Hh]\.?[Ss]\b|\bHS\b|\bhs\b|\bBT\b|\bqn\b",
        "twice or more": r"\b(?:BIW|TIW|biw|tiw)\b|\bq\d+[AaPp][Mm]\b|\bx\d+d\b",
        "route": r"\b(?:SC|SQ|IJ|IN|NAS)\b|\b[Ss]ub[ -]?[Qq]\b|\b[Pp]er os\b",
        "eye or ear": r"\b(?:AD|AS|AU|OS|OU)\b",
        "drug letters": r"\b(?:MS|MSO4|MgSO4|APAP|AZT|CPZ|HCTZ?|MTX|ZnSO4)\b",
        "stop or discharge": r"\b[Dd]/[Cc]\b",
        "a half": r"\bss\b|\bSSI\b|[½¼¾]",
        "per day": rf"{_UNIT}/(?:d|day|h|hr|wk)\b",
        "more than": r"[<>≤≥]\s?\d",
        "trade mark": r"[™®]",
    }.items()
}


def text_of(html: str) -> str:
    """Return what a reader sees, one block a line, unbreakable spaces as spaces."""
    return _text(html).replace("\u00a0", " ")


def _text(html: str) -> str:
    shown = _LEFT_OUT.sub(" ", html)
    shown = _TAG.sub(lambda t: "" if t[1].lower() in _INLINE else "\n", shown)
    return _AS_WRITTEN.sub("as written", unescape(shown))


@cache
def _look_alikes() -> dict[str, str]:
    """The names of the published lists by their lower case, read from the file."""
    return {
        name.lower(): name
        for path in sorted(_DATA.glob("*.toml"))
        for part in tomllib.loads(path.read_text("utf-8"))["names"]
        for name in part["written"]
    }


def violations(html_text: str) -> list[str]:
    """Return what breaks a rule in a page or a plain text, with the words around it."""
    text = _text(html_text)
    found = [
        f"{rule}: …{text[max(0, m.start() - 25) : m.end() + 15].strip()!r}"
        for rule, pattern in RULES.items()
        for m in pattern.finditer(text)
    ]
    for word in re.finditer(r"[A-Za-z]+(?:-[A-Za-z]+)?", text):
        listed = _look_alikes().get(word[0].lower(), word[0])
        if listed != word[0]:
            found.append(f"Tall Man: {word[0]!r}, expected {listed!r}")
    return found


_DRAWN = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL)
_APART = re.compile(r"\d (?:mg|mcg|mL|mEq|units?|tablets?|films?|capsules?)\b")


def loose(html_text: str) -> list[str]:
    """Return the doses in a page that a line could break in two.

    The words of a drawing are never wrapped, so they are not asked.
    """
    text = _text(_DRAWN.sub(" ", html_text))
    return [
        text[max(0, m.start() - 25) : m.end() + 10].strip()
        for m in _APART.finditer(text)
    ]
