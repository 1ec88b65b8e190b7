"""Measured values of components (GB/T 26875.3 table 6)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """What an analog type measures: one count is `step` in `unit`.

    `kind`: its kind of signal, whose field `name` takes the value times `factor`.
    """

    step: float
    unit: str
    kind: str = "measure.other"
    name: str = ""
    factor: float = 1


QUANTITIES = {
    1: Quantity(1, ""),
    2: Quantity(0.01, "m", "measure.water_level", "level_m"),
    3: Quantity(0.1, "°C", "measure.temperature", "temperature_c"),
    4: Quantity(0.1, "MPa", "measure.pressure", "pressure_kpa", 1000),
    5: Quantity(0.1, "kPa", "measure.pressure", "pressure_kpa"),
    6: Quantity(0.1, "%LEL"),
    7: Quantity(1, "s"),
    8: Quantity(0.1, "V"),
    9: Quantity(0.1, "A"),
    10: Quantity(0.1, "L/s"),
    11: Quantity(0.1, "m³/min"),
    12: Quantity(1, "m/s"),
}


def scaled(analog_type: int, raw: int) -> tuple[float | None, str | None]:
    """The value and its unit; neither for types that the standard leaves to the maker."""
    quantity = QUANTITIES.get(analog_type)
    return (round(raw * quantity.step, 3), quantity.unit) if quantity else (None, None)
