"""What is kept about a person's training; see accounts/personal_data.py."""

from __future__ import annotations

from accounts.models import User
from accounts.personal_data import Rows, rows_of
from compliance.models import Grant


def personal_data(person: User) -> dict[str, Rows]:
    """Return a person's qualifications, those that ended or were revoked too."""
    return {
        "qualifications": rows_of(
            Grant.objects.filter(user=person),
            *("level", "valid_from", "valid_until", "revoked_on"),
            qualification="qualification__name",
            platform="qualification__facility__name",
        )
    }
