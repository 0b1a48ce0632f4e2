"""From a dose to pieces that exist, exactly: the fewest, then the fewest halves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from concord.dosing.plan.model import Intake, Pieces
from concord.dosing.plan.stock import Liquid, Stock, plain
from concord.dosing.plan.table import Table, least
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
    """What becomes of a dose that cannot be made; half-way to the nearest is down."""

    NEAREST = "nearest"
    DOWN = "down"
    UP = "up"


class Maker:
    """Makes doses of one stock; the table of what its pieces add up to is kept.

    `volume` is the smallest volume of a liquid in millilitres, `most` the most pieces
    that are taken at one time. A day's dose below `below` is made by `liquid`, where
    one was asked for: it measures what these pieces cannot make.
    """

    def __init__(
        self,
        stock: Stock,
        *,
        volume: Decimal,
        most: Decimal,
        liquid: Maker | None = None,
        below: Quantity | None = None,
    ) -> None:
        self.stock = stock
        self._liquid = liquid
        self._below = None if below is None else self.in_unit(below).value
        self._volume = volume
        self._most = most
        self._table = Table(stock.pieces, stock.unit) if stock.pieces else None

    @property
    def smallest(self) -> Quantity:
        """The least dose that can be made of what is allowed."""
        parts = [least(p, self.stock.unit) for p in self.stock.pieces]
        parts += [self._mark(liquid) for liquid in self.stock.measured]
        if self._liquid is not None:
            parts.append(self._liquid.smallest.to(self.stock.unit).value)
        return Quantity(min(parts), self.stock.unit)

    @property
    def smallest_of_form(self) -> Quantity:
        """The least dose that any strength of this form makes."""
        pieces = self.stock.every
        if not pieces:
            return self.smallest
        return Quantity(min(least(p, self.stock.unit) for p in pieces), self.stock.unit)

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
        """Return the dose that can be made and is nearest, next below or next above.

        Raises `UnmakeableDoseError` below the smallest one, and above what anyone
        takes at one time.
        """
        wanted = self.in_unit(dose).value
        liquid = self._liquid_for(wanted)
        if liquid is not None:
            return liquid.nearest(dose, rounding).to(self.stock.unit)
        self._refuse_beyond(wanted)
        low, high = self._around(wanted)
        if low is None:
            assert high is not None  # noqa: S101 - the smallest can always be made
            return Quantity(high, self.stock.unit)
        if high is None or low == wanted or rounding is Rounding.DOWN:
            return Quantity(low, self.stock.unit)
        nearer_low = wanted - low <= high - wanted
        if rounding is Rounding.NEAREST and nearer_low:
            return Quantity(low, self.stock.unit)
        return Quantity(high, self.stock.unit)

    def lower(
        self, dose: Quantity, present: Quantity, rounding: Rounding = Rounding.UP
    ) -> Quantity | None:
        """Return the dose of a step down from a present one; it always is a lower one.

        Where rounding gives the present dose again it is the next one down, and `None`
        where nothing lower can be made.
        Raises `UnmakeableDoseError` for a dose below the smallest one.
        """
        made = self.nearest(dose, rounding)
        now = self.in_unit(present).value
        if made.value < now:
            return made
        liquid = self._liquid_for(self.in_unit(dose).value)
        if liquid is not None:
            return liquid.lower(dose, present, rounding)
        low = self._around(now)[0]
        if low == now:
            low = (
                self._around(now - self._finest())[0] if now > self._finest() else None
            )
        if self._liquid is not None and (low is None or self._liquid_for(low)):
            # The liquid is nearer to what was asked than the next tablets down.
            return self._liquid.lower(dose, present, rounding)
        return None if low is None else Quantity(low, self.stock.unit)

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
        way = self._table.way(wanted) if self._table is not None else None
        if way is not None:
            return tuple(
                Pieces(
                    count=plain(Decimal(-halves) * _HALF),
                    strength=piece.strength,
                    form=piece.form,
                )
                for piece, halves in zip(self.stock.pieces, way[-1], strict=True)
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
        liquid = self._liquid_for(whole)
        if liquid is None and self._liquid is not None and not self.makes(dose):
            liquid = self._liquid
        if liquid is not None:
            return liquid.intakes(dose, times)
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

    def _liquid_for(self, wanted: Decimal) -> Maker | None:
        """Return what makes a day's dose of the liquid, `None` for one of pieces."""
        below = self._below
        return self._liquid if below is not None and wanted < below else None

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
        if self._table is not None:
            low, high = self._table.around(wanted)
            lows += [] if low is None else [low]
            highs += [] if high is None else [high]
        for liquid in self.stock.measured:
            mark = self._mark(liquid)
            marks = wanted / mark
            below = marks.to_integral_value(ROUND_FLOOR) * mark
            lows += [below] if below > 0 else []
            highs.append(max(marks.to_integral_value(ROUND_CEILING) * mark, mark))
        return max(lows, default=None), min(highs, default=None)

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
        if self._table is not None:
            fine.append(self._table.finest)
        return min(fine)
