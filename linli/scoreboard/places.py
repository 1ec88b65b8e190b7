"""Areas as the scoreboard needs them: from a statistical code to a path, and the areas that must appear."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.areas.tree import Tree
from linli.base.refusal import Refusal
from linli.scoreboard.evaluation import DEPTHS
from linli.scoreboard.programme import LEVELS, Programme


class NoArea(Refusal):
    """The area is not in the tree of this installation."""

    code = "scoreboard.no_area"
    sentence = _("There is no area with the code {code} in the tree. Load the areas, or correct the code.")
    next_step = _("Run: linli areas load")
    status = 404


def path_of(tree: Tree, code: str) -> str:
    """The label-tree path of the area that bears the statistical `code` today. NoArea when none does."""
    digits = dict(enumerate(LEVELS.values(), start=1))
    for place in tree.places.values():
        if place.code == code.ljust(12, "0") and len(code) in (digits[place.level], 12):
            return place.path
    raise NoArea(code=code)


def within(programme: Programme, tree: Tree) -> str:
    """The label-tree path of the programme's area. NoArea when the tree does not have it."""
    return path_of(tree, programme.area)


def paths_at(tree: Tree, group: str, bounds: str) -> list[str]:
    """The areas of level `group` at or below `bounds`, which appear even without objects; none for other groups."""
    return [place.path for place in tree.of_level(DEPTHS[group], bounds)] if group in DEPTHS else []


def short_name(tree: Tree, area: str) -> str:
    """The short name of an area (贵池 for 贵池区); of a group that is none, the group itself."""
    place = tree.get(area)
    return place.short_name if place else area
