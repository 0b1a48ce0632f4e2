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
