"""The command line: thin; parse, call, print.

What touches the world is in `edge`.
Results go to standard output, progress and messages to standard error.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from concord import printing
from concord.cli.edge import drug_named, now, opened, print_json, today
from concord.errors import (
    BrokenLogError,
    ConcordError,
    KnowledgeError,
    UnsafeSettingsError,
)
from concord.knowledge.counts import counts
from concord.knowledge.index import compile_index, from_files, load
from concord.knowledge.pairs import between

_PORT = click.IntRange(1, 65535)
# Kept beside the one who asks, and ignored by git.
_DEMO_FILE = "demo.sqlite3"


# Commands of a file of their own: loaded when they are asked for, so that no other
# command pays for them.
_APART = {
    "adherence": "concord.cli.adherence",
    "burden": "concord.cli.burden",
    "due": "concord.cli.due",
    "equivalents": "concord.cli.equivalents",
    "missed": "concord.cli.missed",
    "mme": "concord.cli.equivalents",
    "restart": "concord.cli.plan",
    "scales": "concord.cli.score",
    "schedule": "concord.cli.schedule",
    "score": "concord.cli.score",
    "sig": "concord.cli.sig",
    "supply": "concord.cli.supply",
    "switch": "concord.cli.plan",
    "taper": "concord.cli.plan",
    "timeline": "concord.cli.timeline",
    "titrate": "concord.cli.plan",
}


class _Group(click.Group):
    """A group whose deliberate errors print plainly and end with their exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, those of other files among them."""
        return sorted({*super().list_commands(ctx), *self._apart()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, from its own file where it has one."""
        module = self._apart().get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(module), cmd_name)
        return found

    def _apart(self) -> dict[str, str]:
        return _APART if self.name == "main" else {}

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a `ConcordError` becomes its message and exit code."""
        try:
            return super().invoke(ctx)
        except KnowledgeError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            count = len(error.problems)
            click.echo(f"concord: {count} problem(s) in the knowledge files", err=True)
            ctx.exit(error.exit_code)
        except ConcordError as error:
            click.echo(f"concord: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="concord-rx")
def main() -> None:
    """Review medicines for mental health and addiction recovery.

    Decision support for clinicians: not a medical device, not clinically signed off.
    """


@main.command()
@click.argument("record")
@click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Review as of this day (default: today).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the review as JSON.")
@click.option("--all", "everything", is_flag=True, help="Print stopped medicines too.")
def review(
    record: str, on: datetime | None, *, as_json: bool, everything: bool
) -> None:
    """Review RECORD: a FHIR R4 file, a folder of them, or - for standard input.

    \b
    Example: concord review person.json --on 2026-11-22
    """
    # Imported here, so that `concord drug` does not pay for the FHIR reader.
    from concord.exchange import Recogniser, read  # noqa: PLC0415
    from concord.knowledge.catalogue import load_catalogue  # noqa: PLC0415
    from concord.review import review as review_record  # noqa: PLC0415

    at = now()
    as_of = on.date() if on else at.date()
    knowledge = load()
    recogniser = Recogniser(load_catalogue(), knowledge)
    with opened(record) as (source, name):
        imported = read(source, recogniser, read_at=at, name=name)
    found = review_record(imported.record, knowledge, as_of)
    if as_json:
        print_json(printing.review_json(found, imported, knowledge))
    else:
        printing.print_review(found, imported, knowledge, everything=everything)


@main.command()
@click.argument("drugs", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the rules as JSON.")
def interactions(drugs: tuple[str, ...], *, as_json: bool) -> None:
    """Show every interaction rule between two or more DRUGS.

    Names, brands or RxCUIs; without a person the base severity is shown.

    \b
    Example: concord interactions lithium lisinopril ibuprofen
    """
    if len(drugs) < 2:
        msg = "name at least two medicines: concord interactions lithium lisinopril"
        raise click.UsageError(msg)
    knowledge = load()
    pairs = between(knowledge, [drug_named(knowledge, name) for name in drugs])
    if as_json:
        print_json(printing.pairs_json(pairs, knowledge))
    else:
        printing.print_pairs(pairs, knowledge)


@main.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def drug(name: str, *, as_json: bool) -> None:
    """Show all that is known of the drug NAME, each value with source and status.

    \b
    Example: concord drug lithium
    """
    knowledge = load()
    found = knowledge.drugs[drug_named(knowledge, name)]
    if as_json:
        print_json(printing.drug_json(found, knowledge))
    else:
        printing.print_drug(found, knowledge, today())


@main.group()
def knowledge() -> None:
    """Check, count, sample and compile the knowledge files."""


@knowledge.command("check")
def knowledge_check() -> None:
    """Check every knowledge file: format, sources, references, contradictions."""
    found = from_files()
    printing.print_check(found)


@knowledge.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def knowledge_stats(*, as_json: bool) -> None:
    """Count what is covered and cited, by table, status and source.

    \b
    `figures` are checked values with a figure of their source, `read` those whose
    figure is kept as it is printed there.
    """
    counted = counts(load())
    if as_json:
        print_json(counted)
    else:
        printing.print_stats(counted)


@knowledge.command("sample")
@click.option("--seed", type=int, required=True, help="The same seed, the same sample.")
@click.option("--drugs", type=click.IntRange(1), default=3, show_default=True)
def knowledge_sample(seed: int, drugs: int) -> None:
    """Draw drugs at random, to be read against their sources by someone else."""
    printing.print_sample(load(), seed, drugs, today())


@knowledge.command("compile")
@click.option("--quiet", is_flag=True, help="Say nothing when all is well.")
def knowledge_compile(*, quiet: bool) -> None:
    """Compile the index and the catalogue from their files."""
    from concord.knowledge.catalogue import load_catalogue  # noqa: PLC0415

    compiled = load() if quiet else compile_index()
    load_catalogue()
    if not quiet:
        click.echo(f"knowledge {compiled.version} compiled", err=True)


@main.command()
def migrate() -> None:
    """Bring the database (DATABASE_URL) to the form that this version needs.

    \b
    Example: concord migrate
    """
    from concord.web.start import start  # noqa: PLC0415 - no other command pays for it

    start()
    from concord.web.serving import migrate as bring  # noqa: PLC0415 - as above

    bring()
    click.echo("the database is as this version needs it", err=True)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=_PORT, default=8000, show_default=True, envvar="PORT")
@click.option("--quiet", is_flag=True, help="Print warnings and errors only.")
def serve(host: str, port: int, *, quiet: bool) -> None:
    """Serve the site; unsafe settings are refused.

    The variables are named in DEVELOPERS.md: CONCORD_SECRET_KEY, CONCORD_DATA_KEYS,
    DATABASE_URL, CONCORD_HOSTS. Outside a demonstration it stands behind a server
    that speaks TLS and sets X-Forwarded-Proto.

    \b
    Example: concord serve --port 8000
    """
    from concord.web.start import start  # noqa: PLC0415 - no other command pays for it

    start()
    from concord.web.serving import serve as serve_site  # noqa: PLC0415 - as above

    serve_site(host=host, port=port, quiet=quiet)


@main.command()
@click.option("--port", type=_PORT, default=8000, show_default=True, envvar="PORT")
@click.option("--fresh", is_flag=True, help="Make the demonstration's file anew.")
@click.option("--check", is_flag=True, help="Start all, look at three pages, stop.")
def demo(port: int, *, fresh: bool, check: bool) -> None:
    """Serve invented people on this machine: site and worker, until Ctrl-C.

    They are kept in demo.sqlite3, or where DATABASE_URL says.

    \b
    Example: concord demo --port 8000
    """
    os.environ["CONCORD_DEMO"] = "1"
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{_DEMO_FILE}")
    if fresh:
        _remove_demonstration(os.environ["DATABASE_URL"])
    from concord.web.start import start  # noqa: PLC0415 - no other command pays for it

    start()
    from concord.web import serving  # noqa: PLC0415 - as above
    from concord.web.demo import running, telling  # noqa: PLC0415
    from concord.web.demo.making import load as make  # noqa: PLC0415

    # What it writes while it is made is no news to the one who watches.
    logging.getLogger().setLevel(logging.WARNING)
    serving.check_port("127.0.0.1", port)
    click.echo("Preparing the demonstration ...", err=True)
    serving.migrate()
    made = make(now())
    serving.close_database()
    address = f"http://127.0.0.1:{port}"
    site = ("serve", "--port", str(port), "--quiet")
    try:
        with running.together([site, ("worker",)]) as still_running:
            running.wait_for(address, still_running)
            if check:
                for line in running.visit(address):
                    click.echo(line)
                still_running()
            else:
                telling.tell(address, made_now=made)
                while True:
                    running.rest()
                    still_running()
    except KeyboardInterrupt:
        click.echo("\nThe demonstration has ended.", err=True)


def _remove_demonstration(url: str) -> None:
    """Remove the demonstration's own file, and never another database."""
    if url != f"sqlite:///{_DEMO_FILE}":
        msg = (
            "DATABASE_URL: found a database of yours, expected the demonstration's own "
            "file; empty it yourself, or leave the variable out"
        )
        raise UnsafeSettingsError(msg)
    for end in ("", "-wal", "-shm"):
        Path(f"{_DEMO_FILE}{end}").unlink(missing_ok=True)


