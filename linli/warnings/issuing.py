"""Own warnings: drafted by one person, released by another, then signed, logged and published. Never changed after.

Emergency Response Law 2024, article 64 (what a warning says), article 65 (publishing), article 70 (adjusting, lifting).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.accounts.actor import Actor
from linli.areas.tree import is_under, load_tree
from linli.base import clock, outbox, visibility
from linli.base.refusal import NotFound, Refusal
from linli.signals.gateways.cap import colours, intake, signature, writing
from linli.signals.gateways.cap.document import Alert, AreaSaid, Info, Reference
from linli.signals.gateways.cap.national import CODE_LIST
from linli.warnings import keys
from linli.warnings.following import TOPIC
from linli.warnings.models import Issue, Warning

EXERCISE = "【演练】"
LANGUAGES = {"": "zh-CN", "_en": "en"}
KEPT_WHEN_LIFTED = ("event", "event_en", "event_code", "category", "colour", "areas", "issuer")
EIGHT = ("event", "colour", "onset", "areas", "instruction", "description", "issuer", "headline", "expires")


class SecondPerson(Refusal):
    """Who drafted it does not release it."""

    code = "warnings.second_person"
    sentence = _("You drafted this warning yourself. A second person releases it.")
    next_step = _("Ask a colleague who may release")


class AlreadyDecided(Refusal):
    """Somebody was quicker."""

    code = "warnings.already_decided"
    sentence = _("This draft is {state} already.")


class TooLate(Refusal):
    """Its time has run out before it was released."""

    code = "warnings.too_late"
    sentence = _("The warning would end at {time}, which is past. Draft it again with a later end.")


class Incomplete(Refusal):
    """A statutory item is missing."""

    code = "warnings.incomplete"
    sentence = _(
        "A warning states its kind, level, start, end, area, what to note, what to do, and its issuer: {missing} is missing."
    )


class NotOutside(Refusal):
    """The area is not the drafter's."""

    code = "warnings.other_area"
    sentence = _("{area} lies outside the area of your post.")


class NothingToChange(Refusal):
    """Only a warning of our own that is in force is changed or lifted."""

    code = "warnings.nothing_to_change"
    sentence = _("Only a warning of this house that is in force can be changed or lifted.")


class NotTaken(Refusal):
    """Our own log did not take what we signed."""

    code = "warnings.not_taken"
    sentence = _("The signed warning was not taken in: {reason}. Nothing was published.")
    status = 500


@transaction.atomic
def draft(
    said: dict[str, Any], actor: Actor, act: Issue.Act = Issue.Act.ALERT, warning: Warning | None = None
) -> Issue:
    """Write a draft down. `said`: the form's values as JSON. Raises Incomplete, NotOutside, NothingToChange."""
    if act != Issue.Act.CANCEL:
        missing = next((name for name in EIGHT if not said.get(name)), None)
        if missing:
            raise Incomplete(missing=missing)
    for path in said.get("areas", ()):
        if not any(is_under(path, area) for area in actor.areas):
            raise NotOutside(area=load_tree().full_name(path))
    if act != Issue.Act.ALERT:
        _check_own(warning)
    issue = Issue.objects.create(
        act=act, warning=warning, said=said, area_path=(said.get("areas") or [load_tree().city().path])[0],
        exercise=settings.DEMO or bool(said.get("exercise")) or bool(warning and warning.exercise),
        drafted_by=actor.user_id, drafted_name=actor.name,
    )  # fmt: skip
    outbox.emit(TOPIC, {"id": str(issue.pk), "issue": True})
    return issue


def _check_own(warning: Warning | None) -> None:
    if warning is None or warning.ended_at is not None or not released_of(warning):
        raise NothingToChange()


def released_of(warning: Warning) -> list[Issue]:
    """The released messages of a warning of ours, first to last."""
    identifiers = [key.split(",")[1] for key in warning.chain]
    found = Issue.objects.filter(identifier__in=identifiers, state=Issue.State.RELEASED)
    return list(found.order_by("sent"))


@transaction.atomic
def drop(pk: UUID, reason: str, actor: Actor) -> Issue:
    """The draft is not issued. Raises NotFound, AlreadyDecided."""
    issue = _open(pk)
    issue.state, issue.reason = Issue.State.DROPPED, reason[:300]
    return _decided(issue, actor)


