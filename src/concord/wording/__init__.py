"""The one formatter: names, doses, directions, dates and messages."""

from concord.wording.amounts import amount
from concord.wording.dates import day, moment, since
from concord.wording.directions import dose_clinical, dose_words
from concord.wording.message import Message, say
from concord.wording.names import cased, drug_name, medicine_name

__all__ = [
    "Message",
    "amount",
    "cased",
    "day",
    "dose_clinical",
    "dose_words",
    "drug_name",
    "medicine_name",
    "moment",
    "say",
    "since",
]
