"""Our feed: own warnings that are real, public, in force or ended within a day; each document as it was signed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.syndication.views import Feed as Syndication
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.refusal import NotFound
from linli.signals.gateways.cap.feeds import CAP_TYPE
from linli.warnings import keys
from linli.warnings.models import Issue, Warning

KEPT = timedelta(hours=24)


class CapAtom(Atom1Feed):
    """Atom whose entries link to the alert as `application/cap+xml`."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """The entry, and its link to the document."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("link", "", {"rel": "alternate", "type": CAP_TYPE, "href": item["cap"]})


def published() -> list[Issue]:
    """Messages of own warnings, newest first: Actual, Public, of warnings in force or over for less than a day."""
    now = clock.now()
    rows = Warning.objects.filter(sender=keys.sender(), public=True, exercise=False)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now - KEPT))
    rows = rows.filter(Q(expires__isnull=True) | Q(expires__gt=now - KEPT))
    identifiers = {key.split(",")[1] for chain in rows.values_list("chain", flat=True) for key in chain}
    found = Issue.objects.filter(state=Issue.State.RELEASED, exercise=False, identifier__in=identifiers)
    return list(found.order_by("-sent"))


class WarningFeed(Syndication):
    """`GET /feeds/warnings.atom`."""

    feed_type = CapAtom

    def title(self) -> str:
        """The feed's name."""
        return _("Warnings in force")

    def link(self) -> str:
        """The page for people."""
        return reverse("warnings:public")

    def feed_guid(self) -> str:
        """Which feed this is, for ever."""
        return f"urn:linli:warnings:{keys.sender()}"

    def items(self) -> list[Issue]:
        """What is in it."""
        return published()

    def item_title(self, item: Issue) -> str:
        """The headline."""
        return str(item.said.get("headline", ""))

    def item_description(self, item: Issue) -> str:
        """What to note."""
        return str(item.said.get("description", ""))

    def item_guid(self, item: Issue) -> str:
        """`urn:` and the identifier."""
        return f"urn:linli:warning:{item.identifier}"

    def item_link(self, item: Issue) -> str:
        """The page for people."""
        return reverse("warnings:public")

    def item_updateddate(self, item: Issue) -> datetime | None:
        """A document never changes after it was sent."""
        return item.sent

    def item_extra_kwargs(self, item: Issue) -> dict[str, Any]:
        """Where the signed document is."""
        return {"cap": self.absolute(reverse("warnings:document", args=[item.identifier]))}

    def get_object(self, request: HttpRequest) -> None:
        """Remember under which name we were asked."""
        self.request = request

    def absolute(self, path: str) -> str:
        """The address as the asker reaches us."""
        return str(self.request.build_absolute_uri(path))


def atom(request: HttpRequest) -> HttpResponse:
    """The feed; each request makes its own, for it remembers the asker's name of us."""
    return WarningFeed()(request)


def document(request: HttpRequest, identifier: str) -> HttpResponse:
    """`GET /feeds/warnings/IDENTIFIER.xml`: the signed document, never changed. Raises NotFound (also of exercises)."""
    issue = Issue.objects.filter(identifier=identifier, state=Issue.State.RELEASED, exercise=False).first()
    if issue is None or issue.document is None:
        raise NotFound()
    answer = HttpResponse(bytes(issue.document), content_type=CAP_TYPE)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def certificate(request: HttpRequest) -> HttpResponse:
    """`GET /feeds/warnings.pem`: the certificates to pin, newest first."""
    return HttpResponse(keys.certificates(), content_type="application/x-pem-file")
