"""What journeys share: frames through the real socket, the API with a real token, waiting for a page to change."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from typing import Any
from urllib.request import Request, urlopen

from tests.journeys.house import ROOT, House

PASSWORD = "linli-demo-2026"


def crc(data: bytes) -> str:
    """CRC-16/ARC as DC-09 writes it; an implementation apart from the product's."""
    register = 0
    for byte in data:
        register ^= byte
        for _bit in range(8):
            register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
    return f"{register:04X}"


def frame(account: str, sequence: int, event: str, token: str = "ADM-CID") -> bytes:
    """A plain DC-09 frame of `account`."""
    body = f'"{token}"{sequence:04d}L0#{account}[#{account}|{event}]' if event else f'"NULL"0000L0#{account}[]'
    return f"\n{crc(body.encode())}0{len(body):03X}{body}\r".encode()


def send(house: House, data: bytes, seconds: float = 10) -> bytes:
    """Send bytes to the house's DC-09 port as a panel does; what it answers, b"" for nothing."""
    with socket.create_connection(("127.0.0.1", house.dc09_port), seconds) as panel:
        panel.settimeout(seconds)
        panel.sendall(data)
        try:
            return panel.recv(1024)
        except TimeoutError:
            return b""


def printed_account(house: House, what: str) -> str:
    """The demo account of `what` (plain, encrypted, unknown) that the house printed."""
    found = re.search(rf"^\s+{what}\s+([0-9A-F]+)", house.output, re.MULTILINE)
    assert found, house.output[-2000:]
    return found[1]


def token(house: House, user: str) -> str:
    """A token as `linli accounts token USER` prints it."""
    found = re.search(r"linli_\S+", house.linli("accounts", "token", user))
    assert found
    return found[0]


def api(house: House, path: str, bearer: str) -> Any:
    """GET an address of the API."""
    request = Request(f"{house.address}/api/v1{path}", headers={"Authorization": f"Bearer {bearer}"})
    with urlopen(request, timeout=20) as answer:
        return json.load(answer)


def ask(house: House, code: str) -> Any:
    """Run Python inside the house as the post `system`; the JSON it prints last."""
    program = (
        "import django; django.setup()\nimport json\nfrom linli.base import visibility\n"
        f"with visibility.system():\n{''.join('    ' + line + chr(10) for line in code.splitlines())}"
    )
    environment = house.environment | {"DJANGO_SETTINGS_MODULE": "linli.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
