"""Filters and tags of every template; each only calls the one formatter of `wording`.

No decision and no query is made here.
"""

from __future__ import annotations

from datetime import date, datetime

from django import template

from concord import wording
from concord.record.agreed import Entry
from concord.terms import PartialDate, Quantity
from concord.wording import Message
from concord.wording.names import Named

register = template.Library()


@register.filter
def say(message: Message) -> str:
    """Return a message of the review in the words of the site's language."""
    return wording.say(message)


@register.filter
def cased(text: str) -> str:
    """Return a text with the names of medicines in Tall Man letters."""
    return wording.cased(text)


@register.filter
def drug_name(named: Named) -> str:
    """Return the generic name of an entry, a line, a medicine or an ingredient."""
    return wording.drug_name(named)


@register.filter
def medicine_name(named: Named) -> str:
    """Return the name with what matters beside it: brand, release, form."""
    return wording.medicine_name(named)


@register.filter
def amount(quantity: Quantity | None) -> str:
    """Return an amount; nothing where there is none."""
    return wording.amount(quantity) if quantity is not None else ""


@register.filter
def dose_clinical(entry: Entry) -> str:
    """Return the directions of an entry in clinical form."""
    return wording.dose_clinical(entry)


@register.filter
def dose_words(entry: Entry) -> str:
    """Return the directions of an entry as a sentence for a person."""
    return wording.dose_words(entry)


@register.filter
def day(when: PartialDate | date | None) -> str:
    """Return a date as far as it is known: `Tue 3 Feb 2026`, `Feb 2026`, `2026`."""
    return wording.day(when)


@register.filter
def since(when: PartialDate | date | None, as_of: date) -> str:
    """Return a date and how long ago it was: `Tue 3 Feb 2026 (7 weeks)`."""
    return wording.since(when, as_of)


@register.filter
def moment(when: datetime, zone: str | None = None) -> str:
    """Return a moment in a zone, by default in its own."""
    return wording.moment(when, zone)
