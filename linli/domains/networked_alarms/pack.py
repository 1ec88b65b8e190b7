"""Networked alarms (安全防范系统联网与联网报警运营): from a panel's word to a hand-over by number, and T29."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from linli.accounts.declarations import Post
from linli.cases.declarations import CaseKind
from linli.domains.networked_alarms import models, workflow
from linli.domains.networked_alarms.demo import build
from linli.domains.networked_alarms.imports import SYSTEMS
from linli.domains.networked_alarms.indicators import INDICATORS
from linli.domains.networked_alarms.lists import LISTS
from linli.domains.networked_alarms.notices import NOTICES
from linli.domains.networked_alarms.pages import PANEL
from linli.domains.networked_alarms.rules import RULES
from linli.domains.networked_alarms.site_plan import SitePlan
from linli.domains.networked_alarms.timers import TIMERS
from linli.packs.declaration import Pack
from linli.registers.declarations import AssetType
from linli.ui.declarations import Entry

WATCHING = ("duty_operator", "shift_leader", "county_security", "police_110", "fire_119")

pack = Pack(
    key="networked_alarms",
    label=_("Networked alarms"),
    summary=_("Every alarm of a connected system is opened, verified and handed over in seconds; who is not connected is known."),
    sources=("保安服务管理条例", "GA 1383-2017", "GB 55029-2022", "GB/T 32581-2016", "GB 50440-2007"),
    posts=(
        Post(key="guard", label=_("guard"), rooms=("work",)),
        Post(key="user_contact", label=_("contact of an alarm user"), rooms=("work", "devices")),
    ),
    asset_types=(
        AssetType(
            key="networked_alarms.system", label=_("alarm system"), supervision=timedelta(seconds=100),
            settings=SitePlan,
        ),
    ),
    kinds=(
        CaseKind(
            key="networked_alarms.alarm", label=_("alarm"), number_word="联", detail=models.AlarmEvent,
            workflow=workflow.alarm, priority=2, moves_people=True, summary=("nature", "zone"),
            form=(
                "nature", "zone", "zone_name", "second_zone", "method", "clip", "ground", "receiver",
                "receiver_number", "outcome", "cause",
            ),
            posts=("county_security",), open_posts=workflow.OPERATORS,
        ),
        CaseKind(
            key="networked_alarms.link_lost", label=_("lost link"), number_word="断", detail=models.LinkLoss,
            workflow=workflow.link_lost, priority=3, summary=("silent_since",), form=("silent_since", "cause"),
            posts=("county_security", "user_contact"),
        ),
        CaseKind(
            key="networked_alarms.improvement", label=_("repeated false alarms"), number_word="误",
            detail=models.Improvement, workflow=workflow.improvement, priority=4, summary=("false_alarms",),
            form=("false_alarms", "cause", "measure", "bypassed_zones"), posts=("county_security",),
        ),
    ),
    rules=RULES,
    indicators=INDICATORS,
    entries=(
        Entry(label=_("Alarms"), room="work", to="networked_alarms.alarm", posts=WATCHING, icon="siren"),
        Entry(
            label=_("Lost links"), room="work", to="networked_alarms.link_lost",
            posts=("duty_operator", "shift_leader", "technician"), icon="device",
        ),
        Entry(
            label=_("False alarms"), room="work", to="networked_alarms.improvement",
            posts=("shift_leader", "technician", "user_contact", "county_security"), icon="work",
        ),
        Entry(
            label=_("Alarm systems"), room="devices", to="networked_alarms.systems",
            posts=LISTS[0].posts, icon="device",
        ),
    ),
    imports=(SYSTEMS,),
    lists=LISTS,
    panels=(PANEL,),
    pages="pages.routes",
    notices=NOTICES,
    timers=TIMERS,
    demo=build,
)  # fmt: skip
