"""`linli access …`: verify the ledger, explain a decision, print the dictionary's purposes."""

from __future__ import annotations

import argparse
from uuid import UUID


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli access verify | explain`."""
    group = groups.add_parser("access").add_subparsers(dest="command", required=True)
    verify = group.add_parser("verify", help="recompute the ledger; 1 when something was tampered with")
    verify.add_argument("--chain", help="one department's chain alone")
    verify.set_defaults(run=_verify)
    explain = group.add_parser("explain", help="which policy would decide, in words; reads and writes nothing")
    explain.add_argument("user")
    explain.add_argument("purpose")
    explain.add_argument("subject", type=UUID)
    explain.add_argument("--post", help="in which of the user's posts (default: the first)")
    explain.add_argument("--case", type=UUID)
    explain.set_defaults(run=_explain)


def _verify(arguments: argparse.Namespace) -> int:
    from linli.access.ledger import root, verify
    from linli.access.models import Chain, Ledger

    faults = verify(arguments.chain)
    for fault in faults:
        print(fault)
    lines = Ledger.objects.using("gate").count()
    heads = Chain.objects.using("gate").values_list("key", "sequence", "head")
    print(f"{lines} lines, {len(heads)} chains, {len(faults)} faults, root {root(heads)}")
    return 1 if faults else 0


def _explain(arguments: argparse.Namespace) -> int:
    from linli.access.gate import explain
    from linli.accounts.duty import actor_of_user

    actor = actor_of_user(arguments.user, arguments.post or "")
    for name, verdict in explain(actor, arguments.purpose, arguments.subject, arguments.case).items():
        print(f"{name}: {'permitted' if verdict.allowed else 'refused'} by {', '.join(verdict.rules)}")
        if not verdict.allowed:
            from linli.access.gate import rule_text

            for rule in verdict.rules:
                text = rule_text(rule)
                print(f"    {text.sentence} {text.how}")
    return 0
