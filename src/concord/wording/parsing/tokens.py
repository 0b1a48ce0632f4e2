"""A direction in words, cut into numbers, words and marks; every sign of it is kept.

Written by hand and not as one pattern, so that a text is cut in one pass, however long:
each sign is looked at a fixed number of times.
What has no exact value (`1,5`, `3/4/2026`, `1/3`) becomes a word that nobody knows, so
that it is refused and not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Generic, TypeVar

from concord.terms import Value

_DIGITS = frozenset("0123456789")
_PARTS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
# Parts of one that a tablet is cut into, and that a decimal holds exactly.
_DENOMINATORS = (2, 4)
# No direction has a longer number; the exactness of Decimal ends far beyond.
_MOST_DIGITS, _MOST_DECIMALS = 9, 6
_GROUP = 3
# Every dash that a keyboard sets.
_DASHES = frozenset("-‐‑‒–—−")


class Token(Value, frozen=True, kw_only=True):
    """One number, word, date or mark: as written, in lower case, where, its value.

    `part` is whether a number is a part of one (`1/2`), `after_dash` whether a dash
    without spaces ties a word to the one before (`Mon-Fri`, `one-half`).
    """

    text: str
    word: str
    start: int
    end: int
    value: Decimal | None = None
    part: bool = False
    date: bool = False
    after_dash: bool = False


Tokens = tuple[Token, ...]


def tokens(text: str) -> Tokens:
    """Return the tokens of a text in their order; white space alone is left out.

    >>> [t.word for t in tokens("Take 1/2 tab P.O. q4-6h, 500mg.")]
    ['take', '1/2', 'tab', 'po', 'q', '4', '-', '6', 'h', ',', '500', 'mg', '.']
    """
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Token]:
    at, after_dash, after_q = 0, False, False
    while at < len(text):
        sign = text[at]
        if sign.isspace():
            at, after_q = at + 1, False
            continue
        if _begins_number(text, at):
            token = _number(text, at)
            at = token.end
            # q.4.d: the dots of an abbreviation
            if after_q and _is(text, at, ".") and _letter(text, at + 1):
                at += 1
            yield token
            continue
        if _letter(text, at):
            token = _word(text, at, after_dash=after_dash)
            after_dash = False
            at = token.end
            after_q = token.word == "q"
            if after_q and _is(text, at, ".") and _digit(text, at + 1):
                at += 1
            yield token
            continue
        after_q = False
        dash = sign in _DASHES
        if dash and at and _letter(text, at - 1) and _letter(text, at + 1):
            at, after_dash = at + 1, True
            continue
        yield Token(text=sign, word="-" if dash else sign, start=at, end=at + 1)
        at += 1


def _is(text: str, at: int, sign: str) -> bool:
    return at < len(text) and text[at] == sign


def _digit(text: str, at: int) -> bool:
    return at < len(text) and text[at] in _DIGITS


def _letter(text: str, at: int) -> bool:
    return at < len(text) and text[at].isalpha()


def _begins_number(text: str, at: int) -> bool:
    """Return whether a number begins here; `.5` does where nothing stands before."""
    if text[at] in _DIGITS or text[at] in _PARTS:
        return True
    bare = text[at] == "." and _digit(text, at + 1)
    return bare and (at == 0 or text[at - 1].isspace() or text[at - 1] == "(")


# --- numbers ----------------------------------------------------------------------


def _number(text: str, start: int) -> Token:
    """Return a number; one that is no plain number as a word that nobody knows."""
    if text[start] in _PARTS:
        return _token(text, start, start + 1, _PARTS[text[start]], part=True)
    whole_end = _digits(text, start)
    if _is_date(text, start, whole_end):
        return _date(text, start)
    end = _grouped(text, start, whole_end)
    grouped = end != whole_end
    if _is(text, end, ".") and _digit(text, end + 1):
        end = _digits(text, end + 1)
    elif not grouped and _is(text, end, "/") and _digit(text, end + 1):
        return _part_of_one(text, start, end)
    if end < len(text) and text[end] in ",./" and _digit(text, end + 1):
        return _unknown(text, start, end)
    value = _value(text[start:end].replace(",", ""))
    if value is not None and end < len(text) and text[end] in _PARTS:
        if value != value.to_integral_value():
            return _token(text, start, end + 1, None)
        return _token(text, start, end + 1, value + _PARTS[text[end]])
    return _token(text, start, end, value)


def _digits(text: str, at: int) -> int:
    while _digit(text, at):
        at += 1
    return at


def _grouped(text: str, start: int, end: int) -> int:
    """Return where a number ends whose thousands are set off by commas."""
    if not 0 < end - start <= _GROUP or text[start] == "0":
        return end
    while _is(text, end, ",") and _digits(text, end + 1) == end + 1 + _GROUP:
        end += 1 + _GROUP
    return end


def _part_of_one(text: str, start: int, slash: int) -> Token:
    end = _digits(text, slash + 1)
    if end < len(text) and text[end] in ",./" and _digit(text, end + 1):
        return _unknown(text, start, end)
    above, below = _value(text[start:slash]), _value(text[slash + 1 : end])
    if above is None or below not in _DENOMINATORS or not 0 < above < below:
        return _token(text, start, end, None)
    return _token(text, start, end, above / below, part=True)


def _value(written: str) -> Decimal | None:
    whole, _, decimals = written.partition(".")
    if len(whole) > _MOST_DIGITS or len(decimals) > _MOST_DECIMALS:
        return None
    return Decimal(written)


def _unknown(text: str, start: int, end: int) -> Token:
    while end < len(text) and (text[end] in _DIGITS or text[end] in ",./"):
        end += 1
    return _token(text, start, end, None)


def _token(
    text: str, start: int, end: int, value: Decimal | None, *, part: bool = False
) -> Token:
    written = text[start:end]
    return Token(
        text=written, word=written, start=start, end=end, value=value, part=part
    )


def _is_date(text: str, start: int, end: int) -> bool:
    """Return whether a year and a month in figures begin here: `2026-02`."""
    month = end + 1
    return (
        end - start == 4 and _is(text, end, "-") and _digits(text, month) == month + 2
    )


def _date(text: str, start: int) -> Token:
    end = start + len("2026-02")
    if _is(text, end, "-") and _digits(text, end + 1) == end + 3:
        end += 3
    written = text[start:end]
    return Token(text=written, word=written, start=start, end=end, date=True)


# --- words ------------------------------------------------------------------------


def _word(text: str, start: int, *, after_dash: bool) -> Token:
    """Return a word: letters with dots between (`p.o.`) are one, `(s)` is its s."""
    end = start + 1
    while _letter(text, end):
        end += 1
    word = text[start:end]
    if len(word) == 1:
        letters, end = _dotted(text, start)
        word = letters
    for more in ("(s)", "(es)"):
        if text[end : end + len(more)].lower() == more:
            word, end = word + more.strip("()"), end + len(more)
            break
    return Token(
        text=text[start:end],
        word=word.casefold(),
        start=start,
        end=end,
        after_dash=after_dash,
    )


def _dotted(text: str, start: int) -> tuple[str, int]:
    """Return letters with dots between them as one word, and where it ends."""
    letters, end = [text[start]], start + 1
    while _is(text, end, ".") and _letter(text, end + 1) and not _letter(text, end + 2):
        letters.append(text[end + 1])
        end += 2
    if len(letters) > 1 and _is(text, end, "."):
        end += 1
    return "".join(letters), end


# --- phrases ----------------------------------------------------------------------

Meaning = TypeVar("Meaning")


class Phrases(Generic[Meaning]):
    """Phrases with what they mean; the longest one that stands at a place counts."""

    def __init__(self, table: Mapping[str, Meaning]) -> None:
        self._table = {
            tuple(t.word for t in tokens(phrase)): meaning
            for phrase, meaning in table.items()
        }
        # Most places hold no phrase of a table at all: its first words tell that.
        self._longest: dict[str, int] = {}
        for phrase in self._table:
            first = phrase[0]
            self._longest[first] = max(len(phrase), self._longest.get(first, 0))

    def at(self, given: Tokens, at: int) -> tuple[Meaning, int] | None:
        """Return the meaning of the longest phrase here, and the place behind it."""
        longest = self._longest.get(given[at].word) if at < len(given) else None
        if longest is None:
            return None
        words = tuple(t.word for t in given[at : at + longest])
        for length in range(len(words), 0, -1):
            found = self._table.get(words[:length])
            if found is not None:
                return found, at + length
        return None
