"""What was read so far: the tokens, and the instructions as far as they are known."""

from __future__ import annotations

from dataclasses import dataclass, field

from concord.record.model import AsNeeded, Maximum, Medicine
from concord.terms import Duration, Period
from concord.wording.parsing import words
from concord.wording.parsing.amounts import Amount, Refused
from concord.wording.parsing.times import Rate
from concord.wording.parsing.tokens import Tokens


@dataclass
class Part:
    """One instruction as far as it was read.

    `apart` is whether it stands apart ("; and"), so that all that is said in it is its
    own; `where` has the place at which each thing was said first, to name it where it
    does not fit.
    """

    start: int
    step: int
    apart: bool = True
    verb: str | None = None
    verb_route: str | None = None
    dose: Amount | None = None
    route: str | None = None
    rate: Rate | None = None
    # Whether the rate has a number of times ("once daily", and not "daily").
    times_said: bool = False
    every_day: bool = False
    # "A day", "per week", without how often.
    bare: Rate | None = None
    events: list[str] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)
    days: tuple[str, ...] = ()
    # Whether several meals a day are meant ("with meals").
    meals: bool = False
    count: int | None = None
    as_needed: AsNeeded | None = None
    maximum: Maximum | None = None
    lasts: Duration | None = None
    bounds: Period | None = None
    named: bool = False
    absent: set[str] = field(default_factory=set)
    where: dict[str, int] = field(default_factory=dict)

    @property
    def timed(self) -> bool:
        """Whether anything is said of when or how often."""
        how_often = self.rate or self.bare or self.every_day or self.count
        return bool(how_often or self.events or self.clocks or self.days)

    @property
    def said_route(self) -> str | None:
        """The route that is said; what is inhaled "by mouth" is not swallowed."""
        if self.verb_route == "inhalation":
            return self.verb_route
        return self.route or self.verb_route

    def once(self, name: str, at: int) -> None:
        """Note where a thing is said; raises `Refused` where it was said before."""
        if name in self.where:
            raise Refused(at, "again")
        self.where[name] = at

    def refused(self, why: str, *names: str) -> Refused:
        """Return the refusal at the last of some things that were said."""
        said = [self.where[name] for name in names if name in self.where]
        return Refused(max(said, default=self.start), why)


@dataclass
class Reading:
    """The tokens of a text, the medicine that they are of, and the parts so far."""

    given: Tokens
    medicine: Medicine | None
    parts: list[Part] = field(default_factory=lambda: [Part(start=0, step=1)])
    open_bracket: int | None = None

    @property
    def part(self) -> Part:
        """The instruction that is being read."""
        return self.parts[-1]

    def word(self, at: int) -> str:
        """Return the word at a place, nothing outside of the text."""
        return self.given[at].word if 0 <= at < len(self.given) else ""

    def listed(self, at: int) -> bool:
        """Return whether a mark or "and" stands before."""
        return self.word(at - 1) in words.CONNECTORS

    def begin(self, at: int, *, step: int, apart: bool) -> None:
        """Begin the next instruction; there is none behind one that says nothing."""
        if self.part.dose is None and not self.part.timed:
            raise Refused(at - 1)
        self.parts.append(Part(start=at, step=step, apart=apart))

    def begin_another(self, at: int) -> None:
        """Begin an instruction at a second verb or dose, which stands behind a mark."""
        if not self.listed(at):
            raise Refused(at, "again")
        self.begin(at, step=self.part.step, apart=False)
