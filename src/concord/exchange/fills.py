"""From a table of fills (CSV) to the fills of each person; nothing is guessed.

A row that cannot be used is named with its number, and its person gets no fills at all:
one fill too few would lower every figure without a word.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal

from concord.dosing.adherence import Fill
from concord.errors import UnusableInputError
from concord.exchange.problems import Problem, shown_amount
from concord.terms import Value

ISO = "%Y-%m-%d"
# A count of days as a spreadsheet may write it: `30`, or `30.0`.
_DAYS = re.compile(r"^-?\d{1,9}(?:\.0+)?$", re.ASCII)
# Two days that no pattern without a day, a month and a year can both give back.
_TRIED = (date(2001, 2, 3), date(1999, 12, 31))


class Columns(Value, frozen=True, kw_only=True):
    """What the columns are called that hold the fills.

    Without `medicine` the medicines are not told apart. `birth` is the person's date
    of birth, in the form of the other dates.
    """

    person: str
    on: str
    days: str
    medicine: str | None = None
    birth: str | None = None


class PersonFills(Value, frozen=True, kw_only=True):
    """The fills of one person, or why none is given."""

    person: str
    fills: tuple[Fill, ...] = ()
    problems: tuple[Problem, ...] = ()


class FillTable(Value, frozen=True, kw_only=True):
    """Who is in a table, in order of their first row, and the rows of nobody."""

    people: tuple[PersonFills, ...]
    nobody: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of the table."""
        return (*self.nobody, *(p for one in self.people for p in one.problems))


def read_fills(
    lines: Iterable[str],
    columns: Columns,
    *,
    name: str,
    date_format: str = ISO,
    same_day: Literal["refuse", "add"] = "refuse",
) -> FillTable:
    """Return the fills of a table whose first row names its columns.

    Two fills of one medicine on one day may be two supplies, or one row written twice:
    they are refused, unless `same_day` says that each is a supply (`add`). Where the
    medicines are not told apart, two fills on one day are refused in the same way.

    Raises `UnusableInputError` where the table as a whole cannot be read: no row, a
    column that is not there, a pattern of dates without a day, month or year.
    """
    _check_format(date_format)
    reader = csv.reader(lines)
    try:
        places = _places(next(reader, []), columns, name)
        return _Reader(name, columns, places, date_format, same_day).read(reader)
    except csv.Error:
        msg = (
            f"{name}: row {reader.line_num}: found what is no CSV, expected cells "
            "separated by commas; export the table again"
        )
        raise UnusableInputError(msg) from None


class _RowError(Exception):
    """One cell that cannot be used: its column, what was found, expected, to do."""

    def __init__(self, column: str | None, found: str, expected: str, do: str) -> None:
        self.told = (column, found, expected, do)
        super().__init__(found)


