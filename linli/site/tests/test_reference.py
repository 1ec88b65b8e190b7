"""The docs cannot lie: the reference pages are what the code declares."""

from linli.site import reference


def test_the_reference_pages_are_what_is_declared():
    stale = [
        name
        for name, text in reference.pages().items()
        if not (reference.FOLDER / name).exists() or (reference.FOLDER / name).read_text("utf-8") != text
    ]
    assert stale == [], "run `.venv/bin/linli reference`"
