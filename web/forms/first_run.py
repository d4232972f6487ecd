"""Forms of the first run: organisation, platform, team."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import ACCOUNT_KINDS, ORGANISATION_KINDS, TIERS
from accounts.services import TeamCard
from facilities.choices import FACILITY_KINDS
from web.forms.running import FacilityForm, HouseForm


class OrganisationForm(HouseForm):
    """A legal person whose teams use the platforms."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=ORGANISATION_KINDS)
    tier = forms.ChoiceField(
        label=_("Tariff tier"), choices=TIERS, help_text=_("Which of the prices its teams pay.")
    )
    country = forms.RegexField(
        label=_("Country"),
        regex=r"^[A-Z]{2}$",
        initial="FR",
        help_text=_("Two capital letters, such as FR."),
    )


class NewFacilityForm(FacilityForm):
    """A platform that is not there yet."""

    code = forms.SlugField(
        label=_("Code"), max_length=20, help_text=_("Short, for addresses: such as CYT. It stays.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=FACILITY_KINDS)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name) for name in sorted(zoneinfo.available_timezones())],
        help_text=_("Its opening hours and prices follow this clock. It stays."),
    )
    field_order = (
        *("code", "name", "name_fr", "kind", "site", "time_zone", "email", "description"),
    )


class TeamForm(HouseForm):
    """A team with what it takes to book."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    name = forms.CharField(label=_("Team"), max_length=200)
    head_email = forms.EmailField(
        label=_("Head of the team"),
        help_text=_("By e-mail; somebody who is not here yet is sent an invitation."),
    )
    project = forms.CharField(label=_("First project"), max_length=200)
    account_kind = forms.ChoiceField(label=_("Paid by"), choices=ACCOUNT_KINDS)
    account_reference = forms.CharField(
        label=_("Its reference"),
        max_length=100,
        help_text=_("As accounting knows it: a cost centre, contract or order number."),
    )

    def __init__(self, *args: Any, organisations: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organisation"].choices = list(organisations)

    def card(self) -> TeamCard:
        """Return what the form says."""
        cleaned = self.cleaned_data
        return TeamCard(
            organisation_id=cleaned["organisation"],
            **{
                name: cleaned[name]
                for name in (
                    "name",
                    "head_email",
                    "project",
                    "account_kind",
                    "account_reference",
                )
            },
        )
