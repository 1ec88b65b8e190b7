"""The way in: user name and password, a lock after five wrong ones, a second step."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import identify_hasher
from django.test import Client

from linli.accounts.models import AccountEvent
from linli.accounts.tests.conftest import PASSWORD
from linli.base import clock


def log_in(client: Client, password: str = PASSWORD, username: str = "yanshi.zhao", **more):
    return client.post("/login", {"login": username, "password": password, **more})


def kinds() -> list[str]:
    return list(AccountEvent.objects.order_by("id").values_list("kind", flat=True))


def test_the_right_password_leads_to_the_first_page_or_to_where_one_was(duty):
    assert log_in(Client()).headers["Location"] == "/"
    assert log_in(Client(), next="/duty/?a=1").headers["Location"] == "/duty/?a=1"
    assert log_in(Client(), next="https://elsewhere.example/").headers["Location"] == "/"
    assert kinds()[-3:] == ["logged_in"] * 3


def test_the_password_is_kept_by_argon2(zhao):
    assert identify_hasher(zhao.password).algorithm == "argon2"


def test_a_wrong_password_keeps_the_name_and_counts_down_to_the_lock(duty):
    client = Client()
    seen = [log_in(client, "wrong-wrong").content.decode() for _ in range(5)]
    assert all('value="yanshi.zhao"' in page for page in seen)
    assert ["再错 4 次" in seen[0], "再错 1 次" in seen[3], "已锁" in seen[4]] == [True] * 3
    locked = log_in(client).content.decode()
    assert "15 分钟" in locked and kinds().count("log_in_failed") == 5 and "logged_in" not in kinds()


def test_a_lock_is_for_one_account_and_tells_nothing_about_who_exists(duty, qian):
    client = Client()
    for _ in range(5):
        nobody = log_in(client, "wrong-wrong", "nobody.here").content.decode()
    known = [log_in(client, "wrong-wrong").content.decode() for _ in range(5)][-1]
    strip = re.compile(r'value="[^"]*"|csrf-token" content="[^"]*"|data-now="[^"]*"')
    assert strip.sub("", nobody) == strip.sub("", known)
    assert log_in(client, username="yanshi.qian").status_code == 302


def test_a_closed_account_stays_outside(duty):
    from linli.accounts.administration import change_user

    change_user(duty.user, is_active=False)
    assert log_in(Client()).status_code == 200


def test_closing_an_account_ends_its_sessions(duty):
    from linli.accounts.administration import change_user

    client = Client()
    log_in(client)
    assert client.get("/duty/").status_code == 200
    change_user(duty.user, is_active=False)
    assert client.get("/duty/").headers["Location"].startswith("/login")


def test_a_session_lasts_twelve_hours_however_busy(duty):
    client = Client()
    log_in(client)
    with clock.shifted(timedelta(hours=11, minutes=59)):
        assert client.get("/duty/").status_code == 200
    with clock.shifted(timedelta(hours=12, minutes=1)):
        assert client.get("/duty/").headers["Location"] == "/login?next=/duty/"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_with_a_second_factor_the_password_alone_opens_nothing(duty):
    secret = generate_totp_secret()
    TOTP.activate(duty.user, secret)
    assert secret not in str(Authenticator.objects.get().data)
    client = Client()
    assert log_in(client, next="/duty/").headers["Location"] == "/login/code"
    assert client.get("/duty/").headers["Location"].startswith("/login")
    assert "六位" in client.post("/login/code", {"code": "000000"}).content.decode()
    assert client.post("/login/code", {"code": code_of(secret)}).headers["Location"] == "/duty/"
    assert client.get("/duty/").status_code == 200


def test_setting_up_the_second_factor_asks_for_the_password_again_and_gives_codes_to_keep(
    duty, django_capture_on_commit_callbacks
):
    client = Client()
    log_in(client)
    asked = client.get("/account/second-factor/on").headers["Location"]
    assert asked.startswith("/account/again?") and client.get(asked).status_code == 200
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == "/account/second-factor/on"
    page = client.get("/account/second-factor/on")
    assert page.status_code == 200, page.headers
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode() and secret in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/account/second-factor/on", {"code": code_of(secret)})
    assert done.headers["Location"] == "/account/codes"
    codes = client.get("/account/codes")
    assert codes.status_code == 200 and len(codes.context["unused_codes"]) == 10
    assert "second_factor" in kinds()
    assert Client().get("/account/codes").headers["Location"].startswith("/login")


def test_the_password_is_changed_by_knowing_the_present_one(duty):
    client, elsewhere = Client(), Client()
    log_in(client)
    log_in(elsewhere)
    new = {"password1": "noch-ein-Wort-18", "password2": "noch-ein-Wort-18"}
    assert client.post("/account/password", {"oldpassword": "wrong", **new}).status_code == 200
    assert client.post("/account/password", {"oldpassword": PASSWORD, **new}).headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert "password_changed" in kinds()


@pytest.mark.parametrize("weak", ["short1", "password1234", "yanshi.zhao"])
def test_a_weak_password_is_refused(zhao, weak):
    from django.core.exceptions import ValidationError

    from linli.accounts.administration import set_password

    with pytest.raises(ValidationError):
        set_password(zhao, weak)


def test_nobody_signs_up_by_himself(db):
    assert Client().get("/signup").status_code == 404


def test_logging_out_needs_a_post_and_is_kept(duty):
    client = Client()
    log_in(client)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").headers["Location"] == "/login"
    assert client.get("/duty/").status_code == 302 and kinds()[-1] == "logged_out"
