"""A small city with its history: alarm systems in two counties, joined for a time, and an indicator over them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Value, When

from linli.registers.models import Asset
from linli.scoreboard import spans
from linli.scoreboard.declarations import AsOf, Indicator, Reason, Reasons
from linli.signals.models import Interval

CITY = "34.3417"
GUICHI, DONGZHI, SHITAI, QINGYANG = (f"{CITY}.{code}" for code in ("341702", "341721", "341722", "341723"))
SINCE = date(2015, 1, 1)
DAY = date(2026, 5, 20)


def moment(day: date, hour: int = 4) -> datetime:
    """Noon of the local day by default (04:00 UTC)."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


class City:
    """Makes systems; `joined` and `left` are the days between which a system is joined."""

    def __init__(self) -> None:
        self.count = 0

    def new(self, county: str, **more: Any) -> Asset:
        self.count += 1
        span = (more.pop("since", SINCE), more.pop("until", None))
        row = {"name": f"演示·系统{self.count:03}", "number": f"S{self.count:03}", "type": "trial.system"}
        row["area_path"] = f"{county}.{county[-6:]}001"
        return Asset(in_use=span, **(row | more))

    def system(self, county: str, joined: date | None = None, left: date | None = None, **more: Any) -> Asset:
        asset = self.new(county, **more)
        asset.save()
        if joined:
            Interval.objects.create(
                asset=asset, what="joined", value="yes", during=(moment(joined), left and moment(left))
            )
        return asset

    def systems(self, county: str, joined: int, of: int, since: date = date(2016, 1, 1)) -> list[Asset]:
        made = Asset.objects.bulk_create(self.new(county) for _number in range(of))
        Interval.objects.bulk_create(
            Interval(asset=asset, what="joined", value="yes", during=(moment(since), None)) for asset in made[:joined]
        )
        return made


def held(as_of: AsOf, **more: Any) -> Any:
    return Interval.objects.filter(asset=OuterRef("pk"), during__contains=as_of.instant, **more)


def eligible(as_of: AsOf) -> Any:
    return Asset.objects.in_service(as_of.day, "trial.system")


def joined(as_of: AsOf) -> Any:
    return eligible(as_of).filter(Exists(held(as_of, what="joined")))


def in_doubt(as_of: AsOf) -> Any:
    return eligible(as_of).filter(settings__doubt=True).exclude(pk__in=joined(as_of).values("pk"))


def why(as_of: AsOf) -> Any:
    before = Interval.objects.filter(asset=OuterRef("pk"), what="joined", during__fully_lt=(as_of.end, None))
    return Case(When(Exists(before), then=Value("lapsed")), default=Value("never"))


def due_time(as_of: AsOf) -> Any:
    return eligible(as_of).annotate(time=spans.length(as_of))


def joined_time(as_of: AsOf) -> Any:
    return eligible(as_of).annotate(time=spans.held(as_of, "joined", "yes"))


def indicator(**more: Any) -> Indicator:
    row: dict[str, Any] = {
        "key": "trial.joined",
        "label": "joined systems",
        "definition": "Share of systems in use that are joined on the day.",
        "unit": "sets",
        "better": "up",
        "source": "trial rules 1",
        "denominator": eligible,
        "numerator": joined,
        "slices": ("type",),
    }
    return Indicator(**(row | more))


REASONS = Reasons(
    kinds=(
        Reason(key="lapsed", label="joined before", remedy="renew it", quick=True),
        Reason(key="never", label="never joined"),
    ),
    of=why,
)
share = indicator(unknown=in_doubt, reasons=REASONS)
time_share = indicator(shape="time_share", weight="time", denominator=due_time, numerator=joined_time)
count = indicator(shape="count", denominator=None)
faulty = indicator(denominator=joined, numerator=eligible)
nothing = indicator(denominator=lambda as_of: eligible(as_of).none(), numerator=lambda as_of: joined(as_of).none())
