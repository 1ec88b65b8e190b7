"""A small web server of bounded events over real sockets, and what a sender hears of it."""

import socket
import threading
from contextlib import contextmanager

import uvicorn

from linli.signals.gateways.http.limits import BoundedEvents

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


@contextmanager
def served(inner=echo, *, seconds=60, protocol="httptools"):
    """The port of a server of `inner` with bounded events."""
    config = uvicorn.Config(
        BoundedEvents(inner, seconds=seconds), http=protocol, log_level="critical", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


@contextmanager
def connected(port):
    """A connection to it."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
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
