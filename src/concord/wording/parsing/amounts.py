"""Numbers and amounts in words: `1 1/2`, `half a tablet`, `4-6`, `500 mg to 1 g`."""

from __future__ import annotations

from decimal import Decimal

from concord.errors import UnitMismatchError
from concord.terms import Quantity, Value
from concord.wording.parsing import words
from concord.wording.parsing.tokens import Phrases, Token, Tokens

_PARTS = Phrases(words.PARTS)
_UNITS = Phrases(words.UNITS)
_COUNTED = Phrases(words.COUNTED)
_UP_TO = Phrases({"up to": True})
_OF_WHAT = Phrases({words.OF_WHAT_IS_NOT_RECORDED: True})
_RANGE = ("-", "to", "or")


class Refused(Exception):  # noqa: N818 - no error: the text is kept as it was written
    """Raised at the token that is not understood, with a key of `words.WHY`."""

    def __init__(self, at: int, why: str = "unknown") -> None:
        self.at = at
        self.why = why
        super().__init__(why)


class Amount(Value, frozen=True, kw_only=True):
    """How much one dose is: from `low` to `high`; only `high` where it is "up to"."""

    low: Quantity | None
    high: Quantity | None = None
    route: str | None = None

    @property
    def largest(self) -> Quantity:
        """The upper end, or the one amount; in the unit of both where they have one."""
        found = self.high or self.low
        assert found is not None  # noqa: S101 - an amount has an end
        return found


def word_at(given: Tokens, at: int) -> str:
    """Return the word at a place, nothing behind the last."""
    return given[at].word if at < len(given) else ""


def count(given: Tokens, at: int) -> tuple[Decimal, int] | None:
    """Return a number with its part, and the place behind it.

    `2 and a half`, `1 1/2`, `one`, `two (2)`, where both say the same.
    """
    part = _PARTS.at(given, at)
    if part is not None:
        return part
    token = given[at] if at < len(given) else None
    if token is None:
        return None
    value = words.NUMBERS.get(token.word, _plain(token))
    if value is None:
        return None
    at += 1
    if not token.part and value == value.to_integral_value():
        more = _more(given, at)
        if more is not None:
            value, at = value + more[0], more[1]
    return value, _said_again(given, at, value)


def _plain(token: Token) -> Decimal | None:
    """Return the number of a token; `05` is none that people write."""
    zeros = token.text.startswith("0") and token.text[1:2].isdecimal()
    return None if zeros else token.value


def _more(given: Tokens, at: int) -> tuple[Decimal, int] | None:
    """Return the part of one that stands behind a whole number."""
    if at >= len(given):
        return None
    token = given[at]
    if token.part and token.value is not None:
        return token.value, at + 1
    if token.word == "-" and at + 1 < len(given):
        # 1-1/2, without spaces, is one and a half; 1 - 1/2 would go downwards
        after = given[at + 1]
        tight = given[at - 1].end == token.start and token.end == after.start
        if tight and after.part and after.value is not None:
            return after.value, at + 2
    if token.word == "and":
        part = _PARTS.at(given, at + 1)
        if part is not None:
            return part
        after = given[at + 1] if at + 1 < len(given) else token
        if after.part and after.value is not None:
            return after.value, at + 2
    return None


def _said_again(given: Tokens, at: int, value: Decimal) -> int:
    """Return the place behind the same number in brackets, as pharmacies write it."""
    if word_at(given, at) != "(" or word_at(given, at + 2) != ")":
        return at
    token = given[at + 1]
    again = words.NUMBERS.get(token.word, token.value)
    if again is None:
        return at
    if again != value:
        raise Refused(at + 1, "against")
    return at + 3


def span(given: Tokens, at: int) -> tuple[Decimal, Decimal | None, int] | None:
    """Return a number or a range that goes upwards, and the place behind it."""
    low = count(given, at)
    if low is None:
        return None
    if word_at(given, low[1]) in _RANGE:
        high = count(given, low[1] + 1)
        if high is not None:
            if high[0] <= low[0]:
                raise Refused(low[1] + 1, "downwards")
            return low[0], high[0], high[1]
    return low[0], None, low[1]


