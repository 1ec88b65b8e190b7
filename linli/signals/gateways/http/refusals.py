"""What the HTTP entrance answers when it does not take an event: status, stable code, where and what to do.

`kept`: the reason under which the bytes of a proven sender go to quarantine; "" = nothing is kept, he sends again.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class EventRefused(Refusal):
    """Base of the entrance's refusals."""

    kept: str = ""


class NotReadable(EventRefused):
    """400: the body or one attribute. `path` says where, `advice` what to write instead."""

    code = "http.not_readable"
    sentence = _("{path}: {advice}")
    next_step = _("Correct the event and send it again under a new webhook-id")
    status = 400
    kept = "not-readable"


class NotSigned(EventRefused):
    """401: a header of the signature is missing or not of its form."""

    code = "http.not_signed"
    sentence = _("{header}: {advice}")
    next_step = _("Sign the raw body as Standard Webhooks 1.0 says")
    status = 401


class ClockOff(EventRefused):
    """401: the signature's time is too far from ours: a wrong clock, or an old message sent again by somebody."""

    code = "http.clock_off"
    sentence = _("webhook-timestamp is {seconds} s away from the time here; at most {most} s are let pass.")
    next_step = _("Set the sender's clock (NTP), and sign again for every try")
    status = 401


class WrongSignature(EventRefused):
    """401: no secret of an active source made this signature over these bytes."""

    code = "http.wrong_signature"
    sentence = _(
        "No signature fits. Sign webhook-id, webhook-timestamp and the unchanged body, joined by dots, with the secret"
        " of this source."
    )
    next_step = _("Compare the secret with the one given out, or have it changed: linli signals source rotate")
    status = 401


class NotEncryptedLine(EventRefused):
    """403: plain HTTP where the house asks for TLS (it never redirects an event)."""

    code = "http.not_encrypted_line"
    sentence = _("Events are taken over https only.")
    next_step = _("Send to the same address with https")
    status = 403


class TooSlow(EventRefused):
    """408: the body did not come in time; the connection is closed."""

    code = "http.too_slow"
    sentence = _("The body did not come within {seconds} s.")
    next_step = _("Keep the event and send it again, at once as a whole")
    status = 408


class NotYourSource(EventRefused):
    """403: the event names another source than the one whose secret signed it."""

    code = "http.not_your_source"
    sentence = _("source: the event says «{said}», but the signature is that of «{own}».")
    next_step = _("Send as your own source, or sign with the secret of the other")
    status = 403
    kept = "not-your-source"


class NotYourSubject(EventRefused):
    """403: the asset lies outside the source's area or is of a type it does not speak for."""

    code = "http.not_your_subject"
    sentence = _("subject: «{own}» does not speak for the asset «{subject}».")
    next_step = _("Have the area or the asset types of this source extended by an administrator")
    status = 403
    kept = "not-your-subject"


class NotYourKind(EventRefused):
    """403: a kind that this source was not given."""

    code = "http.not_your_kind"
    sentence = _("type: «{own}» does not report «{kind}».")
    next_step = _("Have this kind added to the source by an administrator")
    status = 403
    kept = "not-your-kind"


class OtherContent(EventRefused):
    """409: an id used before, now with other content. The first one stands."""

    code = "http.other_content"
    sentence = _("{path}: «{id}» was used before for other content; the first stands.")
    next_step = _("Give each event an id of its own")
    status = 409
    kept = "other-content"


class TooLarge(EventRefused):
    """413: more than is taken at once."""

    code = "http.too_large"
    sentence = _("{path}: more than {most} bytes are not taken.")
    next_step = _("Send less at once; leave pictures and recordings out of events")
    status = 413


class TooCompressed(EventRefused):
    """413: a body that unpacks to over twenty times its size."""

    code = "http.too_compressed"
    sentence = _("The body unpacks to more than {most} times its size.")
    next_step = _("Send it without compression")
    status = 413


class OtherMediaType(EventRefused):
    """415: a content type or encoding that this address does not read."""

    code = "http.other_media_type"
    sentence = _("{header} is «{said}»; this address reads {reads}.")
    next_step = _("Send CloudEvents in structured or batched mode, as JSON in UTF-8")
    status = 415


class UnknownType(EventRefused):
    """422: a whole event of a type nobody declared; kept until a pack declares it."""

    code = "http.unknown_type"
    sentence = _("type: «{type}» is not known here; known are linli.<kind>.v1 with the kinds of the reference.")
    next_step = _("Correct the type; this event is kept and can be taken in when the kind is there")
    status = 422
    kept = "unknown-type"


class UnknownAsset(EventRefused):
    """422: a whole event about an asset the register does not have; kept until it does."""

    code = "http.unknown_asset"
    sentence = _("subject: no asset has the number «{subject}».")
    next_step = _("Register the asset; this event is kept and is taken in when quarantine is run again")
    status = 422
    kept = "unknown-asset"


class NotTaken(EventRefused):
    """422: readable, but impossible as a whole (the log's own limits); kept with the reason."""

    code = "http.not_taken"
    sentence = _("The event is kept but not taken in: {reason}.")
    status = 422


class NoMapping(EventRefused):
    """422: plain JSON of a source for which nobody has said what it means; kept until somebody does."""

    code = "http.no_mapping"
    sentence = _("Nobody has said yet what the messages of «{own}» mean.")
    next_step = _("Make a mapping for this source; what is kept can then be taken in")
    status = 422
    kept = "no-mapping"


class NotUnderstood(EventRefused):
    """422: the mapping of the source does not fit this message, wholly or in part; kept until it does."""

    code = "http.not_understood"
    sentence = _("The mapping of this source does not fit: {problems}.")
    next_step = _("Correct the mapping; what is kept can then be taken in")
    status = 422
    kept = "not-understood"


class TooMany(EventRefused):
    """429: over the rate of this source or address."""

    code = "http.too_many"
    sentence = _("Too many requests; go on in {seconds} s.")
    next_step = _("Keep the event and send it again then")
    status = 429


class StoreAway(EventRefused):
    """503: the database does not answer; nothing was kept, nothing is acknowledged."""

    code = "http.store_away"
    sentence = _("The event could not be stored now, nothing of it was kept; try again in {seconds} s.")
    next_step = _("Keep the event and send it again then")
    status = 503
