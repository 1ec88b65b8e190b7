"""Texts that stand in both languages in a TOML file, read in the language of the reader."""

from __future__ import annotations

from typing import cast

from django.utils.functional import Promise, lazystr
from django.utils.translation import get_language


class _Bilingual:
    """`str()` of it is the Chinese text for a Chinese reader, else the English one."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


def bilingual(zh: str, en: str) -> Promise:
    """A lazy text (a Django Promise) of the two, as `gettext_lazy` gives one of a message."""
    return cast(Promise, lazystr(_Bilingual(zh, en)))
