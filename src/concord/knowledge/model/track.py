"""What stands together over time, and what it is called: `tracks/`."""

from __future__ import annotations

from concord.knowledge.model.cited import Cited


class TrackCodes(Cited, frozen=True, kw_only=True):
    """Codes of visits, procedures and problems that belong here.

    An ICD-10-CM code stands for all below it.
    """

    icd10cm: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()


class SaidPlainly(Cited, frozen=True, kw_only=True):
    """What a person is told a result is.

    Of an observation; or of a scale without one, or a part of a scale (`scale:part`).
    """

    plain: str
    observation: str | None = None
    score: str | None = None

    @property
    def of(self) -> str:
        """What it is the plain name of."""
        return self.observation or self.score or ""


class Track(Cited, frozen=True, kw_only=True):
    """A group of rows of the timeline; `plain` is its name for the person.

    `score` are scales without an observation, and parts of scales (`scale:part`).
    What no track names is a score where it has a scale, else a test.
    """

    id: str
    title: str
    plain: str
    observation: tuple[str, ...] = ()
    score: tuple[str, ...] = ()
    codes: tuple[TrackCodes, ...] = ()
    said: tuple[SaidPlainly, ...] = ()
