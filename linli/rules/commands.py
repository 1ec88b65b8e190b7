"""`linli rules`: which rules there are, why a case was opened, what failed."""

from __future__ import annotations

import argparse
import json


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli rules …`."""
    actions = groups.add_parser("rules", help="rules and what they decided").add_subparsers(
        dest="action", required=True
    )
    actions.add_parser("list").set_defaults(run=_list)
    explain = actions.add_parser("explain", help="why a case is there")
    explain.add_argument("number")
    explain.set_defaults(run=_explain)
    actions.add_parser("failures", help="rules that raised on a signal").set_defaults(run=_failures)


def _list(arguments: argparse.Namespace) -> int:
    from linli.rules.registry import rules

    for rule in rules:
        print(f"{rule.key}  v{rule.version}  on {', '.join(rule.on)}  {rule.clause}")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from linli.base import visibility
    from linli.base.refusal import NotFound
    from linli.cases.models import Case

    with visibility.system():
        case = Case.objects.filter(number=arguments.number).first()
        if case is None:
            raise NotFound()
        for entry in case.timeline.filter(what__startswith="rule."):
            print(f"{entry.at.isoformat()}  {entry.what}  {entry.text}  {json.dumps(entry.data, ensure_ascii=False)}")
    return 0


def _failures(arguments: argparse.Namespace) -> int:
    from linli.rules.models import RuleFailure

    rows = RuleFailure.objects.filter(settled_at=None)
    for row in rows:
        print(f"{row.at.isoformat()}  {row.rule} v{row.version}  signal {row.log_id}  {row.error}")
    return 1 if rows else 0
