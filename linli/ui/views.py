"""The kit's own small pages: language, preferences, the gallery."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from linli.accounts.models import User
from linli.base.refusal import NotFound
from linli.ui.context import DENSITIES, THEMES

YEAR = 365 * 24 * 3600
LANGUAGES = dict(settings.LANGUAGES)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language; kept with the account when signed in, and in a cookie. Back to where one was."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in LANGUAGES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax")
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the theme with the account and the density in a cookie, so that the next page is drawn right at once."""
    response = HttpResponse(status=204)
    theme, density = request.POST.get("theme"), request.POST.get("density")
    if theme in THEMES:
        response.set_cookie("linli_theme", theme, max_age=YEAR, samesite="Lax")
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(theme=theme)
    if density in DENSITIES:
        response.set_cookie("linli_density", density, max_age=YEAR, samesite="Lax")
    return response


def gallery(request: HttpRequest, page: str = "") -> HttpResponse:
    """Every component of the kit on one page, and the pages of the kit with invented values; in demo mode only."""
    from linli.ui import gallery as values

    if not settings.DEMO:
        raise NotFound()
    if page == "import":
        return render(request, "ui/import.html", {"preview": values.specimen_import()})
    if page == "desk":
        return render(request, "ui/gallery/desk.html", values.specimen_desk())
    if page == "login":
        return render(request, "ui/login_frame.html")
    if page:
        raise NotFound()
    return render(request, "ui/gallery.html", values.specimen())
