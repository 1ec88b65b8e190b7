"""The installed packs, and what kept others out."""

from __future__ import annotations

from dataclasses import dataclass

from linli.base.registry import Registry
from linli.packs.declaration import Pack

packs: Registry[Pack] = Registry("pack")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the pack of `module` is not installed: check id, what and where, what to do."""

    module: str
    id: str
    what: str
    hint: str

    @property
    def key(self) -> str:
        """The folder's name, as it stands in LINLI_PACKS_OFF."""
        return self.module.rpartition(".")[2]


class Failures:
    """The failures of this start; filled by the hand-over, read by the checks and the admin home."""

    def __init__(self) -> None:
        self._kept: list[Failure] = []

    def keep(self, failure: Failure) -> None:
        """Remember one."""
        self._kept.append(failure)

    def all(self) -> tuple[Failure, ...]:
        """Every failure, in the order of discovery."""
        return tuple(self._kept)


failures = Failures()
