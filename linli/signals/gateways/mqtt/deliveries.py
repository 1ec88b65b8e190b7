"""Numbers for messages without one of their own: a delivery that is repeated keeps the number of the first.

A broker repeats an unacknowledged delivery under the same packet identifier with DUP set (MQTT 5.0 §4.4). The last
delivery under each identifier is remembered in the transaction that keeps it, so after a kill between commit and
acknowledgement the repetition is known, while an equal message of tomorrow is news.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from linli.base.ids import uuid7
from linli.signals.gateways.mqtt.message import Message
from linli.signals.models import MqttDelivery

NONE = UUID(int=0)

_REMEMBER = """
INSERT INTO signals_mqttdelivery AS d (broker_id, packet, digest, number)
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::bytea[], %s::uuid[])
ON CONFLICT (broker_id, packet) DO UPDATE SET digest = EXCLUDED.digest, number = EXCLUDED.number
"""


def numbers(messages: Sequence[Message]) -> list[UUID]:
    """A number for each, in order; inside the caller's transaction."""
    last: dict[tuple[UUID, int], tuple[bytes, UUID]] = {}
    repeated = {message.packet for message in messages if message.dup and message.qos}
    if repeated:
        rows = MqttDelivery.objects.filter(
            broker__in={message.broker for message in messages}, packet__in=repeated
        ).values_list("broker_id", "packet", "digest", "number")
        last = {(broker, packet): (bytes(digest), number) for broker, packet, digest, number in rows}
    found, fresh = [], {}
    for message in messages:
        key, digest = (message.broker, message.packet), message.digest()
        known = last.get(key)
        number = known[1] if message.dup and known and known[0] == digest else uuid7()
        if message.qos:
            last[key] = fresh[key] = (digest, number)
        found.append(number)
    if fresh:
        _remember(fresh)
    return found


def _remember(fresh: dict[tuple[UUID, int], tuple[bytes, UUID]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER,
            [
                [broker for broker, _packet in fresh],
                [packet for _broker, packet in fresh],
                [digest for digest, _number in fresh.values()],
                [number for _digest, number in fresh.values()],
            ],
        )
