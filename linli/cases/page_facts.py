"""Everything the page of a case shows, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from linli.accounts.actor import Actor
from linli.accounts.models import Body
from linli.areas.tree import load_tree
from linli.base.ids import uuid7
from linli.base.refusal import NotFound, Refusal
from linli.cases import clocks, lawful
from linli.cases.details import detail_of
from linli.cases.evidence import ADDED
from linli.cases.faces import face_of
from linli.cases.forms import EditForm, EvidenceForm, StepForm, TaskForm, TransferForm
from linli.cases.models import Case
from linli.cases.path import path_of
from linli.cases.readers import check_reader, readers
from linli.cases.registry import kinds
from linli.cases.steps import Step, steps
from linli.cases.tasks import is_his
from linli.cases.telling import tell
from linli.cases.workflows import kind_label, workflow_of
from linli.registers.contacts import contacts_of
from linli.ui import cells
from linli.ui.declarations import Column
from linli.ui.registry import lists

SHOWN = 30
MOST = 2000


@dataclass(frozen=True, slots=True)
class StepOnPage:
    """A step with its form. `refused` is what the house said when it was sent."""

    step: Step
    form: StepForm
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came back with a refusal: which one, what was typed, what the house said."""

    where: str
    data: Any
    refusal: Refusal | None = None
    files: Any = None


def visible_case(pk: UUID, actor: Actor) -> Case:
    """The case for this reader. NotFound when he does not see it, NotYours when his post does not read its kind."""
    related = ("workflow", "kind", "responsible", "premises", "asset", "organisation", "parent", "recurrence_of")
    case = Case.objects.select_related(*related).defer("workflow__document").filter(pk=pk).first()
    if case is None:
        raise NotFound()
    check_reader(case, actor)
    return case


def page_facts(case: Case, actor: Actor, sent: Sent | None = None, everything: bool = False) -> dict[str, Any]:
    """The context of the page and of each of its panes. `sent` is a form that was refused, shown again as typed."""
    workflow = workflow_of(case)
    entries = list(case.timeline.order_by("-at", "-id")[:MOST])
    rows = list(case.clocks.all())
    told = tell(case, workflow, entries if everything else entries[:SHOWN])
    can_work = _can_work(case, actor)
    return {
        "case": case,
        "kind_label": kind_label(case),
        "list_key": case.kind_id if case.kind_id in lists else "",
        "state": workflow.state(case.state),
        "area": load_tree().full_name(case.area_path),
        "path": path_of(case, workflow, entries[::-1], rows),
        "faces": [face_of(row, clocks.declared_clock(workflow, row.key)) for row in rows if not row.stopped_at],
        "told": told,
        "earlier": len(entries) - len(told),
        "facts": detail_facts(case),
        "panel": panel_of(case),
        "contacts": contacts_of(case.asset, case.premises) if can_work and not case.closed_at else [],
        "evidence": list(case.evidence.select_related("file").order_by("-added_at", "-id")),
        "tasks": [(task, lawful.post_label(task.post), is_his(task, actor)) for task in case.tasks.order_by("made_at")],
        "place": _place(case),
        "children": list(case.children.all()[:20]),
        "beside": list(Body.objects.filter(pk__in=set(case.bodies) - {case.responsible_id}).order_by("name")),
        "can_work": can_work,
        "board": _board(case),
        "key": uuid7().hex,
        "sent": sent,
        "may_answer": bool(case.transfer) and UUID(case.transfer["to"]) in actor.bodies if case.transfer else False,
        "can_pause": _pausable(workflow, rows) if can_work else [],
        **(forms := _forms(case, actor, sent, can_work)),
        "refused_above": _refused_above(sent, forms),
    }


def _refused_above(sent: Sent | None, forms: dict[str, Any]) -> bool:
    """True when the refusal has no form on the page to stand beside."""
    if sent is None or sent.refusal is None or sent.where == "note":
        return False
    return not any(item and item.refused for item in (forms["primary"], *forms["others"], *forms["locked"]))


