"""The addresses of the office."""

from __future__ import annotations

from django.urls import path

from concord.web.office import (
    covers,
    crisis,
    emergencies,
    home,
    inviting,
    people,
    rules,
    staff,
)

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("phone/", home.phone, name="phone"),
    path("people/", people.enrolled, name="people"),
    path("people/add/", people.add, name="add_person"),
    path("people/<uuid:person>/", people.person, name="person"),
    path("people/<uuid:person>/enrol/", people.enrol, name="enrol"),
    path(
        "people/<uuid:person>/enrolments/<uuid:enrolment>/end/",
        people.end_enrolment,
        name="end_enrolment",
    ),
    path("people/<uuid:person>/care/begin/", people.begin_care, name="begin_care"),
    path(
        "people/<uuid:person>/care/<uuid:relationship>/end/",
        people.end_care,
        name="end_care",
    ),
    path("people/<uuid:person>/proxies/add/", rules.add_proxy, name="add_proxy"),
    path(
        "people/<uuid:person>/proxies/<uuid:grant>/end/",
        rules.end_proxy,
        name="end_proxy",
    ),
    path("care/", people.care, name="care"),
    path("staff/", staff.staff, name="staff"),
    path("staff/take-on/", staff.take_on, name="take_on"),
    path("staff/<uuid:staff>/", staff.member, name="member"),
    path("staff/<uuid:staff>/role/", staff.give_membership, name="give_membership"),
    path(
        "staff/<uuid:staff>/roles/<uuid:membership>/end/",
        staff.end_membership,
        name="end_membership",
    ),
    path(
        "staff/<uuid:staff>/roles/<uuid:membership>/prescribing/",
        staff.give_authority,
        name="give_authority",
    ),
    path(
        "staff/<uuid:staff>/prescribing/<uuid:authority>/end/",
        staff.end_authority,
        name="end_authority",
    ),
    path("staff/<uuid:staff>/account/", staff.account, name="account"),
    path("cover/", covers.covers, name="covers"),
    path("cover/add/", covers.add, name="add_cover"),
    path("crisis/", crisis.crisis, name="crisis"),
    path("crisis/plan/", crisis.plan, name="crisis_plan"),
    path("crisis/on-call/add/", crisis.add_on_call, name="add_on_call"),
    path("crisis/on-call/<uuid:duty>/end/", crisis.end_on_call, name="end_on_call"),
    path("rules/", rules.rules, name="rules"),
    path("rules/add/", rules.add_rule, name="add_rule"),
    path("rules/<uuid:rule>/end/", rules.end_rule, name="end_rule"),
    path("emergencies/", emergencies.emergencies, name="emergencies"),
    path("emergencies/<uuid:glass>/", emergencies.review, name="review_glass"),
    path("begin/<str:token>/", inviting.begin, name="begin"),
]
