"""Typed values of the house's kinds. What a sender says beside them is kept as `extra`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from linli.signals.declarations import Values

Short = Annotated[str, Field(max_length=80)]
Text = Annotated[str, Field(max_length=1000)]


class Device(Values):
    """What a control panel says: its own code, where it is meant, and words.

    `zone` and `user` are the sender's text (zeros kept); `area` is the partition. `verified`: the device itself
    confirmed it by a second detector. `silent`: no call-back to the site (duress). `site`: the account inside the
    data when it differs from the sender's.
    """

    code: Short | None = None
    format: Short | None = None
    area: Short | None = None
    zone: Short | None = None
    user: Short | None = None
    text: Text | None = None
    site: Short | None = None
    verified: bool | None = None
    silent: bool | None = None
    trigger: Short | None = None
    encrypted: bool | None = None
    battery: float | None = Field(default=None, ge=0, le=100)


class Armed(Device):
    """Armed, by whom (a number of the unit's staff, personal) and how: away, stay or partial."""

    mode: Short | None = None


class Measure(Values):
    """A measured value in the unit of its kind; the names say which."""

    value: float | None = Field(default=None, allow_inf_nan=False)
    unit: Short | None = None
    zone: Short | None = None
    battery: float | None = Field(default=None, ge=0, le=100)


class Temperature(Measure):
    """Degrees Celsius."""

    temperature_c: float | None = Field(default=None, ge=-90, le=2000, allow_inf_nan=False)


class Humidity(Measure):
    """Per cent of relative humidity."""

    humidity: float | None = Field(default=None, ge=0, le=100)


class WaterLevel(Measure):
    """Metres above the gauge's zero."""

    level_m: float | None = Field(default=None, ge=-100, le=9000, allow_inf_nan=False)


class Pressure(Measure):
    """Kilopascal."""

    pressure_kpa: float | None = Field(default=None, ge=-101, le=100_000, allow_inf_nan=False)


class Window(Values):
    """A span that a person declared of a device: until when, why, who (a key, never a name)."""

    until: AwareDatetime | None = None
    reason: Text | None = None
    by: Short | None = None


class Presence(Values):
    """Why the house takes a device for present, late or gone."""

    silent_seconds: int | None = None
    cause: Short | None = None


class Condition(Device):
    """What a device says of itself when asked: None = it did not say, which counts as not measured."""

    online: bool | None = None
    intact: bool | None = None
    encodes: bool | None = None
    records: bool | None = None


class Position(Values):
    """Where a unit or vehicle is and how it moves; the point itself is the envelope's place."""

    speed_kmh: float | None = Field(default=None, ge=0, le=500)
    course: float | None = Field(default=None, ge=0, le=360)
    accuracy_m: float | None = Field(default=None, ge=0)
    battery: float | None = Field(default=None, ge=0, le=100)


class Vehicle(Values):
    """What a vehicle's terminal reads off it: kilometres driven, litres in the tank, the recorder's speed, ° Celsius."""

    mileage_km: float | None = Field(default=None, ge=0)
    fuel_l: float | None = Field(default=None, ge=0)
    recorder_speed_kmh: float | None = Field(default=None, ge=0)
    cabin_temperature_c: float | None = None


class Sender(Values):
    """A sender that misbehaves: how many frames were refused, and the reason of the last."""

    refused: int | None = None
    reason: Short | None = None


class Warning(Values):
    """A public warning, as its message says it: `key` is sender, identifier and sent; `areas` are paths of the tree.

    `level` 1 red to 4 blue (Emergency Response Law 2024, article 63); `event_code` of GB/T 35561 where one is given;
    `signature` is the verdict on it; `findings` are broken rules and repairs, as codes.
    """

    key: Text | None = None
    msg_type: Short | None = None
    status: Short | None = None
    scope: Short | None = None
    dialect: Short | None = None
    event: Text | None = None
    event_code: Short | None = None
    colour: Short | None = None
    level: int | None = None
    effective: AwareDatetime | None = None
    onset: AwareDatetime | None = None
    expires: AwareDatetime | None = None
    areas: list[Short] | None = None
    languages: list[Short] | None = None
    references: list[Text] | None = None
    signature: Short | None = None
    findings: list[Short] | None = None
    part: int | None = None
