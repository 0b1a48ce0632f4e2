"""What the pieces of a stock add up to: the best way of making every sum, worked once.

A way is better by fewer pieces in the hand (a half is one), then fewer halves, then
fewer strengths, then larger strengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

from concord.dosing.plan.stock import Piece, plain

_HALF = Decimal("0.5")

# Pieces, halves, strengths; then the halves of each strength, counted below nothing.
Way = tuple[int, int, int, tuple[int, ...]]


class Table:
    """The best ways of the sums of some pieces, in one unit; it grows as it is asked.

    `pieces` stand in order, the largest first.
    """

    def __init__(self, pieces: Sequence[Piece], unit: str) -> None:
        self._pieces = pieces
        self._unit = unit
        self._grid = _grid(pieces, unit)
        self._ways: list[Way | None] = []

    @property
    def finest(self) -> Decimal:
        """A difference no larger than that between any two sums."""
        return self._value(1)

    def way(self, wanted: Decimal) -> Way | None:
        """Return the best way of a sum, `None` where it is none."""
        exact = Fraction(wanted) / self._grid
        if exact.denominator != 1:
            return None
        self._grow(int(exact))
        return self._ways[int(exact)]

    def around(self, wanted: Decimal) -> tuple[Decimal | None, Decimal | None]:
        """Return the sums next below (or equal) and next above (or equal)."""
        exact = Fraction(wanted) / self._grid
        self._grow(int(exact) + self._reach())
        below = int(exact)
        while below > 0 and self._ways[below] is None:
            below -= 1
        above = -int(-exact // 1)
        while above < len(self._ways) and self._ways[above] is None:
            above += 1
        return (
            self._value(below) if below > 0 else None,
            self._value(above) if above < len(self._ways) else None,
        )

    def _value(self, steps: int) -> Decimal:
        exact = self._grid * steps
        return plain(Decimal(exact.numerator) / exact.denominator)

    def _reach(self) -> int:
        """Return how far above any dose the next one that can be made may lie."""
        smallest = min(Fraction(least(p, self._unit)) for p in self._pieces)
        return int(2 * smallest / self._grid) + 1

    def _grow(self, limit: int) -> None:
        """Work out the table up to so many steps of the grid.

        A strength at a time: without it, with one more whole piece of it, or with one
        half besides (two halves are a whole one). Each way of doing better for a part
        is better for the sum, since ways are added part by part.
        """
        if limit < len(self._ways):
            return
        limit = max(limit, 2 * len(self._ways))
        best: list[Way | None] = [None] * (limit + 1)
        best[0] = (0, 0, 0, ())
        for piece in self._pieces:
            exact = Fraction(piece.strength.to(self._unit).value) / self._grid
            whole = int(exact)
            best = _with_one_more(best, whole, whole // 2 if piece.halves else None)
        self._ways = best


def _with_one_more(
    before: Sequence[Way | None], whole: int, half: int | None
) -> list[Way | None]:
    """Return the best ways when pieces of one more strength may be used."""
    none = [_and(way, 0, 0, 0) for way in before]
    wholes: list[Way | None] = [None] * len(before)
    for value in range(whole, len(before)):
        first, more = before[value - whole], wholes[value - whole]
        wholes[value] = _better(
            _and(first, 1, 1, 0), _more(more) if more is not None else None
        )
    found = [_better(one, other) for one, other in zip(none, wholes, strict=True)]
    if half is not None:
        for value in range(half, len(before)):
            alone = before[value - half]
            beside = wholes[value - half]
            found[value] = _better(
                found[value],
                _better(
                    _and(alone, 0, 1, 1),
                    _half_more(beside) if beside is not None else None,
                ),
            )
    return found


def _and(way: Way | None, wholes: int, strengths: int, halves: int) -> Way | None:
    """Return a way with so much of one more strength."""
    if way is None:
        return None
    pieces, split, different, counts = way
    return (
        pieces + wholes + halves,
        split + halves,
        different + strengths,
        (*counts, -(2 * wholes + halves)),
    )


def _more(way: Way) -> Way:
    pieces, split, different, (*others, last) = way
    return (pieces + 1, split, different, (*others, last - 2))


def _half_more(way: Way) -> Way:
    pieces, split, different, (*others, last) = way
    return (pieces + 1, split + 1, different, (*others, last - 1))


def _better(one: Way | None, other: Way | None) -> Way | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def least(piece: Piece, unit: str) -> Decimal:
    """Return the least that one piece gives: a half of it where that is allowed."""
    whole = piece.strength.to(unit).value
    return whole * _HALF if piece.halves else whole


def _grid(pieces: Sequence[Piece], unit: str) -> Fraction:
    """Return the largest amount of which every piece and half is a multiple."""
    parts = [Fraction(least(piece, unit)) for piece in pieces]
    if not parts:
        return Fraction(1)
    below = lcm(*(part.denominator for part in parts))
    return Fraction(gcd(*(int(part * below) for part in parts)), below)
