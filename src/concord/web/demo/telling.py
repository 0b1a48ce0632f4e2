"""What the demonstration says on the terminal: where it is, and who can sign in."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from concord.web.demo.cast import PASSWORD, SIGN_INS


def tell(address: str, *, made_now: bool, console: Console | None = None) -> None:
    """Print the address and the sign-ins; to standard output, unless told otherwise.

    Where the demonstration was made before, say how a new one is made: its records
    are as of the day on which it was made.
    """
    out = console or Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Sign in as", no_wrap=True)
    table.add_column("Who")
    table.add_column("Look at")
    for one in SIGN_INS:
        table.add_row(one.email, f"{one.name}, {one.what}", one.see)
    out.print()
    out.print("Concord, a demonstration: invented people, no real record.")
    out.print(f"Open [bold]{address}/[/bold]")
    out.print(f"The password of everyone below: [bold]{PASSWORD}[/bold]")
    out.print()
    out.print(table)
    out.print()
    if not made_now:
        out.print("As it was left. FRESH=1 make demo makes it anew, as of today.")
    out.print("Ctrl-C ends the site and its worker.")
