"""The lists of the room and its places in the menu: warnings, own issues, sources."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.base import clock
from linli.registers.declarations import AssetType
from linli.signals.gateways.cap import colours
from linli.signals.gateways.cap.sources import ASSET_TYPE
from linli.signals.models import CapSource
from linli.ui.declarations import Column, Entry, Filter, ListSpec, View
from linli.warnings import register
from linli.warnings.models import End, Issue, Warning

DRAFTERS = ("coordinator", "shift_leader", "leader")
RELEASERS = ("coordinator", "leader")
SOURCE_KEEPERS = ("technician", "shift_leader", "administrator")
READERS = (
    "administrator", "leader", "programme_office", "police_110", "fire_119", "duty_operator", "shift_leader",
    "technician", "coordinator", "county_security",
)  # fmt: skip
TONES = {"in_force": "orange", "review": "yellow", "elsewhere": "idle", "ended": "idle"}
ASSET_TYPES = (AssetType(key=ASSET_TYPE, label=_("source of warnings")),)


def state_of(row: Warning) -> str:
    """in_force, review (in force for a day without an end), elsewhere (not for this city), or ended."""
    if row.ended_at is not None or (row.expires is not None and row.expires <= clock.now()):
        return "ended"
    if not row.areas:
        return "elsewhere"
    return "review" if register.to_review(row) else "in_force"


def state_label(row: Warning) -> Any:
    """The same in words; of an ended one why."""
    labels = {
        "in_force": pgettext_lazy("warning", "in force"),
        "review": _("does it still hold?"),
        "elsewhere": _("elsewhere"),
        "ended": End(row.ended_by).label if row.ended_by else End.EXPIRED.label,
    }
    return labels[state_of(row)]


def _colours() -> list[tuple[str, Any]]:
    return [(key, label) for key, label in colours.LABELS.items() if key]


WARNINGS = ListSpec(
    key="warnings.warnings",
    label=_("Warnings"),
    noun=_("in force, and those that were"),
    rows=Warning.objects.all,
    columns=(
        Column(
            name="title",
            label=_("Warning"),
            value=lambda row: register.face(row).title,
            sub="areas",
            reads=("event", "event_code", "colour", "texts", "exercise"),
        ),
        Column(
            name="colour",
            path="level",
            label=_("Level"),
            show="pill",
            sort=True,
            reads=("colour",),
            value=lambda row: colours.LABELS[row.colour],
            tone=lambda row: row.colour or "idle",
        ),
        Column(
            name="state",
            label=_("State"),
            value=state_label,
            show="pill",
            tone=lambda row: TONES[state_of(row)],
            reads=("ended_at", "ended_by", "expires", "areas", "sent"),
        ),
        Column(
            name="areas",
            label=_("Where"),
            value=lambda row: register.area_words(row.areas),
            reads=("areas",),
            shown=False,
        ),
        Column(name="sent", path="sent", label=_("Sent"), show="moment", sort=True),
        Column(name="expires", path="expires", label=_("Until"), show="moment", sort=True),
        Column(name="issuer", path="issuer", label=_("Issuer"), sub="sender"),
        Column(name="sender", path="sender", label=_("Sender"), show="mono", shown=False),
    ),
    filters=(
        Filter(name="open", path="ended_at", label=_("not ended"), lookup="is_empty"),
        Filter(name="colour", path="colour", label=_("Colour"), lookup="any_of", choices=_colours),
        Filter(name="exercise", path="exercise", label=_("Exercise"), choices=((True, _("yes")), (False, _("no")))),
        Filter(name="sent", path="sent", label=_("Sent"), lookup="between"),
        Filter(name="sender", path="sender", label=_("Sender"), lookup="contains"),
    ),
    views=(View(key="open", label=pgettext_lazy("warning", "In force"), query="open=true"),),
    order=("-sent", "-id"),
    point="lng,lat",
    title=lambda row: register.face(row).title,
    href=lambda row: reverse("warnings:warning", args=[row.pk]),
    priority=lambda row: min(row.level, 4),
    search=("event", "issuer", "identifier"),
    live="warnings",
    posts=READERS,
    empty=_("No warning has come yet. Sources are registered with: linli warnings source add"),
    make="warnings:draft",
    make_label=_("Issue a warning"),
    make_posts=DRAFTERS,
)

ISSUES = ListSpec(
    key="warnings.issues",
    label=_("Own warnings"),
    noun=_("drafted here, released by a second person"),
    rows=Issue.objects.all,
    columns=(
        Column(name="headline", label=_("Headline"), value=lambda row: row.said.get("headline", ""), reads=("said",)),
        Column(name="act", path="act", label=_("What it does"), value=lambda row: row.get_act_display()),
        Column(
            name="state",
            path="state",
            label=_("State"),
            value=lambda row: row.get_state_display(),
            show="pill",
            tone=lambda row: {"draft": "blue", "released": "good"}.get(row.state, "idle"),
            sort=True,
        ),
        Column(name="drafted", path="drafted_at", label=_("Drafted"), show="moment", sort=True, sub="by"),
        Column(name="by", path="drafted_name", label=_("By"), shown=False),
        Column(name="sent", path="sent", label=_("Sent"), show="moment", sort=True),
        Column(name="identifier", path="identifier", label=_("Identifier"), show="mono", shown=False),
    ),
    filters=(
        Filter(name="state", path="state", label=_("State"), lookup="any_of", choices=lambda: Issue.State.choices),
        Filter(name="sent", path="sent", label=_("Sent"), lookup="between"),
    ),
    views=(View(key="draft", label=_("To release"), query="state=draft"),),
    order=("-drafted_at", "-id"),
    title=lambda row: str(row.said.get("headline", "")),
    href=lambda row: reverse("warnings:issue", args=[row.pk]),
    live="warnings",
    posts=DRAFTERS,
    empty=_("No own warning yet."),
    make="warnings:draft",
    make_label=_("Issue a warning"),
)


def _feed_state(row: CapSource) -> Any:
    if not row.active:
        return _("closed")
    if not row.feed_url:
        return _("sends by itself")
    return _("cannot be read") if row.failures else _("read")


SOURCES = ListSpec(
    key="warnings.sources",
    label=_("Sources of warnings"),
    noun=_("whose alerts are taken"),
    rows=CapSource.objects.all,
    columns=(
        Column(name="name", path="name", label=_("Name"), sub="sender", sort=True),
        Column(name="sender", path="sender", label=_("Sender"), show="mono", shown=False),
        Column(
            name="state",
            label=_("State"),
            value=_feed_state,
            show="pill",
            reads=("active", "feed_url", "failures"),
            tone=lambda row: "idle" if not row.active else "red" if row.failures else "good",
        ),
        Column(
            name="proof",
            label=_("Proof"),
            reads=("certificates", "accepts_unsigned"),
            value=lambda row: _("may come unsigned") if row.accepts_unsigned else _("signed"),
        ),
        Column(name="feed", path="feed_url", label=_("Feed"), show="mono"),
        Column(name="read", path="last_read_at", label=_("Feed read"), show="moment", sort=True),
        Column(name="alert", path="last_alert_at", label=_("Last warning"), show="moment", sort=True),
        Column(name="error", path="last_error", label=_("Last fault")),
    ),
    filters=(Filter(name="sender", path="sender", label=_("Sender"), lookup="contains"),),
    order=("name", "pk"),
    title=lambda row: row.name,
    search=("name", "sender"),
    posts=SOURCE_KEEPERS,
    empty=_("Register a source with: linli warnings source add"),
)

LISTS = (WARNINGS, ISSUES, SOURCES)
ENTRIES = (
    Entry(label=_("Warnings"), room="work", to="warnings.warnings", posts=READERS, icon="alert"),
    Entry(label=_("Own warnings"), room="work", to="warnings.issues", posts=DRAFTERS, icon="send"),
    Entry(label=_("Sources of warnings"), room="devices", to="warnings.sources", posts=SOURCE_KEEPERS, icon="link"),
)
