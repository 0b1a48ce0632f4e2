"""One road to a record: no module outside `chart` asks its tables (SEC-03).

And the figures of trust.md §3: as many payloads as it asks for, each of its own.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.attack.payloads import GROUPS

import concord.web

WEB = Path(concord.web.__file__).parent
OUTSIDE = sorted(
    path
    for path in WEB.rglob("*.py")
    if "chart" not in path.relative_to(WEB).parts and "migrations" not in path.parts
)
# The tables of `accounts`, which hold nothing of a record.
OWN_TABLES = {"User", "Session", "Count", "Authenticator"}
# What an ORM offers that asks the database, whatever the model.
QUERIES = {"objects", "_base_manager", "_default_manager", "raw", "extra", "cursor"}


def chart_tables_of(tree: ast.Module) -> list[str]:
    """Return what a module imports from the chart's tables."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = node.module
            if module.startswith("concord.web.chart.models"):
                found += [f"{module}.{alias.name}" for alias in node.names]
            if module == "concord.web.chart":
                found += [a.name for a in node.names if a.name in ("models", "rows")]
        if isinstance(node, ast.Import):
            found += [
                a.name
                for a in node.names
                if a.name.startswith("concord.web.chart.models")
            ]
    return found


def queries_of(tree: ast.Module) -> list[str]:
    """Return what a module asks a database for itself, but for accounts' own tables."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in QUERIES
        and not (isinstance(node.value, ast.Name) and node.value.id in OWN_TABLES)
    ]


def test_no_module_outside_the_chart_imports_its_tables() -> None:
    assert len(OUTSIDE) > 60
    found = {
        str(path.relative_to(WEB)): names
        for path in OUTSIDE
        if (names := chart_tables_of(ast.parse(path.read_text("utf-8"))))
    }
    assert found == {}


def test_no_module_outside_the_chart_asks_a_database_about_a_record() -> None:
    allowed = {"serving.py", "sqlite.py", "accounts/models.py"}
    found = {
        name: asked
        for path in OUTSIDE
        if (name := str(path.relative_to(WEB))) not in allowed
        and (asked := queries_of(ast.parse(path.read_text("utf-8"))))
    }
    assert found == {}


def test_both_checks_see_what_they_look_for() -> None:
    bad = ast.parse(
        "from concord.web.chart.models import Line\n"
        "from concord.web.chart import models\n"
        "import concord.web.chart.models\n"
        "Line.objects.filter(id=1)\n"
    )
    assert len(chart_tables_of(bad)) == 3
    assert queries_of(bad) == ["Line.objects"]


def test_no_template_runs_anything_that_it_was_not_given() -> None:
    """No mark that turns escaping off, no attribute that runs, none of queries."""
    forbidden = (
        "|safe",
        "autoescape off",
        "{% load django",
        "onclick",
        "<script>",
        "hx-on",
    )
    found = [
        (path.name, word)
        for path in WEB.rglob("*.html")
        for word in forbidden
        if word in path.read_text("utf-8")
    ]
    assert found == []


def test_as_many_payloads_are_tried_as_were_promised() -> None:
    payloads = {
        (group, payload) for group, tried in GROUPS.items() for payload in tried
    }
    assert len(payloads) == sum(len(tried) for tried in GROUPS.values())
    assert len(payloads) >= 150
    assert len(GROUPS["ATK-09"]) >= 60
    assert len(GROUPS["ATK-10"]) >= 40
    assert len(GROUPS["ATK-08"]) >= 30
