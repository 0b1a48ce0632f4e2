# ruff: noqa: E402 - Django is started before its models are imported
"""Run in a process of its own: something done to a database that really commits.

`python own_database.py WHAT [NUMBER]` with DATABASE_URL set.
"""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from concord.web.start import start

start()

from django.core.management import call_command
from tests.web import clinic

from concord.web.chart.models import CrisisPlan, Entry, Membership, Organisation, Person
from concord.web.chart.policy import Actor, ActorKind


def found() -> None:
    call_command("migrate", verbosity=0)
    clinic.a_clinic()


def write_many(number: int) -> None:
    """Write under keys that the other writers use too."""
    ruth = Membership.objects.get(staff__name="Ruth")
    actor = Actor(kind=ActorKind.STAFF, id=ruth.staff_id, membership=ruth.id)
    person = Person.objects.get(carerelationship__membership=ruth)
    for turn in range(number):
        key = UUID(int=1000 + turn)
        text = f"condition {turn}"
        print(clinic.notes_condition(actor, person.id, text, key=key), flush=True)


def alter() -> None:
    """Change an entry, with the trigger out of the way."""
    from django.db import connection  # noqa: PLC0415 - only here

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE chart_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER chart_entry_update")
    person = Person.objects.get(carerelationship__membership__staff__name="Ruth")
    entry = Entry.objects.get(subject=person.id, number=2)
    Entry.objects.filter(pk=entry.pk).update(outcome="nothing")


def empty_text() -> None:
    """Let a clinic have an empty text for a crisis, which no page would keep."""
    CrisisPlan.objects.create(
        organisation=Organisation.objects.order_by("name").first(),
        number=1,
        content={"texts": {"en": " "}},
        created_at=clinic.NOW,
        actor=UUID(int=1),
        key=UUID(int=2),
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["found"]:
            found()
        case ["write", number]:
            write_many(int(number))
        case ["alter"]:
            alter()
        case ["empty-text"]:
            empty_text()
