"""Why a file is not taken in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.base.refusal import Refusal


class EmptyFile(Refusal):
    """Nothing was sent."""

    code = "files.empty"
    sentence = _("{name} is empty. Choose the file again.")
    status = 422


class TooLarge(Refusal):
    """Longer than this house takes."""

    code = "files.too_large"
    sentence = _("{name} is larger than {limit} MB. Send a smaller one, or several.")
    status = 413


class KindNotTaken(Refusal):
    """What it really is (not what its name says) is none of the kinds that are kept."""

    code = "files.kind"
    sentence = _("{name} is not a photo, document, sound or film that can be kept. These can: {known}.")
    status = 422


class PictureBroken(Refusal):
    """It begins like a picture and cannot be read as one."""

    code = "files.picture"
    sentence = _("{name} cannot be read as a picture. Take it again.")
    status = 422


class Infected(Refusal):
    """The virus scanner found something."""

    code = "files.infected"
    sentence = _("The virus scanner stopped {name}. It was not kept.")
    status = 422


class ScannerSilent(Refusal):
    """The virus scanner cannot be run, so nothing is taken in."""

    code = "files.scanner"
    sentence = _("The virus scanner does not answer. {name} was not kept: send it again later.")
    status = 503


class Damaged(Refusal):
    """What arrived is not what was sent."""

    code = "files.damaged"
    sentence = _("{name} was damaged on its way. Send it again.")
    status = 422
