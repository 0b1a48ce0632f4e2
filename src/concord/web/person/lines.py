"""The help lines of a country, as `help.toml` has them, each with where it was read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
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

    `then` is what to do once the call is answered; `word` what to text; `emergency`
    marks the number for a life in danger.
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
    emergency: bool = False


class Group(Value, frozen=True, kw_only=True):
    """A need, in the words of whoever has it, and the lines for it."""

    title: str
    line: tuple[HelpLine, ...]


class Crisis(Value, frozen=True, kw_only=True):
    """What is said to somebody who thinks of suicide, in one language.

    `call` and `text` are the words before a number.
    """

    language: str
    title: str
    says: str
    call: str
    text: str
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
    crisis: tuple[Crisis, ...] = ()

    def crisis_in(self, language: str) -> Crisis:
        """Return what is said in a language, else in English, else in any.

        Raises `LookupError` where nothing is said at all: such a site does not start.
        """
        found = {one.language: one for one in self.crisis}
        for wanted in (language, "en", *found):
            if wanted in found:
                return found[wanted]
        msg = "help.toml: no words for a crisis"
        raise LookupError(msg)


@cache
def help_lines() -> Help:
    """Return the help lines; a file with an unknown key is refused."""
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8")), Help)


def crisis_problems(help_: Help, languages: Iterable[str]) -> list[str]:
    """Return why these help lines are not fit to stand beside a question on suicide.

    For each language in which one can be asked there are words, somebody to call, and
    the emergency number.
    """
    found = {one.language: one for one in help_.crisis}
    problems = []
    for language in sorted(set(languages)):
        one = found.get(language)
        if one is None:
            problems.append(f"{language}: found no words for a crisis")
            continue
        if not all(text.strip() for text in (one.title, one.says)):
            problems.append(f"{language}: found a title or words that are empty")
        calls = [line for line in one.line if (line.call or "").strip()]
        if not any(not line.emergency for line in calls):
            problems.append(f"{language}: found nobody to call")
        if not any(line.emergency for line in calls):
            problems.append(f"{language}: found no emergency number")
    return problems
