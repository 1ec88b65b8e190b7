"""`/api/v1`: each room's router, one token scheme, one shape of refusal."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from linli.base.refusal import Refusal
from linli.ui import list_api

ROOMS = ("accounts", "areas", "registers", "signals", "cases", "response", "scoreboard")


def build() -> NinjaAPI:
    """The API of the installed rooms and packs; every operation needs a token unless it says otherwise."""
    from linli.accounts.api import TokenAuth

    api = NinjaAPI(title="Linli", version="1", urls_namespace="api-v1", auth=TokenAuth(), docs_url=None)
    for room in ROOMS:
        if find_spec(f"linli.{room}.api"):
            module = import_module(f"linli.{room}.api")
            if hasattr(module, "router"):
                api.add_router("", module.router)
    for address, router in list_api.routers():
        api.add_router(address, router)
    _mount_packs(api)
    api.add_exception_handler(Refusal, partial(_refused, api))
    api.add_exception_handler(ValidationError, partial(_unreadable, api))
    return api


def _mount_packs(api: NinjaAPI) -> None:
    from linli.packs.registry import packs

    for pack in packs:
        if pack.api:
            module, _, name = pack.api.rpartition(".")
            api.add_router(f"/{pack.key}/", getattr(import_module(f"linli.domains.{pack.key}.{module}"), name))


def _refused(api: NinjaAPI, request: HttpRequest, refusal: Any) -> HttpResponse:
    return api.create_response(request, refusal.as_dict(), status=refusal.status)


def _unreadable(api: NinjaAPI, request: HttpRequest, fault: Any) -> HttpResponse:
    errors = [
        {"field": ".".join(str(part) for part in error.get("loc", ())[1:]), "sentence": error.get("msg", "")}
        for error in fault.errors
    ]
    return api.create_response(request, {"code": "api.unreadable", "errors": errors}, status=422)
