"""Where a warning is for: codes, then outlines within the city, then an area's exact name, then the whole city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import shapely

from linli.areas.locate import load_fences
from linli.areas.models import AreaCode
from linli.areas.tree import Tree, is_under, load_tree
from linli.signals.gateways.cap import shapes
from linli.signals.gateways.cap.document import AreaSaid

CODE_LISTS = frozenset({"gb/t 2260", "gb/t2260", "gbt2260", "gb2260", "gb/t 2260-2007", "division12", "geocode"})
_LENGTHS = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Placed:
    """Paths of the areas warned, none of them below another; a finding on how they were found ("" = by code)."""

    paths: tuple[str, ...]
    finding: str = ""


def place(areas: Iterable[AreaSaid]) -> Placed:
    """The areas of the city that `areas` mean; no path when they plainly mean somewhere else."""
    said = list(areas)
    tree = load_tree()
    city = tree.city().path
    codes = [code for area in said for name, code in area.geocodes if _is_code(name, code)]
    by_code = _of_codes(codes, tree, city)
    if by_code:
        return Placed(_topmost(by_code))
    outline = shapes.shape(said)
    if outline is not None:
        met = load_fences().meeting(outline)
        return Placed(_topmost(met), "area-by-outline") if met else Placed((), "area-outside-city")
    if codes:
        return Placed((), "area-outside-city")
    named = _named([area.description for area in said], tree)
    return Placed(_topmost(named), "area-by-name") if named else Placed((city,), "area-whole-city")


def centre(areas: Iterable[AreaSaid], paths: Sequence[str]) -> tuple[float, float] | None:
    """A point inside what is outlined, else that of the first area; (lng, lat)."""
    outline = shapes.shape(areas)
    if outline is not None and not outline.is_empty:
        point = shapely.point_on_surface(outline)
        return point.x, point.y
    found = load_tree().get(paths[0]) if paths else None
    return (found.lng, found.lat) if found and found.lng is not None and found.lat is not None else None


def _is_code(name: str, code: str) -> bool:
    return name.strip().lower() in CODE_LISTS and code.isascii() and code.isdigit() and len(code) in (6, 9, 12)


def _of_codes(codes: Sequence[str], tree: Tree, city: str) -> list[str]:
    """Paths of the codes that lie in the city; one that holds the whole city (province, country) means all of it."""
    found = []
    for code in dict.fromkeys(codes):
        path = _path_of(code, tree)
        if path is None:
            continue
        if is_under(path, city):
            found.append(path)
        elif is_under(city, path):
            found.append(city)
    return found


def _path_of(code: str, tree: Tree) -> str | None:
    """The area of today's or a former code; of a code we do not have, the nearest area above it that we have."""
    whole = code.ljust(12, "0")
    known = AreaCode.objects.filter(code=whole).order_by("-valid").values_list("area__path", flat=True).first()
    if known is not None and known in tree:
        return str(known)
    significant = _significant(whole)
    labels = [significant[:length] for length in _LENGTHS if length <= len(significant)]
    steps = [".".join(labels[:depth]) for depth in range(len(labels), 0, -1)]
    # Another city's code meets nothing but perhaps our province: that is not us.
    found = next((step for step in steps if step in tree), None)
    return found if found and (found == steps[0] or is_under(found, tree.city().path)) else None


def _significant(code: str) -> str:
    """Without the zeros that say «all of it»."""
    for kept in (2, 4, 6, 9):
        if code[kept:] == "0" * (12 - kept):
            return code[:kept]
    return code


def _named(descriptions: Iterable[str], tree: Tree) -> list[str]:
    wanted = {text.strip() for text in descriptions if text.strip()}
    return [path for path, area in tree.places.items() if area.name in wanted or area.short_name in wanted]


def _topmost(paths: Iterable[str]) -> tuple[str, ...]:
    """Each once, without those below another."""
    listed = sorted(set(paths))
    return tuple(path for path in listed if not any(path != other and is_under(path, other) for other in listed))
