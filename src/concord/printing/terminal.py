"""The terminal: lines wrapped to its width, marks of severity, and text made safe."""

from __future__ import annotations

import re
from collections.abc import Iterable

from concord.knowledge.model import Severity
from concord.record.agreed import Entry
from concord.wording import Message, cased, say

NOT_SIGNED_OFF = (
    "Decision support for clinicians. Not a medical device; not clinically signed off."
)
NO_LIST = "No current medicine is on record. That is not an empty list."
MAY_BE_INCOMPLETE = (
    "May be incomplete. Ask about methadone, buprenorphine and other clinics."
)

# Word, icon and shape first; colour last (ux.md, Severity).
MARKS = {
    Severity.CONTRAINDICATED: ("⯃", "Contraindicated", "bold red"),
    Severity.SERIOUS: ("▲", "Serious", "bold dark_orange"),
    Severity.MODERATE: ("●", "Moderate", "bold blue"),
    Severity.MINOR: ("·", "Minor", "bold"),
}
NOT_CHECKED = ("◌", "Not checked", "dim")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return a record's text without what would steer a terminal."""
    return _CONTROL.sub("\N{MIDDLE DOT}", text)


def name_of(entry: Entry) -> str:
    """Return a medicine as its line names it, in Tall Man letters."""
    return clean(cased(entry.line.medicine.text))


def told(message: Message) -> str:
    """Return a message as the terminal shows it: names in Tall Man letters."""
    return clean(cased(say(message)))


class Page:
    """Lines on a terminal: wrapped to its width, plain where it is none."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - JSON does not pay for it

        self._console = Console(highlight=False, soft_wrap=False)

    def _print(self, text: str, style: str = "", indent: int = 0) -> None:
        from rich.padding import Padding  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        words = Text(text, style=style)
        self._console.print(Padding(words, (0, 0, 0, indent)) if indent else words)

    def line(self) -> None:
        """Print an empty line."""
        self._console.print()

    def title(self, text: str) -> None:
        """Print the first line of a page."""
        self._print(text, "bold")

    def heading(self, text: str) -> None:
        """Print a heading with space before it."""
        self.line()
        self._print(text, "bold underline")

    def text(self, text: str) -> None:
        """Print a paragraph."""
        self._print(text)

    def item(self, name: str, rest: str) -> None:
        """Print a line that begins with a name."""
        from rich.text import Text  # noqa: PLC0415

        self._console.print(Text.assemble((name, "bold"), "  ", rest))

    def mark(self, mark: str, style: str, text: str) -> None:
        """Print a line that begins with a mark of severity."""
        from rich.text import Text  # noqa: PLC0415

        self._console.print(Text.assemble((mark, style), "  ", (text, "bold")))

    def detail(self, text: str, *, bold: bool = False, dim: bool = False) -> None:
        """Print an indented paragraph below a line."""
        self._print(text, "bold" if bold else "dim" if dim else "", indent=4)

    def table(self, names: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
        """Print a plain table; the first column is text, the others numbers."""
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=None, padding=(0, 1, 0, 0))
        for index, name in enumerate(names):
            table.add_column(name, justify="right" if index else "left", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        self._console.print(table)
