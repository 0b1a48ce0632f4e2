"""The burden of a regimen, on a terminal or as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from concord.dosing.burden import Burden, LineBurden, Rule, Simpler
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Cited
from concord.printing.terminal import NO_LIST, NOT_SIGNED_OFF, Page, clean, name_of
from concord.wording import counted, day, number
from concord.wording.burden import CAUTIONS, DEVICES, RULES, SIMPLER, UNCHECKED
from concord.wording.dates import clock


def print_burden(
    found: Burden, offers: Sequence[Simpler], knowledge: Knowledge
) -> None:
    """Print the counts, each line with what it asks for, and what might be simpler."""
    page = Page()
    page.title(f"What the regimen of {day(found.on)} asks for")
    if found.listed:
        _print_counts(page, found)
    else:
        page.text(f"Not known. {NO_LIST}")
    if found.listed:
        page.heading("Line by line")
        if not found.lines:
            page.text("No medicine is taken on this day.")
    for line in found.lines:
        _print_line(page, line)
    page.heading("For the prescriber to consider; nothing is changed")
    for offer in offers:
        title, why = SIMPLER[offer.kind]
        page.item(name_of(offer.line.entry), f"{title}: {offer.now} -> {offer.then}")
        page.detail(f"Why: {why}")
        for caution in offer.cautions:
            page.detail(f"Mind: {CAUTIONS[caution]}")
        for cited in offer.cited:
            page.detail(_source(cited, knowledge), dim=True)
    if not offers:
        page.text("Nothing is put forward by the knowledge.")
    page.line()
    page.text(NOT_SIGNED_OFF)


def _print_counts(page: Page, found: Burden) -> None:
    more = "" if found.whole else " (of what could be counted)"
    at = ", ".join(clock(t.hour, t.minute) for t in found.times)
    page.text(f"Times of the day: {len(found.times)}{f' ({at})' if at else ''}{more}")
    page.text(f"Pieces: {number(found.pieces)}{more}")
    page.text(f"Rules of taking: {len(found.rules)}{more}")
    page.text(f"Devices: {len(found.devices)}")
    page.text(f"Taken as needed: {len(found.as_needed)}")


def _print_line(page: Page, line: LineBurden) -> None:
    said = []
    if line.times:
        said.append(", ".join(clock(t.hour, t.minute) for t in line.times))
    if line.pieces is not None:
        said.append(counted(line.pieces, "piece"))
    if line.device is not None:
        said.append(DEVICES[line.device])
    if line.as_needed:
        said.append("as needed")
    page.item(name_of(line.entry), "; ".join(said) or "nothing is due on this day")
    for rule in line.rules:
        page.detail(_rule(rule))
    for why in line.unchecked:
        page.detail(f"Not checked: {UNCHECKED[why]}.")


def _rule(rule: Rule) -> str:
    words = RULES[rule.kind]
    return f"{words.capitalize()}: {rule.text}" if rule.text else words.capitalize()


def _source(cited: Cited, knowledge: Knowledge) -> str:
    title = knowledge.sources[cited.source].title
    return f"Source: {title}, {cited.locator} ({cited.status})"


def burden_json(
    found: Burden, offers: Sequence[Simpler], knowledge: Knowledge
) -> dict[str, Any]:
    """Return a burden and what might be simpler as plain values."""
    return {
        "version": 1,
        "on": found.on,
        "listed": found.listed,
        "times_a_day": len(found.times) if found.listed else None,
        "times": [f"{at:%H:%M}" for at in found.times],
        "pieces_a_day": number(found.pieces) if found.listed else None,
        "rules": len(found.rules) if found.listed else None,
        "devices": len(found.devices) if found.listed else None,
        "as_needed": len(found.as_needed) if found.listed else None,
        "whole": found.whole,
        "lines": [_line_json(line, knowledge) for line in found.lines],
        "to_consider": [
            {
                "kind": offer.kind.value,
                "id": offer.line.entry.id,
                "now": offer.now,
                "then": offer.then,
                "saves": number(offer.saves),
                "why": SIMPLER[offer.kind][1],
                "cautions": [CAUTIONS[c] for c in offer.cautions],
                "sources": [_cited_json(c, knowledge) for c in offer.cited],
            }
            for offer in offers
        ],
    }


def _line_json(line: LineBurden, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "id": line.entry.id,
        "text": clean(line.entry.line.medicine.text),
        "times": [f"{at:%H:%M}" for at in line.times],
        "default_times": line.by_default,
        "pieces": None if line.pieces is None else number(line.pieces),
        "device": line.device.value if line.device else None,
        "as_needed": line.as_needed,
        "rules": [
            {
                "kind": rule.kind.value,
                "text": rule.text or RULES[rule.kind],
                "source": _cited_json(rule.cited, knowledge) if rule.cited else None,
            }
            for rule in line.rules
        ],
        "not_checked": [
            {"why": why.value, "words": UNCHECKED[why]} for why in line.unchecked
        ],
    }


def _cited_json(cited: Cited, knowledge: Knowledge) -> dict[str, str]:
    return {
        "id": cited.source,
        "title": knowledge.sources[cited.source].title,
        "locator": cited.locator,
        "status": cited.status.value,
    }
