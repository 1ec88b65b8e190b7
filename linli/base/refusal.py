"""Refusals: the one shape in which the house says no.

A `Refusal` has a stable `code` (tested, logged, part of the API), a translated `sentence` that says what
to do, and a `next_step` that becomes the button under the message. Pages, API, command line and imports
all show the same three.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Something asked for is refused. Subclass with a `code` and a `sentence`; fields go in by keyword.

    `sentence` is a lazy translatable text with {field} places, filled from the keyword arguments.
    `status` is the HTTP status of the answer.
    """

    code: str = "base.refused"
    sentence: Any = _("This cannot be done now.")
    next_step: Any = ""
    status: int = 409

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.code)

    def text(self) -> str:
        """The sentence in the language of the reader, with its fields filled in."""
        return str(self.sentence).format(**self.fields)

    def as_dict(self) -> dict[str, Any]:
        """What the API answers: code, sentence, next step, and the fields that fit in JSON."""
        fields = {
            name: value if isinstance(value, int | str | bool | None) else str(value)
            for name, value in self.fields.items()
        }
        return {
            "code": self.code,
            "sentence": self.text(),
            "next_step": str(self.next_step),
            "fields": fields,
        }

    def __str__(self) -> str:
        return f"{self.code}: {self.text()}"


class NotFound(Refusal):
    """The thing is not there, or not for this reader (both look the same from outside)."""

    code = "base.not_found"
    sentence = _("There is nothing here that you can see. Check the address or the number.")
    status = 404


class NotYours(Refusal):
    """The reader's post may not do this."""

    code = "base.not_yours"
    sentence = _("Your post does not do this. Ask a colleague who holds one of these posts: {posts}.")
    status = 403
