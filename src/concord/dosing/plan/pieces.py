"""From a dose to pieces that exist, exactly: the fewest, then the fewest strengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction
from math import gcd, lcm

from concord.dosing.plan.model import Intake, Pieces
from concord.dosing.plan.stock import Liquid, Piece, Stock, plain
from concord.errors import UnmakeableDoseError
from concord.terms import Quantity
from concord.wording.amounts import amount

_HALF = Decimal("0.5")
# At which times of a day so many doses are taken: an order of words, not a rule.
_TIMES: tuple[tuple[str, ...], ...] = (
    (),
    ("",),
    ("MORN", "EVE"),
    ("MORN", "AFT", "EVE"),
    ("MORN", "NOON", "EVE", "HS"),
)
MOST_TIMES = len(_TIMES) - 1


class Rounding(StrEnum):
    """What becomes of a dose that cannot be made; half-way is rounded down."""

    NEAREST = "nearest"
    DOWN = "down"


# How a dose is made, smaller is better: pieces, strengths, halves, then the larger
# strengths first (halves of each strength, counted below nothing).
_Way = tuple[int, int, int, tuple[int, ...]]


class Maker:
    """Makes doses of one stock; the table of what its pieces add up to is kept.

    `volume` is the smallest volume of a liquid in millilitres, `most` the most pieces
    that are taken at one time.
    """

    def __init__(self, stock: Stock, *, volume: Decimal, most: Decimal) -> None:
        self.stock = stock
        self._volume = volume
        self._most = most
        self._grid = _grid(stock.pieces, stock.unit)
        self._table: list[_Way | None] = []

    @property
    def smallest(self) -> Quantity:
        """The least dose that can be made of what is allowed."""
        parts = [_least(p, self.stock.unit) for p in self.stock.pieces]
        parts += [self._mark(liquid) for liquid in self.stock.measured]
        return Quantity(min(parts), self.stock.unit)

    @property
    def smallest_of_form(self) -> Quantity:
        """The least dose that any strength of this form makes."""
        pieces = self.stock.every
        if not pieces:
            return self.smallest
        return Quantity(
            min(_least(p, self.stock.unit) for p in pieces), self.stock.unit
        )

    def in_unit(self, dose: Quantity) -> Quantity:
        """Return a dose in the unit of the stock.

        Raises `UnmakeableDoseError` for one that measures something else.
        """
        if not dose.unit or not dose.fits(self.stock.unit):
            msg = (
                f"{self.stock.drug}: found a dose in {dose.unit or 'no unit'}, "
                f"expected one in {self.stock.unit}; name the unit"
            )
            raise UnmakeableDoseError(msg)
        return dose.to(self.stock.unit)

    def nearest(
        self, dose: Quantity, rounding: Rounding = Rounding.NEAREST
    ) -> Quantity:
        """Return the dose that can be made and is nearest, or the next one below.

        Raises `UnmakeableDoseError` below the smallest one, and above what anyone
        takes at one time.
        """
        wanted = self.in_unit(dose).value
        self._refuse_beyond(wanted)
        low, high = self._around(wanted)
        if low is None:
            assert high is not None  # noqa: S101 - the smallest can always be made
            return Quantity(high, self.stock.unit)
        if high is None or rounding is Rounding.DOWN or wanted - low <= high - wanted:
            return Quantity(low, self.stock.unit)
        return Quantity(high, self.stock.unit)

    def makes(self, dose: Quantity) -> bool:
        """Return whether a dose can be made exactly."""
        wanted = self.in_unit(dose).value
        return wanted > 0 and self._around(wanted)[0] == wanted

    def pieces(self, dose: Quantity) -> tuple[Pieces, ...]:
        """Return a dose that can be made exactly, in pieces; whole tablets if possible.

        Raises `UnmakeableDoseError` for another one.
        """
        wanted = self.in_unit(dose).value
        self._refuse_beyond(wanted)
        way = self._way(wanted)
        if way is not None:
            return tuple(
                Pieces(
                    count=plain(Decimal(-halves) * _HALF),
                    strength=piece.strength,
                    form=piece.form,
                )
                for piece, halves in zip(self._ordered, way[-1], strict=True)
                if halves
            )
        for liquid in self.stock.measured:
            mark = self._mark(liquid)
            if wanted % mark == 0:
                return (
                    Pieces(
                        count=plain(wanted / mark * self._volume),
                        strength=liquid.strength,
                        form=liquid.form,
                    ),
                )
        raise UnmakeableDoseError(
            f"{self.stock.drug}: found a dose that cannot be made exactly "
            f"({amount(dose)}), expected a sum of {self.made_of()}; change the dose or "
            "the strengths"
        )

    def intakes(self, dose: Quantity, times: int = 1) -> tuple[Intake, ...]:
        """Return a dose a day as what is taken at each of so many times of a day.

        As even as the pieces allow, what is more at the later times; a time for which
        nothing is left is left out.
        """
        if not 1 <= times <= MOST_TIMES:
            raise UnmakeableDoseError(
                f"{self.stock.drug}: found {times} times a day, expected 1 to "
                f"{MOST_TIMES}; divide the dose otherwise"
            )
        whole = self.in_unit(dose).value
        parts = self._parted(whole, times)
        if parts is None:
            raise UnmakeableDoseError(
                f"{self.stock.drug}: found a dose that cannot be divided in {times} "
                f"({amount(dose)}), expected parts made of {self.made_of()}; take it "
                "at fewer times"
            )
        return tuple(
            Intake(
                pieces=self.pieces(Quantity(part, self.stock.unit)),
                amount=Quantity(plain(part), self.stock.unit),
                when=when,
            )
            for part, when in zip(parts, _TIMES[times], strict=True)
            if part
        )

    def made_of(self) -> str:
        """Return in words what doses are made of here."""
        named = [f"{p.form} {amount(p.strength)}" for p in self.stock.pieces]
        named += [f"half a {p.form}" for p in self.stock.pieces if p.halves][:1]
        named += [f"{q.form} {amount(q.strength)}" for q in self.stock.measured]
        return ", ".join(named)

    # --- how ----------------------------------------------------------------------

    @property
    def _ordered(self) -> tuple[Piece, ...]:
        return self.stock.pieces

    def _mark(self, liquid: Liquid) -> Decimal:
        """Return how much the smallest volume of a liquid holds, in the one unit."""
        held = Quantity(liquid.strength.value * self._volume, liquid.unit)
        return held.to(self.stock.unit).value

    def _refuse_beyond(self, wanted: Decimal) -> None:
        smallest = self.smallest
        unit = self.stock.unit
        if wanted < smallest.value:
            more = [q for q in self.stock.liquids if q not in self.stock.measured]
            other = "".join(
                f"; {q.form} {amount(q.strength)} exists and measures less"
                for q in more[:1]
            )
            raise UnmakeableDoseError(
                f"{self.stock.drug}: found a dose below the smallest piece "
                f"({amount(Quantity(wanted, unit))}), expected {amount(smallest)} or "
                f"more, the smallest that can be made of {self.made_of()}{other}"
            )
        if self.stock.pieces:
            most = self._most * self.stock.pieces[0].strength.to(unit).value
            if wanted > most:
                raise UnmakeableDoseError(
                    f"{self.stock.drug}: found a dose above what exists "
                    f"({amount(Quantity(wanted, unit))}), expected at most "
                    f"{self._most} pieces of {self.made_of()}; correct the dose"
                )

    def _around(self, wanted: Decimal) -> tuple[Decimal | None, Decimal | None]:
        """Return the doses that can be made next below (or equal) and next above."""
        lows: list[Decimal] = []
        highs: list[Decimal] = []
        if self.stock.pieces:
            exact = Fraction(wanted) / self._grid
            self._grow(int(exact) + self._reach())
            below = int(exact)
            while below > 0 and self._table[below] is None:
                below -= 1
            if below > 0:
                lows.append(self._value(below))
            above = -int(-exact // 1)
            while above < len(self._table) and self._table[above] is None:
                above += 1
            if above < len(self._table):
                highs.append(self._value(above))
        for liquid in self.stock.measured:
            mark = self._mark(liquid)
            marks = wanted / mark
            low = marks.to_integral_value(ROUND_FLOOR) * mark
            if low > 0:
                lows.append(low)
            high = marks.to_integral_value(ROUND_CEILING) * mark
            highs.append(max(high, mark))
        return max(lows, default=None), min(highs, default=None)

    def _value(self, steps: int) -> Decimal:
        exact = self._grid * steps
        return plain(Decimal(exact.numerator) / exact.denominator)

    def _reach(self) -> int:
        """Return how far above any dose the next one that can be made may lie."""
        least = min(Fraction(_least(p, self.stock.unit)) for p in self._ordered)
        return int(2 * least / self._grid) + 1

    def _way(self, wanted: Decimal) -> _Way | None:
        if not self.stock.pieces:
            return None
        exact = Fraction(wanted) / self._grid
        if exact.denominator != 1:
            return None
        self._grow(int(exact))
        return self._table[int(exact)]

    def _grow(self, limit: int) -> None:
        """Work out the table up to so many steps of the grid.

        A strength at a time: without it, with one more whole piece of it, or with one
        half besides (two halves are a whole one). Each way of doing better for a part
        is better for the sum, since ways are added part by part.
        """
        if limit < len(self._table):
            return
        limit = max(limit, 2 * len(self._table))
        best: list[_Way | None] = [None] * (limit + 1)
        best[0] = (0, 0, 0, ())
        for piece in self._ordered:
            whole = int(Fraction(piece.strength.to(self.stock.unit).value) / self._grid)
            half = whole // 2 if piece.halves else None
            best = _with_one_more(best, whole, half)
        self._table = best

    def _parted(self, whole: Decimal, times: int) -> list[Decimal] | None:
        if times == 1:
            return [whole] if self.makes(Quantity(whole, self.stock.unit)) else None
        for part in self._up_to(whole / times):
            rest = self._parted(whole - part, times - 1)
            if rest is not None:
                return [part, *rest]
        return None

    def _up_to(self, share: Decimal) -> Iterator[Decimal]:
        """Yield the doses that can be made up to a share, largest first; then none."""
        part: Decimal | None = share
        while part is not None and part > 0:
            part = self._around(part)[0]
            if part is None:
                break
            yield part
            part -= self._finest()
        yield Decimal(0)

    def _finest(self) -> Decimal:
        """Return a difference no larger than between any two doses that can be made."""
        fine = [self._mark(liquid) for liquid in self.stock.measured]
        if self.stock.pieces:
            fine.append(self._value(1))
        return min(fine)


def _with_one_more(
    before: Sequence[_Way | None], whole: int, half: int | None
) -> list[_Way | None]:
    """Return the best ways when pieces of one more strength may be used."""
    none = [_and(way, 0, 0, 0) for way in before]
    wholes: list[_Way | None] = [None] * len(before)
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


def _and(way: _Way | None, wholes: int, strengths: int, halves: int) -> _Way | None:
    """Return a way with so much of one more strength."""
    if way is None:
        return None
    pieces, different, split, counts = way
    return (
        pieces + wholes + halves,
        different + strengths,
        split + halves,
        (*counts, -(2 * wholes + halves)),
    )


def _more(way: _Way) -> _Way:
    return (way[0] + 1, way[1], way[2], (*way[3][:-1], way[3][-1] - 2))


def _half_more(way: _Way) -> _Way:
    return (way[0] + 1, way[1], way[2] + 1, (*way[3][:-1], way[3][-1] - 1))


def _better(one: _Way | None, other: _Way | None) -> _Way | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _least(piece: Piece, unit: str) -> Decimal:
    whole = piece.strength.to(unit).value
    return whole * _HALF if piece.halves else whole


def _grid(pieces: Sequence[Piece], unit: str) -> Fraction:
    """Return the largest amount of which every piece and half is a multiple."""
    parts = [Fraction(_least(piece, unit)) for piece in pieces]
    if not parts:
        return Fraction(1)
    below = lcm(*(part.denominator for part in parts))
    return Fraction(gcd(*(int(part * below) for part in parts)), below)
