"""Tasks on a case: asked of a post, not of a name, so that whoever has the duty does them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.accounts.actor import Actor
from linli.base import clock
from linli.base.refusal import NotFound, NotYours
from linli.cases import lawful, timeline
from linli.cases.effects import about
from linli.cases.locking import announce, locked
from linli.cases.models import Task
from linli.cases.refusals import TaskDone
from linli.cases.texts import clean
from linli.cases.workflows import workflow_of
from linli.notices.sending import notify


def add_task(
    case_id: Any,
    title: str,
    post: str,
    actor: Actor,
    *,
    body_id: UUID | None = None,
    due_at: datetime | None = None,
    key: str | None = None,
    mask: bool = False,
) -> Task:
    """Ask `post` (of `body_id`, else of the responsible body) to do something; the post is told.

    The body sees the case from then on. Raises NotFound, NotWorking, PersonalNumbers, KeyUsed.
    """
    with locked(case_id, actor) as case:
        if known := timeline.repeated(key, case.pk, "task.added"):
            return Task.objects.get(pk=known.data["task"])
        lawful.check_working(case, workflow_of(case), actor)
        body = body_id or case.responsible_id
        task = Task.objects.create(
            case=case,
            title=clean(title, actor, mask),
            post=post,
            body_id=body,
            due_at=due_at,
            made_at=clock.now(),
            made_by=actor.user_id,
        )
        if body and body not in case.bodies:
            case.bodies = [*case.bodies, body]
            case.save(update_fields=["bodies"])
        timeline.add(case, "task.added", actor, text=task.title, data={"task": str(task.pk), "post": post}, key=key)
        fields = about(case) | {"task": task.title}
        notify("cases.task", case.area_path, body, fields, f"case:{case.number}", case.priority, posts=[post])
        announce(case, "case.changed", "task.added")
    return task


def done(task_id: UUID, actor: Actor, text: str = "", *, key: str | None = None, mask: bool = False) -> Task:
    """Say that a task is done. Raises NotFound, NotYours (another post's task), TaskDone, PersonalNumbers, KeyUsed."""
    case_id = _case_of(task_id, actor)
    with locked(case_id, actor) as case:
        task = Task.objects.get(pk=task_id)
        if timeline.repeated(key, case.pk, "task.done"):
            return task
        if not is_his(task, actor):
            raise NotYours(posts=lawful.post_label(task.post))
        if task.done_at:
            raise TaskDone(task=task.title)
        task.done_at, task.done_by = clock.now(), actor.user_id
        task.save(update_fields=["done_at", "done_by"])
        said = clean(text, actor, mask)
        timeline.add(case, "task.done", actor, text=said, data={"task": str(task.pk), "title": task.title}, key=key)
        announce(case, "case.changed", "task.done")
    return task


def waiting(actor: Actor) -> QuerySet[Task]:
    """The tasks that wait for the actor's post; the earliest due first."""
    mine = Q(body_id__in=actor.bodies) | Q(body_id__isnull=True)
    return Task.objects.filter(mine, post=actor.post, done_at__isnull=True).order_by("due_at", "made_at", "id")


def _case_of(task_id: UUID, actor: Actor) -> Any:
    with actor.sees():
        found = Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound()
    return found


def is_his(task: Task, actor: Actor) -> bool:
    """True when the task waits for the actor's post (of his body)."""
    if actor.post == "system":
        return True
    return actor.post == task.post and (task.body_id is None or task.body_id in actor.bodies)
