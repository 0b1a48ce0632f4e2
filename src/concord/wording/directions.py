"""Directions for taking a medicine: in clinical form, and as a person reads them."""

from __future__ import annotations

from concord.record.agreed import Entry
from concord.record.model import Dosage
from concord.wording.amounts import amount


def dose_clinical(entry: Entry) -> str:
    """Return the directions in clinical form."""
    return "; ".join(_said(d) for d in entry.state.dosage) or "directions not recorded"


def dose_words(entry: Entry) -> str:
    """Return the directions as a sentence for a person."""
    return dose_clinical(entry)


def _said(dosage: Dosage) -> str:
    if dosage.dose is None:
        return dosage.text or "dose not recorded"
    route = f" by {dosage.route} route" if dosage.route else ""
    return f"{amount(dosage.dose)}{route}"
