"""The programme's pages: the list of programmes, the board with its drawer, the wall screen, the brief."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.areas.tree import Tree, load_tree
from linli.base import clock
from linli.base.refusal import NotFound, Refusal
from linli.scoreboard import charts, presenting, wording
from linli.scoreboard.board import Row, as_of, board, read
from linli.scoreboard.listing import causes, lines, rows
from linli.scoreboard.loading import BadProgramme
from linli.scoreboard.places import within
from linli.scoreboard.programme import Programme, Target
from linli.scoreboard.programmes import programme, programmes

FIRST_ROWS = 8
ON_THE_WALL = 6
WALL_SECONDS = 20
WALL_TEXT = 22  # px of the names on the map, to be read from 5 m


class NoDay(Refusal):
    """The day in the address is none."""

    code = "scoreboard.no_day"
    sentence = _("«{text}» is not a day. Write it as 2026-05-20.")
    status = 400


class NoTarget(NotFound):
    """The programme has no such target."""

    code = "scoreboard.no_target"
    sentence = _("{programme} has no target «{number}».")


def index(request: HttpRequest) -> HttpResponse:
    """`GET /programmes/`: every programme with how it stands today; a file with faults says so."""
    today = _today()
    found: list[dict[str, Any]] = []
    for key, each in programmes().items():
        if isinstance(each, BadProgramme):
            found.append({"key": key, "fault": each.text()})
        else:
            found.append({"key": key, "programme": each, "summary": presenting.summary(board(each, today))})
    return render(request, "scoreboard/programmes.html", {"programmes": found, "day": today})


def page(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /programmes/KEY/?as_of=DAY&target=T29&tv=1`: the board as of the day; the drawer of one target."""
    found, day = programme(key), asked_day(request)
    tree, all_rows = load_tree(), board(found, day)
    context = {
        "programme": found,
        "day": day,
        "today": _today(),
        "live": "as_of" not in request.GET,
        "rows": presenting.shown(all_rows, tree),
        "summary": presenting.summary(all_rows),
        "changes": presenting.changes(all_rows),
        "with_figure": sum(row.gap == "" for row in all_rows),
    }
    if request.GET.get("tv"):
        return render(request, "scoreboard/wall.html", context | _wall(request, found, all_rows, tree))
    chosen = read(found, _chosen(found, all_rows, request.GET.get("target", "")), day)
    context |= {
        "chosen": chosen.target.id,
        "asked": "target" in request.GET,
        "drawer": drawer(found, chosen, day, tree),
        "deliverables": presenting.deliverables(found, day),
    }
    response = render(request, "scoreboard/programme.html", context)
    if request.headers.get("HX-Request"):
        # The map reads its features anew when the figures beside it have changed.
        response.headers["HX-Trigger"] = "programme-figures"
    return response


def area_map(request: HttpRequest, key: str, number: str) -> JsonResponse:
    """`GET /programmes/KEY/T29/map.geojson?as_of=DAY`: the target's areas, coloured by their distance from it."""
    found, tree = programme(key), load_tree()
    target = found.target(number)
    if target is None:
        raise NoTarget(programme=key, number=number)
    size = WALL_TEXT if request.GET.get("tv") else None
    features = charts.area_map(read(found, target, asked_day(request), months=0), tree, size)
    return JsonResponse(features, content_type="application/geo+json")


