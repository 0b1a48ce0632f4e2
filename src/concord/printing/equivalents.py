"""A regimen by a table of equivalent doses, on a terminal or as plain values."""

from __future__ import annotations

from typing import Any

from concord.dosing.equivalents import Given, Refused, Worth
from concord.dosing.regimen import Line, Sum
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Cited
from concord.printing.terminal import NO_LIST, NOT_SIGNED_OFF, Page, clean, name_of
from concord.terms import Quantity
from concord.wording import amount, cased, day, number
from concord.wording.amounts import worked_out
from concord.wording.planning import UNCOUNTED

_UNITS = {"opioid": "morphine milligram equivalents a day"}


def print_sum(found: Sum, knowledge: Knowledge) -> None:
    """Print each part, the total, what is refused, not counted and not known."""
    page = Page()
    page.title(f"{found.table.title}, regimen of {day(found.on)}")
    page.text(_dated(found))
    page.text(found.table.use)
    page.heading("Counted")
    if not found.most.parts:
        page.text("Nothing.")
    for part in found.most.parts:
        page.item(_drug(part.given, knowledge), _part(part))
        page.detail(_source(part.row, knowledge), dim=True)
    for title, rows in (
        ("Refused: the table has no figure, nothing is guessed", found.most.refused),
        ("Not counted, on purpose", found.most.not_counted),
    ):
        if rows:
            page.heading(title)
        for row in rows:
            page.item(_drug(row.given, knowledge), f"{_given(row.given)}: {row.why}")
            if row.otherwise is not None:
                page.detail(f"If it is counted: {worked_out(row.otherwise)} more.")
            if row.row is not None:
                page.detail(_source(row.row, knowledge), dim=True)
    if found.unknown:
        page.heading("Not known how much")
    for line in found.unknown:
        page.item(name_of(line.entry), UNCOUNTED[str(line.why)])
    page.heading("Sum")
    page.text(_total(found))
    page.line()
    page.text(
        "For risk and comparison; it never converts a dose for a person. "
        f"{NOT_SIGNED_OFF}"
    )


def _dated(found: Sum) -> str:
    table = found.table
    said = f"Table: {table.school}."
    if table.since is not None:
        said += f" In use since {day(table.since)}"
        said += f", until {day(table.until)}." if table.until else "."
    outside = (table.until is not None and found.on >= table.until) or (
        table.since is not None and found.on < table.since
    )
    return f"{said} It was not the one in use on the day." if outside else said


def _drug(given: Given, knowledge: Knowledge) -> str:
    return cased(knowledge.drugs[given.drug].name)


def _given(given: Given) -> str:
    if given.days_between is not None:
        return f"{amount(given.amount)} every {number(given.days_between)} days"
    rate = given.amount.unit.endswith("/h")
    return amount(given.amount) if rate else f"{worked_out(given.amount)} a day"


def _part(part: Worth) -> str:
    row = part.row
    by = f"{amount(row.dose)} = {amount(row.equals)}"
    if row.every is not None:
        by = f"{amount(row.dose)} every {row.every} = {amount(row.equals)} a day"
    return f"{_given(part.given)} -> {worked_out(part.equals)}  (by {by})"


def _source(row: Cited, knowledge: Knowledge) -> str:
    title = knowledge.sources[row.source].title
    return f"Source: {title}, {row.locator} ({row.status})"


def _total(found: Sum) -> str:
    if not found.listed:
        return f"Not known. {NO_LIST}"
    unit = _UNITS.get(found.table.kind, f"of {found.table.reference} a day")
    most = worked_out(found.most.equals)
    if found.least is not None:
        low = worked_out(found.least.equals)
        said = f"{low} (nothing as needed) to {most} (all that is allowed) {unit}."
    else:
        said = f"{most} {unit}."
    if found.whole:
        return said
    return f"{said} This is a part: what is refused or not known is not in it."


def sum_json(found: Sum, knowledge: Knowledge) -> dict[str, Any]:
    """Return a sum as plain values, every line of its kind among them."""
    table = found.table
    return {
        "version": 1,
        "on": found.on,
        "table": {
            "id": table.id,
            "title": table.title,
            "school": table.school,
            "kind": table.kind,
            "reference": table.reference,
            "since": table.since,
            "until": table.until,
            "use": table.use,
        },
        "converts_a_dose": False,
        "lines": [_line_json(line) for line in found.lines],
        "parts": [_worth_json(part, knowledge) for part in found.most.parts],
        "total": _plain(found.most.equals) if found.listed else None,
        "total_at_least": (
            _plain((found.least or found.most).equals) if found.listed else None
        ),
        "unit": found.most.equals.unit,
        "whole": found.whole,
        "refused": [_refused_json(r, knowledge) for r in found.most.refused],
        "not_counted": [_refused_json(r, knowledge) for r in found.most.not_counted],
        "not_known": [
            {
                "id": line.entry.id,
                "text": clean(line.entry.line.medicine.text),
                "drug": line.drug.id if line.drug else None,
                "why": str(line.why),
                "words": UNCOUNTED[str(line.why)],
            }
            for line in found.unknown
        ],
    }


def _plain(quantity: Quantity) -> str:
    """Return a value as text, without exponent and without trailing zeros."""
    return format(quantity.value.normalize(), "f")


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "id": line.entry.id,
        "text": clean(line.entry.line.medicine.text),
        "drug": line.drug.id if line.drug else None,
        "least": _given_json(line.least),
        "most": _given_json(line.most),
        "as_needed": line.as_needed,
    }


def _given_json(given: Given | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {
        "amount": _plain(given.amount),
        "unit": given.amount.unit,
        "route": given.route,
        "days_between": given.days_between,
        "for": given.treats,
    }


def _worth_json(part: Worth, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "drug": part.given.drug,
        "given": _given_json(part.given),
        "equals": _plain(part.equals),
        "by": {"dose": part.row.dose, "equals": part.row.equals},
        "source": _cited_json(part.row, knowledge),
    }


def _refused_json(row: Refused, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "drug": row.given.drug,
        "given": _given_json(row.given),
        "why": row.why,
        "if_counted": _plain(row.otherwise) if row.otherwise else None,
        "source": _cited_json(row.row, knowledge) if row.row else None,
    }


def _cited_json(row: Cited, knowledge: Knowledge) -> dict[str, str]:
    return {
        "id": row.source,
        "title": knowledge.sources[row.source].title,
        "locator": row.locator,
        "status": row.status.value,
    }
