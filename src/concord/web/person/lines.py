"""The help lines of a country, as `help.toml` has them, each with where it was read."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from concord.terms import Value

FILE = Path(__file__).with_name("help.toml")


class Source(Value, frozen=True, kw_only=True):
    """Where a number was read, and the words that stood there."""

    address: str
    printed: str


class HelpLine(Value, frozen=True, kw_only=True):
    """Somebody to turn to: by phone, by text, or on a page of theirs.

    `then` is what to do once the call is answered; `word` what to text.
    """

    name: str
    says: str
    hours: str
    sources: tuple[Source, ...]
    call: str | None = None
    then: str | None = None
    text: str | None = None
    word: str | None = None
    web: str | None = None


class Group(Value, frozen=True, kw_only=True):
    """A need, in the words of whoever has it, and the lines for it."""

    title: str
    line: tuple[HelpLine, ...]


class Neutral(Value, frozen=True, kw_only=True):
    """A page that anybody might have open."""

    name: str
    address: str


class Help(Value, frozen=True, kw_only=True):
    """All of it, for one country."""

    country: str
    leave: Neutral
    group: tuple[Group, ...]


@cache
def help_lines() -> Help:
    """Return the help lines; a file with an unknown key is refused."""
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), Help)
