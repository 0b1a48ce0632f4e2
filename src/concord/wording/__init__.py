"""The one formatter: names, doses, directions, dates and messages."""

from concord.wording.abbreviations import Abbreviation, questionable
from concord.wording.amounts import amount, counted, number
from concord.wording.dates import day, moment, since
from concord.wording.directions import as_written, dose_clinical, dose_words
from concord.wording.layout import kept_together
from concord.wording.message import Message, say
from concord.wording.names import brand_name, cased, drug_name, medicine_name

__all__ = [
    "Abbreviation",
    "Message",
    "amount",
    "as_written",
    "brand_name",
    "cased",
    "counted",
    "day",
    "dose_clinical",
    "dose_words",
    "drug_name",
    "kept_together",
    "medicine_name",
    "moment",
    "number",
    "questionable",
    "say",
    "since",
]
