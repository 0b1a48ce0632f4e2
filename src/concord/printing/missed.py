"""What is said of missed doses, on a terminal or as plain values."""

from __future__ import annotations

from typing import Any

from concord.dosing.missed import Advice, Said, Spoken
from concord.printing.terminal import NOT_SIGNED_OFF, Page
from concord.wording import cased, day
from concord.wording.missed import NOT_SEEN


def print_missed(advice: Advice, staff: Spoken, person: Spoken) -> None:
    """Print both voices: the sources to staff, general information to the person."""
    page = Page()
    form = f", {advice.form.tag}" if advice.form and advice.form.tag else ""
    page.title(f"{cased(advice.drug.name)}{form}: {_gap_words(advice)}")
    page.heading("To staff: advice with its source, no order")
    if staff.window is not None:
        _print_said(page, staff.window)
    if not staff.decided:
        page.text(f"Not decided: needs {'; '.join(staff.needs)}. It may be:")
        for one in staff.open:
            _print_said(page, one)
        if staff.holds:
            page.text("If none of these holds:")
    for one in staff.holds:
        _print_said(page, one)
    if staff.general:
        page.text(staff.general)
    for title, rows in (
        ("Another school", staff.schools),
        ("For shorter gaps, or for every form", staff.also),
    ):
        if rows:
            page.heading(title)
        for one in rows:
            _print_said(page, one)
    page.heading("To the person")
    page.text(person.general)
    for one in person.holds:
        _print_said(page, one)
    page.line()
    page.text(NOT_SIGNED_OFF)


def _gap_words(advice: Advice) -> str:
    gap = advice.gap
    if gap.length is not None:
        return f"a gap of {gap.length}"
    if gap.last is None or gap.on is None:
        return "a gap that is not known"
    last = day(gap.last[0])
    if gap.last[0] != gap.last[1]:
        last = f"{last} to {day(gap.last[1])}"
    low, high = gap.missed_days or (0, 0)
    days = str(low) if low == high else f"{low} to {high}"
    return f"last dose {last}, asked on {day(gap.on)} (whole days missed: {days})"


def _print_said(page: Page, one: Said) -> None:
    if one.case:
        page.item(f"{one.case}:", one.text)
    else:
        page.text(one.text)
    for figure in one.figures:
        page.detail(f"In figures: {figure}.")
    if one.label:
        page.detail(f"School: {one.label}.")
    if one.call_team and one.source:
        page.detail("The person is sent to their team.", bold=True)
    if one.note:
        page.detail(one.note)
    if one.status == "unverified" and one.note != NOT_SEEN:
        page.detail(NOT_SEEN)
    if one.title:
        page.detail(f"Source: {one.title}, {one.locator} ({one.status})", dim=True)


def missed_json(advice: Advice, staff: Spoken, person: Spoken) -> dict[str, Any]:
    """Return both voices as plain values."""
    gap = advice.gap
    placed = advice.window
    return {
        "version": 1,
        "drug": advice.drug.id,
        "form": advice.form.tag if advice.form else None,
        "on": advice.on,
        "gap": {
            "length": str(gap.length) if gap.length is not None else None,
            "last": list(gap.last) if gap.last is not None else None,
            "missed_days": list(gap.missed_days) if gap.missed_days else None,
        },
        "decided": advice.decided,
        "call_team": advice.call_team,
        "window": None
        if placed is None
        else {
            "due": placed.window.due,
            "first": placed.window.first,
            "until": placed.window.last,
            "where": placed.where,
            "days": placed.days,
        },
        "staff": _voice_json(staff),
        "person": _voice_json(person),
    }


def _voice_json(voice: Spoken) -> dict[str, Any]:
    """Return a voice with every key, empty ones too."""
    return {
        name: [_field_json(one) for one in value]
        if isinstance(value := getattr(voice, name), tuple)
        else _field_json(value)
        for name in voice.__struct_fields__
    }


def _field_json(value: Any) -> Any:
    if not isinstance(value, Said):
        return value
    return {name: getattr(value, name) for name in value.__struct_fields__}
