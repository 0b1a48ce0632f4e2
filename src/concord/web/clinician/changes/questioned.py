"""Abbreviations that have been misread: typed ones are asked about, not refused."""

from __future__ import annotations

from concord.wording.abbreviations import Abbreviation, questionable


def questioned(text: str) -> tuple[str, ...]:
    """Return a question for each abbreviation in a text that can be misread."""
    return tuple(_question(found) for found in questionable(text))


def _question(found: Abbreviation) -> str:
    return f"Did you mean {found.means}? {found.question}"
