"""The web server's own patience, over real sockets: endless bodies, slow bodies, slow heads, gzip bombs."""

import gzip
import json
import socket
import threading
import zlib
from contextlib import contextmanager

import pytest
import uvicorn

from linli.signals.gateways.http import body
from linli.signals.gateways.http.limits import BoundedEvents
from linli.site.patience import Patient

HEAD = b"POST /in/v1/events HTTP/1.1\r\nHost: here\r\nContent-Type: application/cloudevents+json\r\n"


async def echo(scope, receive, send):
    """Says how long the body was."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    said = str(length).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(said)).encode())]}
    )
    await send({"type": "http.response.body", "body": said})


class Hasty(Patient):
    """The same, for people who do not want to wait for a test."""

    head_seconds = 1.0


@contextmanager
def served(protocol, seconds):
    """The port of a server of bounded events."""
    config = uvicorn.Config(
        BoundedEvents(echo, seconds=seconds), http=protocol, log_level="critical", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def port():
    with served(Patient, 60) as number:
        yield number


@pytest.fixture(scope="module")
def hasty_port():
    with served(Hasty, 1.0) as number:
        yield number


@pytest.fixture
def line(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
        yield opened


@pytest.fixture
def hasty_line(hasty_port):
    with socket.create_connection(("127.0.0.1", hasty_port), timeout=20) as opened:
        yield opened


def everything(line) -> bytes:
    """What comes until the server closes."""
    found = b""
    while chunk := line.recv(65_536):
        found += chunk
    return found


def answer(line) -> tuple[int, bytes]:
    reader = line.makefile("rb")
    status = int(reader.readline().split()[1])
    headers = dict(header.lower().split(b": ", 1) for header in iter(reader.readline, b"\r\n"))
    return status, reader.read(int(headers[b"content-length"]))


def test_a_body_within_the_limits_passes_whole(line):
    for _ in range(2):
        line.sendall(HEAD + b"Content-Length: 70000\r\n\r\n" + b"x" * 35_000)
        line.sendall(b"x" * 35_000)
        assert answer(line) == (200, b"70000")


def test_a_body_announced_too_large_is_refused_before_it_comes(line):
    line.sendall(HEAD + b"Content-Length: 99999999999\r\n\r\n")
    said = everything(line)
    assert said.startswith(b"HTTP/1.1 413") and b"http.too_large" in said


def test_an_endless_body_is_cut_off(line):
    line.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(body.LARGEST // 65_536):
        line.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
    line.sendall(b"1\r\nx\r\n")
    assert everything(line).startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_come_is_not_waited_for(hasty_line):
    hasty_line.sendall(HEAD + b"Content-Length: 10\r\n\r\n{")
    said = everything(hasty_line)
    assert said.startswith(b"HTTP/1.1 408") and b"http.too_slow" in said


def test_other_addresses_are_left_alone(line):
    line.sendall(b"POST /elsewhere HTTP/1.1\r\nHost: here\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000)
    assert answer(line) == (200, b"5000000")


@pytest.mark.parametrize("head", [b"", b"POST /in/v1/events HTTP/1.1\r\nHost: he"])
def test_a_head_that_is_not_finished_closes_the_connection(hasty_line, head):
    hasty_line.sendall(head)
    assert everything(hasty_line) == b""


def test_a_second_head_on_the_same_connection_is_not_waited_for_either(hasty_line):
    hasty_line.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
    assert answer(hasty_line)[0] == 200
    hasty_line.sendall(HEAD)
    assert everything(hasty_line) == b""


def test_endless_headers_close_the_connection(line):
    line.sendall(b"POST /in/v1/events HTTP/1.1\r\n")
    with pytest.raises(OSError):
        for n in range(1_000_000):
            line.sendall(b"x-property-%d: 1\r\n" % n)


def test_gzip_is_taken_and_the_signature_is_over_the_text(post, heard):
    text = json.dumps(post.event(id="zipped"))
    headers = post.signed(text) | {"Content-Encoding": "gzip"}
    assert post.raw(gzip.compress(text.encode()), headers=headers).status_code == 201
    assert bytes(heard()[0].raw) == text.encode()


BOMB = gzip.compress(b" " * 10_000_000)


@pytest.mark.parametrize(
    ("packed", "status", "code"),
    [
        (gzip.compress(b" " * 60_000), 413, "http.too_compressed"),
        (BOMB, 413, "http.too_large"),
        (gzip.compress(BOMB), 413, "http.too_compressed"),
        (b"no gzip", 400, "http.not_readable"),
        (gzip.compress(b"{}")[:-3], 400, "http.not_readable"),
        (gzip.compress(b"{}") + b"{}", 400, "http.not_readable"),
        (zlib.compress(b"{}"), 400, "http.not_readable"),
    ],
)
def test_gzip_that_is_a_bomb_or_broken(post, heard, packed, status, code):
    headers = post.signed("{}") | {"Content-Encoding": "gzip"}
    answer = post.raw(packed, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert heard() == []


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_415_another_encoding(post, encoding):
    answer = post.raw("{}", headers=post.signed("{}") | {"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["fields"]["header"]) == (415, "Content-Encoding")
