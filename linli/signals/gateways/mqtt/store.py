"""Keeps what the brokers delivered: one transaction for a whole batch; acknowledged after its commit, good or bad."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import translation

from linli.base import visibility
from linli.signals import quarantine
from linli.signals.accept import write
from linli.signals.gateways import kept_message
from linli.signals.gateways.http import sources
from linli.signals.gateways.http.intake import Answer, Carried, Part, envelope_of, name_of, write_parts
from linli.signals.gateways.http.refusals import EventRefused, OtherContent
from linli.signals.gateways.mqtt import deliveries
from linli.signals.gateways.mqtt.book import Book
from linli.signals.gateways.mqtt.decode import Decoded, Route, decode, kept
from linli.signals.gateways.mqtt.links import Links
from linli.signals.gateways.mqtt.message import Message
from linli.signals.gateways.rim import Arrival, StoreAway

PROTOCOL = "mqtt"
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)
ACKNOWLEDGE = b"{}"


@dataclass(slots=True)
class Job:
    """One message of the batch: whose, what it says, and what became of each signal."""

    arrival: Arrival
    route: Route | None
    decoded: Decoded = field(default_factory=Decoded)
    parts: list[Part] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def message(self) -> Message:
        """The message itself."""
        found: Message = self.arrival.message
        return found


class DatabaseStore:
    """The store of the running client (`rim.Store`)."""

    def __init__(self) -> None:
        self._book, self._links = Book(), Links()

    def keep(self, arrivals: Sequence[Arrival]) -> list[bytes]:
        """Everything of the batch, durable: in the log, or in quarantine with the reason. What goes back to each sender
        as JSON; every message is to be acknowledged. Raises StoreAway."""
        try:
            with transaction.atomic(durable=True), visibility.system(), translation.override("zh-hans"):
                self._book.look_up()
                jobs = [Job(item, self._book.route(item.message.broker, item.message.topic)) for item in arrivals]
                _decode([job for job in jobs if _is_event(job)])
                _write(jobs)
                write(
                    self._links.signals(
                        [(job.message, job.route, job.arrival.received_at) for job in jobs if job.route]
                    )
                )
                for job in jobs:
                    _note(job)
                heard = {job.route.source.pk for job in jobs if job.route}
                sources.note_seen(heard, max(item.received_at for item in arrivals))
        except AWAY as fault:
            self._links.forget()
            connection.close()
            raise StoreAway(str(fault).partition("\n")[0]) from fault
        return [_answer(job) for job in jobs]

    def set_aside(self, arrival: Arrival, fault: Exception) -> None:
        """One that cannot be kept as it should, into quarantine with what went wrong. Raises StoreAway."""
        message: Message = arrival.message
        try:
            quarantine.quarantine(
                PROTOCOL, _by_topic(message), "internal", kept_message.pack(kept(message)), repr(fault)
            )
        except AWAY as away:
            connection.close()
            raise StoreAway(str(away)) from away
        message.set_aside = True

    def beat(self) -> None:
        """The service itself says when it listens: only while it is connected to every broker."""


def _is_event(job: Job) -> bool:
    """An event of somebody's: not retained (that is an old one, told again), not the state of a connection."""
    native = job.route.native if job.route else None
    return job.route is not None and not job.message.retain and not (native and native.what == "state")


def _decode(jobs: list[Job]) -> None:
    """Read each message; those without a number of their own are numbered first."""
    routes = [job.route for job in jobs if job.route]
    unnumbered = [job.message for job, route in zip(jobs, routes, strict=True) if route.numbers_deliveries]
    given = iter(deliveries.numbers(unnumbered) if unnumbered else ())
    for job, route in zip(jobs, routes, strict=True):
        number = next(given) if route.numbers_deliveries else deliveries.NONE
        job.decoded = decode(job.message, route, number)
        job.parts = [Part(said, job.decoded.raw) for said in job.decoded.said]
        for refusal in job.decoded.refused:
            job.answers.append(Answer(refusal.status, refusal=refusal))


def _write(jobs: list[Job]) -> None:
    """Every signal of the batch into the log in one go."""
    assets = sources.subjects(part.said.subject for job in jobs for part in job.parts)
    ready = []
    for job in jobs:
        if job.route is None:
            continue
        at, source = job.arrival.received_at, job.route.source
        carried = Carried(at, at, PROTOCOL, "authenticated" if job.route.trusted else "registered")
        for part in job.parts:
            try:
                asset = sources.subject(source, part.said.subject, assets)
                part.envelope = envelope_of(source, part.said, part.raw, carried, asset)
                ready.append(part)
            except EventRefused as refusal:
                part.answer = Answer(refusal.status, refusal=refusal)
    write_parts(ready)
    for job in jobs:
        job.answers += [part.answer for part in job.parts if part.answer is not None]


def _note(job: Job) -> None:
    """What was refused of a message goes into quarantine with the message: a reason once, whatever it cost."""
    message, route = job.message, job.route
    if route is None:
        quarantine.note(PROTOCOL, _by_topic(message), "no-route", kept_message.pack(kept(message)), message.topic)
        return
    name = name_of(route.source, PROTOCOL)
    if message.retain and not (route.native and route.native.what == "state"):
        quarantine.note(PROTOCOL, name, "retained", kept_message.pack(kept(message)), message.topic)
    refused: dict[str, EventRefused] = {}
    for answer in job.answers:
        if answer.refusal is not None and answer.quarantine is None:
            refused.setdefault(answer.refusal.kept or answer.refusal.code, answer.refusal)
    for reason, refusal in refused.items():
        quarantine.note(PROTOCOL, name, reason.removeprefix("http.").replace("_", "-"), job.decoded.raw, refusal.text())
    if refused:
        worst = next((one for one in refused.values() if isinstance(one, OtherContent)), next(iter(refused.values())))
        sources.note_refusal([route.source.uri], worst.code)


def _by_topic(message: Message) -> str:
    """A sender nobody knows, by where it publishes: the first two levels, so that a flood of topics folds."""
    return f"{PROTOCOL}:@{'/'.join(message.topic.split('/')[:2])}"[:200]


def _answer(job: Job) -> bytes:
    """What the sender of a native event is told after the commit: status, our id or why not."""
    native = job.route.native if job.route else None
    if native is None or native.what != "event" or len(job.answers) != 1:
        return ACKNOWLEDGE
    answer = job.answers[0]
    facts: dict[str, Any] = {"status": answer.status}
    if answer.refusal is not None:
        facts |= answer.refusal.as_dict()
    elif answer.id:
        facts["id"] = str(answer.id)
    if job.parts:
        facts["event"] = job.parts[0].said.id
    return json.dumps(facts, ensure_ascii=False).encode()
