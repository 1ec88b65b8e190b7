"""Addresses of the room of warnings. What is public stands under /public/ and /feeds/."""

from __future__ import annotations

from linli.ui.routes import ANY_POST, PUBLIC, route
from linli.warnings import feed, issue_pages, pages, public
from linli.warnings.lists import DRAFTERS, RELEASERS

routes = [
    route("warnings/strip", pages.strip, name="strip", posts=ANY_POST),
    route("warnings/new", issue_pages.draft, name="draft", posts=DRAFTERS),
    route("warnings/<uuid:pk>/", pages.warning, name="warning", posts=ANY_POST),
    route("warnings/<uuid:pk>/<slug:act>", issue_pages.change, name="change", posts=DRAFTERS),
    route("warnings/issues/<uuid:pk>/", issue_pages.issue, name="issue", posts=DRAFTERS),
    route("warnings/issues/<uuid:pk>/release", issue_pages.release, name="release", posts=RELEASERS),
    route("warnings/issues/<uuid:pk>/drop", issue_pages.drop, name="drop", posts=RELEASERS),
    route("public/warnings/", public.page, name="public", posts=PUBLIC),
    route("public/warnings.json", public.data, name="public_data", posts=PUBLIC),
    route("feeds/warnings.atom", feed.atom, name="feed", posts=PUBLIC),
    route("feeds/warnings.pem", feed.certificate, name="certificate", posts=PUBLIC),
    route("feeds/warnings/<slug:identifier>.xml", feed.document, name="document", posts=PUBLIC),
]
