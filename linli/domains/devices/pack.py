"""Devices themselves (设备): unknown senders, faults, unstable links, silence, codes to teach. Always on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.cases.declarations import CaseKind
from linli.domains.devices import models, rules, workflow
from linli.domains.devices.adopting import carry_out
from linli.packs.declaration import Pack
from linli.rules.declarations import EVERY_KIND, UNKNOWN_SENDER, Rule
from linli.ui.declarations import Entry

KEEPERS = workflow.KEEPERS
WATCHERS = ("duty_operator", "county_security")

pack = Pack(
    key="devices",
    label=_("Devices"),
    summary=_("A device that is unknown, faulty, unstable or silent becomes somebody's work."),
    sources=("ANSI/SIA DC-09", "product rule: devices"),
    kinds=(
        CaseKind(
            key="devices.adoption",
            label=_("unknown sender"),
            number_word="认",
            detail=models.Adoption,
            workflow=workflow.adoption,
            after=carry_out,
            priority=3,
            form=("source", "protocol", "said", "asset_number"),
            summary=("source",),
            posts=WATCHERS,
        ),
        CaseKind(
            key="devices.fault",
            label=_("device fault"),
            number_word="障",
            detail=models.Fault,
            workflow=workflow.fault,
            priority=3,
            form=("fault", "zone", "remedy"),
            summary=("fault", "zone"),
            posts=WATCHERS,
        ),
        CaseKind(
            key="devices.unstable",
            label=_("unstable link"),
            number_word="抖",
            detail=models.Unstable,
            workflow=workflow.unstable,
            priority=3,
            form=("flips", "remedy"),
            summary=("flips",),
            posts=WATCHERS,
        ),
        CaseKind(
            key="devices.outage",
            label=_("silent device"),
            number_word="默",
            detail=models.Outage,
            workflow=workflow.outage,
            priority=3,
            form=("silent_since", "remedy"),
            summary=("silent_since",),
            posts=WATCHERS,
        ),
        CaseKind(
            key="devices.code",
            label=_("code to teach"),
            number_word="码",
            detail=models.Code,
            workflow=workflow.code,
            priority=4,
            form=("code", "format", "meaning"),
            summary=("code",),
            posts=WATCHERS,
        ),
    ),
    rules=(
        Rule(
            key="devices.unknown_sender",
            on=(EVERY_KIND,),
            asset_types=(UNKNOWN_SENDER,),
            decide=rules.unknown_sender,
            clause="ANSI/SIA DC-09; product rule: devices",
        ),
        Rule(key="devices.reported_fault", on=("fault.*",), decide=rules.reported_fault, clause=workflow.RULE),
        Rule(key="devices.flapping", on=rules.LINK, decide=rules.flapping, clause=workflow.RULE),
        Rule(key="devices.silence", on=rules.LINK, decide=rules.silence, clause=workflow.RULE),
        Rule(key="devices.unreadable_code", on=("unknown",), decide=rules.unreadable_code, clause=workflow.RULE),
    ),
    entries=(
        Entry(
            label=_("Adopt or refuse"),
            room="devices",
            to="devices.adoption",
            posts=(*KEEPERS, *WATCHERS),
            icon="device",
        ),
        Entry(label=_("Faults"), room="devices", to="devices.fault", posts=(*KEEPERS, *WATCHERS), icon="device"),
        Entry(
            label=_("Silent devices"), room="devices", to="devices.outage", posts=(*KEEPERS, *WATCHERS), icon="device"
        ),
        Entry(label=_("Unstable links"), room="devices", to="devices.unstable", posts=KEEPERS, icon="device"),
        Entry(label=_("Codes to teach"), room="devices", to="devices.code", posts=KEEPERS, icon="device"),
    ),
)
