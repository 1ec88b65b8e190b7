"""Pictures: place and time are read from EXIF and kept apart; the public copy carries neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from linli.base import clock
from linli.files.refusals import PictureBroken

LONGEST = 1600
PIXELS = 100_000_000
QUALITY = 85


@dataclass(frozen=True, slots=True)
class Taken:
    """Where (WGS-84) and when a picture was taken, as the camera wrote it; None where it did not."""

    lng: float | None = None
    lat: float | None = None
    at: datetime | None = None


def read(path: Path, name: str) -> Taken:
    """Place and time from EXIF. PictureBroken when it cannot be decoded or has more than 100 million points."""
    try:
        with Image.open(path) as image:
            if image.width * image.height > PIXELS:
                raise PictureBroken(name=name)
            exif = image.getexif()
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise PictureBroken(name=name) from fault
    lng, lat = _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
    return Taken(lng, lat, _moment(exif.get_ifd(ExifTags.IFD.Exif)))


def public_copy(path: Path, target: Path) -> None:
    """Write the picture without its metadata, turned upright, at most 1600 points long, as JPEG."""
    with Image.open(path) as image:
        upright: Image.Image = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST, LONGEST))
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(upright, mask=upright.getchannel("A") if "A" in upright.getbands() else None)
        flat.save(target, "JPEG", quality=QUALITY, optimize=True)


def _place(gps: dict[int, Any]) -> tuple[float | None, float | None]:
    """(lng, lat); none for 0,0 and for what is no angle."""
    lat = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S", 90)
    lng = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W", 180)
    return (lng, lat) if lng and lat else (None, None)


def _degrees(parts: Any, side: Any, negative: str, limit: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= limit:
        return None
    return -value if side == negative else value


def _moment(exif: dict[int, Any]) -> datetime | None:
    """The camera's clock; without an offset it is taken as the city's."""
    try:
        plain = datetime.strptime(str(exif.get(ExifTags.Base.DateTimeOriginal)), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    return plain.replace(tzinfo=_offset(exif.get(ExifTags.Base.OffsetTimeOriginal)) or clock.LOCAL).astimezone(UTC)


def _offset(text: Any) -> timezone | None:
    try:
        hours, minutes = str(text)[1:].split(":")
        length = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-length if str(text).startswith("-") else length)
    except ValueError:
        return None
