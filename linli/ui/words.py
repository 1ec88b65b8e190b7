"""Sentences with {places} that the server and the scripts of the page say alike.

The shell carries them to the browser as JSON, so that a span of time reads the same on the first paint, after a
tick, in print and in a text message.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS: dict[str, Any] = {
    "span.seconds": _("{n} s"),
    "span.minutes": _("{n} min"),
    "span.hours": _("{n} h"),
    "span.hours_minutes": _("{h} h {m} min"),
    "span.days": _("{n} d"),
    "moment.now": _("just now"),
    "moment.ago": _("{span} ago"),
    "moment.ahead": _("in {span}"),
    "clock.left": pgettext_lazy("clock", "{span} left"),
    "clock.over": pgettext_lazy("clock", "{span} over"),
    "clock.paused": pgettext_lazy("clock", "paused"),
    "clock.done": pgettext_lazy("clock", "done"),
    "clock.done_late": pgettext_lazy("clock", "done, {span} late"),
    "age.stopped": _("stopped at {time}"),
    "live.stale": _("No news since {time} · try {n} to reconnect. What stands here may be out of date."),
    "alarm.title": _("◆ {n} waiting"),
    "list.chosen": _("{n} chosen"),
    "desk.changed": _("The recommendation has just changed. Look again, then press once more."),
    "keys.title": _("Keys of this page"),
    "map.label": _("Map"),
    "map.zoom_in": _("Closer"),
    "map.zoom_out": _("Farther"),
    "map.no_webgl": _("This browser cannot draw the map (WebGL is off). The list shows the same places."),
    "map.no_data": _("The places of this map did not arrive. Load the page again."),
    "map.not_standard": _("schematic, not a standard map"),
    "legend.fire": pgettext_lazy("legend", "fire"),
    "legend.police": pgettext_lazy("legend", "police"),
    "legend.medical": pgettext_lazy("legend", "medical"),
    "legend.available": pgettext_lazy("legend", "available"),
    "legend.en_route": pgettext_lazy("legend", "en route"),
    "legend.on_scene": pgettext_lazy("legend", "on scene"),
    "legend.old_fix": pgettext_lazy("legend", "old position"),
    "legend.invented": pgettext_lazy("legend", "dashed: schematic"),
}


def say(key: str, **places: object) -> str:
    """The sentence `key` in the reader's language with its places filled in. KeyError when there is none."""
    return str(WORDS[key]).format(**places)
