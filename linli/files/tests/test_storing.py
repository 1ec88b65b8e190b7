"""Files: what they are, how long, whole; place and time are kept apart and are not in the public copy."""

import hashlib
import io
import stat
import sys
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from linli.base import visibility
from linli.base.refusal import Refusal
from linli.files.models import StoredFile
from linli.files.storing import content, store


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def seeing(db):
    with visibility.system():
        yield


def upload(data, name="演示.jpg"):
    return ContentFile(data, name=name)


def a_photo(size=(2000, 1000), form="JPEG", **exif):
    image, out = Image.new("RGB", size, "#3a7"), io.BytesIO()
    tags = image.getexif()
    tags[0x0110] = "演示相机"
    if exif.get("gps", True):
        tags.get_ifd(0x8825).update({1: "N", 2: (30.0, 39.0, 14.04), 3: "E", 4: (117.0, 28.0, 23.66)})
    tags.get_ifd(0x8769).update(exif.get("times", {36867: "2026:05:20 08:30:15"}))
    image.save(out, form, exif=tags)
    return out.getvalue()


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


def a_workbook():
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def test_a_photo_is_kept_with_hash_place_and_time(seeing):
    data = a_photo()
    file = store(upload(data), expected=hashlib.sha256(data).hexdigest())
    assert (file.media_type, file.size, bytes(file.digest)) == ("image/jpeg", len(data), hashlib.sha256(data).digest())
    assert round(file.lng, 5) == 117.47324 and round(file.lat, 5) == 30.65390
    assert file.taken_at == datetime(2026, 5, 20, 0, 30, 15, tzinfo=UTC)
    assert content(file).read_bytes() == data
    assert stat.S_IMODE(content(file).stat().st_mode) == 0o600


def test_the_public_copy_has_neither_place_nor_time_nor_camera(seeing):
    file = store(upload(a_photo()))
    with Image.open(content(file, public=True)) as copy:
        assert dict(copy.getexif()) == {} and "exif" not in copy.info and max(copy.size) == 1600


def test_the_cameras_own_offset_counts(seeing):
    file = store(upload(a_photo(times={36867: "2026:05:20 08:30:15", 36881: "+09:00"})))
    assert file.taken_at == datetime(2026, 5, 19, 23, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_are_pictures_whatever_their_name(seeing, form):
    assert store(upload(a_photo((40, 40), form), "x.pdf")).media_type == f"image/{form.lower()}"


def test_a_picture_without_place_has_none(seeing):
    file = store(upload(a_photo(gps=False, times={36867: "0000:00:00 00:00:00"})))
    assert (file.lng, file.lat, file.taken_at) == (None, None, None)


def test_documents_are_what_lies_in_them(seeing):
    assert store(upload(b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF")).media_type == "application/pdf"
    assert store(upload(a_workbook())).media_type.endswith("spreadsheetml.sheet")
    assert store(upload(zipped(word__document_dot_xml="<x/>"))).media_type.endswith("wordprocessingml.document")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "files.empty"),
        (b"<html><script>alert(1)</script></html>", "files.kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "files.kind"),
        (b"MZ\x90\x00\x03\x00" + bytes(200), "files.kind"),
        ("只是文字".encode(), "files.kind"),
        (zipped(a_dot_txt="x"), "files.kind"),
        (zipped(word__document_dot_xml="<x/>", word__vbaProject_dot_bin="x"), "files.kind"),
        (b"\xff\xd8\xff\xe0<html><script>", "files.picture"),
        (a_photo()[:900], "files.picture"),
    ],
)
def test_hostile_files_are_refused_and_leave_nothing(seeing, folder, data, code):
    with pytest.raises(Refusal) as refused:
        store(upload(data))
    assert refused.value.code == code
    assert not StoredFile.objects.exists() and [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_picture_of_too_many_points_is_not_unpacked(seeing, monkeypatch):
    monkeypatch.setattr("linli.files.pictures.PIXELS", 1000)
    with pytest.raises(Refusal) as refused:
        store(upload(a_photo()))
    assert refused.value.code == "files.picture"


def test_the_limit_is_the_settings(seeing, settings, folder):
    settings.FILE_LIMIT_MB = 0.001
    with pytest.raises(Refusal) as refused:
        store(upload(a_photo()))
    assert refused.value.code == "files.too_large" and not any(path.is_file() for path in folder.rglob("*"))


def test_what_was_damaged_on_its_way_is_refused(seeing):
    with pytest.raises(Refusal) as refused:
        store(upload(a_photo()), expected="00" * 32)
    assert refused.value.code == "files.damaged"


def test_the_same_content_lies_there_once(seeing, folder):
    data = a_photo()
    first, second = store(upload(data)), store(upload(data, "again.jpg"))
    assert first.pk != second.pk and first.path == second.path
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize(("status", "code"), [(1, "files.infected"), (2, "files.scanner")])
def test_the_scanner_decides(seeing, settings, status, code):
    settings.FILE_SCAN_COMMAND = [sys.executable, "-c", f"raise SystemExit({status})"]
    with pytest.raises(Refusal) as refused:
        store(upload(a_photo()))
    assert refused.value.code == code


def test_a_scanner_that_is_not_there_lets_nothing_in(seeing, settings):
    settings.FILE_SCAN_COMMAND = ["/no/such/scanner"]
    with pytest.raises(Refusal) as refused:
        store(upload(a_photo()))
    assert refused.value.code == "files.scanner"
    settings.FILE_SCAN_COMMAND = [sys.executable, "-c", "import sys, pathlib; pathlib.Path(sys.argv[1]).read_bytes()"]
    assert store(upload(a_photo())).size
