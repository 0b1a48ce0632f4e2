"""What an address asks of a timeline: which days, which rows, picture or table.

No word of the record is in an address, since a browser keeps it: rows go by a number
that names nothing, and only days stand there besides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import blake2b
from urllib.parse import urlencode

from django.http import QueryDict

from concord.terms import Duration

# So much of the past, by the word for it in the address.
LAST = {
    "3m": Duration(3, "month"),
    "1y": Duration(1, "year"),
    "2y": Duration(2, "year"),
}
ALL = "all"
TABLE = "table"
_USUAL = "1y"
# A picture of fewer days has nothing to tell of a change.
FEWEST_DAYS = 28
# The oldest day that may be asked for: no person was born before it.
_OLDEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Asked:
    """The days (`None`: as far as there is something), the rows, and the form.

    `rows` are the numbers of the rows to be shown, `None` the usual ones; `last` is
    the word of the address for the days, where it was by a word; `show` goes along for
    the page that the timeline stands in.
    """

    begins: date | None
    ends: date
    rows: frozenset[str] | None = None
    table: bool = False
    last: str | None = None
    show: str | None = None

    def query(self) -> str:
        """Return what stands behind the question mark for all of it."""
        parts: list[tuple[str, str]] = []
        if self.last is not None:
            parts.append(("last", self.last))
        else:
            if self.begins is not None:
                parts.append(("from", self.begins.isoformat()))
            parts.append(("to", self.ends.isoformat()))
        if self.rows is not None:
            parts.append(("chosen", "1"))
            parts += [("row", row) for row in sorted(self.rows)]
        if self.table:
            parts.append(("view", TABLE))
        if self.show:
            parts.append(("show", self.show))
        return urlencode(parts)

    def between(self, begins: date, ends: date) -> Asked:
        """Return the same of other days."""
        return replace(self, begins=begins, ends=ends, last=None)


def token(key: str) -> str:
    """Return the number by which an address names a row."""
    return blake2b(key.encode(), digest_size=6).hexdigest()


def asked(query: QueryDict, last_day: date, usual: str = _USUAL) -> Asked:
    """Return what an address asks for; nonsense asks for the usual.

    `last_day` is the day of the case, or the last of what is due.
    """
    rows = frozenset(query.getlist("row")) if query.get("chosen") else None
    table, show = query.get("view") == TABLE, query.get("show")
    begins, ends = _day(query.get("from")), _day(query.get("to"))
    if begins is not None or ends is not None:
        ends = ends or last_day
        if begins is None or begins <= ends - timedelta(days=1):
            return Asked(begins=begins, ends=ends, rows=rows, table=table, show=show)
    word = query.get("last") or usual
    if word not in (*LAST, ALL):
        word = usual
    length = LAST.get(word)
    return Asked(
        begins=length.before(last_day) if length else None,
        ends=last_day,
        rows=rows,
        table=table,
        last=word,
        show=show,
    )


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    # Beyond a lifetime there is nothing to draw, and arithmetic of days has an end.
    return found if _OLDEST <= found <= date(_OLDEST.year + 300, 1, 1) else None
