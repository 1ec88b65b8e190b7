"""联网用户登记表: systems with what the pack keeps beside the asset, and the contract of a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.domains.networked_alarms.models import AlarmOperator, AlarmSystem, Contract
from linli.domains.networked_alarms.site_plan import supervision
from linli.domains.networked_alarms.vocabulary import EligibleClass, Setting, SystemKind
from linli.registers import duties
from linli.registers.declarations import ImportColumn, ImportSpec, RowInHand
from linli.registers.identifiers import checked_uscc
from linli.registers.imports.placing import PLACE
from linli.registers.imports.readers import choice, day, text
from linli.registers.imports.specs import assets
from linli.registers.models import Asset, Duty
from linli.registers.refusals import CannotUndo
from linli.signals.models import AssetState, Line

TYPE = "networked_alarms.system"
RESPONSIBLE = "networked_alarms.responsible"
REGISTERED = "registered"  # where the pack's columns stand in the settings of the asset, so that a change is seen
OWN = ("kind", "eligible_class", "accepted_on", "path_1", "path_2", "video", "wired_to_110", "setting", "hours")
YES_OR_NO = ("video", "wired_to_110")
YES = {"是": "yes", "有": "yes", "yes": "yes", "否": "no", "无": "no", "no": "no"}


def systems(rows: Sequence[RowInHand]) -> None:
    """Owner, premises and place as for every asset; then the system's own columns and its contract."""
    for row in rows:
        row.values["type"] = TYPE
    assets(rows)
    good = [row for row in rows if not row.faults]
    there = {asset.number: asset for asset in Asset.objects.filter(number__in=[row.values["number"] for row in good])}
    wanted = {row.values["operator"] for row in good if "operator" in row.values}
    operators = {one.organisation.uscc: one for one in AlarmOperator.objects.filter(
        organisation__uscc__in=wanted).select_related("organisation")}  # fmt: skip
    for row in good:
        found = there.get(row.values["number"])
        before = found.settings if found else {}
        own = {name: _plain(row.values[name]) for name in OWN if name in row.values}
        own = {**before.get(REGISTERED, {}), **own}
        row.fields["supervision"] = supervision(own["kind"], own.get("path_1", ""))
        row.fields["settings"] = {"zones": {}, "test_until": None, **before, **_plan(own), REGISTERED: own}
        _contract(row, operators, known=found is not None)


def _contract(row: RowInHand, operators: dict[Any, AlarmOperator], *, known: bool) -> None:
    """A contract is made with the system; later ones are concluded and ended on its own page, with their days."""
    given = [name for name in ("operator", "account", "contract_from") if name in row.values]
    if known or not given:
        return
    missing = {"operator", "account", "contract_from"} - set(given)
    if missing:
        row.fault(min(missing), gettext("operator, account and first day of the contract belong together: fill in all"))
    elif row.values["operator"] not in operators:
        row.fault("operator", gettext("no alarm operator is registered under it"))
    elif Line.objects.filter(protocol="dc09", identity=row.values["account"], during__contains=clock.now()).exists():
        row.fault("account", gettext("another system reports under this account: end its contract first"))
    else:
        row.said["operator"] = str(operators[row.values["operator"]].pk)


def keep_systems(written: Sequence[tuple[Asset, RowInHand]]) -> None:
    """Write the pack's row of each asset, and contract, duty and line of a new one."""
    for asset, row in written:
        own = dict(asset.settings[REGISTERED])
        own |= {name: own.get(name) == "yes" for name in YES_OR_NO}
        own["accepted_on"] = date.fromisoformat(own["accepted_on"]) if own.get("accepted_on") else None
        system, _made = AlarmSystem.objects.update_or_create(asset=asset, defaults=own)
        if "operator" in row.said:
            connect(system, row.said["operator"], row.values["account"], row.values["contract_from"],
                    row.values.get("contract_to"))  # fmt: skip


