"""What everybody may see without signing in: real warnings of scope Public, as a page, as data and as a feed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from linli.warnings import register


def page(request: HttpRequest) -> HttpResponse:
    """`GET /public/warnings/`: the warnings in force, gravest first, with a map and what to do."""
    rows = list(register.public())
    return render(request, "warnings/public.html", {"faces": register.faces(rows), "any": bool(rows)})


def data(request: HttpRequest) -> JsonResponse:
    """`GET /public/warnings.json`: the same as GeoJSON."""
    answer = JsonResponse(register.features(register.public()), json_dumps_params={"ensure_ascii": False})
    answer.headers["Content-Type"] = "application/geo+json"
    answer.headers["Cache-Control"] = "public, max-age=30"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
