"""XML signatures on alerts: enveloped, exclusive C14N, RSA or ECDSA P-256 with SHA-256, a pinned X.509 certificate.

Refused: SHA-1, HMAC, bare keys, any other transform, certificates that are not pinned for the sender. A signature that
covers anything but the whole alert is a wrapping attack and counts as broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature as BadCertificateSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConfiguration,
    SignatureMethod,
    XMLSigner,
    XMLVerifier,
    methods,
)
from signxml.exceptions import SignXMLException

from linli.signals.gateways.cap import xml

DS = "{http://www.w3.org/2000/09/xmldsig#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0.value
_METHODS = frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256})
_DIGESTS = frozenset({DigestAlgorithm.SHA256})
WRAPPED = "does not cover the whole alert"

State = Literal["none", "valid", "invalid", "refused"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a signature proves. `signed`: the element that was signed, the only one to be read when `valid`."""

    state: State
    reason: str = ""
    signed: xml.Element | None = None


UNSIGNED = Verdict("none")


def certificates(pem: str) -> list[x509.Certificate]:
    """The certificates of a PEM text. Raises ValueError when it holds none."""
    return x509.load_pem_x509_certificates(pem.encode())


def verify(alert: xml.Element, trusted: Sequence[x509.Certificate], now: datetime) -> Verdict:
    """Verify the signature of `alert` with `trusted`: the senders' certificates, or those of their issuers."""
    everywhere = list(alert.iter(f"{DS}Signature"))
    if not everywhere:
        return UNSIGNED
    own = [one for one in everywhere if one.getparent() is alert]
    if len(everywhere) > 1 or not own:
        return Verdict("invalid", WRAPPED if not own else "more than one signature")
    refused = _refusals(own[0])
    if refused:
        return Verdict("refused", "; ".join(refused))
    if not _covers_all(own[0]):
        return Verdict("invalid", WRAPPED)
    certificate = _certificate(own[0])
    if certificate is None or not _is_trusted(certificate, trusted, now):
        return Verdict("refused", "certificate not pinned" if certificate else "certificate unreadable")
    return _verified(alert, certificate)


def _verified(alert: xml.Element, certificate: x509.Certificate) -> Verdict:
    config = SignatureConfiguration(
        location="./", expect_references=1, signature_methods=_METHODS, digest_algorithms=_DIGESTS
    )
    try:
        # A copy as bytes: nothing outside the alert (an envelope's namespaces) is part of what is verified.
        found = XMLVerifier().verify(
            etree.tostring(alert, with_tail=False), x509_cert=certificate, expect_config=config
        )
    except (SignXMLException, etree.LxmlError, ValueError, TypeError) as fault:
        return Verdict("invalid", str(fault)[:200])
    signed = None if isinstance(found, list) else found.signed_xml
    if signed is None or signed.tag != alert.tag:
        return Verdict("invalid", WRAPPED)
    return Verdict("valid", signed=signed)


def _refusals(signature: xml.Element) -> list[str]:
    found = []
    names = [
        element.get("Algorithm", "")
        for name in ("SignatureMethod", "DigestMethod")
        for element in signature.iter(DS + name)
    ]
    if any("sha1" in name.lower() for name in names):
        found.append("sha1")
    elif any("hmac" in name.lower() for name in names):
        found.append("hmac")
    elif not all(_is_one(name) for name in names):
        found.append("algorithm")
    if signature.find(f".//{DS}X509Certificate") is None:
        found.append("key not bound to a certificate")
    methods_of_c14n = [element.get("Algorithm", "") for element in signature.iter(f"{DS}CanonicalizationMethod")]
    if not found and methods_of_c14n != [_EXCLUSIVE]:
        found.append("canonicalization")
    return found


def _is_one(name: str) -> bool:
    return name in {method.value for method in _METHODS} | {digest.value for digest in _DIGESTS}


def _covers_all(signature: xml.Element) -> bool:
    """One reference, to the whole document, with the two transforms and no others."""
    references = list(signature.iter(f"{DS}Reference"))
    if len(references) != 1 or references[0].get("URI") != "" or signature.find(f"{DS}Object") is not None:
        return False
    transforms = [element.get("Algorithm", "") for element in references[0].iter(f"{DS}Transform")]
    return _ENVELOPED in transforms and set(transforms) <= {_ENVELOPED, _EXCLUSIVE} and _EXCLUSIVE in transforms


def _certificate(signature: xml.Element) -> x509.Certificate | None:
    """The first certificate in KeyInfo: the signer's."""
    element = signature.find(f".//{DS}X509Certificate")
    text = "" if element is None else "".join((element.text or "").split())
    body = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    try:
        return x509.load_pem_x509_certificate(
            f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n".encode()
        )
    except ValueError:
        return None


def _is_trusted(certificate: x509.Certificate, trusted: Iterable[x509.Certificate], now: datetime) -> bool:
    """Pinned itself or issued by a pinned one, valid at `now`, with a key that we accept."""
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return False
    key = certificate.public_key()
    strong = isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048
    if not strong and not (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"):
        return False
    return any(certificate == pinned or _issued_by(certificate, pinned, now) for pinned in trusted)


def _issued_by(certificate: x509.Certificate, pinned: x509.Certificate, now: datetime) -> bool:
    if not pinned.not_valid_before_utc <= now <= pinned.not_valid_after_utc:
        return False
    try:
        constraints = pinned.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(pinned)
    except (x509.ExtensionNotFound, ValueError, TypeError, BadCertificateSignature):
        return False
    return bool(constraints.ca)


def sign(alert: xml.Element, key_pem: bytes, certificate_pem: str) -> xml.Element:
    """The alert with an enveloped signature as its last child; the certificate stands in KeyInfo.

    The key says the method: RSA, or ECDSA on P-256.
    """
    key = serialization.load_pem_private_key(key_pem, None)
    rsa_key = isinstance(key, rsa.RSAPrivateKey)
    signer = XMLSigner(
        method=methods.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256 if rsa_key else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed: xml.Element = signer.sign(alert, key=key_pem, cert=certificate_pem)
    return signed
