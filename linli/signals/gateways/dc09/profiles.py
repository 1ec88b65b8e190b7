"""Device profiles: which departures from DC-09 a sender is known for, and how its clock is taken.

Sources of each deviation: real devices' frames in public issue threads (see vectors/). A deviation that the
profile does not tolerate puts the frame in quarantine without an answer, as the standard asks (2007, C.2.3.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from linli.base.clock import LOCAL

NOTED = frozenset(
    {
        "data_account_without_hash",
        "no_slash_after_modifier",
        "no_pipe_after_account",
        "null_with_data",
        "panel_clock_off",
        "sequence_zero",
        "blanks_in_data",
    }
)
"""Habits inside the data, or of the clock: written down, and the frame still counts as plainly accepted."""

ALWAYS = NOTED | {"plain_of_keyed_account"}
"""Tolerated whatever the device is: a plain alarm of a keyed account is shown, as unverified."""

HEADER = frozenset(
    {
        "account_from_data",
        "bytes_after_cr",
        "crc_binary",
        "data_contains_bracket",
        "empty_line_prefix",
        "field_width",
        "item_unreadable",
        "no_account_in_header",
        "pad_contains_delimiter",
        "short_account",
        "tail_unreadable",
        "timestamp_impossible",
        "unknown_qualifier",
        "xdata_unparsable",
    }
)
"""Spelling that the standard does not know; the check fields still hold, so nothing else can have been meant."""

CHECKS = frozenset({"crc_and_length_include_cr", "length_wrong"})
"""Check fields reckoned otherwise. `length_wrong` needs a right CRC; that cannot be line noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a kind of device is forgiven. `clock`: the zone in which it writes its timestamps (DC-09: UTC)."""

    key: str
    tolerates: frozenset[str]
    clock: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Window:
    """How far a timestamp may lie behind and ahead of our clock, in seconds, both ends included."""

    behind: int
    ahead: int


STRICT_WINDOW = Window(40, 20)
"""DC-09 5.5.1.9."""


@dataclass(frozen=True, slots=True)
class TimePolicy:
    """The window for encrypted and for plain frames; None: any time will do (a timestamp must still be there)."""

    encrypted: Window | None = STRICT_WINDOW
    plain: Window | None = None

    @classmethod
    def named(cls, name: str, seconds: int | None = None) -> TimePolicy:
        """`strict`, `wide` (± seconds, for a panel that never sets its clock) or `ignore`. Raises KeyError."""
        window = Window(seconds or 3600, seconds or 3600)
        return {"strict": cls(), "wide": cls(window), "ignore": cls(None)}[name]


STANDARD_TIME = TimePolicy()
TOLERANT = Profile(key="tolerant", tolerates=ALWAYS | HEADER | CHECKS)
STRICT = Profile(key="strict", tolerates=ALWAYS | HEADER)

PROFILES: dict[str, Profile] = {
    profile.key: profile
    for profile in (
        TOLERANT,
        STRICT,
        Profile(key="local_time", tolerates=TOLERANT.tolerates, clock=LOCAL),
        Profile(key="eldes", tolerates=ALWAYS | {"crc_and_length_include_cr"}),
        Profile(key="lupus", tolerates=ALWAYS | {"crc_binary"}),
        Profile(
            key="g90b",
            tolerates=ALWAYS | {"account_from_data", "bytes_after_cr", "empty_line_prefix", "no_account_in_header"},
        ),
        Profile(key="prosec", tolerates=ALWAYS),
        Profile(key="hikvision", tolerates=ALWAYS),
    )
}
