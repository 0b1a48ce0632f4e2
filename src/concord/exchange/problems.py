"""What an import gives back: the record, what was wrong, and what was left and why.

No text here holds a value of the person's record: a place is a file, an entry and an
element; what was found is named by its kind.
"""

from __future__ import annotations

import re

from concord.record.model import Record
from concord.terms import Value

_ID = re.compile(r"^[A-Za-z0-9\-.]{1,64}$")
_ELEMENT = re.compile(r"^_?[a-z][A-Za-z]{0,40}$")
# An amount as somebody typed it: digits, marks and a short unit, nothing else.
_AMOUNT = re.compile(r"^[+-]?\d[\d.,' ]{0,12} ?[A-Za-zµμ%]{0,6}$")


class Problem(Value, frozen=True, kw_only=True):
    """One thing that could not be read, and what to do about it.

    `resource` is the type and, but for the person's own, the id.
    """

    file: str
    entry: str | None = None
    resource: str | None = None
    element: str | None = None
    found: str
    expected: str
    do: str

    def __str__(self) -> str:
        place = " ".join(p for p in (self.file, self.entry, self.resource) if p)
        element = f" {self.element}:" if self.element else ""
        return (
            f"{place}:{element} found {self.found}, expected {self.expected}; {self.do}"
        )


class Tally(Value, frozen=True, kw_only=True):
    """How many resources of a type were read and left, and why they were left."""

    read: int
    left: int
    why: dict[str, int]


class Import(Value, frozen=True, kw_only=True):
    """The record of one person as it was read, with its problems and its counts."""

    record: Record
    problems: tuple[Problem, ...]
    read: dict[str, Tally]


class LeftError(Exception):
    """Raised where a resource is left out on purpose; its text is the reason."""


class Place:
    """Where a resource stands, and the list to which its problems are added."""

    __slots__ = ("entry", "file", "id", "kind", "problems")

    def __init__(
        self,
        problems: list[Problem],
        file: str,
        entry: str | None,
        kind: str,
        id_: object = None,
    ) -> None:
        self.problems = problems
        self.file = file
        self.entry = entry
        self.kind = kind
        self.id = id_

    def note(self, element: str | None, found: str, expected: str, do: str) -> None:
        """Add a problem of this resource."""
        self.problems.append(
            Problem(
                file=self.file,
                entry=self.entry,
                resource=named(self.kind, self.id),
                element=element,
                found=found,
                expected=expected,
                do=do,
            )
        )


def named(kind: str, id_: object) -> str:
    """Return a resource's type with its id where it may be shown.

    A person's id is theirs, and a text that is no FHIR id may be anything.
    """
    if kind == "Patient" or not isinstance(id_, str) or not _ID.match(id_):
        return kind
    return f"{kind}/{id_}"


def element_of(key: str) -> str:
    """Return a key as an element's name, or a word for a key that cannot be one."""
    return key if _ELEMENT.match(key) else "(key)"


def shown_amount(text: str) -> str:
    """Return a mistyped amount as it stands, and any other text by its kind only."""
    return f'the text "{text}"' if _AMOUNT.match(text) else "a text"


def kind_of(value: object) -> str:
    """Return the JSON kind of a value, never the value."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "a number"
