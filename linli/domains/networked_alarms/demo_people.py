"""Who works at the demo's alarm operator: one log-in per post, guard cars; contacts of the users behind the gate."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from linli.access.contributing import Contribution, contribute_many
from linli.accounts.actor import Actor
from linli.domains.networked_alarms.models import AlarmOperator, AlarmSystem
from linli.registers.contacts import BASIS
from linli.registers.models import Duty, Organisation
from linli.response.models import Own, Unit, UnitKind


def build(city: Any, operator: AlarmOperator) -> None:
    """Log-ins of the operator's posts, the shop's contact, and the guard cars of each county."""
    city.user("duty", "duty_operator", operator.body)
    city.user("shift", "shift_leader", operator.body)
    city.user("technician", "technician", operator.body)
    city.user("guard", "guard", operator.body)
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


def shop(city: Any, organisation: Organisation) -> None:
    """The scripted day's shop as a body, and the log-in of its contact."""
    body = city.body("user-cuiwei", organisation.name, "alarm_user", organisation.area_path, organisation=organisation)
    city.user("contact", "user_contact", body)


def contacts(city: Any, operator: AlarmOperator, systems: list[AlarmSystem]) -> None:
    """The persons to call: three of the scripted day's shop, one of each other system; by pseudonym in the register."""
    places = [(system, order) for number, system in enumerate(systems) for order in range(1, 4 if number == 0 else 2)]
    keeper = Actor(
        post="technician", name=city.users["technician"].display_name, user_id=city.users["technician"].pk,
        areas=(city.city_path,), bodies=(operator.body_id,),
    )  # fmt: skip
    people = [city.person("alarm_contact", system.asset.number, order) for system, order in places]
    given = [
        Contribution(
            values={"contact.name": name, "contact.phone": phone}, area_path=system.asset.area_path,
            provenance={"source": "demo"},
        )
        for (system, _order), (name, phone) in zip(places, people, strict=True)
    ]  # fmt: skip
    subjects = contribute_many(keeper, given, BASIS)
    Duty.objects.bulk_create(
        Duty(role=f"contact_{order}", asset_id=system.pk, subject_id=subject, during=DateRange(city.began, None))
        for (system, order), subject in zip(places, subjects, strict=True)
    )
