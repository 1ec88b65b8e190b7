"""Numbers by which organisations are known, checked on the way in."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from linli.base.text import fold

# Area 9917xx is not assigned: the demo city's organisations bear it, and only a demo installation takes them.
DEMO_AREA = "9917"


def checked_uscc(text: str) -> str:
    """The unified social credit code (GB 32100-2015) in its plain form. Raises ValueError that says what is wrong."""
    plain = fold(text).upper().replace(" ", "").replace("-", "")
    try:
        code = str(uscc.validate(plain))
    except InvalidLength:
        raise ValueError(_("must have 18 characters; this one has {count}").format(count=len(plain))) from None
    except InvalidChecksum:
        raise ValueError(
            _("the check character of «{code}» does not fit (GB 32100): compare it with the licence").format(code=plain)
        ) from None
    except ValidationError:
        raise ValueError(
            _(
                "«{code}» holds characters that no unified social credit code has (I, O, S, V, Z and "
                "others): compare it with the licence"
            ).format(code=plain)
        ) from None
    if code[2:6] == DEMO_AREA and not settings.DEMO:
        raise ValueError(_("«{code}» is a number of the demo city: enter the real one").format(code=code))
    return code
