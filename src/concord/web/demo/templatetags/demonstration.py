"""The sign-ins of the demonstration, for the sign-in page in demo mode."""

from __future__ import annotations

from django import template

from concord.web.demo import cast

register = template.Library()


@register.simple_tag
def demonstration_sign_ins() -> tuple[cast.Somebody, ...]:
    """Return everyone who can sign in to the demonstration."""
    return cast.SIGN_INS


@register.simple_tag
def demonstration_password() -> str:
    """Return the password of all of them."""
    return cast.PASSWORD
