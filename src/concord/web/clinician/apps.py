"""How Django knows these pages."""

from __future__ import annotations

from django.apps import AppConfig


class ClinicianConfig(AppConfig):
    """The clinician's pages."""

    name = "concord.web.clinician"
    label = "clinician"
