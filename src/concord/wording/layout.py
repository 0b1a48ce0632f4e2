"""What must stay on one line: a number and its unit, a name and its dose.

The core writes ordinary spaces, which compare, search and copy as people expect; where
a text is laid out on a page the spaces that must not break are put in (CLN-05).
"""

from __future__ import annotations

import re

NO_BREAK = "\N{NO-BREAK SPACE}"

_MEASURE = (
    r"(?:mg|mcg|g|kg|mL|L|mEq|mmol|mmol/L|mcg/mL|ms|%|cm|lb|°C|mmHg|units?|"
    r"nanograms?|tablets?|capsules?|films?|patch(?:es)?|drops?|sprays?|puffs?|pieces?|"
    r"hours?|days?|weeks?|months?|years?|am|pm|times)"
)
_NUMBER_AND_UNIT = re.compile(rf"(?<=\d) (?={_MEASURE}(?![A-Za-z]))")
_DATE = re.compile(
    r"\b((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(\d{1,2}) "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})\b"
)
_PER = re.compile(r"(?<=[a-zL]) (?=per [a-zA-Z])")


def kept_together(text: str) -> str:
    """Return a text whose numbers stay with their units, and dates in one piece.

    >>> kept_together("100 mg by mouth") == "100\N{NO-BREAK SPACE}mg by mouth"
    True
    """
    joined = _NUMBER_AND_UNIT.sub(NO_BREAK, text)
    return _DATE.sub(lambda found: found[0].replace(" ", NO_BREAK), joined)


def unbroken(text: str) -> str:
    """Return a short text (a name, an amount) that is never wrapped at a space."""
    return text.replace(" ", NO_BREAK)
