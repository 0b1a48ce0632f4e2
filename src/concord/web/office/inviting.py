"""Accounts that the office gives: a link that works once, and nothing by mail.

The link holds a signed id of the account and a mark of its password as it is: once a
password is chosen the mark is another, and the link is dead.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods

from concord.errors import DeniedError, ImpossibleChangeError
from concord.web.accounts.making import make_account, set_password
from concord.web.accounts.models import User
from concord.web.chart.actions.offices import allow_account
from concord.web.chart.policy import Actor, ActorKind

GOOD_FOR_HOURS = 72
_SALT = "concord invitation"


def account_of(staff: UUID) -> User | None:
    """Return the account of one of the staff, if there is one."""
    return User.objects.filter(actor_kind=ActorKind.STAFF.value, actor=staff).first()


def invite_staff(
    *, actor: Actor, organisation: UUID, staff: UUID, email: str, now: datetime
) -> str:
    """Return the way to the page at which one of the staff chooses a password.

    The account is made where there is none; where its password was never chosen a new
    link is made. Decision, log entry and account are one transaction.
    Raises `ImpossibleChangeError` where they can sign in already, or where the address
    is somebody else's; `DeniedError` where the actor may not.
    """
    with transaction.atomic():
        allow_account(actor=actor, organisation=organisation, staff=staff, now=now)
        account = account_of(staff)
        if account is not None and account.has_usable_password():
            msg = "found that they have an account, expected none; they sign in with it"
            raise ImpossibleChangeError(msg)
        if account is None:
            account = _made(email, staff)
    token = signing.dumps([str(account.id), _mark(account)], salt=_SALT)
    return reverse("office:begin", args=[token])


def _made(email: str, staff: UUID) -> User:
    try:
        with transaction.atomic():
            return make_account(
                email=email, password=None, actor_kind=ActorKind.STAFF, actor=staff
            )
    except IntegrityError:
        msg = "found another account under this address; expected one of their own"
        raise ImpossibleChangeError(msg) from None


def _mark(account: User) -> str:
    """Return what changes when the password does, and tells nothing of it."""
    return salted_hmac(_SALT, account.password).hexdigest()


def _invited(token: str) -> User:
    """Return the account of a link that still works, or raise `DeniedError`."""
    try:
        id_, mark = signing.loads(token, salt=_SALT, max_age=GOOD_FOR_HOURS * 3600)
        account = User.objects.get(id=id_, is_active=True)
    except (signing.BadSignature, ValueError, User.DoesNotExist):
        raise DeniedError("not-found") from None
    if not hmac.compare_digest(mark, _mark(account)):
        raise DeniedError("not-found")
    return account


class Choose(forms.Form):
    """The first password, twice."""

    password = forms.CharField(
        label="Choose a password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="15 characters or more; a sentence is easy to remember.",
    )
    password_again = forms.CharField(
        label="The same again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check that both are the same."""
        cleaned = super().clean() or {}
        if not self.errors and cleaned["password"] != cleaned["password_again"]:
            self.add_error("password_again", "This is not the same as above.")
        return cleaned


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited one choose their password, once; then they sign in."""
    account = _invited(token)
    form = Choose(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_password(account=account.id, password=form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
        else:
            return render(request, "office/begun.html", {"email": account.email})
    context = {"form": form, "email": account.email}
    status = 422 if form.errors else 200
    return render(request, "office/begin.html", context, status=status)
