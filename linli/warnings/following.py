"""From the log to the register: each message opens, changes or ends warnings; late ones find their place.

none ─Alert→ in force ─Update→ in force (new level, new text) ─Cancel | AllClear | expires→ ended. Messages overtake each
other, so what was named and not seen is awaited, and an older message never changes what a newer one said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from linli.base import clock, outbox, visibility
from linli.signals.gateways.cap import decode, phases
from linli.signals.gateways.cap.document import Alert, Info, Unreadable, events
from linli.signals.models import Cursor, Signal
from linli.warnings import chain
from linli.warnings.content import fill
from linli.warnings.models import EarlyEnd, End, Warning

READER = "warnings"
KIND, PROTOCOL = "warning.public", "cap"
EARLY_KEPT = timedelta(hours=24)
TOPIC = "warning.changed"


def follow(limit: int = 100) -> int:
    """Take up to `limit` messages behind the cursor into the register; how many. Exactly once: one transaction."""
    with transaction.atomic(), visibility.system():
        cursor = Cursor.objects.select_for_update().filter(reader=READER).first()
        if cursor is None:
            cursor = Cursor.objects.create(reader=READER)
        newest = Signal.objects.order_by("-log_id").values_list("log_id", flat=True).first() or 0
        if newest <= cursor.log_id:
            return 0
        heard = Signal.objects.filter(log_id__gt=cursor.log_id, log_id__lte=newest, kind=KIND, protocol=PROTOCOL)
        rows = list(heard.exclude(raw=None).order_by("log_id")[:limit])
        for row in rows:
            _take(row)
        # The order of the log is the order of commit: nothing below `newest` can still appear.
        cursor.log_id, cursor.moved_at = (rows[-1].log_id if len(rows) == limit else newest), clock.now()
        cursor.save()
    return len(rows)


def rebuild() -> int:
    """Make the register anew from the log; how many messages were read."""
    with transaction.atomic(), visibility.system():
        Warning.objects.all().delete()
        EarlyEnd.objects.all().delete()
        Cursor.objects.filter(reader=READER).delete()
        total = 0
        while done := follow():
            total += done
    return total


def expire() -> int:
    """End what is over by the clock, forget cancels that waited in vain; how many warnings ended."""
    now = clock.now()
    EarlyEnd.objects.filter(until__lt=now).delete()
    with transaction.atomic():
        over = Warning.objects.select_for_update().filter(ended_at__isnull=True, expires__lte=now)
        ended = list(over)
        for warning in ended:
            assert warning.expires is not None
            warning.ended_at, warning.ended_by = warning.expires, End.EXPIRED
            warning.save(update_fields=["ended_at", "ended_by"])
            _tell(warning)
    return len(ended)


def _take(row: Signal) -> None:
    """One message of the log. What is only logged (Test, System, Draft, Ack, Error) does nothing here."""
    try:
        alert = decode.decode(bytes(row.raw or b""))
    except Unreadable:
        return
    if not isinstance(alert, Alert) or alert.status not in ("Actual", "Exercise") or alert.sent is None:
        return
    if alert.msg_type == "Cancel":
        _cancel(alert, row)
    elif alert.msg_type == "Update":
        _update(alert, row)
    elif alert.msg_type == "Alert":
        _open(alert, row)


def _open(alert: Alert, row: Signal) -> None:
    keys = chain.keys(alert)
    later = list(_of_kind(alert).filter(awaited__overlap=keys))
    if later:
        for warning in later:
            _link(warning, alert)
        return
    early = EarlyEnd.objects.filter(keys__overlap=keys, exercise=alert.status == "Exercise").order_by("sent").first()
    for group in list(events(alert)) or [()]:
        warning = _new(alert, group, row)
        if early is not None:
            warning.chain.append(early.key)
            _end(warning, End.CANCELLED, early.sent)
        warning.save()
        _tell(warning)


def _update(alert: Alert, row: Signal) -> None:
    standing = _named(alert)
    groups = list(events(alert)) or [()]
    left = list(standing)
    for group in groups:
        found = next(
            (one for one in left if _same_event(one, group)), left[0] if len(left) == len(groups) == 1 else None
        )
        if found is None:
            warning = _new(alert, group, row)
            # Of a chain that we know, a further event is news; of one that we do not, the beginning was missed.
            warning.earlier_unseen = not standing
            warning.awaited = [] if standing else chain.named(alert)
            if alert.msg_type == "Update" and not standing:
                _meet_early_end(warning, alert)
        else:
            left.remove(found)
            warning = _change(found, alert, group, row)
        warning.save()
        _tell(warning)
    for warning in left:
        if _is_newer(warning, alert):
            _note(warning, alert)
            _end(warning, End.SUPERSEDED, alert.sent)
            warning.save()
            _tell(warning)


def _cancel(alert: Alert, row: Signal) -> None:
    assert alert.sent is not None
    standing = _named(alert)
    for warning in standing:
        _note(warning, alert)
        if _is_newer(warning, alert):
            warning.sent, warning.identifier, warning.log_id = alert.sent, alert.identifier[:200], row.log_id
            _end(warning, End.CANCELLED, alert.sent)
        warning.save()
        _tell(warning)
    if not standing and alert.references:
        EarlyEnd.objects.create(
            keys=chain.named(alert), key=chain.keys(alert)[0], exercise=alert.status == "Exercise", sent=alert.sent,
            until=row.received_at + EARLY_KEPT,
        )  # fmt: skip


def _meet_early_end(warning: Warning, alert: Alert) -> None:
    """A cancel that named this update, and overtook it."""
    early = EarlyEnd.objects.filter(keys__overlap=chain.keys(alert), exercise=warning.exercise).order_by("sent").first()
    if early is not None:
        warning.chain.append(early.key)
        _end(warning, End.CANCELLED, early.sent)


def _of_kind(alert: Alert):  # type: ignore[no-untyped-def]
    """The sender's warnings, real or exercise as the message is: the one never changes the other."""
    rows = Warning.objects.select_for_update().filter(sender=alert.sender[:160], exercise=alert.status == "Exercise")
    return rows.order_by("id")


