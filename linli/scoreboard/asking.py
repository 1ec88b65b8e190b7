"""Answers as plain values, for the command line and the API: a figure by group, its rows, a whole board."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.areas.tree import Tree, load_tree
from linli.base import visibility
from linli.base.refusal import NotFound, Refusal
from linli.scoreboard import wording
from linli.scoreboard.board import Row, board
from linli.scoreboard.declarations import AsOf, Indicator
from linli.scoreboard.evaluation import DEPTHS, evaluate, total
from linli.scoreboard.figures import Figure
from linli.scoreboard.listing import Which, lines, rows
from linli.scoreboard.places import path_of, paths_at
from linli.scoreboard.programmes import programme
from linli.scoreboard.registry import indicators


class NoIndicator(NotFound):
    """No installed pack declares it."""

    code = "scoreboard.no_indicator"
    sentence = _("No installed pack has the indicator «{key}». Installed: {known}.")


class NoGroup(Refusal):
    """The indicator is not kept by that group."""

    code = "scoreboard.no_group"
    sentence = _("{key} cannot be grouped by «{group}». Groups: {known}.")
    status = 422


def find(key: str) -> Indicator:
    """The installed indicator. NoIndicator names those there are."""
    indicator = indicators.get(key)
    if indicator is None:
        raise NoIndicator(key=key, known=", ".join(sorted(one.key for one in indicators)) or "—")
    return indicator


def groups_of(indicator: Indicator) -> tuple[str, ...]:
    """By what it can be grouped."""
    return (*DEPTHS, "government", *indicator.slices)


def ask(
    key: str, day: date, group_by: str, *, within: str = "", slice: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """`{indicator, as_of, group_by, rows: [{area, name, numerator, denominator, value, shown, missing, unknown}],
    total}` of the area with the statistical code `within`; `value` is exact («63/100»).
    """
    indicator, tree = find(key), load_tree()
    if group_by not in groups_of(indicator):
        raise NoGroup(key=key, group=group_by, known=", ".join(groups_of(indicator)))
    bounds = path_of(tree, within) if within else tree.city().path
    as_of = AsOf(day=day, start=more.get("start") or indicator.starts(day))
    areas = paths_at(tree, group_by, bounds)
    figures = evaluate(indicator, as_of, group_by, within=bounds, slice=slice, areas=areas)
    whole = total(indicator, as_of, within=bounds, slice=slice)
    return {
        "indicator": key,
        "as_of": day.isoformat(),
        "group_by": group_by,
        "rows": [_figure(indicator, figure, tree) for figure in figures],
        "total": _figure(indicator, whole, tree),
    }


def ask_rows(
    key: str, day: date, which: Which, *, within: str = "", slice: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """`{indicator, as_of, list, rows: [{key, title, detail, area, reason}]}`: what is missing, unknown or counted."""
    indicator, tree = find(key), load_tree()
    bounds = path_of(tree, within) if within else tree.city().path
    as_of = AsOf(day=day, start=more.get("start") or indicator.starts(day))
    with visibility.system():
        found = lines(indicator, rows(which, indicator, as_of, bounds, slice), tree)
    return {
        "indicator": key,
        "as_of": day.isoformat(),
        "list": which,
        "rows": [
            {
                "key": line.key,
                "title": line.title,
                "detail": line.detail,
                "area": line.area,
                "reason": line.reason.key if line.reason else "",
            }
            for line in found
        ],
    }


def ask_board(key: str, day: date) -> dict[str, Any]:
    """`{programme, as_of, rows: [{target, indicator, numerator, denominator, shown, goal, due, status, missing}]}`.

    `missing` is the distance: how many more are needed to keep the promise.
    """
    found = board(programme(key), day)
    return {
        "programme": key,
        "as_of": day.isoformat(),
        "rows": [_target(row) for row in sorted(found, key=lambda row: row.target.id)],
    }


def _figure(indicator: Indicator, figure: Figure, tree: Tree) -> dict[str, Any]:
    place = tree.get(figure.area)
    return {
        "area": figure.area.rpartition(".")[2],
        "numerator": _number(figure.numerator),
        "denominator": _number(figure.denominator),
        "value": None if figure.value is None else str(figure.value),
        "shown": wording.figure_words(indicator, figure),
        "missing": _number(figure.missing),
        "unknown": figure.unknown,
        "name": place.name if place else figure.area,
    }


def _target(row: Row) -> dict[str, Any]:
    result = row.result
    return {
        "target": row.target.id,
        "indicator": row.target.key,
        "numerator": _number(result.figure.numerator) if result else None,
        "denominator": _number(result.figure.denominator) if result else None,
        "shown": wording.value_words(row.target, result.value) if result else "",
        "goal": wording.goal_words(row.target),
        "due": row.due.isoformat() if row.due else "",
        "status": row.status,
        "missing": row.distance,
        "title": str(row.target.title),
    }


def _number(exact: Fraction | None) -> int | str | None:
    if exact is None:
        return None
    return exact.numerator if exact.denominator == 1 else str(exact)
