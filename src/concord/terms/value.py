"""The base of every value, and how the three textual terms are read and written."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from concord.terms.dates import Duration, PartialDate
from concord.terms.quantity import Quantity


class Value(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,  # frozen values form no cycle: the collector need not look
):
    """A plain frozen value; an unknown field is an error, never ignored."""


def encode_hook(value: Any) -> str:
    """Return the text of a quantity, partial date or duration."""
    if type(value) in _TEXTUAL:
        return str(value)
    raise NotImplementedError(type(value).__name__)


_TEXTUAL = (PartialDate, Quantity, Duration)


def decode_hook(kind: type, raw: Any) -> Any:
    """Return the quantity, partial date or duration that a text states.

    Raises `ValueError` where the text is none.
    """
    if kind in _TEXTUAL:
        if not isinstance(raw, str):
            msg = f"found {type(raw).__name__}, expected a text like {kind.example}"
            raise ValueError(msg)
        return _parsed(kind, raw)
    raise NotImplementedError(kind.__name__)


# The same days and amounts stand on many lines of one record, and none can change.
@lru_cache(maxsize=4_096)
def _parsed(kind: type, raw: str) -> Any:
    return kind.parse(raw)  # type: ignore[attr-defined]
