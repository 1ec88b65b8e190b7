"""A gateway opens the bus only with the proof that an acknowledged message is on the disks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from linli.signals.bus.client import STREAM, Bus
from linli.signals.bus.refusals import BusAtStart, NoProof, NotDurable, WrongStream
from linli.signals.bus.tests.cluster import Cluster, free_port

pytestmark = pytest.mark.xdist_group("bus")


def test_the_stream_has_three_copies_and_refuses_rather_than_forgets(bus: Bus, cluster: Cluster) -> None:
    """Made at the first start; the second finds it."""
    state = bus.call(bus.stream.stream_info(STREAM), 5)
    assert state.config.num_replicas == 3 and state.config.storage == "file"
    assert state.config.discard == "new" and not state.config.max_age
    again = Bus(cluster.urls, cluster.monitors).open()
    again.close()


def test_a_server_that_acknowledges_before_it_writes_is_refused(tmp_path: Path) -> None:
    """The default of the servers, two minutes; and it is named."""
    with pytest.raises(NotDurable) as refused:
        _open_alone(tmp_path, "2m")
    assert "node0" in refused.value.text()
    _open_alone(tmp_path, "always")


def _open_alone(folder: Path, sync: str) -> None:
    server = Cluster(folder, 1, sync=sync)
    bus = Bus(server.urls, server.monitors)
    try:
        server.open()
        bus.open()
    finally:
        bus.close()
        server.close()


def test_without_the_word_of_every_server_there_is_no_proof(cluster: Cluster, bus: Bus) -> None:
    """None named, one not named, one that does not answer, one that is no address."""
    wanted = {
        "NATS_MONITOR": [],
        "http://127.0.0.1:1": [*cluster.monitors[:2], "http://127.0.0.1:1"],
        "file:///etc/passwd": [*cluster.monitors, "file:///etc/passwd"],
        "node": [cluster.monitors[0]] * 3,
    }
    for missing, monitors in wanted.items():
        opened = Bus(cluster.urls, monitors)
        with pytest.raises(NoProof) as refused:
            opened.open()
        opened.close()
        assert missing in refused.value.text() and "NATS_MONITOR" in refused.value.text()


def test_a_stream_that_forgets_is_refused(cluster: Cluster, bus: Bus) -> None:
    """Somebody set an age on it."""
    from nats.js.api import StreamConfig

    state = bus.call(bus.stream.stream_info(STREAM), 5)
    bus.call(bus.stream.update_stream(StreamConfig(**{**state.config.__dict__, "max_age": 3600.0})), 10)
    opened = Bus(cluster.urls, cluster.monitors)
    with pytest.raises(WrongStream):
        opened.open()
    opened.close()


def test_servers_that_do_not_answer_are_named() -> None:
    """With what to do."""
    url = f"nats://127.0.0.1:{free_port()}"
    opened = Bus([url], [])
    with pytest.raises(BusAtStart) as refused:
        opened.open()
    assert url in refused.value.text()
    assert isinstance(opened._loop, asyncio.AbstractEventLoop)
