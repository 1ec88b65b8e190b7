"""Who works at the demo's alarm operator: one log-in per post, guard cars, contacts behind the gate."""

from __future__ import annotations

from typing import Any

from linli.domains.networked_alarms.models import AlarmOperator
from linli.response.models import Own, Unit, UnitKind


def build(city: Any, operator: AlarmOperator) -> None:
    """Log-ins of the operator's posts, the shop's contact, and the guard cars of each county."""
    city.user("duty", "duty_operator", operator.body)
    city.user("shift", "shift_leader", operator.body)
    city.user("technician", "technician", operator.body)
    city.user("guard", "guard", operator.body)
    users = city.body("alarm-users", "演示·联网用户", "alarm_user", city.city_path)
    city.user("contact", "user_contact", users, city.counties[0].path)
    for county in city.counties:
        for number in range(4 if county.code == "341702" else 2):
            spot = city.place(county, "guard_car", number, spread_m=600, town=city.towns[county.code][number % 2][1])
            city.add(
                Unit(
                    id=city.key("guard_car", county.code, number), call_sign=f"{county.short}安防{number + 1:02d}",
                    kind=UnitKind.GUARD_CAR, capabilities=["guard"], body=operator.body, area_path=county.path,
                    home_name=f"演示·{county.short}安防驻点", home_lng=spot.lng, home_lat=spot.lat,
                    own_status=Own.PATROL, own_since=city.at("00:00"), lng=spot.lng, lat=spot.lat,
                    position_at=city.at("00:00"), position_by="http",
                )
            )  # fmt: skip
