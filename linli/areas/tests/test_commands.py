"""`linli areas …` from the command line."""

import argparse
import json

import pytest

from linli.areas.boundaries import BoundaryRefused
from linli.areas.commands import add_commands


@pytest.fixture(autouse=True)
def database(db):
    """The commands work on the prepared database."""


def linli(*words):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["areas", *words])
    return arguments.run(arguments)


def test_load_says_what_is_there(capsys):
    assert linli("load") == 0
    assert "775" in capsys.readouterr().out
    assert linli("load", "--again") == 0
    assert "775" in capsys.readouterr().out


def test_find_and_locate_print_the_path_and_the_whole_name(capsys):
    assert linli("find", "仁里镇") == 0
    assert "34.3417.341722.341722100 石台县仁里镇" in capsys.readouterr().out
    assert linli("locate", "117.473238", "30.653910") == 0
    assert "贵池区池阳街道" in capsys.readouterr().out
    assert linli("locate", "117.285", "30.457") == 1


def test_boundaries_are_taken_in_or_refused(tmp_path, capsys):
    ring = [[117.4, 30.6], [117.5, 30.6], [117.5, 30.7], [117.4, 30.6]]
    own = {"properties": {"code": "341702001000"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [own]}))
    assert linli("boundaries", str(path), "--source", "x") == 0
    assert "池阳街道" in capsys.readouterr().out
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [{}]}))
    with pytest.raises(BoundaryRefused):
        linli("boundaries", str(path), "--source", "x")
