"""The one formatter: names, doses, directions, dates and messages."""

from concord.wording.message import Message, say

__all__ = ["Message", "say"]
