"""The demo city shows what its oracle says, and is the same wherever it is built."""

import csv
from datetime import date

import pytest
from django.db import ProgrammingError, transaction
from django.db.models import Count

from linli.accounts.models import PostHolding
from linli.accounts.registry import posts
from linli.domains.networked_alarms.models import Contract
from linli.registers.models import Contact, Duty
from linli.response.models import Unit
from linli.scoreboard.declarations import AsOf
from linli.scoreboard.evaluation import evaluate, missing, series, total
from linli.scoreboard.registry import indicators
from linli.site.demo.city import FOLDER
from linli.site.demo.digest import digest
from linli.site.demo.load import load_once

ORACLE = list(csv.DictReader((FOLDER / "demo-oracle.csv").open(encoding="utf-8")))


def named_rows():
    """(target, full indicator key, row): the oracle writes «.x» for the pack of the row above."""
    pack = ""
    for row in ORACLE:
        name = row["indicator"].split()[0]
        pack = name.partition(".")[0] or pack
        yield row["target"], name if not name.startswith(".") else f"{pack}{name}", row


def test_the_oracle(city):
    checked = []
    for target, key, row in named_rows():
        indicator = indicators.get(key)
        if indicator is None:
            continue
        as_of = AsOf(day=city.day)
        groups = evaluate(indicator, as_of, "county", within=city.city_path)
        found = {figure.area[-6:]: f"{figure.numerator}/{figure.denominator}" for figure in groups}
        assert found == {county.code: row[county.code] for county in city.counties}, target
        whole = total(indicator, as_of, within=city.city_path)
        assert f"{whole.numerator}/{whole.denominator}" == row["city"], target
        rows = missing(indicator, as_of, city.city_path)
        assert rows.count() == whole.denominator - whole.numerator, target
        checked.append(target)
    assert "T29" in checked


def test_the_city_is_the_same_on_every_machine(city):
    committed = (FOLDER / "digest.txt").read_text().strip()
    assert digest() == committed, "the city changed: write the new digest into demo/digest.txt (linli demo digest)"


def test_a_second_load_changes_nothing(city):
    assert load_once() is False


def test_the_line_of_joined_systems_rises_through_the_years(city):
    days = [AsOf(day=date(year, 12, 31)) for year in range(2015, 2026)] + [AsOf(day=city.day)]
    line = [figure.numerator for figure in series(indicators["networked_alarms.joined"], days, within=city.city_path)]
    assert line == sorted(line) and line[0] == 0 and line[-1] == 126


def test_every_contact_lies_behind_the_gate(city):
    contacts = Duty.objects.filter(role__startswith="contact_")
    assert contacts.count() == Contract.objects.count() + 2
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Contact.objects.count()


def test_every_post_has_a_log_in(city):
    held = set(PostHolding.objects.values_list("post", flat=True))
    assert {post.key for post in posts} <= held


def test_units_are_as_many_as_the_counts_say(city):
    wanted = {"patrol_car": 116, "station": 58, "fire_engine": 24, "ambulance": 14, "guard_car": 10}
    assert dict(Unit.objects.order_by().values_list("kind").annotate(n=Count("pk"))) == wanted
