"""What every test may ask for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The real knowledge, from its index."""
    return load()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The third-party data beside the project; tests that need it skip without it."""
    if not SHARED.exists():
        pytest.skip("no third-party data beside the project (../shared/data)")
    return SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make prove` gives."""
    parser.addoption(
        "--every-database",
        action="store_true",
        help="crawl the whole site on PostgreSQL too, and not only on SQLite",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave the crawls of the whole site on PostgreSQL to `make prove`.

    They ask thousands of pages; what differs between the two databases (queries,
    constraints, locks, triggers) has tests of its own, which run on both always.
    """
    if config.getoption("--every-database"):
        return
    left_out = [
        item
        for item in items
        if item.get_closest_marker("crawl") and "[postgresql" in item.name
    ]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
