"""SQL in every parameter: never run, never an error, never in a query (ATK-01)."""

from __future__ import annotations

from django.db import connections
from django.test.utils import CaptureQueriesContext
from tests.attack.payloads import CANARY, PARAMETERS, SQL
from tests.attack.trying import addresses, held, tries
from tests.web.clinic import Clinic

READERS = ("ruth", "alma", "amara", "maya")


def test_no_parameter_of_any_page_reaches_a_query(clinic: Clinic) -> None:
    made = held(clinic)
    reached, failed = [], []
    tried = 0
    for place, address in enumerate(addresses(made.ids)):
        for name in READERS:
            browser = made.browsers[name]
            first = tries(browser, "GET", address.path)
            if first.refused:
                continue
            # Each page with all payloads, spread over all names, in a few requests.
            for turn in range(2):
                query = {
                    parameter: SQL[(place + turn * 15 + number) % len(SQL)]
                    for number, parameter in enumerate(PARAMETERS)
                }
                with CaptureQueriesContext(connections["default"]) as queries:
                    answer = tries(browser, "GET", address.path, query)
                tried += len(query)
                if answer.status >= 500:
                    failed.append((address.name, name, answer.failed))
                if any(CANARY in q["sql"].casefold() for q in queries):
                    reached.append((address.name, name))
    assert failed == []
    assert reached == []
    assert tried > 3_000


def test_every_payload_in_every_parameter_of_the_pages_that_search(
    clinic: Clinic,
) -> None:
    made = held(clinic)
    pages = (
        ("ruth", "/people/", ("q", "severity", "owner")),
        ("amara", "/me/access/", ("before",)),
        ("amara", "/me/changes/", ("page", "show")),
        ("ruth", f"/people/{clinic.amara}/setting/", ("kind",)),
        ("ruth", f"/people/{clinic.amara}/results/add/", ("observation",)),
        ("alma", "/office/", ("done",)),
        ("ruth", "/accounts/membership/", ("next",)),
    )
    for name, path, parameters in pages:
        for parameter in parameters:
            for payload in SQL:
                # The log of queries holds so many; each request has it to itself.
                connections["default"].queries_log.clear()
                with CaptureQueriesContext(connections["default"]) as queries:
                    answer = tries(
                        made.browsers[name], "GET", path, {parameter: payload}
                    )
                told = (path, parameter, payload)
                assert answer.status in (200, 400), (*told, answer.failed)
                assert not any(CANARY in q["sql"].casefold() for q in queries), told
                assert "Ben Ortiz" not in answer.page, told
