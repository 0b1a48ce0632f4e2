"""Times the main road against its limits and its peer: `make bench`.

Each figure is a median of several runs in one process (or of whole processes), and is
printed with its ratio to the limit; a ratio above 1 is a miss and is marked so.
Nothing here fails a build: machines are noisy, and the ratios are for reading.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec

from concord.exchange import Recogniser, read
from concord.followup.case import Case
from concord.knowledge.catalogue import load_catalogue
from concord.knowledge.index import load, open_index
from concord.knowledge.lookup import Knowledge
from concord.knowledge.pairs import between
from concord.record.model import (
    Change,
    ChangeKind,
    Condition,
    ConditionStatus,
    Dosage,
    Ingredient,
    MedicationLine,
    Medicine,
    Observation,
    Person,
    Record,
    Sex,
    Timing,
)
from concord.review import review
from concord.terms import Code, PartialDate, Quantity, System

ROOT = Path(__file__).parents[1]
PEOPLE = ROOT / "src" / "concord" / "web" / "demo" / "records"
LONGEST = PEOPLE / "stanislaw-kowalczyk.json"
SHARED = ROOT.parent / "shared" / "data"
AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def median_ms(run: Callable[[], object], times: int) -> float:
    """Return the median time of a run in milliseconds, after one warm-up."""
    run()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def report(what: str, found: float, limit: float, unit: str = "ms") -> None:
    """Print a figure with its limit and the ratio of the two."""
    ratio = found / limit
    mark = "" if ratio <= 1 else "   MISSED"
    print(f"{what:<58} {found:9.2f} {unit:<3} limit {limit:7.1f}  ×{ratio:.2f}{mark}")


FIFTEEN = (
    "sertraline",
    "mirtazapine",
    "trazodone",
    "lithium",
    "lamotrigine",
    "clozapine",
    "quetiapine",
    "diazepam",
    "zolpidem",
    "methylphenidate",
    "buprenorphine",
    "naltrexone",
    "oxycodone",
    "ibuprofen",
    "lisinopril",
)
TWENTY = (
    *FIFTEEN,
    "phenelzine",
    "methadone",
    "warfarin",
    "fluoxetine",
    "carbamazepine",
)


def _lines(knowledge: Knowledge, names: Iterable[str]) -> tuple[MedicationLine, ...]:
    """Return medicines at their usual dose, once a day."""
    lines = []
    for name in names:
        drug = knowledge.drugs[name]
        rxcui = drug.identity.rxcui[0]
        amounts = [d.usual_high for d in drug.dose if d.usual_high and not d.every]
        once_a_day = Timing(frequency=1, period=Decimal(1), period_unit="d")
        dosage = Dosage(dose=amounts[0] if amounts else None, timing=once_a_day)
        started = Change(
            id=f"{name}-start",
            kind=ChangeKind.STARTED,
            recorded_at=NOW,
            effective=PartialDate.parse("2026-01-15"),
            dosage=(dosage,),
        )
        lines.append(
            MedicationLine(
                id=name,
                medicine=Medicine(
                    text=name, ingredients=(Ingredient(rxcui=rxcui, name=name),)
                ),
                changes=(started,),
            )
        )
    return tuple(lines)


def authored(knowledge: Knowledge) -> Record:
    """Return the authored person with the most medicines, and three more: fifteen."""
    recogniser = Recogniser(load_catalogue(), knowledge)
    record = read(LONGEST, recogniser, read_at=NOW).record
    more = _lines(knowledge, ("lamotrigine", "mirtazapine", "quetiapine"))
    return msgspec.structs.replace(record, medications=(*record.medications, *more))


def all_known(knowledge: Knowledge) -> Record:
    """Return a record of fifteen medicines that all interact: the worst case."""
    results = []
    lines = _lines(knowledge, FIFTEEN)
    for number in range(40):
        code = ("44261-6", "14334-7", "2951-2", "2160-0")[number % 4]
        results.append(
            Observation(
                id=f"o{number}",
                codes=(Code(system=System.LOINC, code=code),),
                at=PartialDate.parse(f"2026-{1 + number % 10:02}-03"),
                quantity=Quantity(Decimal(9), "{score}"),
            )
        )
    conditions = tuple(
        Condition(
            id=code,
            codes=(Code(system=System.ICD10CM, code=code),),
            status=ConditionStatus.ACTIVE,
        )
        for code in ("F33.1", "F31.9")
    )
    person = Person(id="p", birth=PartialDate.parse("1955-03-04"), sex=Sex.FEMALE)
    return Record(
        person=person,
        medications=lines,
        observations=tuple(results),
        conditions=conditions,
    )


def in_process() -> None:
    """Time a review, the knowledge and the rules between twenty drugs."""
    knowledge = load()
    for name, record in (
        ("review of an authored record", authored(knowledge)),
        ("review of the worst case", all_known(knowledge)),
    ):
        taken = len(Case(record, knowledge, AS_OF).current)
        taken_ms = median_ms(partial(review, record, knowledge, AS_OF), 50)
        report(f"{name} with {taken} medicines", taken_ms, 5)
    drugs = len(knowledge.drugs)
    report(f"knowledge of {drugs} drugs ready", median_ms(open_index, 50), 60)
    report("the same, with the check for changed files", median_ms(load, 50), 60)
    report(
        "rules between 20 medicines",
        median_ms(lambda: between(knowledge, TWENTY), 50),
        2,
    )
    names = ("Zoloft", "lithium carbonate", "36437", "no such medicine")
    looked_up = median_ms(lambda: [knowledge.drug_named(n) for n in names * 250], 20)
    report("a medicine looked up by its name", looked_up, 50, "us")


def in_memory() -> None:
    """Measure what a process holds once the knowledge is ready: its largest size."""
    program = (
        "import resource, sys; from concord.knowledge.index import open_index; "
        "k = open_index(); "
        "unit = 1024 if sys.platform != 'darwin' else 1024 * 1024; "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    report("a process with the knowledge ready", float(ran.stdout), 80, "MB")


def whole_process(times: int = 7) -> None:
    """Time `concord review` as a whole process."""
    person = min(PEOPLE.glob("*.json"))
    command = [str(Path(sys.executable).parent / "concord"), "review", str(person)]
    environment = {
        k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"
    }

    def run() -> None:
        subprocess.run(command, env=environment, capture_output=True, check=True)

    report("concord review, whole process", median_ms(run, times) / 1000, 0.4, "s")


def against_peer() -> None:
    """Time the reading of a 1 MB bundle against parsing it with fhir.resources."""
    files = sorted(SHARED.glob("synthea-r4/*.json"), key=lambda p: p.stat().st_size)
    if not files:
        print("reading against fhir.resources: not run (no third-party data beside)")
        return
    near = min(files, key=lambda p: abs(p.stat().st_size - 1_000_000))
    data = near.read_bytes()
    recogniser = Recogniser(load_catalogue(), load())

    from fhir.resources.R4B.bundle import Bundle  # noqa: PLC0415 - slow to import

    ratios, ours, peers = [], [], []
    for _ in range(7):  # in turn, so that a slow moment of the machine hits both
        ours.append(median_ms(lambda: read(data, recogniser, read_at=NOW), 1))
        peers.append(median_ms(lambda: Bundle.model_validate_json(data), 1))
        ratios.append(peers[-1] / ours[-1])
    ratio = statistics.median(ratios)
    size = len(data) / 1e6
    print(
        f"reading a {size:.1f} MB bundle: {statistics.median(ours):.1f} ms; "
        f"fhir.resources {statistics.median(peers):.1f} ms; "
        f"{ratio:.1f} times as fast (wanted: 10){'' if ratio >= 10 else '   MISSED'}"
    )


if __name__ == "__main__":
    in_process()
    in_memory()
    whole_process()
    against_peer()