@transaction.atomic
def release(pk: UUID, actor: Actor) -> Issue:
    """Sign, log and publish the draft. Raises NotFound, AlreadyDecided, SecondPerson, TooLate, NothingToChange, NotTaken."""
    issue = _open(pk)
    if actor.user_id == issue.drafted_by:
        raise SecondPerson()
    now = clock.now().replace(microsecond=0)
    ends = issue.said.get("expires")
    if ends and datetime.fromisoformat(ends) <= now:
        raise TooLate(time=ends)
    if issue.act != Issue.Act.ALERT:
        _check_own(issue.warning)
    key, certificate = keys.current()
    issue.sent, issue.identifier = now, _identifier(now)
    issue.document = writing.document(signature.sign(writing.element(alert_of(issue)), key, certificate))
    issue.state = Issue.State.RELEASED
    _decided(issue, actor)
    with visibility.system():
        taken = intake.write_document(bytes(issue.document), "own", clock.now())
    if taken.outcome != "accepted":
        raise NotTaken(reason=taken.reason or taken.outcome)
    return issue


def _open(pk: UUID) -> Issue:
    issue = Issue.objects.select_for_update().filter(pk=pk).first()
    if issue is None:
        raise NotFound()
    if issue.state != Issue.State.DRAFT:
        raise AlreadyDecided(state=issue.get_state_display())
    return issue


def _decided(issue: Issue, actor: Actor) -> Issue:
    issue.decided_by, issue.decided_name, issue.decided_at = actor.user_id, actor.name, clock.now()
    issue.save()
    outbox.emit(TOPIC, {"id": str(issue.pk), "issue": True})
    return issue


def _identifier(now: datetime) -> str:
    """`ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`: 14 digits of the issuer, Beijing time, a serial in the second."""
    head = f"{keys.sender().partition('@')[0]}_{clock.local(now):%Y%m%d%H%M%S}"
    taken = set(Issue.objects.filter(identifier__startswith=head).values_list("identifier", flat=True))
    return next(f"{head}_{serial}" for serial in range(10) if f"{head}_{serial}" not in taken)


def alert_of(issue: Issue) -> Alert:
    """The message that an issue becomes. An update or a lifting names every earlier message of the chain."""
    assert issue.identifier is not None and issue.sent is not None
    earlier = released_of(issue.warning) if issue.warning else []
    said = issue.said
    if issue.act == Issue.Act.CANCEL and earlier:
        said = {name: earlier[-1].said.get(name) for name in KEPT_WHEN_LIFTED} | issue.said
    names = [_reference(one) for one in earlier]
    return Alert(
        dialect="cap-1.2", identifier=issue.identifier, sender=keys.sender(), sent=issue.sent,
        status="Exercise" if issue.exercise else "Actual", msg_type=str(issue.act), scope="Public",
        references=tuple(names), infos=tuple(_infos(said, issue)),
    )  # fmt: skip


def _reference(issue: Issue) -> Reference:
    assert issue.identifier is not None and issue.sent is not None
    text = f"{keys.sender()},{issue.identifier},{writing.written(issue.sent)}"
    return Reference(text=text, identifier=issue.identifier, sender=keys.sender(), sent=issue.sent)


def _infos(said: dict[str, Any], issue: Issue) -> list[Info]:
    """One info for each language in which it has a headline."""
    tree = load_tree()
    areas = tuple(
        AreaSaid(
            description=tree.full_name(path), geocodes=(("GB/T 2260", path.rpartition(".")[2]),),
        )
        for path in said.get("areas", ())
    )  # fmt: skip
    mark = EXERCISE if issue.exercise else ""
    moments = {name: datetime.fromisoformat(said[name]) if said.get(name) else None for name in ("onset", "expires")}
    colour = said.get("colour", "")
    lifted = issue.act == Issue.Act.CANCEL
    return [
        Info(
            language=language, categories=(said.get("category") or "Other",), event=said.get(f"event{suffix}") or said["event"],
            event_codes=((CODE_LIST, said["event_code"]),) if said.get("event_code") else (),
            response_types=("AllClear",) if lifted else (said.get("response") or "Monitor",),
            urgency="Past" if lifted else said.get("urgency") or "Expected", severity=colours.SEVERITY.get(colour, "Unknown"),
            certainty=said.get("certainty") or "Likely", effective=issue.sent, onset=moments["onset"],
            expires=moments["expires"], sender_name=said.get("issuer", ""),
            headline=mark + said[f"headline{suffix}"], description=_marked(mark, said.get(f"description{suffix}", "")),
            instruction=_marked(mark, said.get(f"instruction{suffix}", "")), areas=areas,
            parameters=((colours.PARAMETER, colours.CHINESE[colour]),) if colour in colours.CHINESE else (),
        )
        for suffix, language in LANGUAGES.items()
        if said.get(f"headline{suffix}")
    ]  # fmt: skip


def _marked(mark: str, text: str) -> str:
    return f"{mark}{text}" if text else ""
