"""`linli accounts …`: make a user, give a post, make a token, list who holds what."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import timedelta


def add_commands(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `linli accounts user | password | post | token | list`."""
    group = groups.add_parser("accounts").add_subparsers(dest="command", required=True)
    user = group.add_parser("user", help="make a user; asks for the password, or reads it from standard input")
    user.add_argument("username")
    user.add_argument("name", help="the name shown")
    user.set_defaults(run=_user)
    password = group.add_parser("password", help="set a user's password and end his sessions")
    password.add_argument("username")
    password.set_defaults(run=_password)
    post = group.add_parser("post", help="give a user a post for a body")
    post.add_argument("username")
    post.add_argument("post")
    post.add_argument("body", help="key of the body")
    post.add_argument("--area", default="", help="path of the area (default: that of the body)")
    post.set_defaults(run=_post)
    token = group.add_parser("token", help="make a token for the API; it is printed once")
    token.add_argument("username")
    token.add_argument("--post", default="", help="in which of the user's posts (default: the first)")
    token.add_argument("--label", default="command line")
    token.add_argument("--days", type=int, default=90)
    token.set_defaults(run=_token)
    group.add_parser("list", help="users and the posts they hold now").set_defaults(run=_list)


def _ask() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _user(arguments: argparse.Namespace) -> int:
    from linli.accounts.administration import make_user

    make_user(arguments.username, arguments.name, _ask())
    return 0


def _password(arguments: argparse.Namespace) -> int:
    from linli.accounts.administration import set_password, user_named

    set_password(user_named(arguments.username), _ask())
    return 0


def _post(arguments: argparse.Namespace) -> int:
    from linli.accounts.administration import body_named, give_post, user_named

    body = body_named(arguments.body)
    give_post(user_named(arguments.username), arguments.post, body, arguments.area or body.area_path)
    return 0


def _token(arguments: argparse.Namespace) -> int:
    from linli.accounts.duty import holding_of
    from linli.accounts.tokens import issue

    _row, secret = issue(
        holding_of(arguments.username, arguments.post), arguments.label, timedelta(days=arguments.days)
    )
    print(secret)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from linli.accounts.models import PostHolding
    from linli.base import clock

    held = PostHolding.objects.filter(during__contains=clock.now()).select_related("user", "body")
    for holding in held.order_by("user__username", "post"):
        print(f"{holding.user.username:<24} {holding.post:<20} {holding.body.key:<24} {holding.area_path}")
    return 0
