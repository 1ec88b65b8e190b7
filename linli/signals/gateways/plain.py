"""Plain JSON of a source, read by its mapping: shared by the entrances (HTTP, MQTT)."""

from __future__ import annotations

from linli.signals.gateways.http import strict_json
from linli.signals.gateways.http.refusals import EventRefused, NoMapping, NotUnderstood
from linli.signals.gateways.said import Said
from linli.signals.mapping import read as mapped
from linli.signals.mapping.grammar import Mapping
from linli.signals.models import EventSource

NAMED = 5


def read_plain(
    payload: bytes, topic: str, number: str, source: EventSource, mapping: Mapping | None
) -> tuple[list[Said], list[EventRefused]]:
    """The signals of a message and the refusal of what was not understood of it, if any.

    `topic`: of MQTT, or what follows the source in the address; `number`: stands for the sender's own number where the
    mapping names none. Raises NotReadable, NoMapping when nothing can be read of it.
    """
    whole = strict_json.loads(payload)
    if mapping is None:
        raise NoMapping(own=source.uri)
    reading = mapped.read(mapping, whole, number, tuple(topic.split("/")))
    refused = reading.refused
    problems = "; ".join(str(problem) for problem in refused[:NAMED])
    return reading.signals, [NotUnderstood(problems=problems)] if refused else []
