"""Filters and tags of every template; each only calls the one formatter of `wording`.

No decision and no query is made here.
What is said comes back laid out for a page: a number stays with its unit and a date in
one piece, by spaces that do not break.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from concord import wording
from concord.record.agreed import Entry
from concord.record.model import Dosage
from concord.terms import PartialDate, Quantity
from concord.wording import Message, kept_together, names
from concord.wording.layout import name_kept_together
from concord.wording.names import Named

register = template.Library()


@register.simple_tag
def severity(of: str) -> SafeString:
    """Return the word, icon and shape of a severity, or of `not-checked`."""
    return _severity(str(of))


@cache
def _severity(of: str) -> SafeString:
    # A panel shows it hundreds of times, and there are only five.
    return render_to_string("pages/severity.html", {"severity": of})


@register.filter
def say(message: Message) -> str:
    """Return a message in words, the names in it in Tall Man letters."""
    return kept_together(wording.cased(wording.say(message)))


@register.filter
def cased(text: str) -> str:
    """Return a text with the names of medicines in Tall Man letters."""
    return kept_together(wording.cased(str(text)))


@register.filter
def within(title: str) -> str:
    """Return a title as it stands in a sentence."""
    return names.within(title)


@register.filter
def drug_name(named: Named) -> str:
    """Return the generic name of an entry, a line, a medicine or an ingredient."""
    return name_kept_together(wording.drug_name(named))


@register.filter
def medicine_name(named: Named) -> str:
    """Return the name with what tells products apart: release, form, brand."""
    return name_kept_together(wording.medicine_name(named))


@register.filter
def amount(quantity: Quantity | None) -> str:
    """Return an amount; nothing where there is none."""
    return kept_together(wording.amount(quantity)) if quantity is not None else ""


@register.filter
def dose_clinical(given: Entry | tuple[Dosage, ...]) -> str:
    """Return the directions of an entry or of a change in clinical form."""
    return kept_together(wording.dose_clinical(given))


@register.filter
def dose_words(given: Entry | tuple[Dosage, ...]) -> str:
    """Return the directions of an entry or of a change as sentences for a person."""
    return kept_together(wording.dose_words(given))


@register.filter
def day(when: PartialDate | date | None) -> str:
    """Return a date as far as it is known: `Tue 3 Feb 2026`, `Feb 2026`, `2026`."""
    return kept_together(wording.day(when))


@register.filter
def since(when: PartialDate | date | None, as_of: date) -> str:
    """Return a date and how long ago it was: `Tue 3 Feb 2026 (7 weeks)`."""
    return kept_together(wording.since(when, as_of))


@register.filter
def moment(when: datetime | None, zone: str | None = None) -> str:
    """Return a moment in a zone, by default in its own."""
    return kept_together(wording.moment(when, zone))
