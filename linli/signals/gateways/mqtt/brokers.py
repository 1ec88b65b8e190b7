"""The brokers the house listens to, and whose the messages of their topics are. Changed by these functions alone."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.base.refusal import NotFound, Refusal
from linli.base.sealing import seal, unseal
from linli.signals.gateways.mqtt import topics
from linli.signals.models import Broker, EventSource, Subscription

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
_CLIENT = re.compile(r"[!-~]{1,64}")
VERSIONS = (5, 3)


class BrokerRefused(Refusal):
    """A broker or a subscription cannot be registered as asked."""

    code = "mqtt.broker_refused"
    sentence = _("{what}: {advice}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a connection is made of; equal settings need no new connection. `password`, `certificate_key`: opened."""

    id: UUID
    key: str
    host: str
    port: int
    version: int
    tls: bool
    ca: str
    username: str
    password: str
    certificate: str
    certificate_key: str
    client_id: str
    filters: tuple[str, ...]


def add(
    key: str, *, host: str, port: int = 0, name: str = "", version: int = 5, tls: bool = True, ca: str = "",
    username: str = "", password: str = "", certificate: str = "", certificate_key: str = "", client_id: str = "",
    native: bool = True, proves_sender: bool = False,
) -> Broker:  # fmt: skip
    """Register a broker; the port is 8883 with TLS and 1883 without when not given. Raises BrokerRefused."""
    if not _KEY.fullmatch(key):
        raise BrokerRefused(what=key or "key", advice=_("1 to 40 small letters, digits and dashes"))
    if Broker.objects.filter(key=key).exists():
        raise BrokerRefused(what=key, advice=_("is registered already; change it, or choose another name"))
    row = Broker(
        key=key, name=name or key, host=host, port=port or (8883 if tls else 1883), version=version, tls=tls, ca=ca,
        username=username, certificate=certificate, client_id=client_id or f"linli-{key}", native=native,
        proves_sender=proves_sender,
    )  # fmt: skip
    _seal(row, password, certificate_key)
    _check(row, certificate_key)
    row.save()
    return row


def change(broker: Broker, *, password: str = "", certificate_key: str = "") -> None:
    """Save `broker` with its changed fields; an empty secret leaves the one there is. Raises BrokerRefused."""
    _seal(broker, password, certificate_key)
    _check(broker, certificate_key)
    broker.save()


def _seal(row: Broker, password: str, certificate_key: str) -> None:
    if password:
        row.sealed_password = seal(password.encode(), f"password of broker {row.key}")
    if certificate_key:
        row.sealed_certificate_key = seal(certificate_key.encode(), f"certificate key of broker {row.key}")


def _check(row: Broker, certificate_key: str) -> None:
    for good, what, advice in (
        (_HOST.fullmatch(row.host), _("Host"), _("give a name or an address, without mqtt:// and without the port")),
        (1 <= row.port <= 65535, _("Port"), _("between 1 and 65535")),
        (row.version in VERSIONS, _("Version"), _("5, or 3 for MQTT 3.1.1")),
        (_CLIENT.fullmatch(row.client_id), _("Client id"), _("1 to 64 visible ASCII characters")),
        (row.tls or not row.certificate, _("Certificate"), _("needs TLS")),
        (
            bool(row.certificate) == bool(row.sealed_certificate_key),
            _("Certificate"),
            _("give both, the certificate and its key"),
        ),
    ):
        if not good:
            raise BrokerRefused(what=str(what), advice=advice)
    try:
        if row.ca:
            ssl.create_default_context(cadata=row.ca)
        if row.certificate:
            x509.load_pem_x509_certificates(row.certificate.encode())
        if certificate_key:
            load_pem_private_key(certificate_key.encode(), None)
    except (ssl.SSLError, ValueError, TypeError):
        raise BrokerRefused(
            what=str(_("Certificate")), advice=_("paste it as PEM text, from -----BEGIN to END-----, without password")
        ) from None


def get(key: str) -> Broker:
    """The broker `key`. Raises NotFound."""
    found = Broker.objects.filter(key=key).first()
    if found is None:
        raise NotFound()
    return found


def set_active(key: str, active: bool) -> None:
    """Listen to `key`, or not any more (its session at the broker goes on gathering for a week). Raises NotFound."""
    if not Broker.objects.filter(key=key).update(active=active):
        raise NotFound()


def subscribe(broker: Broker, filter: str, source: EventSource) -> Subscription:
    """Take what comes under `filter` as messages of `source`. Raises BrokerRefused."""
    if not topics.is_filter(filter):
        raise BrokerRefused(
            what=filter[:80] or _("Topic filter"),
            advice=_("write levels with / between; + for any one level, # at the end for all below"),
        )
    with transaction.atomic():
        row = Broker.objects.select_for_update().get(pk=broker.pk)
        others = [other.filter for other in row.subscriptions.all()]
        taken = next((other for other in [*others, *topics.NATIVE_FILTERS] if topics.overlap(filter, other)), None)
        if taken is not None:
            raise BrokerRefused(
                what=filter, advice=_("meets «{taken}»: a message would count twice").format(taken=taken)
            )
        return Subscription.objects.create(broker=row, filter=filter, source=source)


def unsubscribe(broker: Broker, filter: str) -> None:
    """Take nothing more under `filter`. Raises NotFound."""
    if not broker.subscriptions.filter(filter=filter).delete()[0]:
        raise NotFound()


def settings() -> list[Settings]:
    """The active brokers with their secrets opened. Raises SealBroken."""
    rows = Broker.objects.filter(active=True).prefetch_related("subscriptions")
    return [_settings(row) for row in rows]


def _settings(row: Broker) -> Settings:
    filters = [subscription.filter for subscription in row.subscriptions.all()]
    return Settings(
        id=row.pk, key=row.key, host=row.host, port=row.port, version=row.version, tls=row.tls, ca=row.ca,
        username=row.username, certificate=row.certificate, client_id=row.client_id,
        password=_opened(row.sealed_password, f"password of broker {row.key}"),
        certificate_key=_opened(row.sealed_certificate_key, f"certificate key of broker {row.key}"),
        filters=(*(topics.NATIVE_FILTERS if row.native else ()), *filters),
    )  # fmt: skip


def _opened(sealed: bytes | memoryview | None, about: str) -> str:
    return unseal(bytes(sealed), about).decode() if sealed else ""


def wanted() -> bool:
    """Whether there is a broker to listen to."""
    return Broker.objects.filter(active=True).exists()


def note(id: UUID, *, connected_since: datetime | None, heard_at: datetime | None, fault: str, at: datetime) -> None:
    """Remember how the connection to a broker stands."""
    row = Broker.objects.filter(pk=id)
    row.update(connected_since=connected_since)
    if heard_at:
        row.update(last_heard_at=heard_at)
    if fault:
        row.update(fault=fault[:300], fault_at=at)
    elif connected_since:
        row.update(fault="")
