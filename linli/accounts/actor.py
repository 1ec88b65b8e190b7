"""Who acts: a person in a post, or the house itself."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from linli.base import visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person in one post (岗位) on duty, or `SYSTEM`. Everything that changes or reads takes one of these.

    `areas` are the label-tree paths of the post, `bodies` the bodies it acts for (first = its own).
    """

    post: str
    name: str
    user_id: UUID | None = None
    holding_id: UUID | None = None
    areas: tuple[str, ...] = ()
    bodies: tuple[UUID, ...] = ()

    @property
    def body(self) -> UUID | None:
        """The body the actor speaks for."""
        return self.bodies[0] if self.bodies else None

    def sees(self) -> AbstractContextManager[None]:
        """A transaction in which row-level security shows what this actor may see."""
        return visibility.seeing(self.areas, self.bodies, self.post)


SYSTEM = Actor(post="system", name="system")