def whole(given: Tokens, at: int) -> tuple[int, int | None, int] | None:
    """Return a count of times or a range of them, in whole numbers from 1."""
    found = span(given, at)
    if found is None:
        return None
    low, high, after = found
    for number in (low, low if high is None else high):
        if number != number.to_integral_value() or number < 1:
            return None
    return int(low), None if high is None else int(high), after


def unit(given: Tokens, at: int) -> tuple[str, int] | None:
    """Return a unit, or a piece as one (`{tablet}`), and the place behind it."""
    found = _OF_WHAT.at(given, at)
    if found is not None:
        return "", found[1]
    measured = _UNITS.at(given, at)
    if measured is not None:
        return measured
    piece = _COUNTED.at(given, at)
    return None if piece is None else (f"{{{piece[0]}}}", piece[1])


def measured(given: Tokens, at: int) -> tuple[Quantity, int] | None:
    """Return a number with its unit, and the place behind it."""
    number = count(given, at)
    if number is None:
        return None
    found = unit(given, _of_a(given, number[1]))
    return None if found is None else (Quantity(number[0], found[0]), found[1])


def amount(
    given: Tokens, at: int, unit_before: str | None = None
) -> tuple[Amount, int] | None:
    """Return how much one dose is, and the place behind it; `None` without a number.

    A number alone is one of what the instruction before counts (`unit_before`), and
    refused where there is none: "take 2 daily" does not say of what.
    """
    first = at
    up_to = _UP_TO.at(given, at)
    if up_to is not None:
        at = up_to[1]
    found = span(given, at) or _a_piece(given, at)
    if found is None:
        return None
    low, high, after = found
    if low <= 0:
        raise Refused(at, "none")
    after = _of_a(given, after)
    route = words.ROUTE_ADJECTIVES.get(word_at(given, after))
    of = unit(given, after + 1) if route else None
    if of is None:
        route, of = None, unit(given, after)
    if of is None and unit_before is None:
        unknown = (
            word_at(given, after).isalpha() and word_at(given, after) not in _KNOWN
        )
        raise Refused(after) if unknown else Refused(first, "of-what")
    counted, after = of or (unit_before or "", after)
    least = Quantity(low, counted)
    most = None if high is None else Quantity(high, counted)
    if most is None and of is not None:
        most, after = _to_another(given, after, least)
    if up_to is not None:
        if most is not None:
            raise Refused(at, "downwards")
        return Amount(low=None, high=least, route=route), after
    return Amount(low=least, high=most, route=route), after


def _a_piece(given: Tokens, at: int) -> tuple[Decimal, None, int] | None:
    """Return one of "a tablet", where the article stands before a piece."""
    if word_at(given, at) not in ("a", "an"):
        return None
    adjective = word_at(given, at + 1) in words.ROUTE_ADJECTIVES
    if _COUNTED.at(given, at + 1 + adjective) is None:
        return None
    return Decimal(1), None, at + 1


def _of_a(given: Tokens, at: int) -> int:
    """Return the place behind "of a" between a part and what it is a part of."""
    if at and not (given[at - 1].part or given[at - 1].word in _PART_WORDS):
        return at
    after = at + (word_at(given, at) == "of")
    return after + (word_at(given, after) in ("a", "an"))


# Every word that is understood somewhere: another is named where a unit is lacking.
_KNOWN = words.known()
_PART_WORDS = frozenset(phrase.split()[-1] for phrase in words.PARTS)


def _to_another(given: Tokens, at: int, low: Quantity) -> tuple[Quantity | None, int]:
    """Return the upper end that has a unit of its own: `500 mg to 1 g`."""
    if word_at(given, at) not in _RANGE:
        return None, at
    found = measured(given, at + 1)
    if found is None:
        return None, at
    high = found[0]
    try:
        upwards = high.to(low.unit).value > low.value
    except UnitMismatchError:
        upwards = False
    if not upwards:
        raise Refused(at + 1, "downwards")
    return high, found[1]
