"""What the tests of exchange ask for: a catalogue, and a recogniser that uses it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from concord.exchange import Recogniser
from concord.knowledge.catalogue import Catalogue, compile_catalogue


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The real catalogue, compiled for this run."""
    return compile_catalogue(target=tmp_path_factory.mktemp("catalogue") / "c.sqlite")


@pytest.fixture(scope="session")
def recogniser(catalogue: Catalogue) -> Recogniser:
    """Recognises by the catalogue alone."""
    return Recogniser(catalogue)
