"""Tables of the people, their organisations and what pays for their work."""

from accounts.models.idempotency import IdempotencyKey
from accounts.models.joining import Invitation, JoinRequest
from accounts.models.money import AccountAllowance, CostObjectKind, FundingAccount
from accounts.models.organisations import Membership, Organisation, Project, Team
from accounts.models.users import User

__all__ = [
    "AccountAllowance",
    "CostObjectKind",
    "FundingAccount",
    "IdempotencyKey",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Organisation",
    "Project",
    "Team",
    "User",
]
