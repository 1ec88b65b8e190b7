"""Heads of requests that come too slowly or never end, over real sockets."""

import pytest

from linli.signals.gateways.http.tests.serving import HEAD, answer, connected, everything, served
from linli.site.patience import Patient


class Hasty(Patient):
    """For people who do not want to wait ten seconds for a test."""

    head_seconds = 1.0


@pytest.fixture(scope="module")
def port():
    with served(protocol=Hasty) as number:
        yield number


@pytest.fixture
def line(port):
    with connected(port) as opened:
        yield opened


@pytest.mark.parametrize("head", [b"", b"POST /in/v1/events HTTP/1.1\r\nHost: he"])
def test_a_head_that_is_not_finished_closes_the_connection(line, head):
    line.sendall(head)
    assert everything(line) == b""


def test_a_second_head_on_the_same_connection_is_not_waited_for_either(line):
    line.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
    assert answer(line)[0] == 200
    line.sendall(HEAD)
    assert everything(line) == b""


def test_endless_headers_close_the_connection(line):
    line.sendall(b"POST /in/v1/events HTTP/1.1\r\n")
    with pytest.raises(OSError):
        for n in range(1_000_000):
            line.sendall(b"x-property-%d: 1\r\n" % n)
