"""What every answer carries: content policy, no framing, no guessing of types; cookies and forms that cannot be forged."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from linli.accounts.administration import give_post, make_user
from linli.accounts.models import Body, PostHolding

PASSWORD = "ein-langes-Wort-17"


@pytest.fixture
def holding(db) -> PostHolding:
    body = Body.objects.create(key="body", name="演示·单位", kind="office", area_path="34.3417")
    return give_post(make_user("holder", "演示·甲", PASSWORD), "duty_operator", body, "34.3417")


def test_every_answer_forbids_what_the_pages_do_not_need(holding):
    client = Client()
    for address in ("/login", "/nothing-here", "/api/v1/me", "/health"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "script-src 'self'" in policy and "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy and headers["X-Frame-Options"] == "DENY"
        assert "script-src 'self' 'unsafe-inline'" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"


def test_a_page_of_a_signed_in_reader_is_not_kept_by_caches(holding):
    client = Client()
    client.force_login(holding.user)
    assert "no-store" in client.get("/account/").headers["Cache-Control"]


def test_a_form_from_elsewhere_changes_nothing(holding):
    client = Client(enforce_csrf_checks=True)
    client.force_login(holding.user)
    for address in ("/login", "/logout", "/account/tokens/new", f"/duty/{holding.pk}/choose"):
        assert client.post(address, {"label": "x", "days": "7"}).status_code == 403
    assert client.get("/account/").status_code == 200 and holding.tokens.count() == 0


def test_a_form_of_ones_own_is_taken(holding):
    client = Client(enforce_csrf_checks=True)
    token = client.get("/login").context["csrf_token"]
    done = client.post("/login", {"login": "holder", "password": PASSWORD, "csrfmiddlewaretoken": str(token)})
    assert done.status_code == 302


def test_the_session_cookie_is_for_this_site_and_not_for_scripts(holding):
    client = Client()
    client.post("/login", {"login": "holder", "password": PASSWORD})
    cookie = next(value for name, value in client.cookies.items() if name.startswith("linli_session"))
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and int(cookie["max-age"]) == 12 * 3600


def test_in_production_cookies_and_pages_travel_encrypted(tmp_path):
    code = (
        "from linli.site import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.DEBUG)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[1],
        env=os.environ | {"LINLI_PRODUCTION": "1", "LINLI_VAR": str(tmp_path)},
    )
    assert said.stdout.split() == ["True", "True", "True", "True", "False"]
