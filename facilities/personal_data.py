"""What the platforms keep about a person; see accounts/personal_data.py."""

from __future__ import annotations

from accounts.models import User
from accounts.personal_data import Rows, rows_of
from facilities.models import FacilityStaff, Favourite


def personal_data(person: User) -> dict[str, Rows]:
    """Return a person's roles on platforms and the instruments they marked."""
    return {
        "platform_roles": rows_of(
            FacilityStaff.objects.filter(user=person), "role", platform="facility__name"
        ),
        "favourites": rows_of(Favourite.objects.filter(user=person), instrument="instrument__name"),
    }
