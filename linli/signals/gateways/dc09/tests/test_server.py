"""The whole entrance over real sockets and a real database: check, store, commit, answer."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import uvloop
from django.conf import settings
from django.db import connection
from my_dc09_spt.dc09_spt import dc09_spt

from linli.base import clock, visibility
from linli.signals.gateways.dc09 import lines, server
from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.decode import decode
from linli.signals.gateways.dc09.frames import read_datagram
from linli.signals.gateways.dc09.sender import Caller, Panel
from linli.signals.gateways.dc09.tests.build import KEY, wrapped
from linli.signals.models import AssetState, Line, Quarantine, Signal
from linli.signals.quarantine import replay
from linli.signals.tests.conftest import make_asset

pytestmark = [pytest.mark.timeout(120)]
ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), None)


class Running:
    """The gateway on a free port (or `port`), its loop in a thread of its own."""

    def __init__(self, port=0):
        self.port = port

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
        self._loop.run_until_complete(self.gateway.start("127.0.0.1", self.port))
        self.port = self.gateway.port
        self._ready.set()
        self._loop.run_forever()
        self._loop.close()


@pytest.fixture
def gateway(transactional_db, vocabulary):
    with Running() as running:
        yield running


@pytest.fixture
def vocabulary():
    """The house's kinds, when `linli.packs` has not installed them."""
    from linli.signals.kinds import HOUSE_KINDS
    from linli.signals.registry import signal_kinds

    with signal_kinds.opened():
        signal_kinds.install(kind for kind in HOUSE_KINDS if kind.key not in signal_kinds)
        yield


def register(identity, key=None, number=None, **fields):
    with visibility.system():
        asset = make_asset(number or f"AL-{identity}")
        sealed = lines.seal_key(identity, key) if key else None
        return Line.objects.create(
            protocol="dc09", identity=identity, asset=asset, sealed_key=sealed, during=ALWAYS, **fields
        )


def heard():
    with visibility.system():
        return list(Signal.objects.exclude(protocol="timer").order_by("log_id"))


def refused():
    with visibility.system():
        return {(row.source, row.reason): row.count for row in Quarantine.objects.all()}


