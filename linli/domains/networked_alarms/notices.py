"""What the pack tells people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.notices.declarations import Notice

NOTICES = (
    Notice(
        key="networked_alarms.hand_over",
        label=_("an alarm is handed over"),
        text=_("{number}: {title}, {address}. Confirmed alarm: take it over with your number."),
        posts=("police_110", "fire_119", "shift_leader"),
        channels=("desk", "phone"),
        by_place=True,
    ),
)
