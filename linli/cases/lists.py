"""The list of every kind of case, made from its declaration, and the list that mixes all kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import ExpressionWrapper, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.accounts.models import Body
from linli.areas.models import Level
from linli.areas.tree import load_tree
from linli.base import clock
from linli.cases.declarations import CaseKind
from linli.cases.details import detail_of, related_name
from linli.cases.faces import attach_clocks, first_clock
from linli.cases.models import Case
from linli.cases.readers import OVERSEERS, readers
from linli.cases.registry import kinds
from linli.cases.workflows import kind_label, workflow_of
from linli.ui.cells import text_of
from linli.ui.declarations import Column, Entry, Filter, ListSpec, View

PRIORITIES = tuple((level, str(level)) for level in (1, 2, 3, 4))
YES_NO = (("True", _("yes")), ("False", _("no")))
VIEWS = (
    View(key="open", label=pgettext_lazy("case", "Open"), query="open=true"),
    View(key="overdue", label=_("Overdue"), query="open=true&overdue=True"),
    View(key="closed", label=pgettext_lazy("case", "Closed"), query="open=false"),
)


def list_spec(kind: CaseKind) -> ListSpec:
    """The list of one kind: common columns, its summary and form fields, a filter for every field that can have one."""
    named = [*kind.summary, *kind.form]
    # A name that is no field is said by the start-up checks; the list is made without it.
    by_name = {field.name: field for field in kind.detail._meta.concrete_fields}
    fields = [by_name[name] for name in dict.fromkeys(named) if name in by_name]
    columns = [_detail_column(kind, field, field.name in kind.summary) for field in fields]
    return ListSpec(
        key=kind.key,
        label=kind.label,
        noun=_("cases"),
        rows=_rows(kind.key),
        columns=(*_HEAD, *columns, *_TAIL),
        filters=(_state_filter(kind), *_FILTERS, *_detail_filters(kind)),
        posts=readers(kind),
        board="state",
        prepare=attach_clocks,
        make="cases:new" if kind.open_posts else "",
        make_args=(kind.key,),
        make_label=_("Open a case"),
        make_posts=kind.open_posts,
        **_COMMON,
    )


def attach_details(cases: list[Case]) -> None:
    """Clocks and typed details of a page that mixes kinds: one query for the clocks, one per kind that has a summary."""
    attach_clocks(cases)
    for key in {case.kind_id for case in cases}:
        kind = kinds.get(key)
        if kind and kind.summary:
            here = {case.pk: case for case in cases if case.kind_id == key}
            related = [name for name in kind.summary if kind.detail._meta.get_field(name).is_relation]
            rows = kind.detail._default_manager.filter(pk__in=here).select_related(*related)
            for row in rows:
                setattr(here[row.pk], related_name(kind), row)


def _rows(kind_key: str = "") -> Callable[[], QuerySet[Case]]:
    def rows() -> QuerySet[Case]:
        late = ExpressionWrapper(Q(due_at__lt=clock.now()), output_field=models.BooleanField())
        cases = Case.objects.defer("workflow__document", "words", "pairs").annotate(overdue=late)
        return cases.filter(kind_id=kind_key) if kind_key else cases

    return rows


def _state(case: Case) -> Any:
    return workflow_of(case).state(case.state).label


def _tone(case: Case) -> str:
    return workflow_of(case).state(case.state).tone


def _counties() -> list[tuple[str, str]]:
    return [(place.path, place.name) for place in load_tree().of_level(Level.COUNTY)]


def _bodies() -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in Body.objects.order_by("name").values_list("pk", "name")]


def _summary(case: Case) -> str:
    """The summary fields of a case of any kind in one line; needs `attach_details`."""
    kind, detail = kinds.get(case.kind_id), detail_of(case) if kinds.get(case.kind_id) else None
    if kind is None or detail is None:
        return ""
    return " · ".join(filter(None, (text_of(_shown(detail, name)) for name in kind.summary)))


def _shown(detail: models.Model, name: str) -> Any:
    display = getattr(detail, f"get_{name}_display", None)
    return display() if display else getattr(detail, name)


def _detail_column(kind: CaseKind, field: Any, shown: bool) -> Column:
    path = f"{related_name(kind)}__{field.name}"
    show: Any = "number" if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField) else "text"
    if field.choices:
        show = "text"
    elif isinstance(field, models.DateTimeField):
        show = "moment"
    elif isinstance(field, models.DateField):
        show = "day"
    if field.is_relation:
        return Column(name=field.name, label=field.verbose_name, path=f"{path}__pk", shown=False)
    return Column(name=field.name, label=field.verbose_name, path=path, show=show, shown=shown)


def _detail_filters(kind: CaseKind) -> list[Filter]:
    made = []
    for field in kind.detail._meta.concrete_fields:
        if field.name == "case":
            continue
        path, label = f"{related_name(kind)}__{field.name}", field.verbose_name
        if field.choices:
            made.append(Filter(name=field.name, path=path, label=label, lookup="any_of"))
        elif isinstance(field, models.BooleanField):
            made.append(Filter(name=field.name, path=path, label=label))
        elif isinstance(field, models.DateField | models.IntegerField | models.FloatField | models.DecimalField):
            made.append(Filter(name=field.name, path=path, label=label, lookup="between"))
    return made


def _state_filter(kind: CaseKind) -> Filter:
    choices = tuple((state.key, state.label) for state in kind.workflow.states)
    return Filter(name="state", path="state", label=_("state"), lookup="any_of", choices=choices)


_READS = ("workflow__digest",)
_TITLE = Column(name="title", label=_("title"), path="title", sub="address")
_NUMBER = Column(name="number", label=pgettext_lazy("case", "number"), path="number", show="mono", sort=True)
_STATE = Column(name="state", label=_("state"), value=_state, tone=_tone, show="pill", reads=_READS)
_CLOCK = Column(
    name="clock", label=_("clock"), path="due_order", value=first_clock, show="clock", sort=True, reads=_READS
)
_HEAD = (_TITLE, _NUMBER, _STATE)
_TAIL = (
    _CLOCK,
    Column(name="body", label=_("responsible body"), path="responsible__name"),
    Column(name="opened", label=pgettext_lazy("case", "opened"), path="opened_at", show="moment", sort=True),
    Column(name="address", label=_("address"), path="address", shown=False),
    Column(
        name="area",
        label=pgettext_lazy("case", "area"),
        value=lambda case: load_tree().full_name(case.area_path),
        shown=False,
    ),
    Column(name="signals", label=_("signals"), path="signals", show="number", shown=False),
    Column(name="due", label=_("due"), path="due_at", show="moment", shown=False),
    Column(
        name="closed", label=pgettext_lazy("case", "closed"), path="closed_at", show="moment", shown=False, sort=True
    ),
    Column(name="priority", label=_("priority"), path="priority", show="number", shown=False),
    Column(name="test", label=_("test"), path="is_test", shown=False),
)
_FILTERS = (
    Filter(name="open", path="closed_at", label=pgettext_lazy("case", "open"), lookup="is_empty"),
    Filter(name="overdue", path="overdue", label=_("overdue"), choices=YES_NO),
    Filter(name="priority", path="priority", label=_("priority"), lookup="any_of", choices=PRIORITIES),
    Filter(
        name="area", path="area_path", label=pgettext_lazy("case", "county"), lookup="under_area", choices=_counties
    ),
    Filter(name="body", path="responsible", label=_("responsible body"), choices=_bodies),
    Filter(name="opened", path="opened_at", label=pgettext_lazy("case", "opened"), lookup="between"),
    Filter(name="test", path="is_test", label=_("test")),
)
_COMMON: dict[str, Any] = {
    "order": ("due_order",),
    "point": "lng,lat",
    "title": lambda case: case.title,
    "href": lambda case: reverse("cases:case", args=[case.pk]),
    "peek": lambda case: reverse("cases:peek", args=[case.pk]),
    "priority": lambda case: case.priority,
    "views": VIEWS,
    "search": ("words",),
    "live": "cases",
    "empty": _("A case appears here when somebody or a device opens one."),
}
EVERY = ListSpec(
    key="cases.all",
    label=_("All cases"),
    rows=_rows(),
    columns=(
        _TITLE,
        _NUMBER,
        Column(name="kind", label=_("kind"), value=kind_label, reads=("kind__key",)),
        _STATE,
        Column(name="summary", label=_("summary"), value=_summary),
        *_TAIL,
    ),
    filters=(
        Filter(
            name="kind",
            path="kind",
            label=_("kind"),
            lookup="any_of",
            choices=lambda: [(kind.key, kind.label) for kind in kinds],
        ),
        *_FILTERS,
    ),
    posts=OVERSEERS,
    prepare=attach_details,
    **_COMMON,
)
LISTS = (EVERY,)
ENTRIES = (Entry(label=_("All cases"), room="work", to="cases.all", posts=OVERSEERS, icon="list"),)
