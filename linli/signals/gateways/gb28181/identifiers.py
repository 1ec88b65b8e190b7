"""The 20-digit device number (GB/T 28181-2022 annex E, rule A) and area numbers of 2, 4, 6 or 8 digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TYPES = {
    "111": "DVR",
    "112": "video-server",
    "113": "encoder",
    "114": "decoder",
    "117": "alarm-controller",
    "118": "NVR",
    "120": "online-collection",
    "121": "tollgate",
    "122": "multi-sensor",
    "123": "parking",
    "124": "person-gate",
    "125": "security-check",
    "130": "HVR",
    "131": "camera",
    "132": "ip-camera",
    "134": "alarm-input",
    "135": "alarm-output",
    "136": "audio-input",
    "137": "audio-output",
    "138": "mobile",
    "141": "barrier",
    "142": "smart-door",
    "200": "signalling-server",
    "201": "web-server",
    "202": "media-server",
    "203": "proxy-server",
    "204": "security-server",
    "205": "alarm-server",
    "209": "gateway",
    "210": "storage-server",
    "211": "border-gateway",
    "215": "business-group",
    "216": "virtual-organisation",
    "500": "viid-application",
    "501": "viid-operations",
    "502": "viid-analysis",
    "503": "viid-database",
    "505": "viid-analysis",
}
NETWORKS = {
    "0": "public-security-video",
    "1": "public-security-video",
    "2": "industry",
    "3": "political-legal",
    "4": "police-mobile",
    "5": "public-security-information",
    "6": "e-government-extranet",
    "7": "internet",
    "8": "dedicated",
    "9": "reserved",
}
CAMERAS = frozenset({"121", "122", "123", "124", "125", "131", "132", "138"})
RECORDERS = frozenset({"111", "112", "113", "118", "120", "130"})
GROUPS = frozenset({"215", "216"})
# First two digits of a division (GB/T 2260), the special regions and Taiwan included.
PROVINCES = frozenset(
    str(number)
    for number in (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
    )
)
_LENGTH = 20


class BadIdentifier(ValueError):
    """Not a device number; `code` says why (`length-18`, `not-decimal`, `unknown-division`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Identifier:
    """The parts of a device number, as text; `serial` as a number."""

    code: str

    @property
    def centre(self) -> str:
        """Digits 1–8: division and grass-roots unit."""
        return self.code[:8]

    @property
    def division(self) -> str:
        """Digits 1–6: county (GB/T 2260)."""
        return self.code[:6]

    @property
    def type(self) -> str:
        """Digits 11–13."""
        return self.code[10:13]

    @property
    def domain(self) -> str:
        """Digits 1–10: the SIP domain of a server with this number."""
        return self.code[:10]

    def as_json(self) -> dict[str, Any]:
        """Every part, with names where the table has one."""
        return {
            "centre": self.centre,
            "division": self.division,
            "grassroots_unit": self.code[6:8],
            "industry": self.code[8:10],
            "type": self.type,
            "type_name": TYPES.get(self.type, _user_type(self.type)),
            "network": self.code[13],
            "network_name": NETWORKS[self.code[13]],
            "serial": int(self.code[14:]),
        }


def _user_type(type_: str) -> str | None:
    return {"3": "centre-user", "4": "terminal-user"}.get(type_[0])


def parse(code: str) -> Identifier:
    """The device number; BadIdentifier when it is none. 18 digits (rule B) were deleted in 2022."""
    if not (code.isascii() and code.isdigit()):
        raise BadIdentifier("not-decimal")
    if len(code) != _LENGTH:
        raise BadIdentifier(f"length-{len(code)}")
    if code[:2] not in PROVINCES:
        raise BadIdentifier("unknown-division")
    return Identifier(code)


def is_area(code: str) -> bool:
    """An area of 2, 4, 6 or 8 digits, as a query may name one."""
    return code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 8) and code[:2] in PROVINCES


def as_json(code: str) -> dict[str, Any]:
    """What a number says: its parts, an area, or the reason why it is neither."""
    if is_area(code):
        return {"area": code}
    try:
        return parse(code).as_json()
    except BadIdentifier as fault:
        return {"error": fault.code}


def is_device(code: str | None) -> bool:
    """Twenty decimal digits; the division is not judged, for a wrong one is no reason to lose a message."""
    return code is not None and len(code) == _LENGTH and code.isascii() and code.isdigit()


def type_of(code: str) -> str:
    """Digits 11–13 of a device number, "" for anything else."""
    return code[10:13] if is_device(code) else ""
