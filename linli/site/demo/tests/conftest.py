"""One demo city for the tests of this folder, committed; the database is as before after them."""

import pytest

from linli.site.demo.city import open_city
from linli.site.demo.load import load


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These share one city, so they run in one worker."""
    for item in items:
        if "site/demo/tests" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("demo city"))


@pytest.fixture(scope="package")
def loaded(renewed):
    """One load for the tests of this folder."""
    with renewed():
        load("small")
        yield open_city()


@pytest.fixture
def city(loaded, db, see_all):
    return loaded
