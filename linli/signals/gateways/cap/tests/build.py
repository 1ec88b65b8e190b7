"""Documents for tests: an alert whose parts can be replaced, a signer and its certificate."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from linli.signals.gateways.cap import signature

SENDER = "34170041600000@czyj.example"
SENT = "2026-07-01T08:00:00+08:00"
NOW = datetime(2026, 7, 1, 0, 1, tzinfo=UTC)
AREA = (
    "<area><areaDesc>贵池区</areaDesc><geocode><valueName>GB/T 2260</valueName><value>341702</value></geocode></area>"
)


def info(*, language="zh-CN", event="暴雨", code="11B03", colour="橙", severity="Severe", area=AREA, expires="2026-07-01T14:00:00+08:00", response="Prepare", extra=""):  # fmt: skip
    """One info block."""
    ends = f"<expires>{expires}</expires>" if expires else ""
    event_code = f"<eventCode><valueName>GB/T 35561</valueName><value>{code}</value></eventCode>" if code else ""
    painted = f"<parameter><valueName>AlertColor</valueName><value>{colour}</value></parameter>" if colour else ""
    return (
        f"<info><language>{language}</language><category>Met</category><event>{event}</event>"
        f"<responseType>{response}</responseType><urgency>Immediate</urgency><severity>{severity}</severity>"
        f"<certainty>Likely</certainty>{event_code}<effective>{SENT}</effective>{ends}"
        f"<headline>演示·气象台发布{event}预警</headline>{extra}{painted}{area}</info>"
    )


def alert(*, identifier="T.1", sender=SENDER, sent=SENT, status="Actual", msg_type="Alert", scope="Public", references="", infos=None, head=""):  # fmt: skip
    """A CAP 1.2 document as bytes."""
    body = info() if infos is None else "".join(infos)
    named = f"<references>{references}</references>" if references else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent><status>{status}</status>"
        f"<msgType>{msg_type}</msgType><scope>{scope}</scope>{head}{named}{body}</alert>"
    ).encode()


def reference(identifier="T.1", sender=SENDER, sent=SENT):
    """What an update or a cancel names."""
    return f"{sender},{identifier},{sent}"


def signer(name="演示·预警中心", curve=False, issuer="", ca=True, days=3650):
    """(key PEM, certificate PEM), self-signed or issued by the signer called `issuer`."""
    return _signer(name, curve, issuer, ca, days)


@cache
def _signer(name, curve, issuer, ca, days):
    key = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = x509.load_pem_x509_certificate(signer(issuer)[1].encode()).subject if issuer else subject
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(above).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )  # fmt: skip
    by = serialization.load_pem_private_key(signer(issuer)[0], None) if issuer else key
    certificate = made.sign(by, hashes.SHA256())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem, certificate.public_bytes(serialization.Encoding.PEM).decode()


def signed(document, by=None):
    """The document with an enveloped signature."""
    key, certificate = by or signer()
    return etree.tostring(signature.sign(etree.fromstring(document), key, certificate), encoding="UTF-8", xml_declaration=True)  # fmt: skip
