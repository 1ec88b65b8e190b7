"""Endless bodies, slow bodies, gzip bombs: over real sockets."""

import gzip
import json
import zlib

import pytest

from linli.signals.gateways.http import body

from .serving import HEAD, answer, connected, everything, served


@pytest.fixture(scope="module")
def port():
    with served() as number:
        yield number


@pytest.fixture
def line(port):
    with connected(port) as opened:
        yield opened


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


def test_a_body_that_does_not_come_is_not_waited_for():
    with served(seconds=0.5) as port, connected(port) as line:
        line.sendall(HEAD + b"Content-Length: 10\r\n\r\n{")
        said = everything(line)
    assert said.startswith(b"HTTP/1.1 408") and b"http.too_slow" in said


def test_other_addresses_are_left_alone(line):
    line.sendall(b"POST /elsewhere HTTP/1.1\r\nHost: here\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000)
    assert answer(line) == (200, b"5000000")


def test_gzip_is_taken_and_the_signature_is_over_the_text(post, heard):
    text = json.dumps(post.event(id="zipped"))
    headers = post.signed(text) | {"Content-Encoding": "gzip"}
    assert post.raw(gzip.compress(text.encode(), mtime=0), headers=headers).status_code == 201
    assert bytes(heard()[0].raw) == text.encode()


BOMB = gzip.compress(b" " * 10_000_000, mtime=0)


@pytest.mark.parametrize(
    ("packed", "status", "code"),
    [
        (gzip.compress(b" " * 60_000, mtime=0), 413, "http.too_compressed"),
        (BOMB, 413, "http.too_large"),
        (gzip.compress(BOMB, mtime=0), 413, "http.too_compressed"),
        (b"no gzip", 400, "http.not_readable"),
        (gzip.compress(b"{}", mtime=0)[:-3], 400, "http.not_readable"),
        (gzip.compress(b"{}", mtime=0) + b"{}", 400, "http.not_readable"),
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
