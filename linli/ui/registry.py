"""The declared lists and menu entries: the rooms' own and the packs'."""

from linli.base.registry import Registry
from linli.ui.declarations import Entry, ListSpec

lists: Registry[ListSpec] = Registry("list")
entries: Registry[Entry] = Registry("menu entry")
