"""Feeds over real sockets: conditional, bounded, one fetch for each alert, a fault when they cannot be read."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from linli.areas.models import Area
from linli.base import clock, visibility
from linli.signals.gateways.cap import fetching, poll, sources
from linli.signals.gateways.cap.tests.build import NOW, SENDER, alert, signed, signer
from linli.signals.models import CapSource, Quarantine, Signal
from linli.signals.tests.conftest import vocabulary  # noqa: F401


class Site:
    """A small web site: pages by path (bytes, or a status and headers), and what was asked of it."""

    def __init__(self):
        self.pages, self.asked = {}, []

    @contextmanager
    def served(self):
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                status, headers, body = site.pages.get(self.path, (404, {}, b""))
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}"
        yield self
        server.shutdown()
        server.server_close()

    def feed(self, *links, etag='"1"', at="2026-07-01T00:00:00Z"):
        entries = "".join(
            f'<entry><id>{link}</id><updated>{at}</updated><link href="{link}"/></entry>' for link in links
        )
        self.pages["/feed"] = (
            200,
            {"ETag": etag},
            f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode(),
        )


@pytest.fixture
def site():
    with Site().served() as served:
        yield served


@pytest.fixture
def source(transactional_db, site):
    with visibility.system():
        if not Area.objects.filter(path="34.3417").exists():
            pytest.fail("the tree is part of the template")
        return sources.add(
            SENDER, name="演示·台", area_path="34.3417", certificates=signer()[1], feed_url=f"{site.address}/feed"
        )


def asked(source, at=NOW):
    source.refresh_from_db()
    with clock.at(at):
        poll.ask(source)
    source.refresh_from_db()
    return source


def heard(kind="warning.public"):
    with visibility.system():
        return list(Signal.objects.filter(kind=kind).order_by("log_id").values_list("sequence", "phase"))


def test_what_is_new_is_fetched_once(source, site):
    site.pages["/a"] = (200, {}, signed(alert()))
    site.feed(f"{site.address}/a")
    asked(source)
    assert heard() == [("T.1", "raised")]
    asked(source)
    assert [path for path, _ in site.asked] == ["/feed", "/a", "/feed"]
    assert site.asked[-1][1]["If-None-Match"] == '"1"'
    site.pages["/b"] = (200, {}, signed(alert(identifier="T.2")))
    site.feed(f"{site.address}/a", f"{site.address}/b", etag='"2"')
    asked(source)
    assert [path for path, _ in site.asked][3:] == ["/feed", "/b"]
    assert [row[0] for row in heard()] == ["T.1", "T.2"]


def test_an_empty_feed_is_normal(source, site):
    site.feed()
    assert asked(source).failures == 0


def test_alerts_are_fetched_from_its_own_hosts_only(source, site):
    with Site().served() as other:
        other.pages["/x"] = (200, {}, signed(alert()))
        site.pages["/away"] = (302, {"Location": f"{other.address}/x"}, b"")
        site.feed(f"{other.address}/x", f"{site.address}/away", "file:///etc/hostname", "http://user@127.0.0.1/x")
        asked(source)
        assert not other.asked
        assert not heard()
        source.hosts = [fetching.host_of(other.address)]
        source.save()
        asked(source)
        assert len(other.asked) == 2
    assert heard() == [("T.1", "raised")]


def test_a_feed_too_large_or_no_xml_is_a_failure_and_waits_longer_each_time(source, site):
    site.pages["/feed"] = (200, {}, b"x" * (fetching.MOST_BYTES + 1))
    first = asked(source)
    assert first.last_error and first.due_at == NOW + timedelta(seconds=60)
    site.pages["/feed"] = (200, {}, b"<html>")
    assert asked(source).due_at == NOW + timedelta(seconds=120)
    for _try in range(8):
        last = asked(source)
    assert last.due_at == NOW + timedelta(minutes=15)


def test_a_feed_that_cannot_be_read_for_a_quarter_of_an_hour_is_a_fault_until_it_can(source, site):
    site.pages["/feed"] = (500, {}, b"")
    asked(source)
    asked(source, NOW + timedelta(minutes=14))
    assert not heard("fault.source")
    asked(source, NOW + timedelta(minutes=15))
    asked(source, NOW + timedelta(minutes=30))
    assert [phase for _, phase in heard("fault.source")] == ["raised"]
    site.feed()
    asked(source, NOW + timedelta(minutes=45))
    assert [phase for _, phase in heard("fault.source")] == ["raised", "restored"]


def test_what_is_not_believed_is_set_aside_and_not_fetched_again(source, site):
    site.pages["/a"] = (200, {}, alert())
    site.feed(f"{site.address}/a")
    asked(source)
    asked(source)
    assert Quarantine.objects.get().reason == "signature-missing"
    assert sum(path == "/a" for path, _ in site.asked) == 1


def test_only_the_feed_that_is_due_is_asked(source, site):
    site.feed()
    with clock.at(CapSource.objects.get().due_at):
        assert poll.run_due() == 1
        assert poll.run_due() == 0
