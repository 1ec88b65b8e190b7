"""A small house with something of everything that must be kept: `LINLI_VAR=… python -m tests.ops.making`.

The committed house of an earlier state was made so, and kept with `linli ops backup --with-keys` (see data/README.md).
"""

from __future__ import annotations

import io
from datetime import timedelta

import django
from PIL import Image


class _Picture:
    name = "现场.png"

    def chunks(self):
        drawn = io.BytesIO()
        Image.new("RGB", (8, 8), "red").save(drawn, "PNG")
        yield drawn.getvalue()


def main() -> None:
    """Panels, signals with their cases and outbox, ledger lines of two chains, a file, something in quarantine."""
    from linli.site import postgres

    django.setup()
    from django.conf import settings

    postgres.start(settings.VAR, settings.SECRETS)
    postgres.prepare(settings.SERVER, settings.SECRETS)
    from tests.kills import furnish

    furnish.main(["A001", "A002", "A003"])
    _hear()
    _look()


def _hear() -> None:
    from django.db import transaction

    from linli.base import clock, outbox, visibility
    from linli.files.storing import store
    from linli.rules import engine
    from linli.signals import quarantine
    from linli.signals.accept import write
    from linli.signals.envelope import Envelope

    now = clock.now()
    heard = [
        Envelope(
            protocol="dc09",
            source=f"dc09:{account}",
            kind=kind,
            phase="raised",
            occurred_at=now - timedelta(minutes=number),
            received_at=now - timedelta(minutes=number),
            body=f"{account}{kind}{number}".encode(),
            raw=b"\n00000000\r",
        )
        for account in ("A001", "A002", "F009")
        for kind in ("alarm.intrusion", "fault.power.mains", "status.heartbeat")
        for number in range(3)
    ]
    with transaction.atomic(), visibility.system():
        write(heard)
        quarantine.note("dc09", "dc09:@127.0.0.1", "bad_crc", b"\nnonsense\r", "tcp")
        store(_Picture())
    while engine.run_once() or outbox.relay():
        continue


def _look() -> None:
    from django.db import transaction

    from linli.access import ledger
    from linli.base import clock

    for chain, count in (("house", 4), ("0197a0c0-0000-7000-8000-000000000001", 3)):
        for number in range(count):
            entry = {"act": "read", "at": ledger.instant(clock.now()), "decision": "permitted", "number": number}
            with transaction.atomic("gate"):
                ledger.record(chain, [entry], [None])


if __name__ == "__main__":
    main()