def _named(alert: Alert) -> list[Warning]:
    keys = chain.named(alert)
    return list(_of_kind(alert).filter(chain__overlap=keys)) if keys else []


def _same_event(warning: Warning, group: Sequence[Info]) -> bool:
    fresh = fill(Warning(), group)
    if warning.event_code or fresh.event_code:
        return warning.event_code == fresh.event_code
    return warning.event == fresh.event


def _new(alert: Alert, group: Sequence[Info], row: Signal) -> Warning:
    assert alert.sent is not None
    warning = Warning(sender=alert.sender[:160], exercise=alert.status == "Exercise", first_sent=alert.sent)
    _note(warning, alert)
    _say(warning, alert, group, row)
    return warning


def _change(warning: Warning, alert: Alert, group: Sequence[Info], row: Signal) -> Warning:
    newer = _is_newer(warning, alert)
    _note(warning, alert)
    if newer:
        warning.ended_at, warning.ended_by = None, ""
        _say(warning, alert, group, row)
    return warning


def _say(warning: Warning, alert: Alert, group: Sequence[Info], row: Signal) -> None:
    """The warning says what this message says."""
    assert alert.sent is not None
    warning.identifier, warning.sent = alert.identifier[:200], alert.sent
    warning.scope, warning.public = (alert.scope or "")[:16], alert.public
    warning.trust, warning.log_id = row.trust, row.log_id
    warning.findings = [str(code)[:64] for code in row.values.get("findings", ())]
    fill(warning, group)
    warning.history[-1] |= {"colour": warning.colour, "level": warning.level}
    if phases.all_clear(group):
        _end(warning, End.ALL_CLEAR, alert.sent)


def _link(warning: Warning, alert: Alert) -> None:
    """The message that a warning's later one named has come after all."""
    assert alert.sent is not None
    keys = set(chain.keys(alert))
    warning.awaited = [key for key in warning.awaited if key not in keys]
    warning.earlier_unseen = bool(warning.awaited)
    warning.first_sent = min(warning.first_sent, alert.sent)
    _note(warning, alert)
    warning.save()


def _is_newer(warning: Warning, alert: Alert) -> bool:
    return alert.sent is not None and alert.sent >= warning.sent


def _note(warning: Warning, alert: Alert) -> None:
    """The message belongs to the chain."""
    warning.chain = list(dict.fromkeys([*warning.chain, *chain.keys(alert)]))
    sent = alert.sent.isoformat() if alert.sent else ""
    said = {"key": chain.keys(alert)[0], "act": alert.msg_type or "", "identifier": alert.identifier, "sent": sent}
    warning.history = [*warning.history, said]


def _end(warning: Warning, by: End, at: object) -> None:
    warning.ended_by, warning.ended_at = by, at  # type: ignore[assignment]


def _tell(warning: Warning) -> None:
    outbox.emit(TOPIC, {"id": str(warning.pk), "exercise": warning.exercise})
