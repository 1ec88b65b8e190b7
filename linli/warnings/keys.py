"""The installation's key for warnings: made when first needed, sealed at rest, its certificate public."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import connection, transaction

from linli.areas.tree import load_tree
from linli.base import clock
from linli.base.ids import uuid7
from linli.base.sealing import seal, unseal
from linli.signals.gateways.cap import sources
from linli.signals.models import CapSource
from linli.warnings.models import SigningKey

VALID = timedelta(days=5 * 365)
RENEWED_BEFORE = timedelta(days=90)
_LOCK = 0x4C4E4C14


def sender() -> str:
    """What our own warnings call their sender: the city's code in 14 digits, at the city's domain."""
    return f"{load_tree().city().code[:6]}00000000@{settings.DOMAIN}"


@transaction.atomic
def current() -> tuple[bytes, str]:
    """(key, certificate) as PEM, made or renewed when there is none good for 90 days more. Raises SealBroken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    newest = SigningKey.objects.first()
    if newest is None or newest.made_at + VALID - RENEWED_BEFORE < clock.now():
        newest = _make()
    return unseal(bytes(newest.sealed_key), _about(newest)), newest.certificate


def certificates() -> str:
    """The certificates of all our keys, newest first, as PEM."""
    return "".join(SigningKey.objects.values_list("certificate", flat=True))


def _make() -> SigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    now = clock.now()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{load_tree().city().name}"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"warnings {settings.DOMAIN}"[:64]),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    row = SigningKey(id=uuid7(), certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(), made_at=now)
    row.sealed_key = seal(pem, _about(row))
    row.save()
    _pin()
    return row


def _about(row: SigningKey) -> str:
    return f"warning key {row.pk}"


def _pin() -> None:
    """We are a source like any other: our warnings come into the log by their signature."""
    own = CapSource.objects.filter(sender=sender()).first()
    if own is None:
        city = load_tree().city()
        sources.add(sender(), name=city.name, area_path=city.path, certificates=certificates())
    else:
        own.certificates = certificates()
        own.save(update_fields=["certificates"])
