"""The few values that everything speaks: quantity, code, partial date, duration."""

from concord.terms.code import Code, System
from concord.terms.dates import Duration, PartialDate, Period, age_on
from concord.terms.quantity import Quantity
from concord.terms.value import Value, decode_hook, encode_hook

__all__ = [
    "Code",
    "Duration",
    "PartialDate",
    "Period",
    "Quantity",
    "System",
    "Value",
    "age_on",
    "decode_hook",
    "encode_hook",
]
