"""Every text a person reads is there in Chinese and in English: none untranslated, none fuzzy."""

import pytest

from tests import messages


def _all_translated() -> dict[tuple[str, str | None], str]:
    known: dict[tuple[str, str | None], str] = {}
    for app in messages.apps():
        for message in messages.catalogue(app)[1]:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            filled = all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)
            if key and filled and not message.fuzzy:
                known[(key, message.context)] = str(message.string)
    return known


@pytest.mark.parametrize("app", messages.apps(), ids=lambda app: app.name)
def test_every_text_is_translated(app):
    known = _all_translated()
    wanted = messages.extract(app)
    missing = []
    for message in wanted:
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        if key and (key, message.context) not in known:
            missing.append(key)
    assert not missing, f"{app.name}: {len(missing)} texts without a Chinese translation: {missing[:20]}"


def test_no_text_is_fuzzy():
    fuzzy = [
        message.id for app in messages.apps() for message in messages.catalogue(app)[1] if message.id and message.fuzzy
    ]
    assert fuzzy == []


def test_places_in_a_text_are_the_same_in_both_languages():
    """A {field} lost in translation would be lost on the screen."""
    import re

    wrong = []
    for app in messages.apps():
        for message in messages.catalogue(app)[1]:
            if not message.id or isinstance(message.id, tuple):
                continue
            places = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{[a-z_]+\}(?!\})")
            if message.string and set(places.findall(message.id)) != set(places.findall(message.string)):
                wrong.append(message.id)
    assert wrong == []
