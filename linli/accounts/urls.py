"""Addresses of accounts. `library` carries the names by which the log-in library finds its own pages."""

from __future__ import annotations

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from django.urls import reverse_lazy

from linli.accounts import pages
from linli.accounts.routes import ANY_POST, PUBLIC, SIGNED_IN, route

routes = [
    route("account/", pages.account, name="account", posts=SIGNED_IN),
    route("account/sessions/<int:session>/end", pages.end_session, name="end_session", posts=SIGNED_IN),
    route("account/tokens/new", pages.make_token, name="make_token", posts=ANY_POST),
    route("account/tokens/<uuid:token>/withdraw", pages.withdraw_token, name="withdraw_token", posts=SIGNED_IN),
    route("duty/", pages.duty_page, name="hand_over", posts=SIGNED_IN),
    route("duty/<uuid:holding>/choose", pages.choose_post, name="choose_post", posts=SIGNED_IN),
    route("duty/<uuid:holding>/hand-over", pages.hand_over, name="hand_over_post", posts=SIGNED_IN),
    route("logout", pages.logout, name="logout", posts=PUBLIC),
]

_change_password = account_views.PasswordChangeView.as_view(success_url=reverse_lazy("accounts:account"))

_login = account_views.LoginView.as_view(extra_context={"city_counts": pages.city_counts})

library = [
    route("login", _login, name="account_login", posts=PUBLIC),
    route("login/code", mfa_views.authenticate, name="mfa_authenticate", posts=PUBLIC),
    route("login/closed", account_views.account_inactive, name="account_inactive", posts=PUBLIC),
    route("account/again", account_views.reauthenticate, name="account_reauthenticate", posts=SIGNED_IN),
    route("account/again/code", mfa_views.reauthenticate, name="mfa_reauthenticate", posts=SIGNED_IN),
    route("account/password", _change_password, name="account_change_password", posts=SIGNED_IN),
    route("account/second-factor/", pages.to_account, name="mfa_index", posts=SIGNED_IN),
    route("account/second-factor/on", totp_views.activate_totp, name="mfa_activate_totp", posts=SIGNED_IN),
    route("account/second-factor/off", totp_views.deactivate_totp, name="mfa_deactivate_totp", posts=SIGNED_IN),
    route("account/codes", code_views.view_recovery_codes, name="mfa_view_recovery_codes", posts=SIGNED_IN),
    route("account/codes/new", code_views.generate_recovery_codes, name="mfa_generate_recovery_codes", posts=SIGNED_IN),
]
