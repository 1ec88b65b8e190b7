"""`linli cases …`: look at a case from the command line."""

from __future__ import annotations

import argparse


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the group `cases` and its sub-commands on the parser."""
    commands = groups.add_parser("cases").add_subparsers(required=True)
    show = commands.add_parser("show", help="one case: state, clocks with their arithmetic, timeline")
    show.add_argument("number", help="贵池-联-2026-000131")
    show.set_defaults(run=_show)


def _show(arguments: argparse.Namespace) -> int:
    from linli.base import visibility
    from linli.base.refusal import NotFound
    from linli.base.words import moment_words
    from linli.cases import clocks
    from linli.cases.models import Case
    from linli.cases.telling import tell
    from linli.cases.workflows import kind_label, workflow_of

    with visibility.system():
        case = Case.objects.select_related("kind", "workflow", "responsible").filter(number=arguments.number).first()
        if case is None:
            raise NotFound()
        workflow = workflow_of(case)
        print(f"{case.number}  {kind_label(case)}  {case.title}")
        print(f"{workflow.state(case.state).label}  v{case.version}  {case.responsible or '—'}  {case.address}")
        for row in case.clocks.all():
            declared = clocks.declared_clock(workflow, row.key)
            print(f"  [{clocks.label(declared) if declared else row.key}] " + " ".join(clocks.explain(row, declared)))
        for told in tell(case, workflow, list(case.timeline.all())):
            text = " ".join(filter(None, (told.sentence, told.text)))
            print(f"  {moment_words(told.at)}  {text}  ({told.by})")
    return 0
