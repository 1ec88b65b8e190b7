"""What `linli run` says when the house is open."""

from __future__ import annotations

from django.conf import settings

from linli.accounts.models import PostHolding
from linli.accounts.registry import posts
from linli.base import visibility
from linli.signals.gateways.dc09.sender import Panel
from linli.signals.models import Line
from linli.site.demo.load import PASSWORD, is_loaded
from linli.site.demo.panels import typed_key
from linli.site.gateways import GATEWAYS

UNKNOWN = "9F0001"


def lines(seconds: float) -> list[str]:
    """Address, log-ins, ports and, in the demo city, three alarm accounts with a line to try."""
    said = [
        "",
        f"  Linli is ready  ·  邻里就绪  ({seconds:.0f} s)",
        "",
        f"  http://{settings.HOST}:{settings.PORT}/",
        "",
    ]
    said += [
        f"  {gateway.label:<10} {'/'.join(gateway.transports)} port {gateway.listens_on()}" for gateway in GATEWAYS
    ]
    said += [f"  HTTP       POST http://{settings.HOST}:{settings.PORT}/in/v1/events", ""]
    if settings.DEMO and is_loaded():
        said += [*_log_ins(), *_accounts()]
    return [*said, "  Ctrl-C stops everything.", ""]


def _log_ins() -> list[str]:
    """One log-in per post, all with the demo's password."""
    said, seen = [f"  Log in with password {PASSWORD}:"], set()
    for holding in PostHolding.objects.select_related("user", "body").order_by("post", "user__username"):
        if holding.post not in seen:
            seen.add(holding.post)
            post = posts.get(holding.post)
            label = str(post.label) if post else holding.post
            said.append(f"    {holding.user.username:<14} {label}  ({holding.body.name})")
    return [*said, ""]


def _accounts() -> list[str]:
    """A plain account, an encrypted one with its key, and one the house does not know."""
    with visibility.system():
        rows = Line.objects.filter(protocol="dc09", asset__settings__demo_alive=True).select_related("asset")
        plain = rows.filter(sealed_key=None, asset__settings__kind__contains="panic").order_by("identity").first()
        plain = plain or rows.filter(sealed_key=None).order_by("identity").first()
        sealed = rows.exclude(sealed_key=None).order_by("identity").first()
    said = ["  Alarm accounts to try:"]
    if plain:
        said += [f"    plain      {plain.identity}  {plain.asset.name}", _to_try(plain.identity)]
    if sealed:
        said.append(f"    encrypted  {sealed.identity}  {sealed.asset.name}  key {typed_key(sealed)}")
    return [*said, f"    unknown    {UNKNOWN}  nobody's: it appears under «adopt or refuse»", _to_try(UNKNOWN), ""]


def _to_try(account: str) -> str:
    """A shell line that sends a hold-up alarm (Contact ID 120) of `account`."""
    frame = Panel(account=account, sequence=1200).contact_id("1120 01 003").decode("latin-1")
    shown = frame.replace("\n", "\\n").replace("\r", "\\r").replace("'", "'\\''").replace("%", "%%")
    port = next(gateway for gateway in GATEWAYS if gateway.key == "dc09").listens_on()
    return f"      printf '{shown}' | nc -q1 127.0.0.1 {port}"
