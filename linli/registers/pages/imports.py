"""Taking a table in, on pages: choose a file, look at what it would do, write it, take it back."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.accounts.actor import Actor
from linli.accounts.guard import judge
from linli.base.refusal import NotFound
from linli.registers.declarations import ImportSpec
from linli.registers.imports import files
from linli.registers.imports.running import spec_named, spec_of, try_file, write_some
from linli.registers.imports.sheets import letter
from linli.registers.imports.undoing import UNDONE_WITHIN, undo
from linli.registers.lists import table_of
from linli.registers.models import ImportRow, ImportRun
from linli.registers.pages.forms import UploadForm
from linli.registers.refusals import FileUnreadable
from linli.registers.registry import import_specs

BIGGEST = 40 * 1024 * 1024
SHOWN = 40
RECENT = 20


def index(request: HttpRequest) -> HttpResponse:
    """The tables that can be taken in, and the last runs of the reader's body."""
    actor = _actor(request)
    specs = [(spec, _upload(spec)) for spec in import_specs if actor.post in spec.posts]
    runs = ImportRun.objects.filter(body_id__in=actor.bodies)[:RECENT]
    return render(request, "registers/imports.html", {"specs": specs, "runs": [(run, table_of(run)) for run in runs]})


@require_POST
def try_one(request: HttpRequest, key: str) -> HttpResponse:
    """Try a file; on to what it would do."""
    spec = _spec(request, key)
    form = _upload(spec, request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "registers/imports.html", {"specs": [(spec, form)], "runs": []}, status=422)
    file = form.cleaned_data["file"]
    if file.size > BIGGEST:
        raise FileUnreadable(
            reason=_("The file has {size} MB; at most {limit} MB are read.").format(
                size=file.size // 1_048_576, limit=BIGGEST // 1_048_576
            )
        )
    run = try_file(spec, file.read(), file.name, _actor(request))
    return HttpResponseRedirect(reverse("registers:import_run", args=[run.pk]))


def run_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a file would do or did: figures, columns left out, faults by reason, the rows around them."""
    run = _run(request, pk)
    wrong = run.rows.filter(outcome=ImportRow.Outcome.WRONG)
    reasons = _reasons(wrong)
    chosen = request.GET.get("reason", "")
    rows = [
        row
        for row in wrong.order_by("line")[:2000]
        if not chosen or any(fault["heading"] == chosen for fault in row.errors)
    ][:SHOWN]
    return render(
        request,
        "registers/import_run.html",
        {
            "run": run,
            "table": table_of(run),
            "reasons": reasons,
            "chosen": chosen,
            "total": sum(run.counts.values()),
            "good": run.counts.get("new", 0) + run.counts.get("changed", 0),
            "counts": run.counts,
            "never": [item["heading"] for item in run.left_out if item["why"] == "never"],
            "unknown": [item["heading"] for item in run.left_out if item["why"] == "unknown"],
            "columns": [(letter(place), heading) for place, heading in enumerate(run.headings)],
            "rows": [(row, _cells(row), row.errors) for row in rows],
            "days": UNDONE_WITHIN.days,
            "done": run.rows.filter(done=True).count(),
        },
    )


@require_POST
def write_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the next batches; the page asks again until all is written, so that a break loses nothing."""
    run = _run(request, pk)
    spec_of(run)
    run = write_some(run, _actor(request))
    if request.headers.get("HX-Request") and run.state == ImportRun.State.WRITING:
        return render(
            request,
            "registers/parts/import_progress.html",
            {"run": run, "total": sum(run.counts.values()), "done": run.rows.filter(done=True).count()},
        )
    address = reverse("registers:import_run", args=[run.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


@require_POST
def undo_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a run back as one act."""
    run = _run(request, pk)
    undo(run, _actor(request))
    return HttpResponseRedirect(reverse("registers:import_run", args=[run.pk]))


def to_correct(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The refused rows with their reasons, as a table."""
    run = _run(request, pk)
    return _file(files.rows_to_correct(run), _("to correct {name}.xlsx").format(name=run.file_name.rpartition(".")[0]))


def template(request: HttpRequest, key: str) -> HttpResponseBase:
    """The empty table."""
    spec = _spec(request, key)
    return _file(files.template(spec), f"{spec.label}.xlsx")


def _upload(spec: ImportSpec, *data: Any) -> UploadForm:
    """The form of one table, with ids of its own: several stand on the page."""
    return UploadForm(*data, auto_id=f"{spec.key.replace('.', '_')}_%s")


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _spec(request: HttpRequest, key: str) -> ImportSpec:
    spec = spec_named(key)
    judge(_actor(request), spec.posts, request)
    return spec


def _run(request: HttpRequest, pk: UUID) -> ImportRun:
    """A run of the reader's body, for a table his post keeps. Raises NotFound, NotYours."""
    run = ImportRun.objects.filter(pk=pk, body_id__in=_actor(request).bodies).first()
    if run is None:
        raise NotFound()
    judge(_actor(request), spec_of(run).posts, request)
    return run


def _reasons(wrong: Any) -> list[tuple[str, int]]:
    """How many rows each column spoils, most first."""
    found: Counter[str] = Counter()
    for errors in wrong.values_list("errors", flat=True):
        found.update({fault["heading"] for fault in errors})
    return found.most_common()


def _cells(row: ImportRow) -> list[tuple[str, bool]]:
    bad = {fault["column"] for fault in row.errors}
    return [(cell, letter(place) in bad) for place, cell in enumerate(row.cells)]


def _file(content: bytes, name: str) -> FileResponse:
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=files.MIME)
