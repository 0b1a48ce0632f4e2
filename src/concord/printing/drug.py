"""All that is known of a drug, on a terminal or as plain values."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from concord.education import points
from concord.knowledge.files import cited_values
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Cited, Drug
from concord.printing.terminal import Page


def drug_json(found: Drug, knowledge: Knowledge) -> dict[str, Any]:
    """Return all that is known of a drug, with its entries in the other tables."""
    from concord.terms import encode_hook  # noqa: PLC0415 - only JSON needs it

    def plain(value: Any) -> Any:
        return msgspec.to_builtins(value, enc_hook=encode_hook)

    related = {
        table: [plain(e) for e in knowledge.entries_for(table, found.id)]
        for table in ("monitoring", "followup", "missed_doses", "cautions", "education")
    }
    rules = knowledge.links.rules_a.get(found.id, frozenset())
    rules |= knowledge.links.rules_b.get(found.id, frozenset())
    cited = cited_values(found)
    return {
        "drug": plain(found),
        "groups": list(knowledge.groups_of(found.id)),
        "interactions": sorted(rules),
        **related,
        "sources": {
            v.source: plain(knowledge.sources[v.source]) for v in cited.values()
        },
    }


def print_drug(found: Drug, knowledge: Knowledge, on: date) -> None:
    """Print all that is known of a drug, each value with its source and status."""
    page = Page()
    page.title(f"{found.tall_man or found.name}  ·  knowledge {knowledge.version}")
    names = ", ".join((*found.synonyms, *found.brands))
    page.text(f"Also called: {names}" if names else "No other names.")
    groups = ", ".join(knowledge.groups[g].title for g in knowledge.groups_of(found.id))
    page.text(f"Groups: {groups or 'none'}")
    for field in Drug.__struct_fields__:
        value = getattr(found, field)
        rows = value if isinstance(value, tuple) else (value,)
        cited = [row for row in rows if isinstance(row, Cited)]
        if cited:
            page.heading(_HEADINGS.get(field, field.replace("_", " ").capitalize()))
        for row in cited:
            page.text(_row_text(row))
            title = knowledge.sources[row.source].title
            page.detail(f"{title}, {row.locator} ({row.status})", dim=True)
    for table in ("monitoring", "missed_doses", "cautions"):
        entries = knowledge.entries_for(table, found.id)
        if entries:
            page.heading(table.replace("_", " ").capitalize())
            page.text("; ".join(e.title for e in entries))
    told = points(knowledge, found.id, on)
    if told:
        page.heading("To tell the person")
    for point in told:
        page.text(f"{point.topic.replace('-', ' ').capitalize()}: {point.text}")


_HEADINGS = {"atc": "ATC", "dose": "Dose (a day, or each time for a given interval)"}
_PROVENANCE = ("source", "locator", "status", "since", "until", "label", "note")


def _row_text(row: Cited) -> str:
    parts = []
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if name in _PROVENANCE or value in (None, (), False):
            continue
        parts.append(f"{name.replace('_', ' ')}: {_value_text(value)}")
    if row.label:
        parts.append(f"(by another school: {row.label})")
    return "; ".join(parts)


def _value_text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_value_text(v) for v in value)
    if isinstance(value, msgspec.Struct):
        stated = (
            (name, getattr(value, name))
            for name in value.__struct_fields__
            if getattr(value, name) not in (None, (), False)
        )
        told = (f"{name.replace('_', ' ')} {_value_text(v)}" for name, v in stated)
        return f"({', '.join(told)})"
    return str(value)
