"""One indicator: its definition, its course, its areas, its rows as a list and as a file."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.areas.tree import load_tree
from linli.scoreboard import wording
from linli.scoreboard.asking import NoGroup, find, groups_of
from linli.scoreboard.board import as_of
from linli.scoreboard.declarations import AsOf, Indicator
from linli.scoreboard.evaluation import evaluate, series, total
from linli.scoreboard.figures import Figure
from linli.scoreboard.listing import LISTS, Line, Which, causes, columns_of, lines, rows
from linli.scoreboard.places import path_of, paths_at
from linli.scoreboard.programme import Programme, Target
from linli.scoreboard.programmes import programme
from linli.scoreboard.views import NoTarget, asked_day
from linli.ui.exports import guarded

A_PAGE = 50
COURSE_MONTHS = 24


class Question:
    """What an address asks: the indicator as of a day, in an area, narrowed and timed like a target's if one is named.

    `as_of`, `area` (statistical code), `group_by`, `list`, `target` (PROGRAMME/NUMBER).
    """

    def __init__(self, request: HttpRequest, key: str) -> None:
        self.indicator = find(key)
        self.tree = load_tree()
        self.day = asked_day(request)
        self.area = request.GET.get("area", "")
        self.bounds = path_of(self.tree, self.area) if self.area else self.tree.city().path
        self.group_by = request.GET.get("group_by", "county")
        if self.group_by not in groups_of(self.indicator):
            raise NoGroup(key=key, group=self.group_by, known=", ".join(groups_of(self.indicator)))
        asked = request.GET.get("list", "missing")
        self.which: Which = next((which for which in LISTS if which == asked), "missing")
        self.target = request.GET.get("target", "")
        self.asked_of = _target_of(self.target, key) if self.target else None
        self.slice = self.asked_of[1].slice if self.asked_of else {}

    def at(self, day: date) -> AsOf:
        """The AsOf of a day, with the period of the target or the indicator."""
        if self.asked_of is None:
            return AsOf(day=day, start=self.indicator.starts(day))
        return as_of(*self.asked_of, self.indicator, day)

    def query(self, **changes: str) -> str:
        """The question as it stands behind the ? of an address, with `changes`."""
        asked = {"as_of": self.day.isoformat(), "area": self.area, "group_by": self.group_by, "list": self.which}
        asked |= {"target": self.target} | changes
        return urlencode({name: value for name, value in asked.items() if value})


def _target_of(asked: str, key: str) -> tuple[Programme, Target]:
    """The target PROGRAMME/NUMBER, which must be one of the indicator `key`. NoTarget otherwise."""
    programme_id, _slash, number = asked.partition("/")
    found = programme(programme_id)
    target = found.target(number)
    if target is None or target.key != key:
        raise NoTarget(programme=programme_id, number=number)
    return found, target


def page(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /indicators/KEY/?as_of=DAY&area=CODE&group_by=county&list=missing&page=1`."""
    asked = Question(request, key)
    indicator, now = asked.indicator, asked.at(asked.day)
    areas = paths_at(asked.tree, asked.group_by, asked.bounds)
    groups = evaluate(indicator, now, asked.group_by, within=asked.bounds, slice=asked.slice, areas=areas)
    whole = total(indicator, now, within=asked.bounds, slice=asked.slice)
    found = rows(asked.which, indicator, now, asked.bounds, asked.slice)
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "indicator": indicator,
        "value": wording.figure_words(indicator, whole),
        "fraction": wording.fraction_words(whole),
        "unit": wording.unit_words(indicator),
        "groups": [_group(indicator, figure, asked) for figure in groups],
        "group_names": [(name, _group_label(name)) for name in groups_of(indicator)],
        "chart": _course(asked),
        "causes": causes(indicator, now, asked.bounds, asked.slice) if asked.which == "missing" else [],
        "lists": _lists(asked, whole),
        "page": shown,
        "lines": lines(indicator, shown.object_list, asked.tree),
        "columns": columns_of(indicator)[2:],
        "hidden": _hidden(asked.which, whole, shown.paginator.count),
    }
    return render(request, "scoreboard/indicator.html", context)


