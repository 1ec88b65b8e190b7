"""One file names colours and sizes; text on every ground is readable; icons that pages name are in the sprite."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CSS = ROOT / "frontend" / "src" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
PAIRS = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6,8}, #\w{6,8})\)", TOKENS))
GROUNDS = ("bg", "panel", "raised", "hover", "selected")
STATES = ("red", "orange", "yellow", "blue", "good")


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def colour(name: str, theme: int) -> str:
    return PAIRS[name].split(", ")[theme][:7]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_is_readable_on_every_ground(theme):
    faint = []
    for text in ("text", "muted", "faint", "accent", *STATES, "idle"):
        for ground in GROUNDS:
            if contrast(colour(text, theme), colour(ground, theme)) < 4.5:
                faint.append((text, ground))
    faint += [(s, f"{s}-soft") for s in STATES if contrast(colour(s, theme), colour(f"{s}-soft", theme)) < 4.5]
    faint += [("on-accent", "accent")] * (contrast(colour("on-accent", theme), colour("accent", theme)) < 4.5)
    faint += [
        ("text", f"{s}-soft") for s in STATES if contrast(colour("text", theme), colour(f"{s}-soft", theme)) < 4.5
    ]
    assert faint == []


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_outline_of_a_control_is_seen(theme):
    assert [g for g in GROUNDS if contrast(colour("edge", theme), colour(g, theme)) < 3.0] == []


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_no_other_file_names_a_colour_or_a_size(path):
    if path.name == "tokens.css":
        return
    text = re.sub(r"/\*.*?\*/|@media[^{]*|@page[^}]*}", "", path.read_text("utf-8"), flags=re.S)
    named = re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(|\b\d*\.?\d+px\b", text)
    assert named == []


def test_every_token_used_is_there():
    known = set(re.findall(r"--([\w-]+):", TOKENS)) | {"tone"}
    used = set()
    for path in CSS.glob("*.css"):
        used |= set(re.findall(r"var\(--([\w-]+)", path.read_text("utf-8")))
    assert used - known == set()


def test_every_icon_named_is_in_the_sprite():
    known = set(json.loads((ROOT / "frontend" / "src" / "icons.json").read_text("utf-8")))
    named = set()
    for path in (ROOT / "linli").rglob("templates/**/*.html"):
        named |= {(name, path.name) for name in re.findall(r'{% icon ["\']([\w-]+)["\']', path.read_text("utf-8"))}
    assert {pair for pair in named if pair[0] not in known} == set()


INLINE = re.compile(r"\sstyle=\"|\son\w+=\"|<style|<script(?![^>]*(?:src=|application/json))")


def test_nothing_is_inline_in_a_template():
    inline = []
    for path in (ROOT / "linli").rglob("templates/**/*.html"):
        html = re.sub(r"{%.*?%}", "", path.read_text("utf-8"), flags=re.S)
        inline += [(path.name, found) for found in INLINE.findall(html)]
    assert inline == []


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (ROOT / "frontend" / "package-lock.json").read_text("utf-8")
