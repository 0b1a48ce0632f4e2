"""What must stay on one line: a number and its unit, a date, a short name.

The core writes ordinary spaces, which compare, search and copy as people expect; where
a text is laid out on a page the spaces that must not break are put in (CLN-05).
"""

from __future__ import annotations

import re

NO_BREAK = "\N{NO-BREAK SPACE}"

_MEASURE = (
    r"(?:mg|mcg|g|kg|mL|L|mEq|mmol|micromol|ms|%|cm|lb|m²|mmHg|(?:milli|micro)?units?|"
    r"nanograms?|tablets?|capsules?|films?|patch(?:es)?|drops?|sprays?|puffs?|pieces?|"
    r"doses?|shots?|hours?|days?|weeks?|months?|years?|minutes?|am|pm|times)"
)
_NUMBER_AND_UNIT = re.compile(rf"(?<=\d) (?={_MEASURE}(?![A-Za-z]))")
_DATE = re.compile(
    r"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?:\d{1,2} )?"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b"
)
# Longer names must be able to wrap, or they would be cut, or torn within a word, as a
# heading in a card on a screen of 320 px.
_LONGEST_UNBROKEN = 18


def kept_together(text: str) -> str:
    """Return a text whose numbers stay with their units, and dates in one piece.

    >>> kept_together("100 mg by mouth") == "100\N{NO-BREAK SPACE}mg by mouth"
    True
    """
    joined = _NUMBER_AND_UNIT.sub(NO_BREAK, text)
    return _DATE.sub(lambda found: found[0].replace(" ", NO_BREAK), joined)


def name_kept_together(name: str) -> str:
    """Return a name that is not wrapped, unless it is too long for one line."""
    if len(name) <= _LONGEST_UNBROKEN:
        return name.replace(" ", NO_BREAK)
    return kept_together(name)
