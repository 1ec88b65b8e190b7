"""The small sender and the commands, against the house on a real socket."""

import argparse
import json
import socket
import threading

import pytest
from django.core.asgi import get_asgi_application

from linli.base import visibility
from linli.base.refusal import NotFound
from linli.signals.commands import add_commands
from linli.signals.gateways.http import sender, signature
from linli.signals.gateways.http.sources import SourceRefused
from linli.signals.models import EventSource, Signal
from linli.signals.tests.conftest import make_asset

from .conftest import URI, registered
from .serving import served


def linli(*words):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["signals", *words])
    return arguments.run(arguments)


@pytest.fixture
def address(transactional_db, vocabulary):
    make_asset("WL-1", type="water.gauge")
    with served(get_asgi_application()) as port:
        yield f"http://127.0.0.1:{port}/in/v1/events"


def logged():
    with visibility.system():
        return list(Signal.objects.filter(protocol="http").values_list("sequence", flat=True))


def test_an_event_goes_through_a_real_socket_once(address):
    _source, secret = registered()
    event = sender.event(URI, "alarm.water_level", "WL-1", {"level_m": 28.6, "text": "超警戒水位"}, id="post-17")
    first, again = sender.send(address, secret, event), sender.send(address, secret, event)
    assert (first.status, again.status) == (201, 200)
    assert first.body["id"] == again.body["id"]
    assert sender.send(address, signature.new_secret(), event).status == 401
    assert logged() == ["post-17"]


def test_from_registering_to_the_first_event_by_commands_alone(address, capsys):
    registered("/somebody/else")
    assert linli("source", "add", URI, "--name", "演示·水位站", "--area", "34.3417.341702", "--kind", "measure.*") == 0
    said = capsys.readouterr()
    assert signature.is_secret(said.out.strip()) and URI in said.err
    words = ("source", "send", URI, "measure.water_level", "WL-1", "--data", '{"level_m": 3.2}', "--to", address)
    assert linli(*words, "--id", "e-1") == 0
    assert capsys.readouterr().out.startswith("201 ")
    assert linli("source", "send", URI, "alarm.fire", "WL-1", "--to", address) == 1
    assert "http.not_your_kind" in capsys.readouterr().out
    linli("source", "list")
    line = next(line for line in capsys.readouterr().out.splitlines() if URI in line)
    assert line.startswith("open") and "http.not_your_kind" in line
    linli("source", "rotate", URI)
    new = capsys.readouterr().out.strip()
    assert new != said.out.strip()
    assert linli(*words, "--id", "e-2") == 0
    linli("source", "close", URI)
    assert linli(*words, "--id", "e-3") == 1
    linli("source", "open", URI)
    assert linli(*words, "--id", "e-4") == 0
    assert logged() == ["e-1", "e-2", "e-4"]


def test_what_cannot_be_sent_is_said(address, capsys):
    registered()
    assert linli("source", "send", URI, "alarm.fire", "WL-1", "--data", "level 3") == 2
    assert linli("source", "send", URI, "alarm.fire", "WL-1", "--data", "[1]") == 2
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    assert linli("source", "send", URI, "alarm.fire", "WL-1", "--to", f"http://127.0.0.1:{port}") == 1
    assert "没有应答" in capsys.readouterr().err
    with pytest.raises(NotFound):
        linli("source", "send", "/nobody", "alarm.fire", "WL-1")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("/a b", "--area", "34.3417.341702"), "/a b"),
        ((URI, "--area", "34.3417.341702"), URI),
        (("/new", "--area", "34.99"), "34.99"),
        (("/new", "--area", "34.3417.341702", "--kind", "status.offline"), "status.offline"),
        (("/new", "--area", "34.3417.341702", "--kind", "alarm.flood"), "alarm.flood"),
        (("/new", "--area", "34.3417.341702", "--origin", "https://example.org"), "https://example.org"),
        (("/new", "--area", "34.3417.341702", "--per-minute", "0"), "0"),
        (("/new", "--area", "34.3417.341702", "--asset", "WL-9"), "WL-9"),
    ],
)
def test_what_cannot_be_registered(db, words, what):
    registered()
    with pytest.raises(SourceRefused) as refused:
        linli("source", "add", *words)
    assert refused.value.fields["what"] == what
    assert EventSource.objects.count() == 1


def test_the_sender_follows_no_redirect():
    """A house that answers 302 gets the event once and its location is not asked."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def answer():
            connection, _address = listening.accept()
            with connection:
                asked.append(connection.recv(65_536))
                place = f"Location: http://127.0.0.1:{port}/elsewhere\r\nContent-Length: 0\r\n\r\n"
                connection.sendall(b"HTTP/1.1 302 Found\r\n" + place.encode())

        thread = threading.Thread(target=answer)
        thread.start()
        event = sender.event(URI, "alarm.fire", "WL-1", {})
        said = sender.send(f"http://127.0.0.1:{port}/in/v1/events", signature.new_secret(), event)
        thread.join(10)
    assert (said.status, said.body, len(asked)) == (302, None, 1)
    assert json.dumps(event["id"]).strip('"').encode() in asked[0]
