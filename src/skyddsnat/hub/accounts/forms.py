"""Forms of sign-in and second factors: allauth's own, in this hub's words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm as ChangePassword
from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as ConfirmByPassword
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ConfirmByCode
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.accounts.scopes import SCOPE_CHOICES
from skyddsnat.hub.accounts.services.machines import DEFAULT_DAYS
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.refusals import words_for
from skyddsnat.hub.members.services import check_names
from skyddsnat.policy.errors import PolicyRefusal


def _say(form: forms.Form, name: str, *, label: Any, hint: Any = "", **attributes: str) -> None:
    """Give a field of allauth's our label and hint, and no placeholder: that would vanish when it is needed."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class SignInForm(LoginForm):
    """First step: address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", label=_("E-mail address"), autocomplete="username webauthn")
        _say(self, "password", label=_("Password"))


class SecondStepForm(AuthenticateForm):
    """Second step: a code from the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self,
            "code",
            label=_("Code"),
            hint=_("Six digits from your authenticator app, or one of your recovery codes."),
            inputmode="numeric",
            autocomplete="one-time-code",
        )


class ConfirmByPasswordForm(ConfirmByPassword):
    """Fresh authentication by password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", label=_("Password"))


class ConfirmByCodeForm(ConfirmByCode):
    """Fresh authentication by a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", label=_("Code"), hint=_("Six digits from your authenticator app."), inputmode="numeric")


class EnrolAppForm(ActivateTOTPForm):
    """The first code from a new authenticator app proves that it works."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self,
            "code",
            label=_("Code from the app"),
            hint=_("The six digits that the app shows now."),
            inputmode="numeric",
        )


def plain_name(name: str) -> None:
    """A validator: a name is no place for a picture in disguise."""
    try:
        check_names(name)
    except PolicyRefusal as refusal:
        raise ValidationError(str(words_for(refusal)), code=refusal.code) from None


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", label=_("What to call it"), hint=_("So that you can tell your passkeys apart."))
        self.fields["name"].validators.append(plain_name)
        self.fields["passwordless"].initial = True
        _say(
            self,
            "passwordless",
            label=_("Sign in with this passkey alone"),
            hint=_("The device then asks for a fingerprint, face or PIN instead of your password here."),
        )


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", label=_("What to call it"))
        self.fields["name"].validators.append(plain_name)


class ChangePasswordForm(ChangePassword):
    """A new password for who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", label=_("Current password"))
        _say(self, "password1", label=_("New password"), hint=_("At least 12 characters."))
        _say(self, "password2", label=_("New password once more"))


class WelcomeForm(forms.Form):
    """A first password, or a new one after a new invitation."""

    password1 = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 12 characters. A sentence of four or five words is easy to remember."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    code = forms.CharField(
        label=_("Entry code"),
        help_text=_("Twelve letters and digits. A colleague, or someone at another organisation, has told you."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ["code"]

    def __init__(self, *args: Any, person: Person, with_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if not with_code:
            del self.fields["code"]

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if {"password1", "password2"} <= cleaned.keys() and cleaned["password1"] != cleaned["password2"]:
            self.add_error("password2", ValidationError(_("The two passwords differ. Type the same one twice.")))
        return cleaned


class TokenForm(forms.Form):
    """What a new token is for."""

    label = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("So that you know later which machine uses it, for example the agent in the northern data centre."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=SCOPE_CHOICES, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("Works for"),
        coerce=int,
        initial=DEFAULT_DAYS,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("one year"))],
    )
