"""Tokens: shown once, kept as a hash, acting in one post while it lasts."""

import argparse
from datetime import timedelta

import pytest
from django.test import Client

from linli.accounts import tokens
from linli.accounts.administration import change_user, end_post
from linli.accounts.commands import add_commands
from linli.accounts.models import AccountEvent, ApiToken
from linli.accounts.refusals import UnknownUser
from linli.base import clock


def me(secret: str, scheme: str = "Bearer"):
    return Client().get("/api/v1/me", headers={"Authorization": f"{scheme} {secret}"})


def test_a_token_speaks_for_its_post(duty):
    row, secret = tokens.issue(duty, "analysis")
    answer = me(secret)
    assert answer.status_code == 200
    assert answer.json() | {"name": ""} == {
        "name": "",
        "post": "duty_operator",
        "post_label": "值机员",
        "areas": ["34.3417"],
        "bodies": [str(duty.body_id)],
    }
    row.refresh_from_db()
    assert row.last_used_at and secret.encode() not in bytes(row.digest)
    assert ApiToken.objects.filter(label__contains=secret).count() == 0


@pytest.mark.parametrize("end", ["withdrawn", "too old", "post over", "user shut out", "unknown", "missing", "scheme"])
def test_a_token_that_has_ended_opens_nothing(duty, end):
    row, secret = tokens.issue(duty, "analysis", timedelta(days=7))
    acts = {
        "withdrawn": lambda: tokens.withdraw(row),
        "post over": lambda: end_post(duty),
        "user shut out": lambda: change_user(duty.user, is_active=False),
    }
    acts.get(end, lambda: None)()
    if end == "missing":
        answer = Client().get("/api/v1/me")
    else:
        with clock.shifted(timedelta(days=8 if end == "too old" else 0)):
            answer = me(secret + ("x" if end == "unknown" else ""), "Basic" if end == "scheme" else "Bearer")
    assert (answer.status_code, answer.json()["code"]) == (401, "accounts.not_signed_in")


def test_a_session_does_not_open_the_api(duty, client_of):
    assert client_of(duty.user).get("/api/v1/me").status_code == 401


def test_making_one_on_the_page_tells_it_once(duty, client_of):
    client = client_of(duty.user)
    page = client.post("/account/tokens/new", {"label": "Auswertung", "days": "30"})
    secret = page.context["secret"]
    assert secret in page.content.decode() and secret not in client.get("/account/").content.decode()
    assert me(secret).status_code == 200
    token = ApiToken.objects.get()
    assert client.post(f"/account/tokens/{token.pk}/withdraw").status_code == 302 and me(secret).status_code == 401
    assert list(AccountEvent.objects.order_by("id").values_list("kind", flat=True))[-2:] == [
        "token_made",
        "token_withdrawn",
    ]


def test_what_is_missing_is_said_and_nothing_is_lost(duty, client_of):
    page = client_of(duty.user).post("/account/tokens/new", {"label": "", "days": "30"})
    assert page.status_code == 422 and "填写令牌用途" in page.content.decode() and ApiToken.objects.count() == 0


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["accounts", *words])
    return arguments.run(arguments)


def test_the_command_prints_it_once(duty, capsys):
    assert run("token", "yanshi.zhao", "--post", "duty_operator") == 0
    assert me(capsys.readouterr().out.strip()).status_code == 200
    with pytest.raises(UnknownUser):
        run("token", "nobody.here")
