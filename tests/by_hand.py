"""The plans that were worked by hand, as they stand in their tables."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

HAND = Path(__file__).parents[0] / "dosing" / "plan" / "hand"
PLANS = sorted(path.stem for path in HAND.glob("*.toml"))


def plan(name: str) -> dict[str, Any]:
    text = (HAND / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)
