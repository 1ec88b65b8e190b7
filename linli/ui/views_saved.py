"""Saved views: which ones a reader has, keeping one, dropping one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from linli.accounts.actor import Actor
from linli.base.refusal import Refusal
from linli.ui.declarations import ListSpec
from linli.ui.filters import names_of
from linli.ui.models import SavedView

AT_MOST = 20
KEPT_BESIDE_FILTERS = ("order", "show")


class ViewNotKept(Refusal):
    """The view has no name, or there are too many."""

    code = "ui.view_not_kept"
    sentence = _("A view needs a name of its own of at most 40 signs; a person keeps at most {most} views of a list.")
    status = 422


@dataclass(frozen=True, slots=True)
class Tab:
    """One view as a tab: its name, its address, whether it is the one shown."""

    key: str
    label: Any
    query: str
    current: bool
    mine: bool = False


def views_of(spec: ListSpec, actor: Actor) -> Iterable[SavedView]:
    """The reader's own views of the list, and those shared with his post."""
    own = Q(owner_id=actor.user_id) | Q(post=actor.post)
    return SavedView.objects.filter(own, list_key=spec.key)[: AT_MOST * 2]


def tabs(spec: ListSpec, actor: Actor, query: QueryDict) -> list[Tab]:
    """All rows, the list's own views, the kept ones; current is the one whose filters stand in the address."""
    here = _filters(spec, query)
    made = [Tab("", _("All"), "", not here), *(Tab(v.key, v.label, v.query, False) for v in spec.views)]
    for view in views_of(spec, actor):
        address = "&".join(filter(None, (view.query, f"columns={','.join(view.columns)}" if view.columns else "")))
        made.append(Tab(str(view.pk), view.label, address, False, view.owner_id == actor.user_id))
    current = next((tab for tab in made[1:] if here and _filters(spec, QueryDict(tab.query)) == here), None)
    return [Tab(t.key, t.label, t.query, t is current or t.current, t.mine) for t in made]


def _filters(spec: ListSpec, query: QueryDict) -> dict[str, list[str]]:
    names = names_of(spec)
    return {name: sorted(values) for name, values in query.lists() if name in names and any(values)}


def keep(spec: ListSpec, actor: Actor, label: str, query: QueryDict, shared: bool) -> SavedView:
    """Keep the address under `label`, replacing an own view of that name. Raises ViewNotKept."""
    label = label.strip()
    own = SavedView.objects.filter(list_key=spec.key, owner_id=actor.user_id)
    if not 0 < len(label) <= 40 or (own.count() >= AT_MOST and not own.filter(label=label).exists()):
        raise ViewNotKept(most=AT_MOST)
    known = QueryDict(mutable=True)
    for name, values in query.lists():
        if name in names_of(spec) or name in KEPT_BESIDE_FILTERS:
            known.setlist(name, values)
    columns = [name for name in query.get("columns", "").split(",") if name in {c.name for c in spec.columns}]
    facts = {"query": known.urlencode()[:1000], "columns": columns, "post": actor.post if shared else ""}
    view, _made = SavedView.objects.update_or_create(
        list_key=spec.key, owner_id=actor.user_id, label=label, defaults=facts
    )
    return view


def drop(spec: ListSpec, actor: Actor, key: str) -> None:
    """Take away one of the reader's own views; one that is not there or not his stays as it is."""
    SavedView.objects.filter(list_key=spec.key, owner_id=actor.user_id, pk=key).delete()
