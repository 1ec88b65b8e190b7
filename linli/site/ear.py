"""The ear for HTTP: the web process hears senders only while its port answers, and silence counts only then (L12)."""

from __future__ import annotations

import socket

from django.conf import settings

from linli.signals import listening

PATIENCE = 2.0


def listen() -> int:
    """Beat for `http` when the web's port takes a connection; deaf time is what has no beat. Always 0: nothing waits."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)
    try:
        with socket.create_connection((host, settings.PORT), timeout=PATIENCE):
            listening.beat("http")
    except OSError:
        return 0
    return 0
