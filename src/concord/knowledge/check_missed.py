"""Whether each dose of a rule for missed doses has its day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def missed_problems(tables: Mapping[str, Any]) -> Iterator[str]:
    """Yield every dose to be given after a gap whose day is not stated, or twice.

    `tables` are the entries of `missed_doses/` by id.
    """
    for name, entry in tables.items():
        for place, rule in enumerate(entry.rule):
            for one in rule.give:
                if (one.day is None) == (one.after_last is None):
                    yield (
                        f"missed_doses/{name}.toml: rule[{place}]: a dose to give has "
                        "no day, or two; state day or after_last"
                    )
