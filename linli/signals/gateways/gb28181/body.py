"""MANSCDP bodies: bytes → a tree of plain values, safely, with what was repaired; secrets blanked in the bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from linli.signals.gateways.gb28181 import charset

BLANKED = "[blanked]"
Tree = dict[str, Any]
_ROOTS = frozenset({"Query", "Response", "Notify", "Control"})
_SECRETS = frozenset({"Password", "LoginName"})
_SECRETS_OF_ITEM = _SECRETS | {"IPAddress", "Port"}
_PLACEHOLDERS = frozenset({"CivilCode", "Address", "Owner", "Block"})
_DECLARATION = re.compile(r"\s*<\?xml.*?\?>", re.DOTALL)
_DTD = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_DEEPEST = 32


class Refused(ValueError):
    """The body cannot be read: `reason` is the code, `recovered` the catalogue items that could be read all the same."""

    def __init__(self, reason: str, recovered: list[Tree] | None = None, notes: list[str] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.recovered, self.notes = reason, recovered or [], notes or []


@dataclass(slots=True)
class Body:
    """What a body says: `root` and its children as values (text, None, lists with their count, nested)."""

    tree: Tree
    notes: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        """Query, Response, Notify or Control."""
        return str(self.tree["root"])

    @property
    def command(self) -> str:
        """CmdType."""
        return self.text("CmdType")

    @property
    def device(self) -> str:
        """DeviceID: whom it is about."""
        return self.text("DeviceID")

    @property
    def sn(self) -> str:
        """The sender's number of this command."""
        return self.text("SN")

    def text(self, *path: str) -> str:
        """The text at `path`; "" when there is none."""
        found: Any = self.tree
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, list):
            found = found[0] if found else None
        return found if isinstance(found, str) else ""

    def items(self, name: str) -> list[Tree]:
        """The items of a list."""
        found = self.tree.get(name)
        items = found.get("items") if isinstance(found, dict) else None
        return [item for item in items or [] if isinstance(item, dict)]


def read(data: bytes) -> Body:
    """The body as a tree. Raises Refused: `dtd-forbidden`, `xml-not-well-formed`, `root-unknown`, `no-command`."""
    text, notes = charset.decode(data)
    if _DTD.search(text):
        raise Refused("dtd-forbidden", notes=notes)
    plain = _DECLARATION.sub("", text, count=1) if text.lstrip().startswith("<?xml") else text
    try:
        root = etree.fromstring(plain.encode().strip(), _parser())
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Refused("xml-not-well-formed", _recovered(plain), notes) from fault
    name = _local(root)
    if name not in _ROOTS:
        raise Refused("root-unknown", notes=notes)
    tree = {"root": name} | _children(root, notes, 0, False)
    body = Body(tree, list(dict.fromkeys(notes)))
    if not body.command:
        raise Refused("no-command", notes=notes)
    return body


def _parser(recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True, recover=recover,
    )  # fmt: skip


def _recovered(text: str) -> list[Tree]:
    """Catalogue items of a broken document, each field by itself."""
    try:
        root = etree.fromstring(text.encode().strip(), _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return []
    if root is None:
        return []
    items = [_children(item, [], 0, True) for item in root.iter("Item")]
    return [item for item in items if isinstance(item.get("DeviceID"), str) and item["DeviceID"]]


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: Any, notes: list[str], depth: int, in_item: bool) -> Any:
    children = list(element)
    if element.get("Num") is not None or any(_local(child) == "Item" for child in children):
        return _list(element, children, notes, depth)
    if children and depth < _DEEPEST:
        return _children(element, notes, depth + 1, in_item)
    return _leaf(_local(element), (element.text or "").strip(), notes, in_item)


def _list(element: Any, children: list[Any], notes: list[str], depth: int) -> Tree:
    items = [_children(child, notes, depth + 1, True) if len(child) else _value(child, notes, depth + 1, True)
             for child in children] if depth < _DEEPEST else []  # fmt: skip
    said = (element.get("Num") or "").strip()
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None
    if number is not None and number != len(items):
        notes.append("list-count-differs")
    return {"Num": len(items) if number is None else number, "items": items}


def _children(element: Any, notes: list[str], depth: int, in_item: bool) -> Tree:
    """Children by name; one that is there several times becomes a list."""
    found: Tree = {}
    for child in element:
        name, value = _local(child), _value(child, notes, depth, in_item)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _leaf(name: str, text: str, notes: list[str], in_item: bool) -> str | None:
    if text and name in (_SECRETS_OF_ITEM if in_item else _SECRETS):
        notes.append("secret-blanked")
        return BLANKED
    if name in _PLACEHOLDERS and (text.lower() == "null" or text == name):
        notes.append("placeholder-nulled")
        return None
    if name == "CivilCode" and text.isdigit() and len(text) not in (2, 4, 6, 8) and len(text) > 2:
        notes.append("civilcode-truncated")
        return text[: min(6, len(text) // 2 * 2)]
    return text


_IN_BYTES = re.compile(
    rb"(<(?:[\w.-]+:)?(Password|LoginName|IPAddress|Port)\b[^>]*>)(<!\[CDATA\[.*?\]\]>|[^<]*)",
    re.IGNORECASE | re.DOTALL,
)
_END = re.compile(rb"\r?\n\r?\n")
_RESPONSE = re.compile(rb'(response\s*=\s*")([0-9a-fA-F]+)(")')


def blanked(raw: bytes) -> bytes:
    """`raw` of equal length with passwords, log-in names and addresses of devices overwritten.

    The digest of a log-in goes too: a weak password could be found from it. Bytes with NULs inside the body may hide
    a word from this search: of them the whole body goes.
    """
    found = _END.search(raw)
    head, gap, body = (raw[: found.start()], found.group(), raw[found.end() :]) if found else (raw, b"", b"")
    head = _RESPONSE.sub(lambda found: found.group(1) + b"*" * len(found.group(2)) + found.group(3), head)
    if b"\0" in body.rstrip(b"\0"):
        return head + gap + b"*" * len(body)
    in_items = b"<item" in body.lower()

    def hide(found: re.Match[bytes]) -> bytes:
        if found.group(2).lower() in (b"port", b"ipaddress") and not in_items:
            return found.group(0)
        return found.group(1) + b"*" * len(found.group(3))

    return head + gap + _IN_BYTES.sub(hide, body)
