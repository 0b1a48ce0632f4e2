"""What stands together over time, and what it is called: `tracks/`."""

from __future__ import annotations

from concord.knowledge.model.cited import Cited


class TrackCodes(Cited, frozen=True, kw_only=True):
    """Codes of visits and procedures that belong here."""

    snomed: tuple[str, ...] = ()


class SaidPlainly(Cited, frozen=True, kw_only=True):
    """What a person is told an observation is."""

    observation: str
    plain: str


class Track(Cited, frozen=True, kw_only=True):
    """A group of rows of the timeline; `plain` is its name for the person.

    An observation that no track names is a score where it has a scale, else a test.
    """

    id: str
    title: str
    plain: str
    observation: tuple[str, ...] = ()
    codes: tuple[TrackCodes, ...] = ()
    said: tuple[SaidPlainly, ...] = ()
