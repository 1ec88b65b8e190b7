"""Every page and API operation × (nobody, signed in without a post, each post): as its declaration says (R15).

A route without declared posts cannot be mounted; one that is open to everybody, or to every post, stands in a list
here, so that opening another door is a deliberate act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from linli.accounts import tokens
from linli.accounts.administration import give_post, make_user
from linli.accounts.guard import ANY_POST, PUBLIC, SIGNED_IN
from linli.accounts.models import AccountEvent, Body
from linli.accounts.registry import posts
from linli.site import api
from linli.ui.registry import lists

ID = UUID("01890000-0000-7000-8000-000000000000")
SAMPLES = {"uuid": str(ID), "int": "1", "slug": "x", "str": "x", "path": "x", "float": "1.5"}

OPEN_TO_EVERYBODY = {
    "account_login",
    "mfa_authenticate",
    "account_inactive",
    "accounts:logout",
    "site:health",
    "ui:language",
    "ui:gallery",
    "ui:gallery_page",
    "desk:map_layer",
    "scoreboard:rights",
    # Machines come in here with a signature of their own.
    "signals:events_in",
    "signals:warnings_in",
    # Real warnings of scope Public.
    "warnings:public",
    "warnings:public_data",
    "warnings:feed",
    "warnings:certificate",
    "warnings:document",
}
OPEN_TO_THE_SIGNED_IN = {
    "accounts:account",
    "accounts:end_session",
    "accounts:withdraw_token",
    "accounts:hand_over",
    "accounts:choose_post",
    "accounts:hand_over_post",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}
OPEN_TO_EVERY_POST = {
    "accounts:make_token",
    "desk:first",
    "desk:home",
    "desk:search",
    "desk:help",
    "desk:help_page",
    "desk:live",
    "ui:preferences",
    # Warnings are for everybody; the page judges by their scope.
    "warnings:strip",
    "warnings:warning",
    # These six judge by the posts of the list itself: see the test of the lists below.
    "ui:list",
    "ui:points",
    "ui:counts",
    "ui:views",
    "ui:export",
    "ui:peek",
    "ui:filters",
    # What stands in the registers is no secret of one post; what is personal in it lies behind the gate.
    "registers:organisation",
    "registers:premises",
    "registers:asset",
    "registers:show_contact",
    "registers:contact_away",
    # Each table says which posts keep it, and the page judges by that.
    "registers:imports",
    "registers:import_try",
    "registers:import_template",
    "registers:import_run",
    "registers:import_write",
    "registers:import_undo",
    "registers:import_to_correct",
    # These judge by the kind of the case (linli.cases.readers); a file by row-level security; notices are the post's.
    "cases:case",
    "cases:pane",
    "cases:peek",
    "cases:print",
    "cases:by_number",
    "cases:new",
    "cases:act",
    "cases:agree",
    "cases:note",
    "cases:edit",
    "cases:evidence",
    "cases:tasks",
    "cases:task_done",
    "cases:transfer",
    "cases:transfer_answer",
    "cases:clocks",
    "cases:file",
    "cases:picture",
    "cases:notices",
    "cases:notice_seen",
}
OPERATIONS_OPEN_TO_EVERY_POST = {
    "GET /me",
    "GET /units",
    "GET /cases",
    "GET /cases/{str:number}",
    "POST /cases/{str:number}/acts",
}
LISTS_OPEN_TO_EVERY_POST = {"registers.organisations", "registers.premises", "registers.assets"}
# The description of the API itself; it holds no data.
WITHOUT_DECLARATION = {"api/v1/openapi.json", "api/v1/"}


@dataclass(frozen=True)
class Door:
    """One page: its name, a sample address, the posts it lets in."""

    name: str
    address: str
    posts: tuple[str, ...]

    def admits(self, post: str) -> bool:
        return self.posts in (PUBLIC, SIGNED_IN, ANY_POST) or post in self.posts


def walk(patterns: list, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, prefix + str(pattern.pattern), inner)
        else:
            yield prefix + str(pattern.pattern), f"{space}{pattern.name}", pattern


def sample(pattern: str) -> str:
    """An address of the pattern: each place filled with a value that is there for nobody."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda place: SAMPLES.get(place.group(1) or "str", "x"), pattern)


PAGES = [
    (path, name, pattern) for path, name, pattern in walk(get_resolver().url_patterns) if not name.startswith("api-v1:")
]
DOORS = [
    Door(name, sample(path), pattern.callback.posts)
    for path, name, pattern in PAGES
    if hasattr(pattern.callback, "posts")
]
OPERATIONS = [
    (f"{method} {path}", method, path, operation.view_func)
    for prefix, router in api.build()._routers
    for path, view in ((f"{prefix.rstrip('/')}{path}", view) for path, view in router.path_operations.items())
    for operation in view.operations
    for method in operation.methods
]


def test_every_page_declares_its_posts():
    assert {path for path, _name, pattern in PAGES if not hasattr(pattern.callback, "posts")} <= WITHOUT_DECLARATION
    undeclared = (
        {post for door in DOORS for post in door.posts}
        - {post.key for post in posts}
        - {"*", "public", "signed-in", "system"}
    )
    assert undeclared == set()


