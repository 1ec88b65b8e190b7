"""T29, the networking rate (联网率): one row per eligible system, as of any day."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, CharField, Exists, Expression, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from linli.domains.networked_alarms.models import AlarmOperator, Contract, Suspension
from linli.domains.networked_alarms.vocabulary import SystemKind
from linli.registers.models import Asset, Organisation
from linli.scoreboard.declarations import AsOf, Indicator, Reason, Reasons
from linli.signals.models import Interval
from linli.ui.declarations import Column

SYSTEM = "networked_alarms.system"
KINDS = (SystemKind.INTRUSION, SystemKind.PANIC, SystemKind.VIDEO, SystemKind.FIRE)
CENTRES = (AlarmOperator.Kind.POLICE, AlarmOperator.Kind.FIRE)


def eligible(as_of: AsOf) -> QuerySet[Asset]:
    """Systems of intrusion, hold-up, video and fire in use on the day at the places that the programme names."""
    in_use = Asset.objects.in_service(as_of.day, type=SYSTEM).filter(alarm_system__kind__in=KINDS)
    return in_use.exclude(alarm_system__eligible_class="")


def joined(as_of: AsOf) -> QuerySet[Asset]:
    """Eligible, with an active account at a centre that is licensed that day, and heard within 24 h."""
    return eligible(as_of).filter(_licensed(as_of.day), _supervised(as_of))


def eligible_units(as_of: AsOf) -> QuerySet[Organisation]:
    """The view by unit: organisations with at least one eligible system."""
    return Organisation.objects.filter(Exists(eligible(as_of).filter(organisation=OuterRef("pk"))))


def joined_units(as_of: AsOf) -> QuerySet[Organisation]:
    """Those all of whose eligible systems are joined."""
    missing = eligible(as_of).exclude(pk__in=joined(as_of).values("pk"))
    return eligible_units(as_of).exclude(Exists(missing.filter(organisation=OuterRef("pk"))))


def _contracts(day: date) -> QuerySet[Contract]:
    """Contracts in force on `day` of the outer system that do not rest."""
    rests = Suspension.objects.filter(contract=OuterRef("pk"), during__contains=day)
    return Contract.objects.filter(~Exists(rests), system=OuterRef("pk"), during__contains=day)


def _contracted(day: date) -> Exists:
    return Exists(_contracts(day))


def _licensed(day: date) -> Exists:
    """A centre of police or fire brigade needs no licence."""
    licensed = Q(operator__kind__in=CENTRES) | Q(operator__licences__during__contains=day)
    return Exists(_contracts(day).filter(licensed))


def _ever_contracted(day: date) -> Exists:
    return Exists(Contract.objects.filter(system=OuterRef("pk"), during__startswith__lte=day))


def _supervised(as_of: AsOf) -> Exists:
    """The last test or keep-alive is not older than 24 h: the interval table says from when to when that was so."""
    return Exists(
        Interval.objects.filter(asset=OuterRef("pk"), what="supervised", value="yes", during__contains=as_of.instant)
    )


def why_missing(as_of: AsOf) -> Expression:
    """The first thing that stands in the way, from the farthest: no contract ever, none now, no licence, silence."""
    day = as_of.day
    return Case(
        When(~_ever_contracted(day), then=Value("never")),
        When(~_contracted(day), then=Value("lapsed")),
        When(~_licensed(day), then=Value("licence")),
        default=Value("silent"),
        output_field=CharField(),
    )


JOINED = Indicator(
    key="networked_alarms.joined",
    label=_("networked alarm systems joined"),
    definition=_(
        "Alarm systems in use at the places the programme names that are connected on the day: an active account at"
        " an operator licensed that day (or a centre of police or fire brigade), not suspended, last test or"
        " keep-alive at most 24 hours ago. One row per system."
    ),
    unit=_("systems"),
    better="up",
    source="三三三工程 一·3; GA 1383-2017",
    denominator=eligible,
    numerator=joined,
    slices=("alarm_system__eligible_class", "alarm_system__kind"),
    reasons=Reasons(
        kinds=(
            Reason(
                key="silent", quick=True, label=_("connected, silent for over 24 h"),
                remedy=_("send a technician to the link"),
            ),
            Reason(
                key="licence", quick=True, label=_("the operator's licence is not valid"),
                remedy=_("the operator renews its licence, or another takes over"),
            ),
            Reason(key="lapsed", label=_("contract ended or suspended"), remedy=_("renew the contract")),
            Reason(key="never", label=_("never contracted"), remedy=_("conclude a contract")),
        ),
        of=why_missing,
    ),
    columns=(
        Column(name="name", label=_("system"), path="name", sort=True),
        Column(name="number", label=_("asset number"), path="number", show="mono"),
        Column(name="address", label=_("address"), path="address"),
        Column(name="class", label=_("place it guards"), path="alarm_system__eligible_class"),
    ),
)  # fmt: skip
UNITS_JOINED = Indicator(
    key="networked_alarms.units_joined",
    label=_("units with all alarm systems joined"),
    definition=_("Units with alarm systems that should be joined, all of whose systems are joined on the day."),
    unit=_("units"),
    better="up",
    source="三三三工程 一·3; GA 1383-2017",
    denominator=eligible_units,
    numerator=joined_units,
)
