"""The posts (岗位) that several packs use, from `posts.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from linli.accounts.declarations import Post
from linli.base.bilingual import bilingual

FILE = Path(__file__).with_name("posts.toml")


def house_posts() -> tuple[Post, ...]:
    """One Post for each table of the file; KeyError names what a table lacks."""
    tables = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(
        Post(
            key=key,
            label=bilingual(values["zh"], values["en"]),
            rooms=tuple(values["rooms"]),
            home=values.get("home", "desk:home"),
        )
        for key, values in tables.items()
    )
