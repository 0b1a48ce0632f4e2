"""What a passkey answered, as a browser sends it: JSON that can be read, or nothing.

The library beneath takes a credential apart before it looks whether it is one; what is
not (levels without end, parts left out) would be an error of the server, for anybody.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

_FIELD = "credential"
_LONGEST = 64 * 1024


class Credentials:
    """Leaves a credential empty that cannot be read: its form then asks for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response of the site."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _given: Any
    ) -> None:
        """Look at what is sent to the pages of sign-in."""
        found = request.resolver_match
        name = found.view_name if found else ""
        if request.method == "POST" and name.startswith(("mfa_", "account_")):
            given: Any = request
            given.POST = with_readable(request.POST)


def with_readable(sent: QueryDict) -> QueryDict:
    """Return the fields that were sent, an unreadable credential left empty."""
    unreadable = [
        name for name in sent if name.endswith(_FIELD) and not _reads(str(sent[name]))
    ]
    if not unreadable:
        return sent
    rest = sent.copy()
    for name in unreadable:
        rest[name] = ""
    return rest


def _reads(text: str) -> bool:
    """Whether a text is a credential, of either ceremony, in all its parts."""
    if len(text) > _LONGEST:
        return False
    try:
        told = json.loads(text)
        text.encode()
        json.dumps(told, ensure_ascii=False).encode()
        handle = told["response"].get("userHandle")
        if "attestationObject" in told["response"]:
            RegistrationResponse.from_dict(told)
        else:
            AuthenticationResponse.from_dict(told)
    except Exception:  # noqa: BLE001 - whatever it is, it is no credential
        return False
    return handle is None or isinstance(handle, str)
