"""Questions to the register: what is in force now, for whom, in which words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.areas.models import Area
from linli.areas.tree import is_under, load_tree
from linli.base import clock
from linli.base.words import moment_words
from linli.signals.gateways.cap import colours
from linli.warnings.events import event_label
from linli.warnings.models import Warning

REVIEW_AFTER = timedelta(hours=24)
TONES = {"": "idle"}


def in_force(now: datetime | None = None) -> QuerySet[Warning]:
    """Warnings of this city that nobody has ended and that are not over by the clock, gravest first."""
    moment = now or clock.now()
    rows = Warning.objects.filter(ended_at__isnull=True).exclude(areas=[])
    return rows.filter(Q(expires__isnull=True) | Q(expires__gt=moment))


def public(now: datetime | None = None) -> QuerySet[Warning]:
    """Those in force that the public sees: real (never an exercise or a test) and of scope Public."""
    return in_force(now).filter(public=True, exercise=False)


def concerning(areas: Iterable[str], now: datetime | None = None) -> list[Warning]:
    """Those in force in any of `areas` (paths), or in a part of one."""
    wanted = list(areas)
    return [
        row
        for row in in_force(now)
        if any(is_under(path, area) or is_under(area, path) for path in row.areas for area in wanted)
    ]


def to_review(warning: Warning, now: datetime | None = None) -> bool:
    """In force for a day without a time at which it ends: somebody looks whether it still holds."""
    moment = now or clock.now()
    return warning.ended_at is None and warning.expires is None and moment - warning.sent > REVIEW_AFTER


@dataclass(frozen=True, slots=True)
class Face:
    """A warning in the reader's words. `texts_in`: the language of the sender's own words."""

    row: Warning
    title: str
    colour_label: str
    tone: str
    areas: str
    until: str
    headline: str
    description: str
    instruction: str
    texts_in: str
    review: bool


def face(row: Warning, now: datetime | None = None) -> Face:
    """The warning as a page shows it: our words for kind, level, areas and time; the sender's for the rest."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    spoken = language if language in row.texts else next(iter(row.texts), "")
    words: dict[str, Any] = row.texts.get(spoken, {})
    event = event_label(row.event_code) or words.get("event") or row.event
    label = str(colours.LABELS[row.colour])
    if row.colour:
        title = _("{event}: {colour} warning").format(event=event, colour=label)
    else:
        title = _("{event}: warning").format(event=event)
    if row.exercise:
        title = _("[Exercise] {title}").format(title=title)
    until = _("until {time}").format(time=moment_words(row.expires)) if row.expires else _("until it is lifted")
    return Face(
        row, title, label, row.colour or "idle", area_words(row.areas), until, words.get("headline", ""),
        words.get("description", ""), words.get("instruction", ""), spoken or "zh", to_review(row, now),
    )  # fmt: skip


def faces(rows: Iterable[Warning]) -> list[Face]:
    """The same of many."""
    return [face(row) for row in rows]


def area_words(paths: Iterable[str]) -> str:
    """The names of areas in one line."""
    tree = load_tree()
    return _(", ").join(tree.full_name(path) for path in paths)


def features(rows: Iterable[Warning]) -> dict[str, Any]:
    """What is warned of, as a GeoJSON FeatureCollection: the sender's outline, else the boundaries of the areas."""
    found = []
    for row in rows:
        shown = face(row)
        about = {
            "id": str(row.pk), "tone": row.colour or "idle", "strength": 0.35, "label": shown.title,
            "areas": shown.areas, "sent": row.sent.isoformat(),
            "expires": row.expires.isoformat() if row.expires else None,
        }  # fmt: skip
        found += [
            {"type": "Feature", "geometry": one, "properties": about} for one in (_flat(row.geometry) or _drawn(row))
        ]
    return {"type": "FeatureCollection", "features": found}


def _flat(geometry: Any) -> list[Any]:
    """The polygons and points of a geometry, one by one."""
    if not geometry:
        return []
    if geometry["type"] == "GeometryCollection":
        return [one for part in geometry["geometries"] for one in _flat(part)]
    return [geometry]


def _drawn(row: Warning) -> list[Any]:
    """The boundaries of the areas; of one without a boundary that of the nearest above it."""
    wanted = {step for path in row.areas for step in _upward(path)}
    known = dict(
        Area.objects.filter(path__in=wanted, ended_on=None, boundary__isnull=False).values_list("path", "boundary")
    )
    chosen: dict[str, Any] = {}
    for path in row.areas:
        below = [one for one in known if one.startswith(f"{path}.")]
        nearest = next((step for step in _upward(path) if step in known), None)
        for one in [nearest] if nearest else below:
            chosen[one] = known[one]
    if not chosen:  # the city itself has no outline of its own: its counties have
        rows = Area.objects.filter(ended_on=None, boundary__isnull=False, level=3).values_list("path", "boundary")
        chosen = {path: shape for path, shape in rows if any(is_under(path, area) for area in row.areas)}
    return list(chosen.values())


def _upward(path: str) -> list[str]:
    labels = path.split(".")
    return [".".join(labels[:depth]) for depth in range(len(labels), 2, -1)]
