"""Filters and tags of every template; each only calls the one formatter of `wording`.

No decision and no query is made here.
"""

from __future__ import annotations

from django import template

from concord.wording import Message
from concord.wording import say as _say

register = template.Library()


@register.filter
def say(message: Message) -> str:
    """Return a message of the review in the words of the site's language."""
    return _say(message)
