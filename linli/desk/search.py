"""Search over what the reader may see: cases, premises, organisations, assets, areas, help. Never persons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.desk.help import pages
from linli.registers.models import Asset, Organisation, Premises

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the result: what it is called, what stands under it, where it leads."""

    title: str
    sub: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind of thing; `more` when there are further ones."""

    label: Any
    icon: str
    hits: list[Hit]
    more: bool


def find(text: str) -> list[Group]:
    """Groups with at least one hit for `text`; nothing for an empty one."""
    words = text.strip()
    if not words:
        return []
    like = Q(name__icontains=words) | Q(initials__istartswith=words) | Q(address__icontains=words)
    makers: tuple[tuple[Any, str, Iterable[Any], Callable[[Any], Hit]], ...] = (
        (_("Cases"), "work", _cases(words), _case_hit),
        (_("Premises"), "pin", Premises.objects.filter(like).order_by("name"), _register_hit("registers:premises")),
        (_("Devices"), "device", _assets(words, like), _register_hit("registers:asset", "number")),
        (_("Organisations"), "building", _organisations(words, like), _register_hit("registers:organisation")),
        (_("Help"), "help", pages(words), lambda page: Hit(str(page.title), "", page.url)),
    )
    groups = [_group(label, icon, rows, make) for label, icon, rows, make in makers]
    return [group for group in groups if group.hits]


def search(request: HttpRequest) -> HttpResponse:
    """`GET /search?q=`: the results pane (for htmx), or the whole page."""
    text = request.GET.get("q", "")
    template = "desk/parts/results.html" if request.headers.get("HX-Request") else "desk/search.html"
    return render(request, template, {"text": text, "groups": find(text)})


def _group(label: Any, icon: str, rows: Iterable[Any], make: Callable[[Any], Hit]) -> Group:
    found = list(rows[: SHOWN + 1]) if isinstance(rows, QuerySet | list) else list(rows)[: SHOWN + 1]
    return Group(label, icon, [make(row) for row in found[:SHOWN]], len(found) > SHOWN)


def _cases(words: str) -> QuerySet[Case]:
    return Case.objects.filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(address__icontains=words))


def _assets(words: str, like: Q) -> QuerySet[Asset]:
    return (
        Asset.objects.filter(like | Q(number__icontains=words) | Q(lines__identity__istartswith=words))
        .distinct()
        .order_by("name")
    )


def _organisations(words: str, like: Q) -> QuerySet[Organisation]:
    return Organisation.objects.filter(like | Q(uscc__istartswith=words)).order_by("name")


def _case_hit(case: Case) -> Hit:
    return Hit(f"{case.number} {case.title}", case.address, _address("cases:case", case.pk))


def _register_hit(name: str, field: str = "address") -> Callable[[Any], Hit]:
    return lambda row: Hit(row.name, getattr(row, field), _address(name, row.pk))


def _address(name: str, key: object) -> str:
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""
