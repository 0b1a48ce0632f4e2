"""The knowledge as a whole on a terminal: whether it is clean, counts, a sample."""

from __future__ import annotations

import random
from datetime import date

import click

from concord.knowledge.counts import Counted, Counts, counts, total
from concord.knowledge.lookup import Knowledge
from concord.printing.drug import print_drug
from concord.printing.terminal import Page


def print_check(knowledge: Knowledge) -> None:
    """Print that the knowledge is clean, and how much of it is unverified."""
    counted = counts(knowledge)
    summed = total(counted.tables)
    click.echo(
        f"knowledge {knowledge.version}: {len(knowledge.drugs)} drugs, "
        f"{sum(summed.values())} cited values, no problem found"
    )
    for status in ("checked", "convention", "unverified"):
        click.echo(f"  {status}: {summed[status]}")


def print_stats(counted: Counts) -> None:
    """Print the counts as tables."""
    page = Page()
    page.table(("table", *_COUNTED), _count_rows(counted.tables))
    if counted.coverage:
        page.line()
        page.table(
            ("meant to be covered", "drugs", "covered"),
            [(c.id, str(c.of), str(c.covered)) for c in counted.coverage],
        )
    if counted.most_used:
        page.line()
        page.table(("of the most used", *_COUNTED), _count_rows(counted.most_used))
    page.line()
    page.table(("source", "values"), [(k, str(v)) for k, v in counted.sources.items()])


_COUNTED = ("files", "drugs", "values", "check", "local", "unver", "fig.", "read", "%")


def _count_rows(tables: dict[str, Counted]) -> list[tuple[str, ...]]:
    """Return a row a table.

    `fig.` are the checked values with a figure, `read` those with a reading of it.
    """
    return [
        (
            name,
            str(row.entries),
            str(row.drugs),
            str(row.values),
            str(row.checked),
            str(row.convention),
            str(row.unverified),
            str(row.figures),
            str(row.read),
            f"{row.share_checked * 100:.0f}",
        )
        for name, row in tables.items()
    ]


def print_sample(knowledge: Knowledge, seed: int, count: int, on: date) -> None:
    """Print a random sample of drugs, to be read against their sources."""
    names = sorted(d.id for d in knowledge.drugs.values() if d.kind == "medicine")
    drawn = random.Random(seed).sample(names, min(count, len(names)))  # noqa: S311
    for name in sorted(drawn):
        print_drug(knowledge.drugs[name], knowledge, on)
