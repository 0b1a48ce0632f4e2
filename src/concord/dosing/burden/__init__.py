"""The burden of a regimen of a day, and what might make it lighter.

`counting` counts what a person has to do; `simpler` puts forward what a prescriber may
consider. Neither judges whether a medicine is needed.
"""

from concord.dosing.burden.counting import (
    Burden,
    Device,
    LineBurden,
    Rule,
    RuleKind,
    Unchecked,
    burden,
)
from concord.dosing.burden.simpler import Simpler, SimplerKind, simplifications

__all__ = [
    "Burden",
    "Device",
    "LineBurden",
    "Rule",
    "RuleKind",
    "Simpler",
    "SimplerKind",
    "Unchecked",
    "burden",
    "simplifications",
]
