"""Says at which school grade the person's pages read (A11Y-09: 6 or lower).

`python tools/readability.py` prints the grade of every page and ends with 1 where one
is above.
The formula is Flesch and Kincaid's (1975): 0.39 words a sentence + 11.8 syllables a
word − 15.59; names of medicines are left out.
Syllables are counted in two ways, by where a word may be hyphenated and by its vowels,
and the higher count holds: hyphenation alone misses many and would flatter the grade.
A page of a few words has no grade of its own: those are graded together.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

import pyphen  # type: ignore[import-untyped]  # it comes without types

from concord.knowledge.index import load

ROOT = Path(__file__).parents[1]
WEB = ROOT / "src" / "concord" / "web"
PERSON = WEB / "person"
HIGHEST = 6.0
FEWEST_WORDS = 40
SHORT = "the short pages together"

_COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
_UNSEEN = re.compile(r"<(script|style|svg)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL)
# What starts another sentence: a block of the page, the other branch of a template.
_BREAK = re.compile(
    r"</?(?:p|h\d|li|ul|ol|dl|dt|dd|div|section|article|header|footer|nav|main|form|"
    r"label|legend|button|summary|details|table|tr|td|th|option|br)\b[^>]*>"
    r"|\{% (?:else|elif|endif|block|endblock|include|extends)\b[^%]*%\}"
)
_SPOKEN_ATTRIBUTE = re.compile(r"\b(?:aria-label|alt|title|placeholder)=\"([^\"]*)\"")
_TAG = re.compile(r"<[^>]*>|\{%[^%]*%\}")
_FILLED = re.compile(r"\{\{.*?\}\}")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_SENTENCE = re.compile(r"[.!?]+(?=\s|$)|\n+")
_FEWEST_WORDS_OF_A_TEXT = 4
_VOWELS = re.compile(r"[aeiouy]+")
# A last e, and the e of -ed and -es, where they are not heard.
_SILENT = re.compile(
    r"(?<![aeiouyl])(?<=[a-z])e$|(?<=[aeiou]l)e$"
    r"|(?<![td])(?<=[a-z])ed$|(?<![sxzcg])(?<![sc]h)es$"
)


def shown(template: str) -> str:
    """Return the words of a template that a reader sees, one block a line."""
    text = _UNSEEN.sub("\n", _COMMENT.sub("", template))
    text = " ".join(text.split())  # a line of the source is not one of the page
    spoken = "\n".join(_SPOKEN_ATTRIBUTE.findall(text))
    text = _FILLED.sub(" ", _BREAK.sub("\n", f"{text}\n{spoken}"))
    return unescape(_TAG.sub(" ", text))


def said(module: str) -> str:
    """Return the sentences in a module's source, without its docstrings."""
    tree = ast.parse(module)
    notes = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (p.value for p in node.values if isinstance(p, ast.Constant))
            found.append(" ".join(str(p) for p in parts))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in notes | inside
        ):
            found.append(node.value)
    spoken = (t for t in found if len(t.split()) >= _FEWEST_WORDS_OF_A_TEXT)
    return "\n".join(spoken)


@cache
def _names() -> frozenset[str]:
    """Return the words of every drug's names, which no page can make shorter.

    Of other names than its own those of one word: "Stay Awake" is two plain ones.
    """
    known = load()
    names = [d.name for d in known.drugs.values()]
    names += [
        name
        for d in known.drugs.values()
        for name in (*d.synonyms, *d.brands)
        if " " not in name
    ]
    names += [
        name
        for entry in known.table("tallman").values()
        for part in entry.names
        for name in part.written
    ]
    return frozenset(word.casefold() for name in names for word in _WORD.findall(name))


def sentences(text: str) -> Iterator[list[str]]:
    """Yield the words of each sentence; headings and labels of few words are none.

    Counted, they would be very short sentences, and flatter the grade.
    """
    for part in _SENTENCE.split(text):
        words = [w for w in _WORD.findall(part) if w.casefold() not in _names()]
        if len(words) >= _FEWEST_WORDS_OF_A_TEXT:
            yield words


@cache
def syllables(word: str) -> int:
    """Return how many syllables a word has, one at the least.

    >>> [syllables(word) for word in ("day", "taken", "stopped", "medicine")]
    [1, 2, 1, 3]
    """
    plain = word.lower().replace("’", "'").removesuffix("'s")
    spoken = _SILENT.sub("", plain)
    by_vowels = len(_VOWELS.findall(spoken))
    return max(len(_hyphens().positions(plain)) + 1, by_vowels, 1)


@cache
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US", left=1, right=2)


def grade(text: str) -> float:
    """Return the grade of a text, 0 for one without words."""
    found = list(sentences(text))
    words = [word for sentence in found for word in sentence]
    if not words:
        return 0.0
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(found) + 11.8 * spoken / len(words) - 15.59


def texts(folder: Path = PERSON) -> dict[str, str]:
    """Return what is said in a part of the site, by file."""
    pages = {p: shown(p.read_text("utf-8")) for p in folder.rglob("*.html")}
    modules = {
        p: said(p.read_text("utf-8"))
        for p in folder.rglob("*.py")
        if "migrations" not in p.parts
    }
    every = pages | modules
    return {p.relative_to(WEB).as_posix(): every[p] for p in sorted(every)}


def grades(folder: Path = PERSON) -> dict[str, float]:
    """Return the grade of each file, those of few words together."""
    long: dict[str, str] = {}
    short = []
    for name, text in texts(folder).items():
        count = sum(len(words) for words in sentences(text))
        if count >= FEWEST_WORDS:
            long[name] = text
        elif count:
            short.append(text)
    found = {name: grade(text) for name, text in long.items()}
    return found | ({SHORT: grade("\n".join(short))} if short else {})


def main() -> int:
    """Print every grade, and return 1 where one is above the highest allowed."""
    found = grades()
    for name, value in sorted(found.items(), key=lambda item: -item[1]):
        mark = "  above 6" if value > HIGHEST else ""
        print(f"{value:5.1f}  {name}{mark}")
    return int(any(value > HIGHEST for value in found.values()))


if __name__ == "__main__":
    sys.exit(main())
