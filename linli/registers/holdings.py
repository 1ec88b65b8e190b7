"""What the registers keep about people: the contacts of alarm users."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from linli.access.declarations import Holding
from linli.registers.models import Contact

HOLDINGS = (
    Holding(
        key="registers.contact",
        label=_("contacts of alarm users"),
        about="person",
        model=lambda: Contact,
        attributes={"contact.name": "name", "contact.phone": "phone"},
        basis="个人信息保护法 第13条第1款第2项",
        forget_after=timedelta(days=30),
    ),
)