def test_every_operation_declares_its_posts():
    assert [key for key, _method, _path, function in OPERATIONS if not hasattr(function, "posts")] == []


def test_doors_open_to_many_are_listed():
    """A new one is added here with thought, and only if no smaller circle will do."""
    assert sorted({door.name for door in DOORS if door.posts == PUBLIC} ^ OPEN_TO_EVERYBODY) == []
    assert sorted({door.name for door in DOORS if door.posts == SIGNED_IN} ^ OPEN_TO_THE_SIGNED_IN) == []
    assert sorted({door.name for door in DOORS if door.posts == ANY_POST} ^ OPEN_TO_EVERY_POST) == []
    assert {spec.key for spec in lists if spec.posts == ANY_POST} == LISTS_OPEN_TO_EVERY_POST
    of_lists = {f"GET /lists/{key}" for key in LISTS_OPEN_TO_EVERY_POST}
    found = {key for key, _method, _path, function in OPERATIONS if function.posts == ANY_POST}
    assert found == OPERATIONS_OPEN_TO_EVERY_POST | of_lists
    assert {key for key, _m, _p, function in OPERATIONS if function.posts == PUBLIC} == set()


def turned_away(answer) -> str:
    """ "login", "403" or "" when the door let in (404, 405 and 422 come from inside)."""
    if answer.status_code == 302 and answer.headers["Location"].startswith("/login?next="):
        return "login"
    return "403" if answer.status_code == 403 else "fault" if answer.status_code >= 500 else ""


def outcomes(client: Client) -> dict[str, str]:
    client.raise_request_exception = False
    # An answer that streams is not read: the door is all that is asked about.
    return {door.name: turned_away(client.get(door.address)) for door in DOORS if door.name != "accounts:logout"}


@pytest.fixture
def body(db) -> Body:
    return Body.objects.create(key="body", name="演示·单位", kind="office", area_path="34.3417")


def test_nobody_comes_in_without_signing_in(db):
    said = outcomes(Client())
    assert said == {door.name: "" if door.posts == PUBLIC else "login" for door in DOORS if door.name in said}


def test_who_holds_no_post_sees_his_own_account_only(body):
    client = Client()
    client.force_login(make_user("nopost", "演示·甲", "ein-langes-Wort-17"))
    said = outcomes(client)
    assert said == {
        door.name: "" if door.posts in (PUBLIC, SIGNED_IN) else "403" for door in DOORS if door.name in said
    }


@pytest.mark.parametrize("post", [post.key for post in posts])
def test_a_post_comes_in_where_it_is_declared_and_nowhere_else(body, post):
    user = make_user("holder", "演示·甲", "ein-langes-Wort-17")
    give_post(user, post, body, "34.3417")
    client = Client()
    client.force_login(user)
    said = outcomes(client)
    assert said == {door.name: "" if door.admits(post) else "403" for door in DOORS if door.name in said}
    refused = sum(not door.admits(post) for door in DOORS)
    assert AccountEvent.objects.filter(kind="denied", post=post).count() == refused


@pytest.mark.parametrize("post", [post.key for post in posts])
def test_a_list_is_shown_to_the_posts_it_names(body, post):
    user = make_user("holder", "演示·甲", "ein-langes-Wort-17")
    give_post(user, post, body, "34.3417")
    client = Client(raise_request_exception=False)
    client.force_login(user)
    wrong = {}
    for spec in lists:
        for name, more in (("list", ()), ("counts", ()), ("points", ()), ("export", ("csv",)), ("peek", (str(ID),))):
            said = turned_away(client.get(reverse(f"ui:{name}", args=[spec.key, *more])))
            if said != ("" if spec.posts == ANY_POST or post in spec.posts else "403"):
                wrong[spec.key, name] = said
    assert wrong == {}


@pytest.mark.parametrize("post", [None, *(post.key for post in posts)])
def test_an_operation_answers_the_declared_posts_alone(body, post):
    headers = {}
    if post:
        holding = give_post(make_user("holder", "演示·甲", "ein-langes-Wort-17"), post, body, "34.3417")
        headers["Authorization"] = f"Bearer {tokens.issue(holding, 'test')[1]}"
    client = Client(raise_request_exception=False)
    wrong = {}
    for key, method, path, function in OPERATIONS:
        address = "/api/v1" + re.sub(r"\{(?:(\w+):)?\w+\}", lambda place: SAMPLES[place.group(1) or "uuid"], path)
        status = client.generic(method, address, "{}", "application/json", headers=headers).status_code
        admitted = post is not None and (function.posts == ANY_POST or post in function.posts)
        expected = status not in (401, 403) and status < 500 if admitted else status == (403 if post else 401)
        # What cannot be read is refused before the post is asked; it tells nothing.
        if not expected and not (status in (404, 422) and not admitted):
            wrong[key] = status
    assert wrong == {}