def _forms(case: Case, actor: Actor, sent: Sent | None, can_work: bool) -> dict[str, Any]:
    """The steps with their forms, and the forms beside them for who works on the case."""
    kind = kinds.get(case.kind_id)
    found = steps(case, actor) if kind else []
    on_page = [_on_page(case, step, sent) for step in found]
    forms: dict[str, Any] = {
        "primary": next((item for item in on_page if item.step.primary), None),
        "others": [item for item in on_page if item.step.allowed and not item.step.primary],
        "locked": [item for item in on_page if not item.step.allowed],
        "readonly": kind is None,
    }
    if can_work and kind and not case.closed_at:
        forms["edit_form"] = EditForm(case, _data(sent, "edit"))
        forms["transfer_form"] = TransferForm(case, _data(sent, "transfer"))
        forms["task_form"] = TaskForm(readers(kind), _data(sent, "tasks"))
    if can_work and kind:
        forms["evidence_form"] = EvidenceForm(case, found, _data(sent, ADDED), sent.files if sent else None)
    return forms


def _on_page(case: Case, step: Step, sent: Sent | None) -> StepOnPage:
    mine = sent is not None and sent.where == f"act.{step.transition.key}"
    form = StepForm(case, step, sent.data if mine and sent else None)
    return StepOnPage(step, form, sent.refusal if mine and sent else None)


def _data(sent: Sent | None, where: str) -> Any:
    return sent.data if sent and sent.where == where else None


def detail_facts(case: Case) -> list[tuple[Any, Any]]:
    """(label, value) of the detail's fields that are filled in, in the order of the form."""
    kind, detail = kinds.get(case.kind_id), detail_of(case) if kinds.get(case.kind_id) else None
    if kind is None or detail is None:
        return []
    names = dict.fromkeys([*kind.form, *kind.summary])
    columns = [Column(name=name, label=detail._meta.get_field(name).verbose_name, path=name) for name in names]  # type: ignore[union-attr]
    return [
        (column.label, cells.html_of(detail, column))
        for column in columns
        if getattr(detail, column.name) not in (None, "")
    ]


def panel_of(case: Case) -> str:
    """The template a pack adds to the page: `<pack>/<kind>_panel.html`; "" when it has none."""
    pack, _dot, name = case.kind_id.partition(".")
    try:
        get_template(f"{pack}/{name}_panel.html")
    except TemplateDoesNotExist:
        return ""
    return f"{pack}/{name}_panel.html"


def _board(case: Case) -> str:
    """The address of the dispatcher's desk for this case, for kinds that move people."""
    kind = kinds.get(case.kind_id)
    if kind is None or not kind.moves_people or case.closed_at:
        return ""
    try:
        return reverse("desk:board_case", args=[case.pk])
    except NoReverseMatch:
        return ""


def _can_work(case: Case, actor: Actor) -> bool:
    try:
        lawful.check_working(case, workflow_of(case), actor)
    except Refusal:
        return False
    return True


def _pausable(workflow: Any, rows: list[Any]) -> list[tuple[Any, bool]]:
    """(declared clock, is it paused) of the running clocks that people may pause."""
    found = []
    for row in rows:
        declared = clocks.declared_clock(workflow, row.key)
        if declared and not row.stopped_at and clocks.may_pause(declared):
            found.append((declared, bool(row.paused_at)))
    return found


def _place(found: Case) -> dict[str, Any] | None:
    """The point of the case for the map; none without coordinates."""
    if found.lng is None or found.lat is None:
        return None
    properties = {"priority": found.priority, "label": found.title, "pulse": found.closed_at is None}
    point = {"type": "Point", "coordinates": [found.lng, found.lat]}
    feature = {"type": "Feature", "geometry": point, "properties": properties}
    return {"type": "FeatureCollection", "features": [feature]}
