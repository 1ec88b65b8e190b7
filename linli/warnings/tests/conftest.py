"""The city's tree, a registered source, and a way to hear documents of it."""

import pytest

from linli.accounts.actor import Actor
from linli.areas.loader import load_areas
from linli.base import clock, visibility
from linli.base.ids import uuid7
from linli.signals.gateways.cap import intake, sources
from linli.signals.gateways.cap.tests.build import NOW, SENDER, signed, signer
from linli.warnings import following

CITY, GUICHI = "34.3417", "34.3417.341702"


@pytest.fixture
def city(db):
    """The real tree with its boundaries."""
    load_areas()


@pytest.fixture
def source(city):
    with visibility.system():
        return sources.add(SENDER, name="演示·市气象台", area_path=CITY, certificates=signer()[1])


@pytest.fixture
def hear(source):
    """Documents of the source, signed, taken in and followed; their outcomes."""

    def heard(*documents, at=NOW):
        with clock.at(at), visibility.system():
            outcomes = [intake.write_document(signed(document), "test", at).outcome for document in documents]
            following.follow()
        return outcomes

    return heard


def actor(post="coordinator", name="演示·甲", areas=(CITY,)):
    return Actor(post=post, name=name, user_id=uuid7(), areas=areas)