def export(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /indicators/KEY/rows.csv?…`: the rows of the list as CSV (UTF-8 with BOM), the question on its first line."""
    asked = Question(request, key)
    now = asked.at(asked.day)
    found = lines(asked.indicator, rows(asked.which, asked.indicator, now, asked.bounds, asked.slice), asked.tree)
    target = io.StringIO()
    writer = csv.writer(target)
    mark = ["演示数据 · Demo data"] if settings.DEMO else []
    place = asked.tree.name(asked.bounds)
    writer.writerow([key, str(asked.indicator.label), asked.which, asked.day.isoformat(), place, *mark])
    labels = [str(column.label) for column in columns_of(asked.indicator)] or [pgettext("programme", "name")]
    writer.writerow(
        ["id", *labels, pgettext("programme", "area"), pgettext("programme", "why"), pgettext("programme", "remedy")]
    )
    writer.writerows(_cells(line, len(labels)) for line in found)
    name = f"{'演示-' if settings.DEMO else ''}{key}-{asked.which}-{asked.day}.csv"
    # The byte-order mark lets spreadsheets read Chinese.
    response = HttpResponse("\ufeff" + target.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    if settings.DEMO:
        response.headers["Linli-Data"] = "demo"
    return response


def _cells(line: Line, width: int) -> list[str]:
    own = [line.title, line.detail, *line.cells][:width]
    reason = line.reason
    why = [str(reason.label), str(reason.remedy)] if reason else ["", ""]
    return [guarded(text) for text in (line.key, *own, line.area, *why)]


def _group(indicator: Indicator, figure: Figure, asked: Question) -> dict[str, Any]:
    place = asked.tree.get(figure.area)
    return {
        "name": place.name if place else figure.area or "—",
        "value": wording.figure_words(indicator, figure),
        "fraction": wording.fraction_words(figure),
        "missing": None if figure.missing is None else int(figure.missing),
        "unknown": figure.unknown,
        "query": asked.query(area=figure.area.rpartition(".")[2]) if place else "",
    }


def _group_label(name: str) -> str:
    labels = {
        "province": pgettext("programme", "province"),
        "city": pgettext("programme", "city"),
        "county": pgettext("programme", "county"),
        "township": pgettext("programme", "township"),
        "village": pgettext("programme", "village"),
        "government": pgettext("programme", "government"),
    }
    return labels.get(name, name)


def _course(asked: Question) -> dict[str, Any]:
    """The ends of the last 24 months and the day itself."""
    days, end = [asked.day], asked.day.replace(day=1) - timedelta(days=1)
    while len(days) <= COURSE_MONTHS:
        days.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    days.reverse()
    figures = series(asked.indicator, [asked.at(day) for day in days], within=asked.bounds, slice=asked.slice)
    share = asked.indicator.shape in ("share", "time_share", "trend")
    values = [
        None if figure.value is None else round(float(figure.value) * (100 if share else 1), 2) for figure in figures
    ]
    unit = "%" if share else wording.unit_words(asked.indicator)
    series_ = [{"name": str(asked.indicator.label), "tone": "accent", "values": values}]
    return {"x": [f"{day:%Y-%m}" for day in days], "unit": unit, "series": series_}


def _lists(asked: Question, whole: Figure) -> list[dict[str, Any]]:
    labels = {
        "missing": pgettext("programme", "missing"),
        "unknown": _("state not known"),
        "counted": pgettext("programme", "counted"),
    }
    counts = {"missing": whole.missing, "unknown": whole.unknown, "counted": whole.numerator}
    weighed = asked.indicator.shape in ("time_share", "percentile", "trend")
    return [
        {
            "label": labels[which],
            "count": None if weighed or counts[which] is None else int(counts[which] or 0),
            "query": asked.query(list=which),
            "current": which == asked.which,
        }
        for which in LISTS
        if counts[which] is not None or which == "counted"
    ]


def _hidden(which: Which, whole: Figure, seen: int) -> int:
    """How many rows of the figure the reader may not see: said, never silently left out."""
    if whole.shape not in ("share", "count", "bool"):
        return 0
    counts = {"missing": whole.missing, "unknown": whole.unknown, "counted": whole.numerator}
    return max(0, int(counts[which] or 0) - seen)
