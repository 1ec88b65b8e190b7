"""What the bus refuses at the start, and how to give the proof it asks for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class ClientMissing(Refusal):
    """nats-py is an extra."""

    code = "bus.client_missing"
    sentence = _(
        "NATS_URL is set, but the NATS client is not installed: .venv/bin/pip install --require-hashes -r"
        " requirements-bus.txt"
    )


class NoProof(Refusal):
    """Nobody says how the servers write."""

    code = "bus.no_proof"
    sentence = _(
        "Nothing proves that the bus keeps what it acknowledges. Switch on `http: 127.0.0.1:8222` on every NATS server"
        " and name all of them in NATS_MONITOR (http://host:8222,…). What is missing: {missing}"
    )


class NotDurable(Refusal):
    """An acknowledged message could be lost in a power cut."""

    code = "bus.not_durable"
    sentence = _(
        "{server} acknowledges before it writes to the disk. Set `jetstream {{ sync_interval: always }}` in its"
        " configuration and restart it."
    )


class WrongStream(Refusal):
    """The stream on the servers is not one that loses nothing."""

    code = "bus.wrong_stream"
    sentence = _(
        "The stream {stream} on the bus is set otherwise than Linli needs ({what}). Let everything in it be read, remove"
        " it, and start again: it is made anew."
    )


class BusAtStart(Refusal):
    """The servers cannot be reached when a gateway starts."""

    code = "bus.unreachable"
    sentence = _("The bus at {urls} does not answer: {reason}. Start its servers, or correct NATS_URL.")
