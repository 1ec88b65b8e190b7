"""The web server's entrance."""

import os

from django.core.asgi import get_asgi_application

from linli.signals.gateways.http.limits import BoundedEvents

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
application = BoundedEvents(get_asgi_application())
