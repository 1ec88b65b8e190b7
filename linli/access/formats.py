"""Check and normalise a personal value by the type its dictionary entry states, and show it whole or masked."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from linli.access.declarations import Attribute, Mask

DEMO_PHONE = re.compile(r"(?:\+86)?(169\d{8})")


def normal(attribute: Attribute, text: str) -> str:
    """The value as it is kept (phones in E.164, dates in ISO). Raises ValueError that says what to do."""
    plain = text.strip()
    if not plain:
        raise ValueError(_("fill in a value"))
    return {"phone": _phone, "id_number": _id_number, "date": _date, "boolean": _boolean}.get(attribute.type, _text)(
        plain
    )


def shown(attribute: Attribute, value: str) -> str:
    """The value as a reader expects it: phones in groups."""
    if attribute.type != "phone":
        return value
    number = phonenumbers.parse(value, "CN")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def masked(mask: Mask, value: str) -> str:
    """The value in part: 169****0001."""
    plain = value.removeprefix("+86")
    tail = plain[len(plain) - mask.tail :] if mask.tail else ""
    hidden = len(plain) - mask.head - len(tail)
    return plain if hidden <= 0 else plain[: mask.head] + "*" * hidden + tail


def _text(plain: str) -> str:
    if len(plain) > 200:
        raise ValueError(_("at most 200 characters; this one has {count}").format(count=len(plain)))
    return plain


def _phone(plain: str) -> str:
    digits = re.sub(r"[\s()\-－—]", "", plain)
    demo = DEMO_PHONE.fullmatch(digits)
    if demo and settings.DEMO:
        return f"+86{demo.group(1)}"
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException as fault:
        raise ValueError(_("«{value}» is no phone number").format(value=plain)) from fault
    if not phonenumbers.is_valid_number(number):
        raise ValueError(
            _(
                "«{value}» is not a number in use in China: 11 digits for a mobile phone, area code and "
                "number for a fixed line"
            ).format(value=plain)
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _id_number(plain: str) -> str:
    """GB 11643-1999; the demo city's numbers begin with 9917 and exist in demo mode alone."""
    digits = ric.compact(plain.upper())
    demo = digits.startswith("9917") and settings.DEMO
    try:
        if demo and len(digits) == 18 and ric.calc_check_digit(digits) == digits[-1]:
            return digits
        return str(ric.validate(digits))
    except (ValidationError, ValueError) as fault:
        raise ValueError(_("the number does not pass the check of GB 11643: compare it with the card")) from fault


def _date(plain: str) -> str:
    try:
        return date.fromisoformat(plain.replace("/", "-")).isoformat()
    except ValueError as fault:
        raise ValueError(_("«{value}» is no day; write it as 2026-05-20").format(value=plain)) from fault


def _boolean(plain: str) -> str:
    known = {
        "是": "true",
        "有": "true",
        "true": "true",
        "yes": "true",
        "1": "true",
        "否": "false",
        "无": "false",
        "false": "false",
        "no": "false",
        "0": "false",
    }
    if plain.lower() not in known:
        raise ValueError(_("write 是 or 否, not «{value}»").format(value=plain))
    return known[plain.lower()]
