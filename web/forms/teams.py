"""What people type about teams: whom to invite, which role, when somebody leaves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.choices import TEAM_ROLES
from web.forms.booking import IN, WITHIN_REASON, DayInput


class InvitationForm(forms.Form):
    """Whom to invite, as what, until when."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs=IN | {"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.Select(attrs=IN))
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DayInput(),
        input_formats=["%Y-%m-%d"],
        validators=WITHIN_REASON,
        help_text=_("Last day in the team."),
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs=IN),
    )

    def __init__(self, *args: Any, may_appoint: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: dict[str, Any] = self.fields
        roles["role"].choices = TEAM_ROLES if may_appoint else TEAM_ROLES[:1]


class RoleForm(forms.Form):
    """Another role for somebody."""

    role = forms.ChoiceField(choices=TEAM_ROLES)


class LastDayForm(forms.Form):
    """When somebody leaves."""

    last_day = forms.DateField(input_formats=["%Y-%m-%d"], validators=WITHIN_REASON)


class PeopleForm(forms.Form):
    """Who works on a project."""

    people = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, people: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["people"].choices = [(pk, pk) for pk in people]


class JoinForm(forms.Form):
    """Which team to ask, with a word to its head."""

    team = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    message = forms.CharField(required=False, max_length=500)


class NewPersonForm(forms.Form):
    """Name and password of somebody who was invited."""

    first_name = forms.CharField(
        label=_("First name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs=IN | {"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=100,
        widget=forms.TextInput(attrs=IN | {"autocomplete": "family-name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs=IN | {"autocomplete": "new-password"}),
        help_text=_("Twelve characters or more; a few words are easy to keep in mind."),
    )
