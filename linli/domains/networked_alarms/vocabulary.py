"""The words of the trade: closed lists with their labels, used by models, rules and forms."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SystemKind(models.TextChoices):
    """What an alarm system guards against (系统类别)."""

    INTRUSION = "intrusion", _("intrusion")
    PANIC = "panic", _("hold-up button")
    FIRE = "fire", _("fire")
    VIDEO = "video", _("video")
    ACCESS = "access", _("access control")


class EligibleClass(models.TextChoices):
    """Why a system counts in the networking rate (T29): the place it guards."""

    KEY_UNIT = "key_unit", _("key unit for public security")
    BANK = "bank", _("bank")
    SCHOOL = "school", _("school")
    HOSPITAL = "hospital", _("hospital of level 2 or above")
    ENTERTAINMENT = "entertainment", _("entertainment venue")
    HOTEL = "hotel", _("hotel")
    JEWELLER = "jeweller", _("jeweller or pawnshop")
    DANGEROUS_STORE = "dangerous_store", _("store of dangerous goods")
    MALL = "mall", _("shopping mall")
    ESTATE = "estate", _("estate with a control room")
    TOWNSHIP_UNIT = "township_unit", _("township unit")


class Principle(models.TextChoices):
    """How a detector detects (探测原理)."""

    MAGNETIC = "magnetic", _("magnetic contact")
    INFRARED = "infrared", _("passive infrared")
    MICROWAVE = "microwave", _("microwave")
    VIBRATION = "vibration", _("vibration")
    DUAL = "dual", _("dual technology")
    GLASS = "glass", _("glass break")
    BUTTON = "button", _("hold-up button")
    SMOKE = "smoke", _("smoke detector")
    HEAT = "heat", _("heat detector")
    CALL_POINT = "call_point", _("manual call point")


class Nature(models.TextChoices):
    """What is alarmed; decides who must hear and how fast."""

    INTRUSION = "intrusion", _("intrusion")
    PANIC = "panic", _("hold-up")
    FIRE = "fire", _("fire")
    GAS = "gas", _("gas")
    MEDICAL = "medical", _("medical emergency")
    TAMPER = "tamper", _("tampering")
    OTHER = "other", _("water or environment")


class Method(models.TextChoices):
    """How an alarm is verified (核实方式)."""

    CALL_BACK = "call_back", _("call-back")
    VIDEO = "video", _("video")
    SECOND_ZONE = "second_zone", _("second zone")
    GUARD = "guard", _("guard")
    ON_SITE = "on_site", _("staff on site")


class Ground(models.TextChoices):
    """Why an alarm is handed over at once: the five cases of the decision rule for 110, and those of 119."""

    PANIC = "panic", _("hold-up, confirmed or the user not reached (case 1)")
    ADJACENT_ZONES = "adjacent_zones", _("two adjacent zones within 120 s (case 2)")
    TWO_PRINCIPLES = "two_principles", _("two detectors of different principle within 120 s (case 2)")
    ON_SITE = "on_site", _("confirmed by the guard or staff on site (case 3)")
    VIDEO = "video", _("video shows suspicious persons or acts (case 4)")
    WIRED = "wired", _("also wired to 110 (case 5)")
    CALL_POINT = "call_point", _("manual call point")
    TWO_DETECTORS = "two_detectors", _("two fire detectors")
    FIRE_CONFIRMED = "fire_confirmed", _("fire confirmed on site or by video")
    UNANSWERED = "unanswered", _("call-back unanswered for 60 s")


class Receiver(models.TextChoices):
    """Who takes the alarm over."""

    POLICE = "110", _("police (110)")
    FIRE = "119", _("fire brigade (119)")
    AMBULANCE = "120", _("ambulance (120)")


class Outcome(models.TextChoices):
    """What it was (警情结果)."""

    TRUE = "true", _("true alarm")
    FALSE = "false", _("false alarm")
    TEST = "test", _("test")
    DEVICE_FAULT = "device_fault", _("device fault")
    USER_ERROR = "user_error", _("user error")


class Setting(models.TextChoices):
    """Where the site lies: sets the time a guard has (contract)."""

    URBAN = "urban", _("urban")
    RURAL = "rural", _("rural")


NATURE_OF = {
    "alarm.intrusion": Nature.INTRUSION,
    "alarm.panic": Nature.PANIC,
    "alarm.fire": Nature.FIRE,
    "alarm.electrical_fire": Nature.FIRE,
    "alarm.gas": Nature.GAS,
    "alarm.medical": Nature.MEDICAL,
    "alarm.tamper": Nature.TAMPER,
    "alarm.water": Nature.OTHER,
    "alarm.environment": Nature.OTHER,
}
RECEIVER_OF = {
    Nature.INTRUSION: Receiver.POLICE,
    Nature.PANIC: Receiver.POLICE,
    Nature.TAMPER: Receiver.POLICE,
    Nature.OTHER: Receiver.POLICE,
    Nature.FIRE: Receiver.FIRE,
    Nature.GAS: Receiver.FIRE,
    Nature.MEDICAL: Receiver.AMBULANCE,
}
