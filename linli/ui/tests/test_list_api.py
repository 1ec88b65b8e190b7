"""The API of a list: the page's filters, the page's sentences, typed answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client, override_settings
from django.urls import path
from ninja import NinjaAPI

from linli.accounts.actor import Actor
from linli.base.refusal import Refusal
from linli.ui.list_api import router_for, schema_of
from linli.ui.listing import Listing
from linli.ui.tests.conftest import BODIES, EVENTS

on_duty: dict[str, Actor] = {}
api = NinjaAPI(urls_namespace="specimen", auth=lambda request: on_duty.get("actor"))
api.add_router("/bodies", router_for(BODIES))
api.add_router("/events", router_for(EVENTS))


def _refused(request: Any, refusal: Any) -> Any:
    return api.create_response(request, refusal.as_dict(), status=refusal.status)


api.add_exception_handler(Refusal, _refused)
urlpatterns = [path("api/v1/", api.urls)]


@pytest.fixture
def get(actor):
    on_duty["actor"] = actor
    with override_settings(ROOT_URLCONF=__name__):
        yield lambda address: Client().get(f"/api/v1/{address}")
    on_duty.clear()


def test_rows_are_typed_and_paged_by_the_same_keyset(get, bodies):
    first = get("bodies?limit=5&kind=fire&kind=police").json()
    second = get(f"bodies?limit=5&kind=fire&kind=police&after={first['next']}").json()
    keys = [item["key"] for item in first["items"] + second["items"]]
    assert keys == [f"specimen-{n:02d}" for n in (0, 1, 3, 4, 6, 7, 9, 10)] and second["next"] == ""
    assert first["items"][0]["ends"] == str(bodies[0].ends_on)
    assert first["items"][0]["clock"]["label"] == "核实"
    assert "phone" not in first["items"][0]


def test_a_wrong_value_is_the_pages_sentence_and_422(get, bodies):
    answer = get("bodies?kind=army&ended_from=soon")
    assert answer.status_code == 422 and answer.json()["code"] == "ui.filter_unreadable"
    faults = Listing(BODIES, QueryDict("kind=army&ended_from=soon")).faults
    assert len(faults) == 2 and all(fault.sentence in answer.json()["sentence"] for fault in faults)


def test_unknown_names_are_said(get, bodies):
    assert get("bodies?secret=1").json()["dropped"] == ["secret"]


def test_a_lost_mark_is_a_400(get, bodies):
    assert get("bodies?after=rubbish").status_code == 400


def test_a_post_that_does_not_read_the_list_is_refused(get, bodies):
    assert get("events").status_code == 403


@override_settings(ROOT_URLCONF=__name__)
def test_the_documentation_names_filters_and_columns():
    described = api.get_openapi_schema()["paths"]["/api/v1/bodies"]["get"]
    assert {"kind", "ended_from", "ended_to", "area", "q", "order", "after"} <= {
        p["name"] for p in described["parameters"]
    }
    assert set(schema_of(BODIES).model_fields["items"].annotation.__args__[0].model_fields) == {
        "id", "name", "key", "kind", "parent", "ends", "clock",
    }  # fmt: skip
