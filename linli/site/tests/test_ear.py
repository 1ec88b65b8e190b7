"""Silence of HTTP senders counts only while the web's port answers."""

import socket

from linli.signals.models import Listening
from linli.site import ear


def test_a_port_that_answers_is_an_ear_and_one_that_does_not_is_none(db, settings):
    with socket.socket() as web:
        web.bind(("127.0.0.1", 0))
        settings.HOST, settings.PORT = "127.0.0.1", web.getsockname()[1]
        ear.listen()
        assert not Listening.objects.exists()
        web.listen()
        ear.listen()
    assert Listening.objects.get().gateway == "http"
