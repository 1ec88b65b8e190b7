"""Answered means committed: other connections see it, copies racing each other make one row, a dead store says so."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from conftest import admin_connection
from linli.base import clock
from linli.signals.gateways.http import intake, views
from linli.signals.models import Quarantine, WebhookDelivery
from linli.signals.tests.conftest import make_asset

from .conftest import Post, registered


@pytest.fixture
def post(transactional_db, vocabulary):
    make_asset("WL-1", type="water.gauge")
    return Post(registered()[1])


@pytest.fixture
def others():
    """A connection of somebody else's; what it sees is committed."""
    with admin_connection(connection.settings_dict["NAME"]) as opened:
        opened.autocommit = True
        yield opened


def test_the_row_is_committed_before_the_answer_is_written(post, others, monkeypatch):
    seen = []

    def watched(answer):
        seen.extend(others.execute("SELECT id::text, sequence FROM signals_log WHERE protocol = 'http'").fetchall())
        return said(answer)

    said = views._said
    monkeypatch.setattr(views, "_said", watched)
    answer = post.send(post.event(id="post-17"))
    assert answer.status_code == 201
    assert seen == [(answer.json()["id"], "post-17")]


def test_the_entrance_runs_in_no_transaction_of_its_caller(post):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        post.send()


def test_copies_that_race_make_one_row(post, others):
    bodies = [json.dumps(post.event(id=f"e-{n % 5}", time="2026-05-20T12:00:00+08:00")) for n in range(40)]

    def send(body):
        try:
            return Post(post.secret).raw(body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, bodies))
    assert sorted(answer.status_code for answer in answers) == [200] * 35 + [201] * 5
    assert len({answer.json()["id"] for answer in answers}) == 5
    rows = others.execute("SELECT sequence FROM signals_log WHERE protocol = 'http' ORDER BY 1").fetchall()
    assert rows == [(f"e-{n}",) for n in range(5)]


def test_503_when_the_database_answers_nobody(post):
    """The server turns our role away: no stand-in, the connection really fails."""
    name = connection.settings_dict["NAME"]
    event = post.event()
    with admin_connection("postgres") as admin:
        admin.autocommit = True
        admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        connections.close_all()
        try:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            away = post.send(event)
        finally:
            admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
    connections.close_all()
    assert (away.status_code, away["Retry-After"]) == (503, str(views.TRY_AGAIN_SECONDS))
    assert away.json()["code"] == "http.store_away"
    assert post.send(event).status_code == 201


def test_deliveries_are_forgotten_after_their_window(post):
    post.send()
    assert intake.sweep_deliveries() == 0
    with clock.shifted(intake.REPLAY_WINDOW * 2):
        assert intake.sweep_deliveries() == 1
    assert WebhookDelivery.objects.count() == 0 and Quarantine.objects.count() == 0
