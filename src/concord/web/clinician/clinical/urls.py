"""The addresses of imports, setting events and of what else is on record."""

from __future__ import annotations

from django.urls import URLPattern, path

from concord.web.clinician.clinical import emergency, importing, lines, setting

# The id of an imported line has a slash in it, so a line is a path.
urlpatterns: list[URLPattern] = [
    path("emergency/", emergency.emergency, name="emergency"),
    path("<uuid:person>/import/", importing.import_file, name="import"),
    path(
        "<uuid:person>/import/<uuid:pending>/", importing.preview, name="import_preview"
    ),
    path("<uuid:person>/setting/", setting.setting, name="setting"),
    path("<uuid:person>/details/", lines.edit_person, name="edit_person"),
    path("<uuid:person>/conditions/add/", lines.add_condition, name="add_condition"),
    path(
        "<uuid:person>/conditions/<path:line>/correct/",
        lines.edit_condition,
        name="edit_condition",
    ),
    path("<uuid:person>/allergies/add/", lines.add_allergy, name="add_allergy"),
    path(
        "<uuid:person>/allergies/<path:line>/correct/",
        lines.edit_allergy,
        name="edit_allergy",
    ),
    path("<uuid:person>/results/add/", lines.add_observation, name="add_observation"),
    path(
        "<uuid:person>/results/<path:line>/correct/",
        lines.edit_observation,
        name="edit_observation",
    ),
    path(
        "<uuid:person>/conditions/<path:line>/withdraw/",
        lines.withdraw_condition,
        name="withdraw_condition",
    ),
    path(
        "<uuid:person>/allergies/<path:line>/withdraw/",
        lines.withdraw_allergy,
        name="withdraw_allergy",
    ),
    path(
        "<uuid:person>/results/<path:line>/withdraw/",
        lines.withdraw_observation,
        name="withdraw_observation",
    ),
]
