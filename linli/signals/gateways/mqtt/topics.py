"""Topics and topic filters (MQTT 5.0 §4.7), and the house's own tree `linli/v1/{source}/…`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paho.mqtt.client import topic_matches_sub

ROOT = ("linli", "v1")
NATIVE_FILTERS = ("linli/v1/+/e/+", "linli/v1/+/s")
MOST_LEVELS = 32


@dataclass(frozen=True, slots=True)
class Native:
    """A topic of the house's own tree: whose, an event (with the kind it names) or the state of the connection."""

    source: str
    what: Literal["event", "state"]
    kind: str = ""


def native(topic: str) -> Native | None:
    """`topic` in the house's tree, or None."""
    levels = topic.split("/")
    if tuple(levels[:2]) != ROOT:
        return None
    if len(levels) == 5 and levels[3] == "e":
        return Native(levels[2], "event", levels[4])
    if len(levels) == 4 and levels[3] == "s":
        return Native(levels[2], "state")
    return None


def answer_topic(source: str, id: str) -> str | None:
    """Where the answer to the event `id` of `source` goes; None when the id cannot stand in a topic."""
    if any(mark in id for mark in "/+#\x00") or len(id) > 128:
        return None
    return f"linli/v1/{source}/a/{id}"


def is_filter(text: str) -> bool:
    """Whether `text` is a topic filter as §4.7.1 says; filters of the broker's own topics ($SYS) are none of ours."""
    levels = text.split("/")
    if not text or len(text) > 400 or len(levels) > MOST_LEVELS or "\x00" in text or text.startswith("$"):
        return False
    for place, level in enumerate(levels):
        if "#" in level and (level != "#" or place != len(levels) - 1):
            return False
        if "+" in level and level != "+":
            return False
    return True


def matches(filter: str, topic: str) -> bool:
    """Whether `topic` is one of `filter`."""
    return bool(topic_matches_sub(filter, topic))


def overlap(one: str, other: str) -> bool:
    """Whether some topic is of both filters: then a message would come twice."""
    first, second = one.split("/"), other.split("/")
    for place in range(max(len(first), len(second))):
        left = first[place] if place < len(first) else None
        right = second[place] if place < len(second) else None
        if left == "#" or right == "#":
            return True
        if left is None or right is None:
            # `a/#` is also about `a` itself.
            return (left or right) == "#"
        if "+" not in (left, right) and left != right:
            return False
    return True
