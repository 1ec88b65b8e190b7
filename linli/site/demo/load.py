"""Build the demo city: the offices, then each installed pack's part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from tqdm import tqdm

from linli.accounts.models import Body
from linli.base import clock, ids, visibility
from linli.packs.registry import packs
from linli.site.demo import offices, streams, units
from linli.site.demo.city import DemoCity, open_city

PASSWORD = "linli-demo-2026"


def is_loaded() -> bool:
    """True when the database holds a demo city."""
    return Body.objects.filter(key="safety-office").exists()


def load_once(size: str = "small") -> bool:
    """Build the city if there is none yet; True when it was built now."""
    if is_loaded():
        return False
    load(size)
    # The planner still takes the tables for empty; the first pages would wait for autovacuum's next round.
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return True


def load(size: str = "small") -> None:
    """Build the city in one transaction, with a progress bar; the clock stands at the morning of the demo day.

    What goes through the gate to personal data (it has transactions of its own) follows when that has committed.
    """
    city = open_city(size)
    city.password_hash = make_password(PASSWORD)
    parts: list[tuple[str, Callable[[DemoCity], None]]] = [("offices", offices.build), ("units", units.build)]
    parts += [(pack.key, pack.demo) for pack in packs if pack.demo]
    morning = city.at(time.min.isoformat())
    with (
        clock.at(morning),
        transaction.atomic(),
        visibility.system(),
        tqdm(total=len(parts), desc="  demo city", unit="part", ncols=80) as bar,
    ):
        for name, build in parts:
            bar.set_postfix_str(name)
            with ids.drawn_from(streams.keys(city.seed, name)):
                build(city)
                city.flush()
            bar.update()
    for number, work in enumerate(city.later):
        with clock.at(morning), visibility.system(), ids.drawn_from(streams.keys(city.seed, f"later {number}")):
            work()
