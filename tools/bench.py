"""Times the main road against its limits and its peer: `make bench`.

Each figure is a median of several runs in one process (or of whole processes), and is
printed with its ratio to the limit; a ratio above 1 is a miss and is marked so.
Nothing here fails a build: machines are noisy, and the ratios are for reading.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
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
from concord.knowledge.files import DATA
from concord.knowledge.index import compile_index, load, open_index
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
    report("knowledge ready from its index", median_ms(open_index, 50), 20)
    report("knowledge ready, with the check for changed files", median_ms(load, 50), 20)
    names = sorted(knowledge.drugs)[:20]
    report(
        "rules between 20 medicines",
        median_ms(lambda: between(knowledge, names), 50),
        5,
    )


def grown(drugs: int = 500) -> None:
    """Time the index of a knowledge grown to 500 drugs by copies under new names."""
    with tempfile.TemporaryDirectory() as folder:
        data, index = Path(folder) / "data", Path(folder) / "index.msgpack"
        _grow(data, drugs)
        compile_index(data, index)
        found = median_ms(lambda: open_index(index), 30)
        size = index.stat().st_size / 1e6
        report(f"knowledge ready at {drugs} drugs ({size:.1f} MB index)", found, 60)


def _grow(target: Path, drugs: int) -> None:
    """Write a copy of the knowledge in which drugs stand many times, each renamed."""
    for path in DATA.rglob("*.toml"):
        copy = target / path.relative_to(DATA)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    originals = sorted((DATA / "drugs").glob("*.toml"))
    made = len(originals)
    round_ = 0
    while made < drugs:
        round_ += 1
        for path in originals:
            if made == drugs:
                return
            _rename(path, target / "drugs", round_)
            made += 1


def _rename(path: Path, folder: Path, number: int) -> None:
    name = f"{path.stem}-{number}"
    head, _, rest = path.read_text("utf-8").partition("[identity]")
    kind = next((k for k in head.splitlines() if k.startswith("kind")), "")
    rest = re.sub(r"(?m)^rxcui = .*$", f'rxcui = ["{name}"]', rest, count=1)
    text = f'id = "{name}"\nname = "{name}"\n{kind}\n[identity]{rest}'
    (folder / f"{name}.toml").write_text(text, "utf-8")


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
    grown()
    whole_process()
    against_peer()
