"""The pack's part of the demo city: operators, 200 systems that should be networked, their contracts and links.

How many are joined on the demo day, and why the others are not, stands in `FATES`; which ones is drawn by chance that
is the same everywhere. The oracle of the city (T29) follows from it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from linli.base import clock
from linli.base.sealing import seal
from linli.domains.networked_alarms import demo_history, demo_people
from linli.domains.networked_alarms.models import AlarmOperator, AlarmSystem, Contract, Licence, Zone
from linli.domains.networked_alarms.site_plan import supervision
from linli.domains.networked_alarms.systems import plan_of_zones
from linli.domains.networked_alarms.vocabulary import EligibleClass, Principle, Setting, SystemKind
from linli.registers.models import Duty
from linli.signals.models import AssetState, Interval, Line

# By county: joined is the rest. Licence: under contract with the operator whose licence has run out.
FATES = {
    "341702": {"silent": 15, "licence": 2, "lapsed": 2, "never": 16},
    "341721": {"silent": 2, "licence": 3, "lapsed": 6, "never": 11},
    "341722": {"silent": 0, "licence": 0, "lapsed": 2, "never": 3},
    "341723": {"silent": 1, "licence": 1, "lapsed": 3, "never": 7},
}
# (class, kind of organisation in the city's words, kind of system), each as often as it stands here.
PLACES = (
    *[(EligibleClass.BANK, "bank", SystemKind.PANIC)] * 4,
    *[(EligibleClass.JEWELLER, "jewellery", SystemKind.INTRUSION)] * 3,
    *[(EligibleClass.SCHOOL, "school", SystemKind.INTRUSION)] * 4,
    (EligibleClass.HOSPITAL, "hospital", SystemKind.PANIC),
    *[(EligibleClass.ENTERTAINMENT, "entertainment", SystemKind.VIDEO)] * 2,
    *[(EligibleClass.HOTEL, "hotel", SystemKind.FIRE)] * 2,
    (EligibleClass.DANGEROUS_STORE, "dangerous_store", SystemKind.INTRUSION),
    (EligibleClass.MALL, "mall", SystemKind.FIRE),
    (EligibleClass.ESTATE, "estate", SystemKind.INTRUSION),
    (EligibleClass.TOWNSHIP_UNIT, "township", SystemKind.INTRUSION),
    (EligibleClass.KEY_UNIT, "key_unit", SystemKind.INTRUSION),
)
JEWELLER, FIRST_FRAMES = 0, 1  # ordinals in 贵池: the scripted day's shop, and the system that was never heard
JEWELLER_KEY = "4C494E4C4944454D4F4B455930303031"
EXPIRED = date(2025, 10, 1)
ALIVE = ("joined", "licence")  # what the demo heart keeps reporting


class Site(NamedTuple):
    """One system of the demo: county code, ordinal in the county, what becomes of it."""

    county: Any
    number: int
    fate: str

    @property
    def account(self) -> str:
        """Its account at the operator; zeros are part of it."""
        return f"{self.county.code[-2:]}{self.number + 1:04d}"


def build(city: Any) -> None:
    """Everything of the pack for `city` (a site.demo DemoCity)."""
    operators = _operators(city)
    demo_people.build(city, operators["licensed"])
    city.flush()
    made = [_system(city, site, operators) for county in city.counties for site in _sites(city, county)]
    systems = [system for system in made if system is not None]
    city.flush()
    demo_history.build(city, operators["licensed"], systems)
    city.later.append(lambda: demo_people.contacts(city, operators["licensed"], systems))


def _operators(city: Any) -> dict[str, AlarmOperator]:
    """A licensed company, one whose licence has run out, and the fire brigade's own centre."""
    guichi, qingyang = city.counties[0], city.counties[3]
    rows = {
        "licensed": ("演示·翠微安防", guichi, AlarmOperator.Kind.COMPANY, date(2028, 1, 1)),
        "licence": ("演示·白沙保安服务", qingyang, AlarmOperator.Kind.COMPANY, EXPIRED),
        "fire": ("演示·池州消防物联监测中心", guichi, AlarmOperator.Kind.FIRE, None),
    }
    made = {}
    for number, (key, (name, county, kind, until)) in enumerate(rows.items()):
        organisation, _premises = city.organisation("alarm_operator", county, number, name=name)
        body = city.body(
            f"alarm-centre-{key}", f"{name}接警中心", "alarm_centre", city.city_path, organisation=organisation
        )
        made[key] = AlarmOperator(
            id=city.key("alarm_operator", county.code, number), organisation=organisation, body=body, kind=kind
        )
        city.add(made[key])
        if until:
            licence = f"皖公保服（演示）{number + 1:04d}号"
            city.add(Licence(id=city.key("licence", county.code, number), operator=made[key], number=licence,
                             during=DateRange(city.began, until)))  # fmt: skip
    return made


