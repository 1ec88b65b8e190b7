"""Forms of the log-in library in our words, and those of the account pages."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as _ChangePasswordForm
from allauth.account.forms import LoginForm as _LoginForm
from allauth.account.forms import ReauthenticateForm as _ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as _AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as _MfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as _ActivateForm
from django import forms
from django.utils.translation import gettext_lazy as _

from linli.accounts.duty import successors
from linli.accounts.models import PostHolding, User

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True, "maxlength": 20}


def _speak(form: forms.Form, name: str, label: Any, empty: Any, **attrs: Any) -> None:
    """Give a field of the library our label and our sentence for being empty."""
    field = form.fields[name]
    field.label = label
    field.error_messages["required"] = empty
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)
    field.help_text = ""


class LoginForm(_LoginForm):
    """User name and password; the first wrong one keeps the user name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak(self, "login", _("User name"), _("Enter your user name."), autofocus=not self.is_bound)
        _speak(self, "password", _("Password"), _("Enter your password."), autofocus=self.is_bound)

    def clean(self) -> Any:
        """As the library's; a refusal marks the password as the field to fill in again."""
        try:
            return super().clean()
        except forms.ValidationError:
            self.fields["password"].widget.attrs["aria-invalid"] = "true"
            raise


class CodeForm(_AuthenticateForm):
    """The second step: a code of the device, or one of the kept codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak(self, "code", _("Code of your device, or a kept code"), _("Enter the code."), **CODE)


class CodeAgainForm(_MfaReauthenticateForm):
    """The code once more before something weighty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak(self, "code", _("Code of your device"), _("Enter the code."), **CODE)


class ActivateForm(_ActivateForm):
    """The first code of a new device."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak(self, "code", _("Code the device shows now"), _("Enter the six digits the device shows."), **CODE)


class PasswordAgainForm(_ReauthenticateForm):
    """The password once more before something weighty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak(self, "password", _("Password"), _("Enter your password."), autofocus=True)


class ChangePasswordForm(_ChangePasswordForm):
    """The present password and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _speak(self, "oldpassword", _("Present password"), _("Enter the present password."))
        _speak(self, "password1", _("New password"), _("Enter the new password."))
        _speak(self, "password2", _("New password again"), _("Enter the new password a second time."))


class HandOverForm(forms.Form):
    """Who takes the post over, and what he must know."""

    successor: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        label=_("Who takes over"),
        queryset=User.objects.none(),
        empty_label="",
        error_messages={"required": _("Choose who takes over.")},
    )
    note = forms.CharField(
        label=_("What the next one must know"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, holding: PostHolding, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        field.queryset = successors(holding)  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """What a token is for and how long it is valid."""

    label = forms.CharField(
        label=_("What the token is for"), max_length=100, error_messages={"required": _("Enter what the token is for.")}
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=90,
        choices=((7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("a year"))),
    )
