"""What pydantic finds wrong in a mapping, said as what to write instead."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_ADVICE: dict[str, Any] = {
    "missing": _("This has to be there."),
    "extra_forbidden": _("This name is not known here; look into the reference for those that are."),
    "string_type": _("Write text in quotes."),
    "int_type": _("Write a whole number."),
    "float_type": _("Write a number."),
    "bool_type": _("Write true or false."),
    "list_type": _("Write each rule under a [[signal]] of its own."),
    "dict_type": _("Write a table: {{ name = … }}."),
    "model_type": _('Write a path in quotes, or a table: {{ path = "…" }}.'),
    "finite_number": _("Write a finite number."),
    "too_short": _("At least one has to be there."),
    "too_long": _("These are too many: at most {max_length}."),
    "string_too_long": _("At most {max_length} characters."),
    "string_too_short": _("At least {min_length} characters."),
    "greater_than_equal": _("At least {ge}; levels of a topic are counted from 0."),
    "less_than_equal": _("At most {le}."),
    "literal_error": _("One of {expected}."),
    "path": _("Write the path in quotes."),
    "path_at": _(
        "This path breaks off at character {n}. Write names with dots between, [0] for a place in a list, and quotes"
        " around a name that holds dots or brackets."
    ),
    "origin": _("Say where the value comes from: one of path, topic or const, and only one."),
    "form": _("Write rfc3339, unix_s, unix_ms, or a pattern such as %Y-%m-%d %H:%M:%S."),
    "zone": _("Write a time zone such as Asia/Shanghai or UTC."),
    "kind": _("No kind of signal is called «{kind}»; the reference lists them."),
    "kind_of_the_house": _("Only the house itself says «{kind}»."),
    "phase": _("«{phase}» is no phase; write one of {known}."),
    "expected": _(
        "«{path}» is compared with a value, a list of values or a test such as {{ over = 3 }}. Put a path with dots in"
        " quotes."
    ),
    "test": _("Write over, under, present, starts or not."),
}


def advice(error: Any) -> str:
    """The sentence for one fault of pydantic's; its own words where none is known."""
    sentence = _ADVICE.get(error["type"])
    return str(sentence).format(**error.get("ctx", {})) if sentence else str(error["msg"])
