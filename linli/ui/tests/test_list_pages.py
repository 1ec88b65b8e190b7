"""The list page through the door: who may, what it shows, saved views, counts, peek, bulk, queries."""

from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from linli.accounts.models import User
from linli.ui.list_pages import chosen
from linli.ui.models import SavedView

LIST = "/lists/specimen.bodies/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_nobody_sees_the_log_in_page_and_a_wrong_post_a_refusal(client, reader, specimen, bodies):
    assert Client().get(LIST).status_code == 302
    assert reader.get("/lists/specimen.events/").status_code == 403
    assert reader.get("/lists/no.such/").status_code == 404


def test_the_table_says_rows_chips_and_what_was_dropped(reader, specimen, bodies):
    page = text_of(reader.get(LIST + "?kind=fire&secret=1"))
    assert "演示·单位 01" in page and "演示·单位 02" not in page
    assert "类别 消防" in page and "secret" in page
    assert reader.get(LIST).content.count(b"data-row=") == 12


def test_a_personal_value_is_never_read_for_a_list(reader, specimen, bodies):
    page = text_of(reader.get(LIST + "?columns=name,phone"))
    assert "169 0000" not in page and "在详情页凭用途查看" in page


def test_an_empty_list_says_what_to_do(reader, specimen, bodies):
    page = reader.get(LIST + "?called=nothing").content.decode()
    assert 'class="empty"' in page and 'href="?"' in page


def test_the_page_takes_the_same_queries_for_few_and_many_rows(reader, specimen, bodies, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for query in ("?called=07", ""):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            reader.get(LIST + query)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_pages_follow_each_other(reader, specimen, bodies, monkeypatch):
    from linli.ui import listing

    monkeypatch.setattr(listing.Listing.page, "__defaults__", (5,))
    seen, address = [], "?"
    while address:
        page = reader.get(LIST + address).content.decode()
        seen += re.findall(r'data-href="/specimen/specimen-(\d\d)/"', page)
        further = re.search(r'href="([^"]*after=[^"]*)"', page)
        address = further.group(1).replace("&amp;", "&") if further else ""
    assert seen == [f"{number:02d}" for number in range(12)]


def test_counts_come_apart_from_the_page(reader, specimen, bodies):
    answer = text_of(reader.get("/lists/specimen.bodies/counts?kind=fire"))
    assert "全部 12" in answer and "只看消防 4" in answer and "共 4 条" in answer


def test_peek_shows_every_column_but_the_personal_ones(reader, specimen, bodies):
    page = text_of(reader.get(reverse("ui:peek", args=["specimen.bodies", bodies[7].pk])))
    assert "演示·单位 07" in page and "演示·单位 00" in page and "169 0000" not in page
    assert reader.get(reverse("ui:peek", args=["specimen.bodies", "no-key"])).status_code == 404


def test_the_board_groups_by_its_filter(reader, specimen, bodies):
    page = reader.get(LIST + "?show=board").content.decode()
    assert [int(n) for n in re.findall(r'<h2>\S+ <span class="count">(\d+)<', page)] == [4, 4, 4]


def test_a_view_is_kept_replaced_shared_and_dropped(reader, holding, specimen, bodies):
    keep = {"label": "上级", "query": "?kind=fire&secret=1&order=-name&after=x", "shared": "on"}
    assert reader.post("/lists/specimen.bodies/views", keep).status_code == 302
    view = SavedView.objects.get()
    assert (view.query, view.post, view.owner) == ("kind=fire&order=-name", "duty_operator", holding.user)
    reader.post("/lists/specimen.bodies/views", {"label": "上级", "query": "?kind=police&columns=name,ends"})
    view = SavedView.objects.get()
    assert (view.query, view.columns, view.post) == ("kind=police", ["name", "ends"], "")
    page = reader.get(LIST + "?kind=police&columns=name,ends").content.decode()
    assert re.search(r'aria-current="page">上级<', page)
    reader.post("/lists/specimen.bodies/views", {"drop": str(view.pk), "query": ""})
    assert not SavedView.objects.exists()


def test_a_view_of_another_post_is_not_seen_nor_dropped(reader, specimen, bodies):
    other = User.objects.create_user("specimen.other", display_name="演示·李娜")
    hers = SavedView.objects.create(list_key="specimen.bodies", label="她的", query="kind=fire", owner=other)
    shared = SavedView.objects.create(
        list_key="specimen.bodies", label="本岗", query="kind=police", owner=other, post="duty_operator"
    )
    page = reader.get(LIST).content.decode()
    assert "她的" not in page and "本岗" in page
    reader.post("/lists/specimen.bodies/views", {"drop": str(shared.pk), "query": ""})
    assert set(SavedView.objects.all()) == {hers, shared}


@pytest.mark.parametrize("label", ["", " ", "长" * 41])
def test_a_view_without_a_usable_name_is_refused(reader, specimen, bodies, label):
    answer = reader.post("/lists/specimen.bodies/views", {"label": label, "query": "?kind=fire"})
    assert answer.status_code == 422 and "40" in text_of(answer)


def test_bulk_gets_the_ticked_rows_or_everything_found(actor, specimen, bodies):
    def ask(**values):
        request = RequestFactory().post("/", values)
        request.actor = actor
        return [row.key for row in chosen(request, "specimen.bodies")]

    ticked = ",".join([str(bodies[2].pk), "rubbish", str(bodies[5].pk)])
    assert ask(keys=ticked) == ["specimen-02", "specimen-05"]
    assert ask(keys="", everything="1", query="?kind=fire") == [f"specimen-{n:02d}" for n in (1, 4, 7, 10)]
