"""The only place that writes people, teams and who belongs where: one function per intention."""

from accounts.services.allowances import allow_account, withdraw_allowance
from accounts.services.founding import TeamCard, add_organisation, found_centre, found_team
from accounts.services.inviting import (
    accept_as_new_person,
    accept_invitation,
    invite_to_team,
    resend_invitation,
    revoke_invitation,
)
from accounts.services.joining import (
    approve_join_request,
    ask_to_join,
    refuse_join_request,
    withdraw_join_request,
)
from accounts.services.profile import change_profile, renew_calendar_address
from accounts.services.teams import (
    change_role,
    end_membership,
    keep_title,
    name_people_of_project,
)

__all__ = [
    "TeamCard",
    "accept_as_new_person",
    "accept_invitation",
    "add_organisation",
    "allow_account",
    "approve_join_request",
    "ask_to_join",
    "change_profile",
    "change_role",
    "end_membership",
    "found_centre",
    "found_team",
    "invite_to_team",
    "keep_title",
    "name_people_of_project",
    "refuse_join_request",
    "renew_calendar_address",
    "resend_invitation",
    "revoke_invitation",
    "withdraw_allowance",
    "withdraw_join_request",
]
