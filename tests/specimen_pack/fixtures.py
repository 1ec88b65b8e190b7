"""Fixtures around the specimen: `specimen` installs it, `engineer` and `inspector` are its people."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from linli.accounts.actor import Actor
from linli.accounts.models import Body
from linli.cases.release import release
from linli.packs.declaration import Pack
from linli.packs.testing import installed

GUICHI = "34.3417.341702"
CHIYANG = "34.3417.341702.341702001"
DONGZHI = "34.3417.341721"


@pytest.fixture
def specimen(request: pytest.FixtureRequest) -> Iterator[Pack]:
    """The specimen pack in every registry and its workflow in the database."""
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    from tests.specimen_pack.pack import pack

    with installed(pack, "tests.specimen_pack"):
        release()
        yield pack


def a_body(key: str, area_path: str = GUICHI, parent: Body | None = None) -> Body:
    """A responsible body, invented."""
    return Body.objects.create(key=key, name=f"演示·{key}", kind="office", area_path=area_path, parent=parent)


def an_actor(post: str, area_path: str = GUICHI, body: Body | None = None, user_id: UUID | None = None) -> Actor:
    """Somebody in `post`, on duty."""
    bodies = (body.pk,) if body else ()
    return Actor(post=post, name=f"演示·{post}", user_id=user_id or uuid4(), areas=(area_path,), bodies=bodies)


@pytest.fixture
def waterworks(specimen: Pack) -> Body:
    """The body responsible for hydrants in Guichi."""
    return a_body("waterworks")


@pytest.fixture
def engineer(waterworks: Body) -> Actor:
    """The waterworks' engineer in Guichi."""
    return an_actor("water_engineer", body=waterworks)


@pytest.fixture
def inspector(specimen: Pack) -> Actor:
    """The city's inspector: above the county."""
    return an_actor("hydrant_inspector", "34.3417", a_body("fire-city", "34.3417"))
