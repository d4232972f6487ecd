"""Who may use an account of a team: steps on the team's page."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.services import allow_account, withdraw_allowance
from web.forms.extras import AllowanceForm
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.views.team_steps import HOME, NotUnderstood


@require_POST
@member_page
def allow(request: PageRequest, account_id: int) -> HttpResponse:
    """Let somebody of the team use an account, or change up to how much."""

    def step() -> str:
        form = AllowanceForm(request.POST)
        if not form.is_valid():
            raise NotUnderstood
        given = allow_account(
            actor=request.viewer.user,
            account_id=account_id,
            now=timezone.now(),
            **form.values(),
        )
        known = {"person": given.person, "account": given.account}
        return _("%(person)s may use %(account)s.") % known

    return carried_out(request, step, otherwise=HOME)


@require_POST
@member_page
def end(request: PageRequest, allowance_id: int) -> HttpResponse:
    """Take an allowance away."""

    def step() -> str:
        account = withdraw_allowance(
            actor=request.viewer.user, allowance_id=allowance_id, now=timezone.now()
        )
        return _("Taken away. Without anybody named, %(account)s is for the whole team.") % {
            "account": account
        }

    return carried_out(request, step, otherwise=HOME)