def _sites(city: Any, county: Any) -> list[Site]:
    """The county's systems; which of them are missing is drawn by the stream («missing», T29)."""
    total = city.count("alarm_sites", county)
    fixed = {JEWELLER: "joined", FIRST_FRAMES: "silent"} if county.code == "341702" else {}
    left = [number for number in range(total) if number not in fixed]
    city.rng("missing T29", county.code, 0).shuffle(left)
    fates = dict(fixed)
    for fate, wanted in FATES[county.code].items():
        for _one in range(wanted - list(fixed.values()).count(fate)):
            fates[left.pop()] = fate
    return [Site(county, number, fates.get(number, "joined")) for number in range(total)]


def _system(city: Any, site: Site, operators: dict[str, AlarmOperator]) -> AlarmSystem | None:
    """One system with its organisation, zones, contract and link; None when it never had a contract."""
    chance = city.rng("alarm_site", site.county.code, site.number)
    story = site.county.code == "341702" and site.number == JEWELLER
    shown, kind_of_place, kind = (
        (EligibleClass.JEWELLER, "jewellery", SystemKind.INTRUSION) if story else chance.choice(PLACES)
    )
    since = city.began + timedelta(days=chance.randrange(0, 1400))
    organisation, premises = city.organisation(
        kind_of_place, site.county, 5000 + site.number, since=since,
        name="演示·翠微金店" if story else "", town="池阳街道" if story else "",
    )  # fmt: skip
    if story:
        demo_people.shop(city, organisation)
    urban = any(premises.area_path == town[0] for town in city.towns[site.county.code][:3])
    zones = _zones(kind, chance.randrange(4, 8))
    asset = city.asset(
        "networked_alarms.system", f"LW-{site.account}", f"{organisation.name}报警系统", premises, since=since,
        supervision=supervision(kind, "IP"),
    )  # fmt: skip
    system = AlarmSystem(
        asset=asset, kind=kind, eligible_class=shown, accepted_on=since + timedelta(days=chance.randrange(20, 90)),
        path_1="IP", path_2="4G" if chance.random() < 0.6 else "", video=kind == SystemKind.VIDEO,
        wired_to_110=shown == EligibleClass.BANK and chance.random() < 0.5,
        setting=Setting.URBAN if urban else Setting.RURAL,
    )  # fmt: skip
    asset.settings = plan_of_zones(system, zones) | {"demo_alive": site.fate in ALIVE}
    city.add(system)
    for number, zone in enumerate(zones):
        zone.id, zone.system, zone.checked_on = city.key("zone", site.account, number, since), system, since
        city.add(zone)
    if site.fate == "never":
        return None
    _contract(city, site, system, operators, chance)
    return system


def _zones(kind: SystemKind, count: int) -> list[Zone]:
    """Zones in a row, each beside the next; what they detect follows from the kind of the system."""
    if kind == SystemKind.FIRE:
        principles = [Principle.SMOKE] * (count - 1) + [Principle.CALL_POINT]
    else:
        row = (Principle.BUTTON, Principle.MAGNETIC, Principle.MAGNETIC, Principle.MAGNETIC, Principle.INFRARED,
               Principle.MICROWAVE, Principle.GLASS, Principle.VIBRATION)  # fmt: skip
        principles = list(row[:count])
    names = ("紧急按钮", "大门", "柜台", "后门", "大厅", "库房", "橱窗", "墙体")
    fire_names = ("一层", "二层", "三层", "厨房", "机房", "楼梯间", "手动报警按钮", "手动报警按钮")
    beside = range(1, count + 1)
    return [
        Zone(
            number=str(number), principle=principle,
            name=fire_names[number - 1] if kind == SystemKind.FIRE else names[number - 1],
            adjacent=[str(number + 1)] if number + 1 in beside and number > 1 and kind != SystemKind.FIRE else [],
        )
        for number, principle in zip(beside, principles, strict=True)
    ]  # fmt: skip


