"""Every message that the source can say has words, and all words are said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import concord
from builders import TODAY
from concord.dosing.daily import Unclear
from concord.followup.response import Course
from concord.review import review
from concord.review.rules import RULES
from concord.wording import Message, say
from concord.wording.english import ENGLISH
from small_world import PEOPLE, WORLD

SOURCE = Path(concord.__file__).parent
TREES = [
    ast.parse(path.read_text("utf-8"))
    for folder in ("review", "followup")
    for path in sorted((SOURCE / folder).rglob("*.py"))
]
KINDS = ("need", "seen", "why", "why-not", "option", "first", "setting")

# What each key of which a part is filled in may become.
SPOKEN = tuple(
    c
    for c in Course
    if c
    not in (
        Course.TOO_EARLY,
        Course.REMISSION,
        Course.SUSTAINED,
        Course.UNKNOWN_START,
    )
)
FILLED = {
    "seen.taking*": ("", "-dose", "-since", "-dose-since"),
    "seen.burden-*": ("members", "score"),
    "seen.*": ("smoking-stopped", "smoking-started"),
    "why.*": SPOKEN,
    "option.*": SPOKEN,
    "need.*": (),
}


def written_keys() -> set[str]:
    """The keys written in the source; a part that is filled in as `*`."""
    found = set()
    for node in _nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.add(
                re.sub(
                    r"\*+",
                    "*",
                    "".join(
                        str(p.value) if isinstance(p, ast.Constant) else "*"
                        for p in node.values
                    ),
                )
            )
    shape = re.compile(rf"^({'|'.join(KINDS)})\.[a-z*-]+$")
    return {key for key in found if shape.match(key)} | {"text"}


def _nodes() -> Iterator[ast.AST]:
    inside: set[int] = set()
    for tree in TREES:
        for node in ast.walk(tree):
            if id(node) in inside:
                continue
            if isinstance(node, ast.JoinedStr):
                inside |= {id(part) for part in ast.walk(node)} - {id(node)}
            yield node


def filled(keys: set[str]) -> set[str]:
    return {key for key in keys if "*" not in key} | {
        key.rstrip("*") + word for key in keys if "*" in key for word in FILLED[key]
    }


def written_needs() -> set[str]:
    """The names that the source gives to what is missing, wherever it does so."""
    names = {n for rule in RULES for n in rule.needs} | {u.value for u in Unclear}
    for node in _nodes():
        match node:
            case ast.Call(func=ast.Name(id="missing"), args=[_, _, _, needs]):
                names |= _words(needs)
            case ast.Call(func=ast.Name(id="need"), args=[name]):
                names |= _words(name)
            case ast.Call(
                func=ast.Attribute(attr="append", value=ast.Name(id=kept)), args=[name]
            ) if kept in ("needs", "unknown"):
                names |= _words(name)
            case ast.Assign(targets=[ast.Name(id="need" | "needs")], value=value):
                names |= _words(value)
            case ast.AnnAssign(target=ast.Name(id="needs"), value=ast.Tuple() as value):
                names |= _words(value)
            case ast.Yield(value=ast.Tuple(elts=[name, _])):
                names |= _words(name)
            case ast.FunctionDef(name="rows_for"):
                for part in ast.walk(node):
                    if isinstance(part, ast.Return) and part.value is not None:
                        names |= _words(part.value)
    return names


def _words(node: ast.AST) -> set[str]:
    """The plain words directly in an expression, not those in a call or f-string."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.Call | ast.JoinedStr | ast.Compare):
        return set()
    return {w for part in ast.iter_child_nodes(node) for w in _words(part)}


def test_every_key_that_the_source_writes_has_a_sentence() -> None:
    assert {k for k in written_keys() if "*" in k} <= set(FILLED)
    assert filled(written_keys()) - set(ENGLISH) == set()


def test_every_need_that_the_source_names_has_words() -> None:
    observations = {"smoking-status"}
    assert len(written_needs()) > 20
    for name in written_needs() - observations:
        assert f"need.{name}" in ENGLISH, name


def test_every_sentence_is_written_somewhere_in_the_source() -> None:
    used = filled(written_keys()) | {f"need.{name}" for name in written_needs()}
    assert set(ENGLISH) - used == set()


REVIEWS = {name: review(person.record, WORLD, TODAY) for name, person in PEOPLE.items()}


def messages(name: str) -> Iterator[Message]:
    for finding in REVIEWS[name].findings:
        yield from finding.seen
        yield finding.why
        yield from finding.options
        if finding.first_say is not None:
            yield finding.first_say
    for row in REVIEWS[name].not_checked:
        yield from row.needs
    for idle in REVIEWS[name].not_applicable:
        yield idle.why


@pytest.mark.parametrize("name", PEOPLE)
def test_every_message_of_a_review_can_be_said(name: str) -> None:
    for message in messages(name):
        words = say(message)
        assert words.strip()
        assert "{" not in words
        assert not re.search(r"\bNone\b(?! of)", words)
        wanted = {f for _, f, _, _ in Formatter().parse(ENGLISH[message.key]) if f}
        assert wanted <= set(message.values)


def test_the_people_of_the_small_world_are_told_every_kind_of_sentence() -> None:
    """Of what is missing, and of why a rule does not apply, the rules' tests tell."""
    told = {message.key for name in PEOPLE for message in messages(name)}
    untold = {
        key for key in ENGLISH if key.startswith(("seen.", "why.", "option.", "first."))
    }
    assert untold - told == set()


def test_a_key_without_a_sentence_or_a_value_is_an_error_not_silence() -> None:
    with pytest.raises(KeyError):
        say(Message(key="need.nonsense"))
    with pytest.raises(KeyError):
        say(Message(key="need.observation"))
    assert say(Message(key="text", values={"text": "a {b}"})) == "a {b}"
    assert say(Message(key="k"), {"k": "le mot"}) == "le mot"
