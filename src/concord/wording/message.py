"""A message as a key and its values, so that each language and voice says it once."""

from __future__ import annotations

from collections.abc import Mapping

from concord.terms import Value
from concord.wording.english import ENGLISH


class Message(Value, frozen=True, kw_only=True):
    """What to say, before it is said: the key of a sentence and what goes into it."""

    key: str
    values: dict[str, str] = {}


def say(message: Message, sentences: Mapping[str, str] = ENGLISH) -> str:
    """Return the message in words.

    Raises `KeyError` for a key without a sentence: the tests try every key.

    >>> say(Message(key="need.sex"))
    'sex'
    """
    return sentences[message.key].format_map(message.values)
