"""A city with figures, a programme over it, and a leader who looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from psycopg.types.range import Range

from linli.accounts.models import Body, PostHolding, User
from linli.areas.loader import load_areas
from linli.base import clock
from linli.scoreboard.registry import indicators
from linli.scoreboard.tests import world
from linli.scoreboard.tests.world import CITY, DONGZHI, GUICHI, QINGYANG, SHITAI, City

ROW = """
[[target]]
id = "{id}"
quote = "系统联网率达到70%"
title_zh = "{title}"
title_en = "{title}"
pack = "{pack}"
indicator = "{indicator}"
op = ">="
value = {value}
unit = "ratio"
{more}
strength = "{strength}"
basis = "seed 一·3"
"""
HEAD = """
[programme]
id = "trial"
title_zh = "试行工程"
title_en = "Trial"
adopted = 2015-05-20
level = "city"
areas = ["3417"]
[[section]]
key = "一"
title_zh = "平台"
title_en = "Platforms"
[[deliverable]]
id = "D01"
quote = "全市一体信息库"
title_zh = "全市一体信息库"
title_en = "One base"
packs = ["absent"]
basis = "seed 一·1"
"""


def row(id: str, title: str, **more: str) -> str:
    fields = {"pack": "trial", "indicator": "joined", "value": "0.70", "more": "", "strength": "must"}
    return ROW.format(id=id, title=title, **(fields | more))


def trial_text() -> str:
    """Kept, broken, frozen, aimed at, replaced, and one whose pack is not there."""
    reason = 'note = { zh = "不监测言论", en = "no watching of speech" }'
    return HEAD + "".join(
        [
            row("T29", "联网率", more="due = 2026-12-31"),
            row("T16b", "整合率", value="0.50", more="due = 2016-12-31\ndue_assumed = true"),
            row("T21", "一村一探头", value="0.90", strength="aim", more="due = 2027-12-31"),
            row("T17", "完好率", value="0.60", more="due = 2028-12-31"),
            row("T35", "响应能力", value="0.10", more=f'due = 2029-12-31\nreplaced_by = "trial.joined"\n{reason}'),
            row("T05", "学校", pack="absent", indicator="schools", more="due = 2026-12-31"),
        ]
    )


@pytest.fixture
def joined(see_all) -> Iterator[City]:
    """200 systems, 126 of them joined; two in doubt, one lapsed."""
    with indicators.opened():
        indicators.install([world.share])
        yield populated()


def populated() -> City:
    """The systems themselves; for whoever sees all areas."""
    load_areas()
    city = City()
    for county, have, of in ((GUICHI, 69, 101), (DONGZHI, 33, 55), (SHITAI, 4, 9), (QINGYANG, 20, 32)):
        city.systems(county, have, of)
    city.system(GUICHI, settings={"doubt": True})
    city.system(GUICHI, settings={"doubt": True})
    city.system(GUICHI, joined=world.SINCE, left=world.date(2020, 1, 1))
    return city


@pytest.fixture
def trial(tmp_path, settings) -> str:
    """The key of a programme file over those systems."""
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes" / "trial.toml").write_text(trial_text(), "utf-8")
    settings.ROOT = tmp_path
    return "trial"


def on_duty(post: str, area: str = CITY) -> Client:
    """A client signed in as a person who holds `post` in `area`."""
    body = Body.objects.create(key=f"specimen-{post}", name="演示·办公室", kind="office", area_path=area)
    user = User.objects.create_user(f"specimen-{post}", display_name="演示·何静")
    since = clock.now() - timedelta(days=1)
    PostHolding.objects.create(user=user, post=post, body=body, area_path=area, during=Range(since, None))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def leader(joined) -> Client:
    """The leader in charge (分管领导)."""
    return on_duty("leader")
