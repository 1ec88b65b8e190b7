"""Lists of the administration: users, posts held, bodies, events around accounts, the ledger."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.access.models import Ledger
from linli.access.registry import dictionary, purposes
from linli.accounts.guard import label_of
from linli.accounts.models import AccountEvent, Body, PostHolding, User
from linli.accounts.registry import posts
from linli.areas.tree import load_tree
from linli.ui.declarations import Column, Entry, Filter, ListSpec, View

ADMIN, AUDIT = ("administrator",), ("auditor",)


def _post_choices() -> list[tuple[str, Any]]:
    return [(post.key, post.label) for post in posts]


def _purpose_choices() -> list[tuple[str, Any]]:
    return [(purpose.id, purpose.title) for purpose in purposes]


def name_events(rows: list[Any]) -> None:
    """Give each event the name of its user as `who`."""
    names = _names({row.user_id for row in rows if row.user_id})
    for row in rows:
        row.who = names.get(str(row.user_id), "")


def name_lines(rows: list[Any]) -> None:
    """Give each line of the ledger its officer's name as `who` and its department's as `body`."""
    names = _names({_uuid(row.actor) for row in rows})
    departments = Body.objects.filter(pk__in={_uuid(row.chain) for row in rows}).values_list("pk", "name")
    bodies = {str(pk): name for pk, name in departments}
    for row in rows:
        row.who, row.body = names.get(row.actor, row.actor), bodies.get(row.chain, str(_("the house itself")))


def _names(keys: set[Any]) -> dict[str, str]:
    return {str(pk): name for pk, name in User.objects.filter(pk__in=keys).values_list("pk", "display_name")}


def _uuid(text: str) -> UUID | None:
    return UUID(text) if len(text) == 36 else None


def purpose_title(key: str) -> str:
    """A purpose in words; its key when nobody declares it any more."""
    known = purposes.get(key)
    return str(known.title) if known else key


def attribute_titles(keys: list[str]) -> str:
    """Attributes in words."""
    return "、".join(str(known.title) if (known := dictionary.get(key)) else key for key in keys)


DECISION = {
    "permit": (_("answered"), "good"),
    "part": (_("answered in part"), "blue"),
    "deny": (_("not given"), "orange"),
    "failed": (_("could not be read"), "red"),
}
WRITTEN = (_("written"), "good")
ACT = {"disclose": _("asked"), "contribute": _("contributed"), "withdraw": _("withdrawn")}


def decided(line: Ledger) -> tuple[Any, str]:
    """The decision on a line in words, and its tone."""
    if line.decision == "permit" and line.act != "disclose":
        return WRITTEN
    return DECISION.get(line.decision, (line.decision, "idle"))


USERS = ListSpec(
    key="admin.users",
    label=_("Users"),
    rows=User.objects.all,
    order=("username",),
    posts=ADMIN,
    search=("username", "display_name"),
    href=lambda row: reverse("desk:user", args=[row.pk]),
    title=lambda row: row.display_name,
    columns=(
        Column(name="username", label=_("user name"), path="username", show="mono", sort=True),
        Column(name="name", label=_("name shown"), path="display_name", sort=True),
        Column(name="active", label=_("may log in"), path="is_active", show="yes_no"),
        Column(name="last", label=_("last log-in"), path="last_login", show="moment", sort=True),
    ),
    filters=(
        Filter(name="name", path="display_name", label=_("name shown"), lookup="contains"),
        Filter(name="active", path="is_active", label=_("may log in")),
    ),
    empty=_("No user yet. Make one with the button on top."),
    make="desk:new_user",
    make_label=_("New user"),
)

HOLDINGS = ListSpec(
    key="admin.holdings",
    label=_("Posts held"),
    rows=lambda: PostHolding.objects.all(),
    order=("post", "pk"),
    posts=ADMIN,
    href=lambda row: reverse("desk:user", args=[row.user_id]),
    title=lambda row: row.user.display_name,
    related=("user", "body"),
    columns=(
        Column(
            name="post", label=_("post"), path="post", value=lambda row: label_of(row.post), reads=("post",), sort=True
        ),
        Column(name="user", label=_("who"), path="user__display_name", sort=True),
        Column(name="body", label=_("body"), path="body__name", sort=True),
        Column(
            name="area", label=_("area"), value=lambda row: load_tree().full_name(row.area_path), reads=("area_path",)
        ),
        Column(name="since", label=_("since"), value=lambda row: row.during.lower, show="moment", reads=("during",)),
        Column(name="until", label=_("until"), value=lambda row: row.during.upper, show="moment", reads=("during",)),
    ),
    filters=(
        Filter(name="post", path="post", label=_("post"), lookup="any_of", choices=_post_choices),
        Filter(name="area", path="area_path", label=_("area"), lookup="under_area"),
        Filter(name="now", path="during__endswith", label=_("without end"), lookup="is_empty"),
    ),
    views=(View(key="now", label=_("Now"), query="now=true"),),
    empty=_("Nobody holds a post."),
)

BODIES = ListSpec(
    key="admin.bodies",
    label=_("Bodies"),
    rows=Body.objects.all,
    order=("key",),
    posts=ADMIN,
    search=("name", "key"),
    href=lambda row: reverse("desk:body", args=[row.pk]),
    title=lambda row: row.name,
    columns=(
        Column(name="key", label=_("key"), path="key", show="mono", sort=True),
        Column(name="name", label=_("name"), path="name", sort=True),
        Column(name="kind", label=_("kind"), path="kind", sort=True),
        Column(
            name="area", label=_("area"), value=lambda row: load_tree().full_name(row.area_path), reads=("area_path",)
        ),
        Column(name="parent", label=_("belongs to"), path="parent__name"),
        Column(name="ends", label=_("closed on"), path="ends_on", show="day"),
    ),
    filters=(
        Filter(name="name", path="name", label=_("name"), lookup="contains"),
        Filter(name="area", path="area_path", label=_("area"), lookup="under_area"),
    ),
    empty=_("No body yet. Make one with the button on top."),
    make="desk:new_body",
    make_label=_("New body"),
)

EVENTS = ListSpec(
    key="admin.events",
    label=_("Log-ins and posts"),
    noun=_("who came in, was turned away, was given what"),
    rows=AccountEvent.objects.all,
    prepare=name_events,
    order=("-at", "-pk"),
    posts=(*ADMIN, *AUDIT),
    title=lambda row: row.get_kind_display(),
    columns=(
        Column(name="at", label=_("time"), path="at", show="moment", sort=True),
        Column(name="kind", label=_("what happened"), path="kind"),
        Column(name="who", label=_("who"), value=lambda row: row.who, reads=("user_id",)),
        Column(name="post", label=_("post"), value=lambda row: label_of(row.post) if row.post else "", reads=("post",)),
        Column(name="about", label=_("about"), path="about"),
        Column(name="address", label=_("network address"), path="address", show="mono"),
    ),
    filters=(
        Filter(
            name="kind",
            path="kind",
            label=_("what happened"),
            lookup="any_of",
            choices=tuple(AccountEvent.Kind.choices),
        ),
        Filter(name="at", path="at", label=_("time"), lookup="between"),
        Filter(name="about", path="about", label=_("about"), lookup="contains"),
    ),
    views=(View(key="denied", label=_("Turned away"), query="kind=denied&kind=log_in_failed"),),
    empty=_("Nothing has happened yet."),
)

LEDGER = ListSpec(
    key="admin.ledger",
    label=_("Ledger"),
    noun=_("every look at personal data, with purpose and law"),
    rows=Ledger.objects.all,
    prepare=name_lines,
    order=("-at", "-pk"),
    posts=AUDIT,
    href=lambda row: reverse("desk:ledger_line", args=[row.pk]),
    title=lambda row: f"{row.sequence}",
    columns=(
        Column(name="at", label=_("time"), path="at", show="moment", sort=True),
        Column(name="number", label=_("no."), path="sequence", show="mono"),
        Column(name="body", label=_("department"), value=lambda row: row.body, reads=("chain",)),
        Column(name="who", label=_("who"), value=lambda row: row.who, reads=("actor",)),
        Column(name="post", label=_("post"), value=lambda row: label_of(row.post), reads=("post",)),
        Column(name="act", label=_("act"), value=lambda row: ACT.get(row.act, row.act), reads=("act",)),
        Column(name="purpose", label=_("purpose"), value=lambda row: purpose_title(row.purpose), reads=("purpose",)),
        Column(
            name="attributes",
            label=_("attributes"),
            value=lambda row: attribute_titles(row.attributes),
            reads=("attributes",),
        ),
        Column(
            name="decision",
            label=_("decision"),
            show="pill",
            reads=("decision", "act"),
            value=lambda row: decided(row)[0],
            tone=lambda row: decided(row)[1],
        ),
    ),
    filters=(
        Filter(name="at", path="at", label=_("time"), lookup="between"),
        Filter(name="purpose", path="purpose", label=_("purpose"), lookup="any_of", choices=_purpose_choices),
        Filter(name="post", path="post", label=_("post"), lookup="any_of", choices=_post_choices),
        Filter(
            name="decision",
            path="decision",
            label=_("decision"),
            lookup="any_of",
            choices=tuple((key, words) for key, (words, _tone) in DECISION.items()),
        ),
    ),
    views=(View(key="refused", label=_("Refused"), query="decision=deny&decision=part&decision=failed"),),
    empty=_("Nobody has asked yet."),
)

LISTS = (USERS, HOLDINGS, BODIES, EVENTS, LEDGER)
ENTRIES = (
    Entry(label=_("Users"), room="admin", to="admin.users", posts=ADMIN, icon="users"),
    Entry(label=_("Posts held"), room="admin", to="admin.holdings", posts=ADMIN, icon="hand-over"),
    Entry(label=_("Bodies"), room="admin", to="admin.bodies", posts=ADMIN, icon="building"),
    Entry(label=_("Ledger"), room="admin", to="admin.ledger", posts=AUDIT, icon="ledger"),
    Entry(label=_("Check the ledger"), room="admin", to="desk:ledger_check", posts=AUDIT, icon="shield-check"),
    Entry(label=_("Log-ins and posts"), room="admin", to="admin.events", posts=(*ADMIN, *AUDIT), icon="history"),
)