class _Reader:
    """Reads rows one by one; dates are parsed once for each text."""

    def __init__(
        self,
        name: str,
        columns: Columns,
        places: dict[str, int],
        date_format: str,
        same_day: Literal["refuse", "add"],
    ) -> None:
        self.name = name
        self.columns = columns
        self.places = places
        self.width = max(places.values()) + 1
        self.date_format = date_format
        self.refuse_twice = same_day == "refuse"
        self.dates: dict[str, date] = {}
        self.births: dict[str, tuple[date, int]] = {}

    def read(self, rows: Iterator[list[str]]) -> FillTable:
        """Return the fills of every person, and what could not be read."""
        fills: dict[str, list[Fill]] = {}
        problems: dict[str, list[Problem]] = {}
        seen: dict[tuple[str, date, str | None], int] = {}
        for number, row in enumerate(rows, start=2):
            if not any(row):
                continue
            person = ""
            try:
                person = self._person(row)
                fills.setdefault(person, [])
                fill = self._fill(row, person, number)
                first = seen.setdefault((person, fill.on, fill.medicine), number)
                if self.refuse_twice and first != number:
                    self._twice(first)
                fills[person].append(fill)
            except _RowError as error:
                problem = self._problem(number, error)
                problems.setdefault(person, []).append(problem)
        nobody = tuple(problems.pop("", ()))
        if not fills and not nobody:
            msg = (
                f"{self.name}: found no row of fills, expected one or more below the "
                "names of the columns; export the table again"
            )
            raise UnusableInputError(msg)
        people = tuple(
            PersonFills(
                person=person,
                fills=() if person in problems else tuple(found),
                problems=tuple(problems.get(person, ())),
            )
            for person, found in fills.items()
        )
        return FillTable(people=people, nobody=nobody)

    def _problem(self, number: int, error: _RowError) -> Problem:
        column, found, expected, do = error.told
        return Problem(
            file=self.name,
            entry=f"row {number}",
            element=column,
            found=found,
            expected=expected,
            do=do,
        )

    def _person(self, row: list[str]) -> str:
        if len(row) < self.width:
            raise _RowError(
                None,
                f"{len(row)} cells",
                f"at least {self.width}",
                "mend the row, or export the table again",
            )
        person = row[self.places[self.columns.person]].strip()
        if not person:
            raise _RowError(
                self.columns.person, "nothing", "whose fill it is", "mend the row"
            )
        return person

    def _fill(self, row: list[str], person: str, number: int) -> Fill:
        columns, places = self.columns, self.places
        on = self._date(row[places[columns.on]], columns.on)
        days = _days(row[places[columns.days]], columns.days)
        medicine = None
        if columns.medicine is not None:
            medicine = row[places[columns.medicine]].strip()
            if not medicine:
                raise _RowError(
                    columns.medicine, "nothing", "the medicine", "mend the row"
                )
        if columns.birth is not None:
            self._check_birth(row[places[columns.birth]], person, on, number)
        return Fill(on=on, days=days, medicine=medicine)

    def _date(self, text: str, column: str) -> date:
        day = self.dates.get(text)
        if day is None:
            try:
                day = _parsed(text.strip(), self.date_format)
            except ValueError:
                raise _RowError(
                    column,
                    "no date of this form that exists" if text.strip() else "nothing",
                    f"a date like {_TRIED[0].strftime(self.date_format)}",
                    "mend the row, or give the form of the dates with --date-format",
                ) from None
            self.dates[text] = day
        return day

    def _check_birth(self, text: str, person: str, on: date, number: int) -> None:
        """Refuse a fill before birth, and a second date of birth; unknown may be."""
        column = self.columns.birth or ""
        if not text.strip():
            return
        birth = self._date(text, column)
        known, first = self.births.setdefault(person, (birth, number))
        if known != birth:
            raise _RowError(
                column,
                f"another date of birth than in row {first}",
                "one date of birth for a person",
                "mend the row that is wrong",
            )
        if on < birth:
            raise _RowError(
                self.columns.on,
                "a fill before birth",
                "one on the day of birth or later",
                "mend the date of the fill or of the birth",
            )

    def _twice(self, first: int) -> None:
        named = self.columns.medicine is not None
        which = "of one medicine" if named else "of a medicine that is not named"
        apart = "" if named else ", tell the medicines apart with --drug"
        raise _RowError(
            None,
            f"a second fill {which} on one day (the first is row {first})",
            "one",
            f"take out the row that is there twice{apart}, or count both with "
            "--same-day add",
        )


def _days(text: str, column: str) -> int:
    text = text.strip()
    if not _DAYS.match(text):
        raise _RowError(
            column,
            shown_amount(text) if text else "nothing",
            "a whole number of days",
            "mend the row",
        )
    days = int(text.partition(".")[0])
    if days < 1:
        raise _RowError(
            column,
            "no day of supply" if days == 0 else "less than no day of supply",
            "one day or more",
            "mend the row, or take it out if nothing was supplied",
        )
    return days


def _parsed(text: str, date_format: str) -> date:
    return datetime.strptime(text, date_format).date()  # noqa: DTZ007 - a day alone


def _check_format(date_format: str) -> None:
    """Refuse a pattern that does not give back a day, a month and a year."""
    try:
        whole = all(
            _parsed(day.strftime(date_format), date_format) == day for day in _TRIED
        )
    except ValueError:
        whole = False
    if not whole:
        msg = (
            "--date-format: found a pattern without a day, a month and a year, "
            "expected one like %Y-%m-%d or %m/%d/%Y; see Python's strptime for the "
            "letters"
        )
        raise UnusableInputError(msg)


def _places(header: Sequence[str], columns: Columns, name: str) -> dict[str, int]:
    """Return where each column stands, or raise for the ones that are not there once.

    What the first row holds is not shown: a table without names has a person there.
    """
    names = [cell.strip() for cell in header]
    asked = [getattr(columns, field) for field in columns.__struct_fields__]
    problems = [
        f"{name}: row 1: found {len(names)} columns, {names.count(column)} of them "
        f"called {column!r}, expected one; give its name as the first row has it"
        for column in dict.fromkeys(asked)
        if column is not None and names.count(column) != 1
    ]
    if problems:
        raise UnusableInputError("\n".join(problems))
    return {column: names.index(column) for column in asked if column is not None}
