"""Users, bodies, and the posts people hold for a time."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.fields import LtreeField
from linli.base.ids import uuid7


class Body(models.Model):
    """A responsible body (责任单位): a police bureau, a fire brigade, an alarm operator's centre, an office."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(_("key"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=32)
    area_path = LtreeField(_("area"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branches")
    organisation_id = models.UUIDField(_("organisation in the register"), null=True, blank=True)
    ends_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; a user without a password cannot log in."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who works with Linli. What he may do comes from the posts he holds, never from the account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(_("user name"), max_length=64, unique=True)
    display_name = models.CharField(_("name shown"), max_length=100)
    email = models.EmailField(_("e-mail (optional)"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    theme = models.CharField(_("theme"), max_length=8, default="auto")
    is_active = models.BooleanField(_("may log in"), default=True)
    date_joined = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    def __str__(self) -> str:
        return self.display_name or self.username


class PostHolding(models.Model):
    """One person holds one post (岗位) in an area, for a body, for a time. On hand-over the period ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="holdings")
    post = models.CharField(_("post"), max_length=64)
    body = models.ForeignKey(Body, models.PROTECT, related_name="holdings")
    area_path = LtreeField(_("area"))
    during = DateTimeRangeField(_("from – to"))
    handed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note (optional)"), max_length=200, blank=True)

    class Meta:
        ordering = ("post", "id")


class ApiToken(models.Model):
    """A token for the API, shown once and kept as a hash; it acts in one post holding."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    holding = models.ForeignKey(PostHolding, models.CASCADE, related_name="tokens")
    label = models.CharField(_("label"), max_length=100)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at",)


class AccountEvent(models.Model):
    """One thing that happened around accounts; the database lets nobody change or remove it."""

    class Kind(models.TextChoices):
        """What happened."""

        LOGGED_IN = "logged_in", _("logged in")
        LOG_IN_FAILED = "log_in_failed", _("log-in failed")
        LOGGED_OUT = "logged_out", _("logged out")
        DENIED = "denied", _("turned away")
        POST_CHOSEN = "post_chosen", _("post chosen")
        HANDED_OVER = "handed_over", _("post handed over")
        POST_GIVEN = "post_given", _("post given")
        POST_ENDED = "post_ended", _("post ended")
        TOKEN_MADE = "token_made", _("token made")
        TOKEN_WITHDRAWN = "token_withdrawn", _("token withdrawn")
        SESSION_ENDED = "session_ended", _("logged out elsewhere")
        USER_MADE = "user_made", _("user made")
        USER_CHANGED = "user_changed", _("user changed")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        SECOND_FACTOR = "second_factor", _("second factor changed")
        BODY_CHANGED = "body_changed", _("body made or changed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("what happened"), max_length=16, choices=Kind)
    at = models.DateTimeField(_("time"), default=clock.now)
    user_id = models.UUIDField(_("who"), null=True)
    post = models.CharField(_("post"), max_length=64, blank=True)
    about = models.CharField(_("about"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["user_id", "at"], name="accounts_event_user")]