@main.group()
def audit() -> None:
    """Verify and sign the log of who saw and changed what."""


@audit.command("verify")
def audit_verify() -> None:
    """Verify every chain of the log, and name the first bad entry of each.

    The database and its secret are those of the site (DATABASE_URL,
    CONCORD_SECRET_KEY).

    \b
    Example: concord audit verify
    """
    # Imported here, so that no other command pays for Django.
    from concord.web.start import start  # noqa: PLC0415

    start()
    from concord.web.chart.log import verify  # noqa: PLC0415 - needs Django started

    found = verify()
    click.echo(f"{found.entries} entries in {found.chains} chains read", err=True)
    if found.problems:
        raise BrokenLogError(list(found.problems))
    click.echo("the log is whole")


@audit.command("sign")
def audit_sign() -> None:
    """Sign the head of today, once; keep a copy of the printed signature elsewhere.

    \b
    Example: concord audit sign
    """
    from concord.web.start import start  # noqa: PLC0415

    start()
    from concord.web.chart.log import sign_head  # noqa: PLC0415 - needs Django started

    head = sign_head(now().astimezone(UTC).date(), now())
    click.echo(f"{head.day} {head.signature}")


@main.group()
def keys() -> None:
    """Look after the keys that seal records."""


@keys.command("rotate")
def keys_rotate() -> None:
    """Wrap every person's key by the first key of CONCORD_DATA_KEYS.

    Put the new key first and keep the old one; when this has ended, the old one may go.

    \b
    Example: concord keys rotate
    """
    from concord.web.start import start  # noqa: PLC0415

    start()
    from concord.web.chart.actions.people import (  # noqa: PLC0415 - needs Django
        rewrap_keys,
    )

    count = rewrap_keys(lambda done: click.echo(f"{done} keys wrapped", err=True))
    click.echo(f"{count} keys were wrapped by the key in use; all of them are now")


@main.command()
@click.option("--once", is_flag=True, help="Work one round, then end.")
@click.option(
    "--every",
    type=click.IntRange(5),
    default=60,
    show_default=True,
    help="Seconds from one round to the next.",
)
def worker(*, once: bool, every: int) -> None:
    """Tell of crises, make the day's reviews, sign the day's log, end old sessions.

    Runs until it is stopped, and may be killed at any moment. Like the site it does
    not start without words for somebody in a crisis.

    \b
    Example: concord worker --once
    """
    from concord.web.start import start  # noqa: PLC0415

    start()
    import time  # noqa: PLC0415

    from concord.web.person.checks import check_crisis  # noqa: PLC0415 - needs Django
    from concord.web.person.lines import help_lines  # noqa: PLC0415 - as above
    from concord.web.worker import work, work_once  # noqa: PLC0415 - as above

    check_crisis(help_lines())

    def say(words: str) -> None:
        click.echo(f"{now():%H:%M:%S} {words}", err=True)

    def pause() -> bool:
        time.sleep(every)
        return True

    if once:
        work_once(now(), say)
    else:
        work(now, say, pause)


# From this size on, reading takes long enough to show how far it is.
_LONG = 4 * 1024 * 1024
