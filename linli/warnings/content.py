"""What the infos of one event say, as the register keeps it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import shapely

from linli.signals.gateways.cap import colours, mapping, placing, shapes
from linli.signals.gateways.cap.document import Info
from linli.warnings.models import Warning

NO_LEVEL = 5
"""Behind the four levels of the law: no colour was given, and none is guessed."""
GRAIN = 1e-4
"""Outlines are kept to about ten metres."""


def fill(warning: Warning, group: Sequence[Info]) -> Warning:
    """Write what `group` says into `warning`; the same warning."""
    first = mapping.preferred(group)
    areas = [area for info in group for area in info.areas]
    colour = next((info.colour for info in group if info.colour), None) or ""
    warning.colour, warning.level = colour, colours.LEVEL.get(colour, NO_LEVEL)
    warning.event = first.event[:200] if first else ""
    warning.event_code = (mapping.code_of(group) or "")[:32]
    warning.texts = {_tongue(info): _words(info) for info in reversed(group)}
    warning.issuer = first.sender_name[:200] if first else ""
    warning.web = first.web[:400] if first else ""
    warning.effective = first.effective if first else None
    warning.onset = first.onset if first else None
    warning.expires = mapping.expires_of(group)
    warning.areas = list(placing.place(areas).paths) if group else []
    outline = shapes.shape(areas)
    warning.geometry = _geojson(outline) if outline is not None else None
    point = placing.centre(areas, warning.areas)
    warning.lng, warning.lat = point or (None, None)
    return warning


def _geojson(outline: shapely.Geometry) -> object:
    return json.loads(shapely.to_geojson(shapely.set_precision(outline, GRAIN)))


def _tongue(info: Info) -> str:
    return (info.language or "en-US").partition("-")[0].lower()


def _words(info: Info) -> dict[str, str]:
    return {
        "event": info.event,
        "headline": info.headline,
        "description": info.description,
        "instruction": info.instruction,
        "area": "、".join(dict.fromkeys(area.description for area in info.areas if area.description)),
    }
