"""From what people write in a table to an area of the tree: names with or without their county, codes."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from django.utils.translation import gettext as _

from linli.areas.tree import Tree, is_under, load_tree
from linli.base.text import fold


def area_named(text: str) -> str:
    """The path of the area called `text`: 池阳街道, 贵池区池阳街道, 贵池区/池阳街道, 341702001. Raises ValueError."""
    tree = load_tree()
    found = _names(tree).get(_plain(text), set())
    if not found:
        raise ValueError(_("there is no area «{text}» in the city").format(text=text))
    if len(found) > 1:
        examples = "、".join(sorted(tree.full_name(path) for path in found)[:3])
        raise ValueError(_("«{text}» can be {examples}: write the county too").format(text=text, examples=examples))
    return next(iter(found))


def agree(named: str, located: str, invented: bool) -> bool:
    """Whether a point's area fits the one that is written; below the county only where the boundary is real."""
    tree = load_tree()
    if invented:
        one, other = tree.county(named), tree.county(located)
        return one is None or other is None or one.path == other.path
    return is_under(located, named) or is_under(named, located)


@lru_cache(maxsize=2)
def _names(tree: Tree) -> dict[str, set[str]]:
    """Every way of writing an area → the paths it can mean. Made once for each state of the tree."""
    known: dict[str, set[str]] = defaultdict(set)
    for path, place in tree.places.items():
        chain = [step for step in tree.chain(path) if step.level > 2]
        ways = {place.name, place.short_name, tree.full_name(path), place.code, path.rpartition(".")[2]}
        for depth in range(len(chain) - 1):
            ways.add(chain[depth].name + chain[-1].name)
            ways.add(chain[depth].short_name + chain[-1].name)
        for way in ways:
            known[_plain(way)].add(path)
    return known


def _plain(text: str) -> str:
    plain = fold(text).replace(" ", "").replace("/", "").replace("-", "").replace("·", "")
    return plain.removeprefix("安徽省").removeprefix("池州市") or plain
