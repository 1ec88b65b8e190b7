"""The help pages: short, in the reader's language, written beside the screens they explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Help:
    """One page: key, title, paragraphs."""

    key: str
    title: Any
    paragraphs: tuple[Any, ...]

    @property
    def url(self) -> str:
        """Where it is read."""
        return reverse("desk:help_page", args=[self.key])


PAGES = (
    Help(
        "keys",
        _("Keys"),
        (
            _("Press ? on any page to see its keys. / goes to the search field; Esc leaves a field."),
            _("Lists: J and K walk, X chooses, → opens the preview, Enter opens the row."),
            _("Desk: ↑ ↓ walk the queue, Enter opens a case, D sends the recommended unit."),
        ),
    ),
    Help(
        "alarm",
        _("An alarm, step by step"),
        (
            _(
                "A new alarm rings and flashes until somebody takes it. Taking it stops the sound and starts the next clock."
            ),
            _(
                "Verify: call back, look for a second zone, ask a guard. Two adjacent zones within 120 seconds, or two"
                " principles of detection, go to 110 at once."
            ),
            _("Hand over with the receiver's number; it stands on the case and both sides can find it."),
            _("Close with an outcome. False alarms and tests are counted apart."),
        ),
    ),
    Help(
        "clocks",
        _("Clocks that explain themselves"),
        (
            _(
                "Every clock says from when, until when, and by which clause. Orange means most of the time is used; red"
                " means it is over."
            ),
            _(
                "Working days follow the State Council's calendar with its make-up days. A year without a published"
                " calendar counts weekends only and is marked provisional."
            ),
        ),
    ),
    Help(
        "privacy",
        _("Looking up a person"),
        (
            _(
                "Personal data is shown for a declared purpose, one question at a time. Each look is written to a ledger"
                " that cannot be changed and that the person can read."
            ),
            _("Do not write names, telephone or identity numbers into notes; the house offers to mask them."),
        ),
    ),
    Help(
        "devices",
        _("Unknown devices"),
        (
            _("A sender the house does not know is kept and acknowledged, and appears under «adopt or refuse»."),
            _("A frame that cannot be read is in quarantine with the reason. After a correction it can be run again."),
        ),
    ),
    Help(
        "programme",
        _("The programme's figures"),
        (
            _("Every figure is counted from the registers as of the day you choose, and opens the rows behind it."),
            _("Rates are cut off, never rounded up: 89.96 % is shown as 89.9 %."),
        ),
    ),
)


def pages(words: str = "") -> list[Help]:
    """All pages, or those that hold `words`."""
    low = words.lower()
    return [
        page
        for page in PAGES
        if low in str(page.title).lower() or any(low in str(line).lower() for line in page.paragraphs)
    ]


def index(request: HttpRequest) -> HttpResponse:
    """`GET /help/`: every page."""
    return render(request, "desk/help.html", {"pages": PAGES})


def page(request: HttpRequest, key: str) -> HttpResponse:
    """`GET /help/KEY/`: one page. Raises NotFound."""
    for item in PAGES:
        if item.key == key:
            return render(request, "desk/help.html", {"pages": (item,), "one": item})
    raise NotFound
