"""The gateway dies at a random moment, under load: what was acknowledged is in the log exactly once.

The gateway is a process of its own; the list of acknowledgements is kept here, at the sender.
"""

import os
import random
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from linli.base import visibility
from linli.signals.gateways.dc09.sender import Caller, Panel
from linli.signals.gateways.dc09.tests.test_server import heard, register, vocabulary  # noqa: F401

ROOT = Path(__file__).resolve().parents[5]
GATEWAY = """
import sys
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from linli.signals.gateways.dc09 import server
from linli.signals.kinds import HOUSE_KINDS
from linli.signals.registry import signal_kinds
with signal_kinds.opened():
    signal_kinds.install(kind for kind in HOUSE_KINDS if kind.key not in signal_kinds)
    server.run("127.0.0.1", int(sys.argv[2]))
"""


def _start(port: int) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", GATEWAY, connection.settings_dict["NAME"], str(port)],
        cwd=ROOT,
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "linli.site.settings_test",
            "LINLI_VAR": str(settings.VAR),
            "LINLI_GATEWAY_FRAMES_PER_SECOND": "100000",
        },
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.05)
    raise AssertionError("the gateway did not open its port")


def _live(port: int, frames: list[bytes], killed_after: float | None) -> list[bytes]:
    """One life of the gateway; the frames it acknowledged before it was killed, or all of them."""
    process = _start(port)
    try:
        killer = None
        if killed_after is not None:
            killer = subprocess.Popen(["sh", "-c", f"sleep {killed_after:.3f}; kill -9 {process.pid}"])
        with Caller("127.0.0.1", port, timeout=20) as caller:
            tally = caller.send_all(frames)
        if killer:
            killer.wait()
    finally:
        process.kill()
        process.wait()
    return tally.acknowledged


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("lives", [3, pytest.param(200, marks=pytest.mark.soak)])
def test_killed_at_random_every_acknowledged_frame_is_in_the_log_exactly_once(transactional_db, vocabulary, lives):  # noqa: F811
    """What was not acknowledged is sent again to the next life; then all of it is there, still once."""
    chance = random.Random(12128)
    killed_early = 0
    for life in range(lives):
        account = f"{life:04d}"
        register(account)
        panel = Panel(account=account)
        frames = [panel.sia(f"NBA{number:04d}") for number in range(2_000)]
        acknowledged = _live(_free_port(), frames, chance.uniform(0.0, 0.4))
        assert set(acknowledged) <= _kept(account)
        left = [frame for frame in frames if frame not in set(acknowledged)]
        killed_early += bool(left)
        assert _live(_free_port(), left, None) == left
        assert _kept(account) == set(frames)
    assert killed_early


def _kept(account: str) -> set[bytes]:
    """The frames of an account in the log, each of them once."""
    with visibility.system():
        kept = [bytes(row.raw) for row in heard() if row.source == f"dc09:{account}"]
    assert len(kept) == len(set(kept))
    return set(kept)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
