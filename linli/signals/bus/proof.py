"""The proof that JetStream acknowledges only what is on its disks.

By default it writes to the disk every two minutes and acknowledges at once; after a power cut of all nodes an
independent test found one acknowledged message in seven gone. `sync_interval: always` ends that. A client cannot see
the setting; each server tells it on its monitoring port (`/varz`), so all of them must be named.
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

from linli.signals.bus.refusals import NoProof, NotDurable

PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Node:
    """A server as its monitoring port describes it."""

    name: str
    durable: bool


def nodes(addresses: list[str]) -> list[Node]:
    """Every server of NATS_MONITOR. NoProof when one of them does not tell."""
    if not addresses:
        raise NoProof(missing="NATS_MONITOR")
    return [_node(address) for address in addresses]


def _node(address: str) -> Node:
    if not address.startswith(("http://", "https://")):
        raise NoProof(missing=address)
    try:
        with urllib.request.urlopen(f"{address.rstrip('/')}/varz", timeout=PATIENCE) as answer:
            said = json.load(answer)
        return Node(said["server_name"], bool(said["jetstream"]["config"].get("sync_always")))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise NoProof(missing=f"{address} ({fault})") from fault


def check(found: list[Node], keepers: set[str]) -> None:
    """Raise unless each server that keeps the stream (`keepers`, by name) is among them, and all of them are durable."""
    for node in found:
        if not node.durable:
            raise NotDurable(server=node.name)
    unknown = keepers - {node.name for node in found}
    if unknown:
        raise NoProof(missing=", ".join(sorted(unknown)))
