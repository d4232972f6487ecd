"""What the forms about organisations let one choose from: values with their words."""

from accounts.models import FundingAccount, Membership, Organisation
from accounts.models.organisations import Tier

ORGANISATION_KINDS = Organisation.Kind.choices
TIERS = Tier.choices
ACCOUNT_KINDS = FundingAccount.Kind.choices
TEAM_ROLES = Membership.Role.choices
