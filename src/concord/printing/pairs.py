"""Interaction rules between drugs, on a terminal or as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Cited, SeverityChange
from concord.knowledge.pairs import Pair
from concord.printing.terminal import MARKS, NOT_SIGNED_OFF, Page
from concord.wording import cased


def pairs_json(pairs: Sequence[Pair], knowledge: Knowledge) -> list[dict[str, Any]]:
    """Return rules between drugs as plain values."""
    return [
        {
            "drugs": list(pair.drugs),
            "rule": pair.rule.id,
            "severity": pair.rule.severity.value,
            "first": pair.rule.first_say,
            "mechanism": pair.rule.mechanism,
            "effect": pair.rule.effect,
            "action": pair.rule.action,
            "options": list(pair.rule.options),
            "onset": pair.rule.onset,
            "raises_if": [_change(row) for row in pair.rule.raises],
            "lowers_if": [_change(row) for row in pair.rule.lowers],
            "not_if": [row.text for row in pair.rule.exempt],
            "status": pair.rule.status.value,
            "sources": [_source(row, knowledge) for row in _rows(pair)],
        }
        for pair in pairs
    ]


def _change(row: SeverityChange) -> dict[str, str]:
    return {"to": row.to.value, "if": row.text}


def _rows(pair: Pair) -> Iterator[Cited]:
    seen = set()
    for row in (pair.rule, *pair.rule.raises, *pair.rule.lowers):
        if (row.source, row.locator) not in seen:
            seen.add((row.source, row.locator))
            yield row


def _source(row: Cited, knowledge: Knowledge) -> dict[str, str]:
    title = knowledge.sources[row.source].title
    return {"id": row.source, "locator": row.locator, "title": title}


def print_pairs(pairs: Sequence[Pair], knowledge: Knowledge) -> None:
    """Print rules between drugs."""
    page = Page()
    if not pairs:
        page.text("No rule between these medicines in the knowledge of this version.")
        page.text("That is not proof that they do not interact.")
    for pair in pairs:
        icon, word, style = MARKS[pair.rule.severity]
        page.mark(f"{icon} {word}", style, cased(" + ".join(pair.drugs)))
        if pair.rule.first_say:
            page.detail(pair.rule.first_say, bold=True)
        page.detail(f"Effect: {pair.rule.effect}")
        page.detail(f"Mechanism: {pair.rule.mechanism}")
        page.detail(f"Action: {pair.rule.action}")
        for option in pair.rule.options:
            page.detail(f"- {option}")
        for title, rows in (
            ("Graver", pair.rule.raises),
            ("Less grave", pair.rule.lowers),
        ):
            for row in rows:
                page.detail(f"{title} ({row.to.value}) if: {row.text}")
        for exemption in pair.rule.exempt:
            page.detail(f"Does not apply if: {exemption.text}")
        for cited in _rows(pair):
            title = knowledge.sources[cited.source].title
            page.detail(f"Source: {title}, {cited.locator} ({cited.status})", dim=True)
    page.line()
    page.text(NOT_SIGNED_OFF)