def connect(system: AlarmSystem, operator_id: Any, account: str, first: date, last: date | None = None) -> Contract:
    """Connect a system to an operator: contract, whose work its alarms are, and the line its panel speaks on.

    From `first` up to, not including, `last`. Raises DutyTaken, and IntegrityError when account or system is taken.
    """
    operator = AlarmOperator.objects.get(pk=operator_id)
    contract = Contract.objects.create(system=system, operator=operator, account=account, during=DateRange(first, last))
    duties.assign(RESPONSIBLE, system.asset, first, last, body=operator.body_id)
    during = DateTimeTZRange(clock.midnight(first), clock.midnight(last) if last else None)
    Line.objects.create(protocol="dc09", identity=account, asset=system.asset, during=during)
    return contract


def forget_systems(gone: Sequence[Asset]) -> None:
    """Before an undo removes assets: their lines and duties. CannotUndo when one has reported already."""
    heard = AssetState.objects.filter(asset__in=gone, last_seen__isnull=False).select_related("asset")
    names = [state.asset.name for state in heard]
    if names:
        raise CannotUndo(count=len(names), examples="、".join(names[:3]))
    Line.objects.filter(asset__in=gone).delete()
    Duty.objects.filter(asset__in=gone).delete()


def _plan(own: dict[str, Any]) -> dict[str, Any]:
    """What the rules read of it (see `site_plan.SitePlan`)."""
    switches = {name: own.get(name) == "yes" for name in YES_OR_NO}
    return {"kind": own["kind"], "setting": own.get("setting", Setting.URBAN.value), **switches}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _choice(words: type[Any]) -> Callable[[str], str]:
    """One of a closed list, by its label in the reader's language or its key."""
    return lambda cell: choice({str(word.label): str(word.value) for word in words})(cell)


def _account(cell: str) -> str:
    """3 to 16 hexadecimal digits, zeros kept (DC-09)."""
    account = text(20)(cell).upper()
    if not 3 <= len(account) <= 16 or set(account) - set("0123456789ABCDEF"):
        raise ValueError(gettext("an account has 3 to 16 digits or letters A to F; this is «{cell}»").format(cell=cell))
    return account


def _column(
    name: str, heading: str, label: Any, read: Any, *, example: str = "", required: bool = False
) -> ImportColumn:
    return ImportColumn(name=name, headings=(heading, name), label=label, read=read, example=example, required=required)


SYSTEMS = ImportSpec(
    key="networked_alarms.systems",
    label=_("register of alarm users"),
    model=Asset,
    match=("number",),
    prepare=systems,
    after=keep_systems,
    before_removal=forget_systems,
    posts=("shift_leader", "technician", "county_security", "administrator"),
    columns=(
        _column("number", "系统编号", _("asset number"), text(64), example="LW-020001", required=True),
        _column("name", "系统名称", _("name"), text(200), example="演示·秋浦商行报警系统", required=True),
        _column("uscc", "统一社会信用代码", _("unified social credit code of the user"), checked_uscc),
        _column("premises", "场所名称", _("premises"), text(200)),
        _column("kind", "系统类别", _("system"), _choice(SystemKind), example="入侵", required=True),
        _column("eligible_class", "防护场所", _("place it guards"), _choice(EligibleClass), example="银行"),
        _column("accepted_on", "验收日期", _("accepted on"), day, example="2025-11-03"),
        _column("path_1", "传输路径一", _("transmission path 1"), text(40), example="IP"),
        _column("path_2", "传输路径二", _("transmission path 2 (optional)"), text(40), example="4G"),
        _column("video", "视频复核", _("alarms can be seen on video"), choice(YES), example="是"),
        _column("wired_to_110", "直联110", _("hold-up button also wired to 110"), choice(YES), example="否"),
        _column("setting", "城乡", _("site"), _choice(Setting), example="城区"),
        _column("hours", "营业时间", _("business hours (optional)"), text(80), example="8:30-18:00"),
        _column("operator", "运营单位信用代码", _("unified social credit code of the operator"), checked_uscc),
        _column("account", "联网账号", _("account"), _account, example="020001"),
        _column("contract_from", "合同起始日", _("first day of the contract"), day, example="2026-01-01"),
        _column("contract_to", "合同截止日", _("first day without contract"), day),
        *PLACE,
    ),
)
