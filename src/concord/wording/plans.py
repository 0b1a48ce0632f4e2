"""The words of a plan of doses: what is taken, how a dose comes down, what is advised.

Plain functions of amounts and dates; no dose is written here but by `amounts`.
"""

from __future__ import annotations

from decimal import Decimal

from concord.terms import Quantity
from concord.wording.amounts import amount, counted, number, piece_of, rounded
from concord.wording.vocabulary import EVENTS

CHECK_FIRST = (
    "A check with the person: slow down, pause or go back where withdrawal is marked."
)
FIRST_DOSE = "The first dose."
NOTHING = "nothing"
SAME_TIME_DOWN = "Down in equal steps, on the days on which the new medicine goes up."
AS_BEFORE = "The prescriber decides when the earlier dose is taken again."
CALL_TEAM = "The care team is asked before the next dose."
NEXT_AS_USUAL = "Then at the usual interval, counted from the dose before."

# Why a plan asks for attention, in words for clinicians.
CAVEATS = {
    "too-fast": "faster than advised",
    "first-step-too-large": "the first step is larger than advised",
    "titration-too-fast": "faster up than the titration allows",
    "above-maximum": "above the maximum dose",
    "above-single-maximum": "more at one time than the maximum of a single dose",
    "washout-too-short": "the two medicines are not apart for long enough",
    "interaction": "the two medicines interact while both are taken",
    "last-step-large": "the last dose before nothing is not the smallest",
    "rounded": "doses that cannot be made were rounded",
    "not-checked": "not checked",
}


def per_cent(share: Decimal) -> str:
    """Return a share as per cent.

    >>> per_cent(Decimal("0.125"))
    '12.5 %'
    """
    return f"{number(rounded(Quantity(share * 100)).value)} %"


def pieces_words(count: Decimal, strength: Quantity, form: str) -> str:
    """Return so many pieces of a strength, or a volume of a liquid.

    >>> pieces_words(Decimal("1.5"), Quantity("2", "mg"), "tablet")
    '1 and a half tablets of 2 mg'
    >>> pieces_words(Decimal("4.5"), Quantity("2", "mg/mL"), "oral solution")
    '4.5 mL of oral solution (2 mg/mL)'
    """
    if strength.unit.endswith("/mL"):
        return f"{amount(Quantity(count, 'mL'))} of {form} ({amount(strength)})"
    piece = piece_of(form) or form
    return f"{counted(count, piece)} of {amount(strength)}"


def time_words(event: str) -> str:
    """Return when in a day, by an event's FHIR code; nothing where it is not said."""
    return EVENTS.get(event, event)


def spaced_words(every_days: int) -> str:
    """Return on which days something is taken, nothing for every day.

    >>> spaced_words(2)
    'every other day'
    """
    if every_days == 1:
        return ""
    if every_days == 2:
        return "every other day"
    return f"every {number(Decimal(every_days))} days"


def pace_words(
    kind: str,
    share: Decimal | None,
    step: Quantity | None,
    parts: int | None = None,
) -> str:
    """Return what the prescriber asked for as a pace.

    >>> pace_words("share", Decimal("0.1"), None)
    'Asked for by the prescriber: down by 10 % of the present dose at each step.'
    """
    if parts is not None:
        of = "occupancy" if kind == "occupancy" else "the starting dose"
        return f"Asked for by the prescriber: down in {parts} equal steps of {of}."
    by = {
        "share": f"down by {per_cent(share or Decimal(0))} of the present dose",
        "starting": f"down by {per_cent(share or Decimal(0))} of the starting dose",
        "amount": f"down by {amount(step) if step else NOTHING}",
        "occupancy": f"down by {per_cent(share or Decimal(0))} of occupancy",
    }.get(kind)
    if by is None:
        return "Asked for by the prescriber: the doses as they were named."
    return f"Asked for by the prescriber: {by} at each step."
