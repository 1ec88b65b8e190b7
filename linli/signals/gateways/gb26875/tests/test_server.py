"""The whole entrance over real sockets and a real database: check, store, commit, confirm."""

import asyncio
import contextlib
import socket
import threading
from datetime import UTC, datetime

import pytest
import uvloop

from linli.base import visibility
from linli.signals import follow
from linli.signals.envelope import Folded
from linli.signals.gateways.gb26875 import server
from linli.signals.gateways.gb26875.decode import decode
from linli.signals.gateways.gb26875.frames import read_datagram
from linli.signals.gateways.gb26875.tests.build import DEVICE, component, components, device_state, framed, operated
from linli.signals.models import AssetState, Line, Part, Quarantine, Signal
from linli.signals.quarantine import replay
from linli.signals.tests.conftest import make_asset, vocabulary  # noqa: F401

pytestmark = [pytest.mark.timeout(120)]
ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), None)
CONFIRM, DENY = 3, 6


class Running:
    """The gateway on a free port, its loop in a thread of its own."""

    def __enter__(self):
        self._ready, self._loop = threading.Event(), uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *fault):
        asyncio.run_coroutine_threadsafe(self.gateway.stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self.gateway = server.gateway()
        self._loop.run_until_complete(self.gateway.start("127.0.0.1", 0))
        self.port = self.gateway.port
        self._ready.set()
        self._loop.run_forever()
        self._loop.close()


@pytest.fixture
def gateway(transactional_db, vocabulary):  # noqa: F811
    with Running() as running:
        yield running


def register(source=DEVICE, number=None, **fields):
    identity = source if isinstance(source, str) else source.hex()
    with visibility.system():
        asset = make_asset(number or f"HZ-{identity}")
        return Line.objects.create(protocol="gb26875", identity=identity, asset=asset, during=ALWAYS, **fields)


def heard():
    with visibility.system():
        return list(Signal.objects.exclude(protocol="timer").order_by("log_id"))


def refused():
    with visibility.system():
        return {(row.source, row.reason): row.count for row in Quarantine.objects.all()}


def answers_to(port, *frames):
    """What the gateway says to these bytes, decoded (the sender closes its half and waits)."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        for frame in frames:
            line.sendall(frame)
        line.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: line.recv(4096), b""))
    return [decode(frame) for frame in read_datagram(said)]


def commands(said):
    return [(one.header.command, one.header.sequence) for one in said]


def test_a_fire_is_in_the_log_when_it_is_confirmed(gateway):
    line = register()
    raw = components(component(2), sequence=65535)
    (said,) = answers_to(gateway.port, raw)
    assert (said.header.command, said.header.sequence, said.header.length) == (CONFIRM, 65535, 0)
    assert (said.header.source, said.header.destination) == (raw[18:24], raw[12:18])
    (row,) = heard()
    assert (row.kind, row.phase, row.source, row.asset_id) == (
        "alarm.fire", "raised", "gb26875:790300000000", line.asset_id,
    )  # fmt: skip
    assert (row.trust, row.values["zone"], row.values["text"], bytes(row.raw)) == (
        "registered", "2-14", "二楼烟感", raw,
    )  # fmt: skip


def test_bits_are_raised_once_and_restored_when_they_go(gateway):
    line = register()
    answers_to(
        gateway.port,
        components(component(0b110), sequence=1),
        components(component(0b110), sequence=2),
        components(component(0b010), sequence=3),
        components(component(0), sequence=4),
    )
    assert [(row.kind, row.phase) for row in heard()] == [
        ("alarm.fire", "raised"), ("fault.component", "raised"), ("alarm.fire", "continuing"),
        ("alarm.fire", "continuing"), ("fault.component", "restored"), ("alarm.fire", "restored"),
    ]  # fmt: skip
    follow.catch_up()
    with visibility.system():
        state = AssetState.objects.get(asset=line.asset)
        assert (state.alarms, state.faults, state.presence) == ({}, {}, "online")
        assert Part.objects.get(source="gb26875:790300000000", part="2-14").status == 0


def test_the_same_frame_again_is_confirmed_again_and_says_nothing_new(gateway):
    register()
    fire, calm = components(component(2), sequence=1), components(component(0), sequence=2)
    said = answers_to(gateway.port, fire, fire, calm) + answers_to(gateway.port, fire)
    assert commands(said) == [(CONFIRM, 1), (CONFIRM, 1), (CONFIRM, 2), (CONFIRM, 1)]
    assert [row.phase for row in heard()] == ["raised", "restored"]
    with visibility.system():
        assert Part.objects.get().status == 0


def test_a_wrong_checksum_is_denied_to_whom_we_know_and_kept(gateway):
    raw = bytearray(components(component(2)))
    raw[-3] ^= 0x10
    assert not answers_to(gateway.port, bytes(raw))
    register()
    assert commands(answers_to(gateway.port, bytes(raw))) == [(DENY, 1)]
    assert not heard() and refused() == {("gb26875:@127.0.0.1", "checksum"): 2}


def test_what_is_not_understood_in_whole_is_denied(gateway):
    register()
    whole = component(2)
    said = answers_to(
        gateway.port,
        framed(b"\x02\x02" + whole, sequence=1),
        framed(b"\x02\x01" + whole + b"\x00", sequence=2),
        framed(b"\x02\xff" + whole, sequence=3),
        framed(b"\x02\x01", command=99, sequence=4),
        framed(bytes(1025), sequence=5),
        framed(b"", command=7, sequence=6),
    )
    assert commands(said) == [(DENY, number) for number in range(1, 7)]
    assert {reason for _source, reason in refused()} == {"unit_short", "unit_rest", "command", "too_long"}


def test_a_heartbeat_moves_the_state_and_leaves_no_row(gateway):
    line = register()
    assert commands(answers_to(gateway.port, framed(sequence=0))) == [(CONFIRM, 0)]
    assert not heard()
    with visibility.system():
        assert AssetState.objects.get(asset=line.asset).presence == "online"


def test_an_unregistered_device_is_stored_and_confirmed(gateway):
    assert commands(answers_to(gateway.port, components(component(2)))) == [(CONFIRM, 1)]
    (row,) = heard()
    assert (row.kind, row.trust, row.asset_id) == ("alarm.fire", "unregistered", None)


def test_a_frame_of_a_maker_s_own_type_is_confirmed_and_kept(gateway):
    register()
    assert commands(answers_to(gateway.port, framed(b"\x80\x01\xde\xad"))) == [(CONFIRM, 1)]
    assert not heard() and refused() == {("gb26875:790300000000", "type_not_described"): 1}


def test_over_udp(gateway):
    register()
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as line:
        line.settimeout(20)
        line.sendto(device_state(0b1000, sequence=3), ("127.0.0.1", gateway.port))
        (said,) = [decode(frame) for frame in read_datagram(line.recv(4096))]
    assert (said.header.command, said.header.sequence) == (CONFIRM, 3)
    assert [(row.kind, row.values["zone"]) for row in heard()] == [("fault.power.mains", "@")]


def test_a_manual_alarm_at_the_device_is_an_alarm(gateway):
    register()
    answers_to(gateway.port, operated(0b100, sequence=1))
    assert [(row.kind, row.phase, row.values.get("trigger")) for row in heard()] == [
        ("operation", "info", None), ("alarm.fire", "raised", "manual"),
    ]  # fmt: skip


def test_what_was_refused_is_read_again_after_a_profile_was_given(gateway):
    line = register()
    keep_alive = framed(command=7, version=(1, 2))
    assert commands(answers_to(gateway.port, keep_alive)) == [(DENY, 1)]
    source = "gb26875:790300000000"
    (refused_again,) = replay(source=source)
    assert refused_again.reason == "command"
    with visibility.system():
        Line.objects.filter(pk=line.pk).update(profile="dahua-1.03")
    (taken,) = replay(source=source)
    assert taken.verdicts == (Folded(line.asset_id),)
