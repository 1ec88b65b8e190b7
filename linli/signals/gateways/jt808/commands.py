"""What the platform says unasked: commands that people gave, and requests for missing parts. In the store's thread."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from linli.base import clock
from linli.signals.gateways.jt808 import parts, reply
from linli.signals.gateways.jt808.fragments import ASK_AFTER, ASK_TIMES, Key
from linli.signals.gateways.jt808.session import Sent, Session, Sessions
from linli.signals.models import TerminalCommand

PATIENCE, TRIES = 10.0, 3
"""T of the standard: repeated after T, then 2 T, then 3 T."""
GIVEN_UP_AFTER = timedelta(hours=1)
"""A terminal that has not been heard for so long gets no old words."""
MOST = 200
What = TerminalCommand.What
Asked = dict[Key, int]


def ask(identity: str, what: str, said: dict[str, Any] | None = None, by: Any = None) -> TerminalCommand:
    """Put down what is wanted of a terminal; the gateway sends it within seconds if the terminal is there."""
    return TerminalCommand.objects.create(identity=identity, what=what, said=said or {}, by=by)


def send(sessions: Sessions, now: datetime) -> None:
    """Send what is due: the new, and the unanswered again; after the third time, or an hour, it is given up."""
    TerminalCommand.objects.filter(ended_at=None, asked_at__lt=now - GIVEN_UP_AFTER).update(ended_at=now)
    there = list(sessions.by_identity)
    rows = TerminalCommand.objects.filter(ended_at=None, identity__in=there)[:MOST]
    for row in rows:
        session = sessions.by_identity.get(row.identity)
        if session is None or session.said is None:
            continue
        under_way = next((sent for sent in session.sent.values() if sent.command == row.pk), None)
        if under_way is not None and time.monotonic() < under_way.again_at:
            continue
        if row.tries >= TRIES:
            row.ended_at = now
            _forget(session, row.pk)
        else:
            _say(session, row)
            row.tries, row.sent_at = row.tries + 1, now
        row.save(update_fields=["tries", "sent_at", "ended_at"])


def _say(session: Session, row: TerminalCommand) -> None:
    _forget(session, row.pk)
    serial = session.state.next_serial()
    session.sent[serial] = Sent(row.pk, row.tries + 1, time.monotonic() + PATIENCE * (row.tries + 1))
    session.say(_bytes(session, row, serial))


def _bytes(session: Session, row: TerminalCommand, serial: int) -> bytes:
    said, words = session.said, row.said
    assert said is not None
    if row.what == What.TEXT:
        return reply.text(said, str(words.get("text", ""))[:400], serial, urgent=bool(words.get("urgent")))
    if row.what == What.TRACK:
        return reply.track(said, int(words.get("seconds", 5)), int(words.get("for_seconds", 600)), serial)
    if row.what == What.INTERVALS:
        return reply.intervals(said, serial, words.get("heartbeat"), words.get("report"))
    return reply.locate(said, serial)


def _forget(session: Session, command: Any) -> None:
    for serial in [serial for serial, sent in session.sent.items() if sent.command == command]:
        del session.sent[serial]


def confirm(answered: Sequence[tuple[Session, int, int]]) -> None:
    """Note the terminals' answers to what we said; inside the transaction of the batch."""
    for session, serial, result in answered:
        sent = session.sent.get(serial)
        if sent is not None:
            TerminalCommand.objects.filter(pk=sent.command, ended_at=None).update(result=result, ended_at=clock.now())


def forget(answered: Sequence[tuple[Session, int, int]]) -> None:
    """They are committed."""
    for session, serial, _result in answered:
        session.sent.pop(serial, None)


def ask_for_parts(sessions: Sessions, asked: Asked, now: datetime) -> None:
    """Ask for the parts that are missing after ten seconds, twice; who does not send them loses the set."""
    sets = parts.waiting(now)
    for key in [key for key in asked if key not in sets]:
        del asked[key]
    for key, group in sets.items():
        session = sessions.by_identity.get(key[0])
        times = asked.get(key, 0)
        due = group.since is not None and now - group.since >= ASK_AFTER * (times + 1)
        if session is None or session.said is None or times >= ASK_TIMES or not due:
            continue
        asked[key] = times + 1
        index, first = next(iter(group.parts.items()))
        first_serial = (first.serial - index + 1) % 65_536
        session.say(reply.resend(session.said, first_serial, group.missing, session.state.next_serial()))
