"""`linli response …` from the command line."""

import argparse

from linli.response.commands import add_commands
from linli.response.tests.conftest import SITE


def linli(*words):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["response", *words])
    return arguments.run(arguments)


def test_units_and_the_nearest_are_printed_with_their_reasons(make_unit, see_all, capsys):
    make_unit("演示安 01")
    make_unit("演示巡 02", capabilities=("patrol",))
    assert linli("units") == 0
    assert "演示安 01\t驻地待命" in capsys.readouterr().out
    assert linli("recommend", *map(str, SITE), "guard") == 0
    printed = capsys.readouterr().out
    assert "演示安 01\t行车" in printed and "(演示巡 02: 缺少能力：guard)" in printed
