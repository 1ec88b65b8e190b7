"""A water post registered as a source, its gauge, and a way to post to the entrance."""

import json

import pytest
from django.test import Client

from linli.areas.models import Area
from linli.base import clock
from linli.base.ids import uuid7
from linli.registers.models import Asset
from linli.signals.gateways.http import pace, sender, sources
from linli.signals.models import EventSource
from linli.signals.tests.conftest import heard, make_asset, vocabulary  # noqa: F401

URI = "/chizhou/water/laohe"
ADDRESS = "/in/v1/events"
STRUCTURED = "application/cloudevents+json"
BATCHED = "application/cloudevents-batch+json"


class Post:
    """The sender's side: a source's secret and the test client."""

    def __init__(self, secret, client=None):
        self.secret, self.client = secret, client or Client()

    def event(self, kind="alarm.water_level", subject="WL-1", **fields):
        """An event; a field given as None is left out."""
        made = sender.event(URI, kind, subject or "", {"level_m": 28.6}) | {"subject": subject}
        return {name: value for name, value in (made | fields).items() if value is not None}

    def signed(self, body, *, webhook_id=None, at=None, secret=None):
        """Headers as the client takes them, of `body` (text)."""
        headers = sender.headers_for(
            body, secret or self.secret, URI, webhook_id=webhook_id or str(uuid7()), at=at or clock.now()
        )
        headers.pop("Content-Type")
        return headers

    def raw(self, body, content_type=STRUCTURED, headers=None, **signing):
        """Post `body` (text or bytes) as it is; signed when it is text."""
        if headers is None:
            headers = self.signed(body if isinstance(body, str) else body.decode("latin-1"), **signing)
        data = body.encode() if isinstance(body, str) else body
        return self.client.post(ADDRESS, data, content_type=content_type, headers=headers)

    def send(self, event=None, **signing):
        return self.raw(json.dumps(event if event is not None else self.event(), ensure_ascii=False), **signing)

    def batch(self, events, **signing):
        return self.raw(json.dumps(events, ensure_ascii=False), BATCHED, **signing)


@pytest.fixture(autouse=True)
def fresh_pace():
    """No bucket remembers another test."""
    pace.sources.forget_all()
    pace.addresses.forget_all()


def registered(uri=URI, **fields):
    """The source, and its secret."""
    if not Area.objects.filter(path="34.3417.341702").exists():
        Area.objects.create(path="34.3417.341702", name="演示·区", short_name="演示", level=3, kind="district")
    return sources.add(uri, **{"name": "演示·老河水位站", "area_path": "34.3417.341702", **fields})


@pytest.fixture
def gauge(db) -> Asset:
    return make_asset("WL-1", type="water.gauge")


@pytest.fixture
def post(gauge) -> Post:
    return Post(registered()[1])


@pytest.fixture
def source(post) -> EventSource:
    return EventSource.objects.get()
