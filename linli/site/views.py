"""Health: for machines and for the administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from linli.base import clock
from linli.site import health
from linli.site.gateways import GATEWAYS


def status(request: HttpRequest) -> JsonResponse:
    """`GET /health`: 200 when every needed part works, else 503; no detail that helps an attacker."""
    parts = health.parts()
    well = all(part.well for part in parts)
    names = {part.name: "ok" if part.well else "silent" for part in parts}
    return JsonResponse({"status": "ok" if well else "fault", "parts": names}, status=200 if well else 503)


def page(request: HttpRequest) -> HttpResponse:
    """`GET /admin/health/`: every part with its last sign of life, and the gateways' ports."""
    context = {"parts": health.parts(), "gateways": GATEWAYS, "now": clock.now()}
    return render(request, "site/health.html", context)
