"""The offices every installation has: police, fire, the safety office, and one log-in for each of their posts."""

from __future__ import annotations

from linli.site.demo.city import DemoCity


def build(city: DemoCity) -> None:
    """Bodies of the city and its counties; users of the house's own posts."""
    office = city.body("safety-office", "演示·市平安办", "office", city.city_path)
    police = city.body("police", "演示·市公安局", "police", city.city_path)
    fire = city.body("fire", "演示·市消防救援支队", "fire", city.city_path)
    for county in city.counties:
        city.body(f"police-{county.code}", f"演示·{county.short}公安分局", "police", county.path, parent="police")
        city.body(f"fire-{county.code}", f"演示·{county.short}消防救援大队", "fire", county.path, parent="fire")
    guichi = city.counties[0]
    city.user("admin", "administrator", office)
    city.user("auditor", "auditor", office)
    city.user("leader", "leader", office)
    city.user("office", "programme_office", office)
    city.user("coordinator", "coordinator", office)
    city.user("desk110", "police_110", police)
    city.user("desk119", "fire_119", fire)
    city.user("security", "county_security", city.bodies[f"police-{guichi.code}"])
