"""The web server: uvicorn on one port."""

from __future__ import annotations

import os


def serve() -> int:
    """Serve pages, API, live events and `POST /in/v1/events` until told to stop."""
    os.environ["LINLI_POOL"] = "1"
    import uvicorn
    from django.conf import settings

    from linli.site.patience import Patient

    uvicorn.run(
        "linli.site.asgi:application",
        host=settings.HOST,
        port=settings.PORT,
        loop="uvloop",
        http=Patient,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
        server_header=False,
        proxy_headers=settings.PRODUCTION,
    )
    return 0