def answer_to(port, raw, key=None):
    """What the gateway says to these bytes, decoded; None for silence (the sender closes its half)."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: line.recv(4096), b""))
    if not said:
        return None
    (frame,) = read_datagram(said)
    return decode(frame, key=key)


def test_an_alarm_is_in_the_log_when_it_is_acknowledged(gateway):
    line = register("3417")
    raw = wrapped('"SIA-DCS"0007R1L2#3417[#3417|Nri1/PA012]')
    said = answer_to(gateway.port, raw)
    assert (said.token, said.encrypted, said.echo) == ("ACK", False, b"0007R1L2#3417")
    (row,) = heard()
    assert (row.kind, row.phase, row.source, row.asset_id) == ("alarm.panic", "raised", "dc09:3417", line.asset_id)
    assert (row.trust, row.values["zone"], bytes(row.raw)) == ("registered", "012", raw)


def test_an_encrypted_frame_is_answered_encrypted_and_proves_its_sender(gateway):
    register("3417", KEY)
    key = Key.parse(KEY)
    raw = Panel(account="3417", key=key).sia("Nri1/FA007^烟感^")
    said = answer_to(gateway.port, raw, key)
    assert (said.token, said.encrypted) == ("ACK", True)
    assert abs((said.timestamp - clock.now()).total_seconds()) < 30
    (row,) = heard()
    assert (row.kind, row.trust, row.values["encrypted"], row.values["text"]) == (
        "alarm.fire",
        "authenticated",
        True,
        "烟感",
    )
    assert bytes(row.raw) == raw and "FA007" not in str(row.values)


def test_an_unknown_account_is_kept_and_acknowledged(gateway):
    said = answer_to(gateway.port, wrapped('"ADM-CID"0001L0#9999[#9999|1120 01 003]'))
    assert said.token == "ACK"
    (row,) = heard()
    assert (row.source, row.trust, row.asset_id, row.kind) == ("dc09:9999", "unregistered", None, "alarm.panic")


def test_a_repeat_is_acknowledged_again_and_is_no_new_signal_from_any_address_or_transport(gateway):
    register("3417")
    raw = wrapped('"SIA-DCS"0007L0#3417[#3417|Nri1/PA012]')
    assert answer_to(gateway.port, raw).token == "ACK"
    assert answer_to(gateway.port, raw).token == "ACK"
    with Caller("127.0.0.1", gateway.port, "udp") as caller:
        assert caller.send(raw) == "ACK"
    assert len(heard()) == 1
    answer_to(gateway.port, wrapped('"SIA-DCS"0007L0#3417[#3417|Nri1/PA013]'))
    assert len(heard()) == 2


def test_events_of_one_frame_are_one_acknowledgement_and_many_rows(gateway):
    register("3417")
    said = answer_to(gateway.port, wrapped('"SIA-DCS"0111L0#3417[#3417|Nri1/BA01/BA02|Nri2/id7/OP07]'))
    assert said.token == "ACK"
    assert [(row.kind, row.sequence.split(":")[:2]) for row in heard()] == [
        ("alarm.intrusion", ["0111", "0"]),
        ("alarm.intrusion", ["0111", "1"]),
        ("state.disarmed", ["0111", "2"]),
    ]


def test_link_tests_move_the_state_and_not_the_log(gateway):
    register("3417")
    with Caller("127.0.0.1", gateway.port) as caller:
        assert caller.send_all([Panel(account="3417").link_test() for _ in range(20)]).kinds == {"ACK": 20}
    assert heard() == []
    with visibility.system():
        assert AssetState.objects.get().presence == "online"


def test_refusals_are_answered_as_the_standard_says_and_kept(gateway):
    register("3417", KEY)
    wrong = Panel(account="3417", key=Key.parse("A" * 16))
    late = Panel(account="3417", key=Key.parse(KEY)).sia("NBA1", at=clock.now() - timedelta(seconds=120))
    assert answer_to(gateway.port, wrong.sia("NBA1")).token == "DUH"
    nak = answer_to(gateway.port, late)
    assert (nak.token, nak.sequence, nak.encrypted) == ("NAK", "0000", False)
    assert abs((nak.timestamp - clock.now()).total_seconds()) < 30
    assert answer_to(gateway.port, wrapped('"SIA-PUL"0118L0#3417[#3417|4-1]')).token == "DUH"
    assert answer_to(gateway.port, wrapped('"SIA-DCS"0007L0#3417[#3417|NBA1]', crc=b"0000")) is None
    assert answer_to(gateway.port, wrapped('"SIA-DCS"1_23L0#3417[#3417|NBA1]')) is None
    assert answer_to(gateway.port, wrapped('"ACK"0007L0#3417[]')) is None
    assert answer_to(gateway.port, b"GET / HTTP/1.1\r\n\r\n") is None
    assert answer_to(gateway.port, b"\nABCD0010") is None
    assert heard() == []
    assert refused() == {
        ("dc09:3417", "decrypt (no timestamp)"): 1,
        ("dc09:3417", "time window"): 1,
        ("dc09:3417", "token"): 1,
        ("dc09:@127.0.0.1", "crc"): 1,
        ("dc09:@127.0.0.1", "header"): 1,
        ("dc09:@127.0.0.1", "noise"): 1,
        ("dc09:@127.0.0.1", "incomplete"): 1,
    }


def test_a_plain_frame_of_a_strict_account_is_refused_but_its_alarm_is_shown_unproved(gateway):
    register("3417", KEY, strict_encryption=True)
    assert answer_to(gateway.port, wrapped('"SIA-DCS"0001L0#3417[#3417|NOP7]')).token == "DUH"
    assert answer_to(gateway.port, wrapped('"SIA-DCS"0002L0#3417[#3417|NPA1]')).token == "ACK"
    (row,) = heard()
    assert (row.kind, row.trust, row.deviations) == ("alarm.panic", "registered", ["plain_of_keyed_account"])


def test_time_policy_profile_and_full_identity_of_a_line_count(gateway):
    register("3417", KEY, time_policy="wide", window_seconds=600)
    register("1/2/3418", profile="strict")
    late = Panel(account="3417", key=Key.parse(KEY)).sia("NBA1", at=clock.now() - timedelta(seconds=500))
    assert answer_to(gateway.port, late).token == "ACK"
    assert answer_to(gateway.port, wrapped('"SIA-DCS"0001R1L2#3418[#3418|NBA1]', length=b"0078")) is None
    assert answer_to(gateway.port, wrapped('"SIA-DCS"0001R1L2#3418[#3418|NBA1]')).token == "ACK"
    assert answer_to(gateway.port, wrapped('"SIA-DCS"0001R9L2#3418[#3418|NBA1]', length=b"0078")).token == "ACK"
    assert [row.source for row in heard()] == ["dc09:3417", "dc09:1/2/3418", "dc09:3418"]


def test_a_site_behind_a_transmitter_speaks_for_itself_when_it_is_registered(gateway):
    register("AAA1", KEY)
    site = register("3417")
    key = Key.parse(KEY)
    stamp = clock.now().strftime("_%H:%M:%S,%m-%d-%Y").encode()
    for account in (b"3417", b"3418"):
        cipher = key.encrypt(b"#%b|NBA1]" % account + stamp, separator=True)
        said = answer_to(gateway.port, wrapped(b'"*SIA-DCS"0001L0#AAA1[' + cipher), key)
        assert (said.token, said.encrypted) == ("ACK", True)
    known, unknown = heard()
    assert (known.source, known.asset_id, known.trust) == ("dc09:3417", site.asset_id, "authenticated")
    assert (unknown.source, unknown.values["site"]) == ("dc09:AAA1", "3418")


def test_a_frame_with_a_thousand_events_is_kept_as_one_and_refused(gateway):
    said = answer_to(gateway.port, wrapped(f'"SIA-DCS"0001L0#3417[#3417|N{"/".join(["BA1"] * 900)}]'))
    assert said.token == "DUH" and heard() == []
    assert refused() == {("dc09:3417", "too_many_events"): 1}


def test_a_quarantined_frame_is_heard_after_its_key_was_entered(gateway):
    line = register("3417")
    raw = Panel(account="3417", key=Key.parse(KEY)).sia("NFA1")
    assert answer_to(gateway.port, raw).token == "DUH"
    with visibility.system():
        line.sealed_key = lines.seal_key("3417", KEY)
        line.save()
    (done,) = replay(source="dc09:3417")
    assert len(done.verdicts) == 1
    (row,) = heard()
    assert (row.kind, row.trust) == ("alarm.fire", "authenticated")


def test_while_the_database_is_away_nothing_is_acknowledged_and_afterwards_all_of_it_is(gateway):
    register("3417")
    panel = Panel(account="3417")
    frames = [panel.sia(f"NBA{zone}") for zone in range(50)]
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as line:
        with database_away():
            line.sendall(b"".join(frames))
            line.settimeout(1.0)
            with pytest.raises(TimeoutError):
                line.recv(1)
        line.settimeout(30.0)
        line.shutdown(socket.SHUT_WR)
        said = read_datagram(b"".join(iter(lambda: line.recv(65_536), b"")))
    assert [decode(frame).sequence for frame in said] == [f"{number:04d}" for number in range(1, 51)]
    assert len(heard()) == 50


@contextlib.contextmanager
def database_away():
    """Nobody gets in: the real server refuses connections to this database and has thrown out who was in."""
    name = connection.settings_dict["NAME"]
    connection.close()
    with settings.SERVER.connect("postgres") as admin:
        admin.execute(psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(psycopg.sql.Identifier(name)))
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    try:
        yield
    finally:
        with settings.SERVER.connect("postgres") as admin:
            admin.execute(
                psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(psycopg.sql.Identifier(name))
            )


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("key", [None, "0123456789abcdef", "0123456789abcdef0123456789ABCDEx"])
def test_a_foreign_dialler_reports_through_the_whole_entrance(gateway, transport, key):
    register("341702", key)
    dialler = dc09_spt("341702", 1, 2)
    dialler.set_path("main", "primary", "127.0.0.1", gateway.port, key=key.encode() if key else None, type=transport)
    dialler.send_msg("SIA", {"code": "FA", "zone": 129, "area": 1})
    dialler.send_msg("CID", {"code": "120", "q": 1, "area": 2, "zone": 7})
    assert dialler.notSent() == 0
    fire, panic = heard()
    assert (fire.kind, fire.values["zone"], panic.kind, panic.values["area"]) == (
        "alarm.fire",
        "129",
        "alarm.panic",
        "02",
    )
    assert {fire.trust, panic.trust} == {"authenticated" if key else "registered"}


def test_our_own_sender_counts_what_was_acknowledged(gateway):
    register("3417")
    panel = Panel(account="3417")
    frames = [panel.sia(f"NBA{zone}") for zone in range(120)]
    with Caller("127.0.0.1", gateway.port) as caller:
        tally = caller.send_all([*frames, wrapped('"SIA-PUL"0001L0#3417[x]')])
    assert tally.kinds == {"ACK": 120, "DUH": 1}
    assert tally.acknowledged == frames
    assert len(heard()) == 120


def test_the_house_knows_that_it_listens(gateway):
    from linli.signals.models import Listening

    caller = Caller("127.0.0.1", gateway.port)
    caller.send(Panel(account="3417").link_test())
    caller.close()
    assert Listening.objects.filter(gateway="dc09").count() == 1


def test_the_command_refuses_a_taken_port_and_names_it(transactional_db):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "linli.site.cli", "gateway", "dc09", "--port", str(port)],
            cwd=Path(__file__).resolve().parents[5],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "linli.site.settings_test", "LINLI_VAR": str(settings.VAR)},
            capture_output=True,
            timeout=100,
        )
    assert done.returncode == 1
    assert str(port) in done.stderr.decode() and "LINLI_DC09_PORT" in done.stderr.decode()
