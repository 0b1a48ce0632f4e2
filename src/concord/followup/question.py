"""A result as it is entered: taken, asked about, or refused, before it is kept."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from concord.followup.results import in_unit
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Plausible
from concord.terms import Quantity, Value


class Verdict(StrEnum):
    """What becomes of a result that somebody enters."""

    TAKEN = "taken"
    ASKED = "asked"
    REFUSED = "refused"


class Because(StrEnum):
    """Why a result is asked about or refused."""

    UNIT = "unit"
    IMPLAUSIBLE = "implausible"
    FUTURE = "future"


class Questioned(Value, frozen=True, kw_only=True):
    """A verdict on a result; `value` is it in the unit of its observation.

    `expected` is that unit, `plausible` the range outside of which it is asked about.
    """

    verdict: Verdict
    value: Quantity | None = None
    because: Because | None = None
    expected: str | None = None
    plausible: Plausible | None = None


def question(
    knowledge: Knowledge, observation: str, value: Quantity, *, on: date, as_of: date
) -> Questioned:
    """Return whether a result can be taken as it was entered.

    Refused: in a unit that no table converts, or of a day to come. Asked about: outside
    of what is plausible; a person may confirm it, for it may be true. Both ends of the
    plausible range are in it.
    Raises `KeyError` for an observation that the knowledge does not hold.
    """
    entry = knowledge.observations[observation]
    if on > as_of:
        return Questioned(verdict=Verdict.REFUSED, because=Because.FUTURE)
    found = in_unit(entry, value, as_of)
    if found is None:
        return Questioned(
            verdict=Verdict.REFUSED, because=Because.UNIT, expected=entry.unit
        )
    plausible = entry.plausible
    if plausible is None or plausible.low <= found.value <= plausible.high:
        return Questioned(verdict=Verdict.TAKEN, value=found, expected=entry.unit)
    return Questioned(
        verdict=Verdict.ASKED,
        value=found,
        because=Because.IMPLAUSIBLE,
        expected=entry.unit,
        plausible=plausible,
    )
