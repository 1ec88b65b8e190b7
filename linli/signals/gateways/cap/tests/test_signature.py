"""What a signature has to be to prove anything (CAP: Signature of the protocol's file)."""

import copy
import shutil
import subprocess

import pytest
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner, methods

from linli.signals.gateways.cap import signature, trusting
from linli.signals.gateways.cap.document import Unreadable
from linli.signals.gateways.cap.tests.build import NOW, alert, info, signed, signer

DS = "{http://www.w3.org/2000/09/xmldsig#}"
ENVELOPED = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


def read(document, *pinned, now=NOW):
    certificates = [one for pem in pinned for one in signature.certificates(pem)]
    return trusting.read(document, lambda sender: certificates, now)


def test_a_pinned_certificate_proves_the_alert():
    found = read(signed(alert()), signer()[1])
    assert found.verdict.state == "valid"
    assert found.alert.identifier == "T.1"


def test_a_pinned_issuer_proves_it_too_but_not_a_stranger():
    by = signer("演示·值班台", issuer="演示·预警中心", ca=False)
    assert read(signed(alert(), by), signer()[1]).verdict.state == "valid"
    assert read(signed(alert(), by), signer("演示·旁人")[1]).verdict.reason == "certificate not pinned"


def test_a_pinned_certificate_that_is_no_authority_issues_nothing():
    signer("演示·普通", ca=False)
    key, certificate = signer("演示·冒名", ca=False)
    assert read(signed(alert(), (key, certificate)), signer("演示·普通", ca=False)[1]).verdict.state == "refused"


def test_a_certificate_past_its_time_proves_nothing():
    by = signer("演示·过期", days=30)
    assert read(signed(alert(), by), by[1]).verdict.state == "refused"


def test_a_changed_word_breaks_it():
    document = signed(alert()).replace("贵池区".encode(), "石台县".encode())
    assert read(document, signer()[1]).verdict.state == "invalid"


@pytest.mark.parametrize(
    ("method", "reason"), [(SignatureMethod.HMAC_SHA256, "hmac"), (SignatureMethod.RSA_SHA512, "algorithm")]
)
def test_other_methods_are_refused(method, reason):
    signing = XMLSigner(method=methods.enveloped, signature_algorithm=method, digest_algorithm=DigestAlgorithm.SHA256, c14n_algorithm=ENVELOPED)  # fmt: skip
    hmac = method is SignatureMethod.HMAC_SHA256
    key, certificate = (b"secret", None) if hmac else signer()
    document = etree.tostring(signing.sign(etree.fromstring(alert()), key=key, cert=certificate))
    found = read(document, signer()[1])
    assert found.verdict.state == "refused"
    assert reason in found.verdict.reason


def test_other_canonicalization_is_refused():
    signing = XMLSigner(method=methods.enveloped, c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_1)
    key, certificate = signer()
    found = read(etree.tostring(signing.sign(etree.fromstring(alert()), key=key, cert=certificate)), certificate)
    assert found.verdict.state == "refused"


def test_a_signed_alert_wrapped_inside_another_proves_nothing():
    inner = etree.fromstring(signed(alert(identifier="TRUE")))
    outer = etree.fromstring(alert(identifier="FALSE", infos=[info(colour="红")]))
    outer.append(inner)
    assert read(etree.tostring(outer), signer()[1]).verdict.state == "invalid"
    mark = inner.find(f"{DS}Signature")
    moved = etree.fromstring(alert(identifier="FALSE"))
    moved.append(copy.deepcopy(mark))
    moved.append(etree.fromstring(alert(identifier="TRUE")))
    assert read(etree.tostring(moved), signer()[1]).verdict.state == "invalid"


def test_a_reference_to_a_part_is_a_wrapping():
    document = etree.fromstring(signed(alert()))
    document.set("Id", "x")
    document.find(f".//{DS}Reference").set("URI", "#x")
    assert read(etree.tostring(document), signer()[1]).verdict.state == "invalid"


def test_a_second_signature_is_no_second_chance():
    document = etree.fromstring(signed(alert()))
    document.append(copy.deepcopy(document.find(f"{DS}Signature")))
    assert read(etree.tostring(document), signer()[1]).verdict.state == "invalid"


def test_only_what_was_signed_is_read():
    """What stands in no signed byte (a comment that splits a value) is not read either."""
    document = signed(alert()).replace(b"<identifier>T.1", b"<identifier>T<!-- x -->.1")
    found = read(document, signer()[1])
    assert found.verdict.state == "valid"
    assert found.alert.identifier == "T.1"


def test_without_a_key_in_it_nothing_is_guessed():
    document = etree.fromstring(signed(alert()))
    info_of_key = document.find(f".//{DS}KeyInfo")
    info_of_key.getparent().remove(info_of_key)
    assert read(etree.tostring(document), signer()[1]).verdict.reason == "key not bound to a certificate"


def test_an_independent_verifier_agrees(tmp_path):
    """xmlsec1 accepts what we signed and refuses it changed."""
    tool = shutil.which("xmlsec1")
    if tool is None:
        pytest.skip("xmlsec1 is not installed")
    _key, certificate = signer()
    (tmp_path / "cert.pem").write_text(certificate)
    for document, status in ((signed(alert()), 0), (signed(alert()).replace(b"Likely", b"Unlikely"), 1)):
        (tmp_path / "alert.xml").write_bytes(document)
        words = [tool, "--verify", "--trusted-pem", str(tmp_path / "cert.pem"), "--enabled-key-data", "x509", str(tmp_path / "alert.xml")]  # fmt: skip
        assert bool(subprocess.run(words, capture_output=True).returncode) == bool(status)


def test_a_broken_signature_element_is_no_accident():
    document = signed(alert()).replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA")
    assert read(document, signer()[1]).verdict.state == "invalid"
    with pytest.raises(Unreadable):
        read(document[:-20], signer()[1])