def _contract(city: Any, site: Site, system: AlarmSystem, operators: dict[str, AlarmOperator], chance: Any) -> None:
    """The contract, the line its panel speaks on, and since when its link is supervised."""
    asset = system.asset
    fire = system.kind == SystemKind.FIRE and site.fate == "joined"
    operator = operators["licence" if site.fate == "licence" else "fire" if fire else "licensed"]
    first = max(asset.in_use.lower + timedelta(days=60), date(2015, 3, 1))
    last = date(2024, 12, 1) if site.fate == "lapsed" else date(2026, 4, 20)
    # The later of two draws: more and more systems are joined as the years go by.
    begins = first + timedelta(days=max(chance.randrange(0, (last - first).days) for _draw in range(2)))
    ends = None
    if site.fate == "lapsed":
        ends = begins + timedelta(days=chance.randrange(200, 330))
    city.add(
        Contract(id=city.key("contract", site.account, 0, begins), system=system, operator=operator,
                 account=site.account, during=DateRange(begins, ends)),
        Duty(id=city.key("duty", site.account, 0, begins), role="networked_alarms.responsible", asset=asset, body_id=operator.body_id,
             during=DateRange(begins, ends)),
    )  # fmt: skip
    _line(city, site, system, clock.midnight(begins), clock.midnight(ends) if ends else None)
    never_heard = (site.county.code, site.number) == ("341702", FIRST_FRAMES)
    if not never_heard:
        _link(city, site, system, clock.midnight(begins) + timedelta(hours=9), ends, chance)


def _line(city: Any, site: Site, system: AlarmSystem, since: datetime, until: datetime | None) -> None:
    secret = JEWELLER_KEY if (site.county.code, site.number) == ("341702", JEWELLER) else ""
    city.add(
        Line(
            id=city.key("line", site.account, 0, since), protocol="dc09", identity=site.account, asset=system.asset,
            sealed_key=seal(secret.encode(), f"dc09:{site.account}") if secret else None,
            during=DateTimeTZRange(since, until),
        )
    )  # fmt: skip


def _link(city: Any, site: Site, system: AlarmSystem, since: datetime, ends: date | None, chance: Any) -> None:
    """When the link was heard: from the contract on; with gaps in the last eight weeks of some."""
    alive = site.fate in ALIVE
    until = clock.midnight(ends) if ends else None
    if site.fate == "silent":
        until = max(since + timedelta(days=2), city.at("03:00") - timedelta(days=chance.randrange(2, 800)))
    gaps = _gaps(city, site, since) if alive else []
    for what, value, shortest in (("presence", "online", timedelta()), ("supervised", "yes", timedelta(hours=24))):
        start = since
        for gone, back in gaps:
            if back - gone > shortest:
                # Supervision ends 24 h after the last sign of life.
                city.add(_interval(system, what, value, start, gone + shortest))
                start = back
        city.add(_interval(system, what, value, start, until))
    now = city.at("00:00")
    city.add(
        AssetState(
            asset=system.asset, presence="online" if alive else "offline", supervised=alive, gateway="dc09",
            last_seen=now if alive else until, due_late_at=now + timedelta(minutes=5) if alive else None,
        )
    )  # fmt: skip


def _gaps(city: Any, site: Site, since: datetime) -> list[tuple[datetime, datetime]]:
    """Outages of the last eight weeks, of every fourth system; all over before the demo day."""
    chance = city.rng("link_gap", site.county.code, site.number)
    if chance.random() > 0.25:
        return []
    gone = city.at("00:00") - timedelta(days=chance.randrange(5, 56), minutes=chance.randrange(1440))
    back = gone + timedelta(minutes=chance.choice((35, 90, 240, 600, 2200)))
    return [(gone, back)] if gone > since + timedelta(days=1) else []


def _interval(system: AlarmSystem, what: str, value: str, since: datetime, until: datetime | None) -> Interval:
    return Interval(asset=system.asset, what=what, value=value, during=DateTimeTZRange(since, until), cause="demo")