def brief(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /programmes/KEY/brief?as_of=DAY`: one page for a meeting; says only what the numbers support."""
    found, day = programme(key), asked_day(request)
    tree, all_rows = load_tree(), board(found, day)
    words = presenting.shown(all_rows, tree)
    context = {
        "programme": found,
        "day": day,
        "back": f"{reverse('scoreboard:programme', args=[key])}?as_of={day}",
        "summary": presenting.summary(all_rows),
        "changes": presenting.changes(all_rows),
        "broken": [row for row in words if row.tone in ("red", "orange")],
        "others": [row for row in words if row.tone in ("blue", "good")],
        "grey": [row for row in words if row.tone == "idle"],
    }
    return render(request, "scoreboard/brief.html", context)


def rights(request: HttpRequest) -> HttpResponse:
    """`GET /rights/`: what this house never builds and what stands in its place."""
    return render(request, "scoreboard/rights.html")


def drawer(found: Programme, row: Row, day: date, tree: Tree) -> dict[str, Any]:
    """One target in full: how far, when at this pace, why, which rows first."""
    context: dict[str, Any] = {
        "row": presenting.shown([row], tree)[0],
        "target": row.target,
        "needed": wording.needed_words(row),
        "left": (row.due - day).days if row.due and row.due >= day else None,
        "forecast": wording.forecast_words(row),
        "chart": charts.series_chart(row),
        "funnel": charts.funnel_chart(row, tree),
        "funnel_words": charts.funnel_words(row, tree),
        "groups": presenting.groups_table(row, tree),
        "live_value": wording.value_words(row.target, row.live.value) if row.live else "",
    }
    if row.indicator is None or row.result is None:
        return context
    indicator, bounds = row.indicator, within(found, tree)
    asked = as_of(found, row.target, indicator, row.result.day)
    missing = rows("missing", indicator, asked, bounds, row.target.slice)
    why = causes(indicator, asked, bounds, row.target.slice)
    return context | {
        "indicator": indicator,
        "unit": wording.unit_words(indicator),
        "causes": why,
        "quick": sum(cause.count for cause in why if cause.reason.quick),
        "missing_count": missing.count(),
        "unknown_count": row.result.figure.unknown,
        "first": lines(indicator, missing[:FIRST_ROWS], tree),
        "result_day": row.result.day,
        "query": urlencode({"as_of": row.result.day.isoformat(), "target": f"{found.id}/{row.target.id}"}),
    }


def asked_day(request: HttpRequest) -> date:
    """The day of the address (`as_of`), today without one. NoDay for anything else."""
    text = request.GET.get("as_of", "")
    try:
        return date.fromisoformat(text) if text else _today()
    except ValueError:
        raise NoDay(text=text) from None


def _today() -> date:
    return clock.local(clock.now()).date()


def _chosen(found: Programme, all_rows: list[Row], number: str) -> Target:
    target = found.target(number) if number else all_rows[0].target
    if target is None:
        raise NoTarget(programme=found.id, number=number)
    return target


def _wall(request: HttpRequest, found: Programme, all_rows: list[Row], tree: Tree) -> dict[str, Any]:
    """The screens of the wall: rows with a figure by section, six to a screen; each calls the next."""
    words = {row.number: row for row in presenting.shown(all_rows, tree)}
    screens: list[dict[str, Any]] = []
    for section in found.sections:
        own = [row for row in all_rows if found.section_of(row.target) == section and row.status != "none"]
        screens += [{"section": section, "rows": own[at : at + ON_THE_WALL]} for at in range(0, len(own), ON_THE_WALL)]
    if not screens:
        return {"screens": [], "screen": None, "seconds": WALL_SECONDS}
    asked = request.GET.get("screen", "1")
    number = (int(asked) - 1) % len(screens) if asked.isdigit() else 0
    focus = screens[number]["rows"][0]
    due = [row.due for row in all_rows if row.due and row.due > asked_day(request)]
    return {
        "screens": screens,
        "screen": screens[number],
        "number": number + 1,
        "next": number + 2 if number + 1 < len(screens) else 1,
        "seconds": WALL_SECONDS,
        "wall_rows": [words[row.target.id] for row in screens[number]["rows"]],
        "focus": words[focus.target.id],
        "forecast": wording.forecast_words(focus),
        "funnel_words": charts.funnel_words(focus, tree),
        "last_due": max(due, default=None),
        "days_left": (max(due) - asked_day(request)).days if due else None,
    }
