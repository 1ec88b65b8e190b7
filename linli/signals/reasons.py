"""Why something stands in quarantine, in words: the reason codes of the log and of the entrances."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_LABELS: dict[str, Any] = {
    # the log
    "unknown-kind": _("kind of signal not declared"),
    "time-without-zone": _("time without zone"),
    "too-large": _("too large"),
    "identity-too-long": _("name of the sender too long"),
    "identity-unreadable": _("name of the sender unreadable"),
    "values-too-large": _("values too large"),
    # HTTP
    "not-readable": _("event not readable"),
    "not-signed": _("not signed"),
    "wrong-signature": _("signature does not fit"),
    "not-your-source": _("speaks as another source"),
    "not-your-subject": _("speaks for an asset outside its area"),
    "not-your-kind": _("reports a kind it was not given"),
    "other-content": _("number used before for other content"),
    "unknown-type": _("event type not known"),
    "unknown-asset": _("asset not registered"),
    "not-a-source": _("no active source"),
    "clock-off": _("clock of the sender too far off"),
    "too-compressed": _("packed too tightly"),
    "other-media-type": _("another content type"),
    "too-many": _("too many requests"),
    "store-away": _("database away"),
    "not-taken": _("impossible as a whole"),
    "no-mapping": _("no mapping for this source"),
    "not-understood": _("mapping does not fit"),
    "retained": _("retained message"),
    "no-route": _("no source for this topic"),
    "internal": _("could not be kept as it should"),
    "seal-broken": _("secret cannot be opened"),
    # CAP
    "text-too-long": _("text of one element too long"),
    "too-many-elements": _("too many elements"),
    "too-many-infos": _("too many info blocks"),
    "too-many-points": _("too many corners"),
    "resource-too-large": _("embedded resource too large"),
    "no-alert": _("no alert inside"),
    "dialect-unknown": _("dialect not known"),
    "key-missing": _("identifier, sender or sent missing"),
    "signature-missing": _("not signed, and its line does not vouch for it"),
    "signature-refused": _("signature of a kind that proves nothing here"),
    "signature-invalid": _("signature broken"),
    "identifier-reused": _("identifier used before for other content"),
    # DC-09
    "crc": _("checksum wrong"),
    "too_long": _("too long"),
    "header": _("header unreadable"),
    "incomplete": _("incomplete"),
    "noise": _("bytes outside a frame"),
    "cut_short": _("cut off by the next frame"),
    "token": _("protocol token not known"),
    "data": _("data unreadable"),
    "empty data": _("data empty"),
    "line_feed_inside": _("line feed inside a frame"),
    "no key": _("encrypted, but no key is known"),
    "cipher hex": _("cipher text is no hexadecimal"),
    "cipher block": _("cipher text of a wrong length"),
    "decrypt (no timestamp)": _("key does not fit"),
    "time window": _("clock of the sender too far off"),
    "too_many_events": _("too many events in one frame"),
    "deviation": _("departs from the standard more than its profile allows"),
    # GB/T 28181
    "xml-not-well-formed": _("message breaks XML"),
    "root-unknown": _("message breaks XML"),
    "dtd-forbidden": _("document type not allowed"),
    "no-command": _("command missing"),
    "device-not-owned-by-sender": _("speaks for a device that is not its own"),
    "unknown-peer": _("peer not registered here"),
    "sender-not-registered": _("peer not registered here"),
    "digest-wrong": _("password does not fit"),
    "no-password": _("no password entered for it"),
    "digest-without-qop": _("answers without qop, which is not allowed for it"),
    "tcp-needs-content-length": _("length of the message missing"),
    "bad-content-length": _("length of the message missing"),
    "body-too-long": _("longer than allowed"),
    "head-too-long": _("longer than allowed"),
    "datagram-too-long": _("longer than allowed"),
    # JT/T 808
    "no_marker": _("no frame marker"),
    "escape": _("escape sequence broken"),
    "checksum": _("checksum wrong"),
    "length": _("length of the body differs from the header"),
    "encrypted": _("encrypted by the terminal"),
    "unsupported": _("message not supported"),
    "wrong_body": _("body does not fit its message"),
    "fragment_index": _("part number outside its set"),
    "fragment_total": _("too many parts promised"),
    "fragment_other_bytes": _("the same part again with other bytes"),
    "fragment_too_many_sets": _("too many unfinished messages"),
    "fragment_expired": _("parts missing after a minute"),
    "wrong_code": _("authentication code wrong"),
    "datagram_not_a_position": _("only positions are taken as datagrams"),
    # GB/T 26875.3
    "end_marker": _("end marker wrong"),
    "command": _("command not known"),
    "unit_short": _("data unit shorter than it says"),
    "unit_rest": _("bytes behind the data unit's objects"),
    "type_not_described": _("data type that the standard leaves to the maker"),
    "not_for_a_centre": _("an order such as only a centre gives"),
    "no-reader": _("no reader for this protocol"),
}


# Kept without bytes: nobody had proven to be the sender, so there is nothing to run again.
UNPROVEN = frozenset({"not-signed", "wrong-signature"})


def label(code: str) -> str:
    """A reason, or the code of a refusal (`http.clock_off`), in the reader's language; the code itself if unknown."""
    return str(_LABELS.get(code) or _LABELS.get(code.rpartition(".")[2].replace("_", "-"), code))
