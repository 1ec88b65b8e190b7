"""The reference pages, made from what is declared; `docs/reference/` holds them and a test compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.utils import translation

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
_MADE = "<!-- made by `linli reference`; do not edit -->\n"


def pages() -> dict[str, str]:
    """Each page's file name and text."""
    makers: dict[str, Callable[[], str]] = {
        "posts.md": _posts,
        "signals.md": _signals,
        "cases.md": _cases,
        "rules.md": _rules,
        "indicators.md": _indicators,
        "addresses.md": _addresses,
    }
    return {name: _MADE + make() for name, make in makers.items()}


def write() -> list[str]:
    """Write the pages that changed; their names."""
    changed = []
    for name, text in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(name)
    return changed


def both(label: Any) -> str:
    """A label in Chinese and in English."""
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(str(label))
    return " · ".join(dict.fromkeys(text for text in said if text))


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _posts() -> str:
    from linli.accounts.registry import posts

    rows = [(f"`{post.key}`", both(post.label), ", ".join(post.rooms)) for post in posts]
    return "# Posts 岗位\n\n" + table(("key", "post", "rooms of the menu"), rows)


def _signals() -> str:
    from linli.signals.registry import signal_kinds

    rows = [(f"`{kind.key}`", both(kind.label), kind.retention) for kind in signal_kinds]
    return "# Kinds of signal\n\n" + table(("key", "what", "kept as"), rows)


def _cases() -> str:
    from linli.cases.registry import kinds

    parts = ["# Kinds of case\n"]
    for kind in kinds:
        flow = kind.workflow
        parts.append(f"\n## {both(kind.label)}\n\n`{kind.key}` · number word «{kind.number_word}»\n\n")
        parts.append(
            table(
                ("step", "from", "to", "posts", "clause"),
                (
                    (both(step.label), ", ".join(step.sources), step.target, ", ".join(step.posts), step.clause)
                    for step in flow.transitions
                ),
            )
        )
        if flow.clocks:
            parts.append(
                "\n"
                + table(
                    ("clock", "limit", "starts on", "stops on", "clause"),
                    (
                        (
                            both(clock.label) or clock.key,
                            f"{clock.amount} {clock.unit}",
                            clock.starts_on,
                            ", ".join(clock.stops_on),
                            clock.clause,
                        )
                        for clock in flow.clocks
                    ),
                )
            )
    return "".join(parts)


def _rules() -> str:
    from linli.rules.registry import rules

    rows = [
        (f"`{rule.key}`", ", ".join(rule.on), ", ".join(rule.asset_types) or "every type", rule.version, rule.clause)
        for rule in rules
    ]
    return "# Rules\n\n" + table(("key", "on", "assets", "version", "clause"), rows)


def _indicators() -> str:
    from linli.scoreboard.registry import indicators

    rows = [(f"`{item.key}`", both(item.label), item.shape, both(item.definition), item.source) for item in indicators]
    return "# Indicators\n\n" + table(("key", "indicator", "shape", "definition", "source"), rows)


def _addresses() -> str:
    from django.urls import URLPattern, get_resolver

    from linli.site.addresses import walk

    rows = []
    for address, pattern in walk(get_resolver()):
        view = pattern.callback if isinstance(pattern, URLPattern) else None
        posts = getattr(view, "posts", None)
        if posts:
            said = (getattr(view, "__doc__", "") or "").strip().splitlines()
            rows.append((f"`/{address}`", ", ".join(posts), said[0] if said else ""))
    return "# Addresses of pages\n\nThe API describes itself at `/api/v1/openapi.json`.\n\n" + table(
        ("address", "posts", "what"), sorted(rows)
    )
