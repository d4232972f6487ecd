"""Routes of the pages that run a platform, and of the first run."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.views import first_run
from web.views.running import closures, hours, instruments, people, platform, prices, rules, staff

OF = "platform/<slug:code>/"
ONE = f"{OF}instruments/<id:instrument_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("platform/", platform.index, name="platforms"),
    path("people/", platform.people_index, name="people"),
    path(OF, platform.overview, name="platform"),
    path(f"{OF}details/", platform.details, name="platform_details"),
    path(f"{OF}instruments/new/", instruments.new, name="platform_instrument_new"),
    path(ONE, instruments.edit, name="platform_instrument"),
    path(f"{ONE}state/", instruments.state, name="platform_state"),
    path(f"{ONE}price/", instruments.price, name="platform_price"),
    path(f"{ONE}rules/", rules.edit, name="platform_rules_of"),
    path(f"{OF}rules/", rules.index, name="platform_rules"),
    path(f"{OF}hours/", hours.week, name="platform_hours"),
    path(f"{OF}hours/new/", hours.new, name="platform_hours_new"),
    path(f"{OF}hours/<id:slot_id>/", hours.edit, name="platform_hours_of"),
    path(f"{OF}closures/", closures.index, name="platform_closures"),
    path(f"{OF}closures/new/", closures.new, name="platform_close"),
    path(f"{OF}closures/holidays/", closures.holidays, name="platform_holidays"),
    path(f"{OF}closures/<id:closure_id>/reopen/", closures.reopen, name="platform_reopen"),
    path(f"{OF}blocks/<id:block_id>/lift/", closures.lift, name="platform_lift"),
    path(f"{OF}staff/", staff.staff, name="platform_staff"),
    path(f"{OF}staff/<id:staff_id>/end/", staff.end, name="platform_staff_end"),
    path(f"{OF}people/", people.people, name="platform_people"),
    path(f"{OF}people/<id:grant_id>/revoke/", people.revoke, name="platform_revoke"),
    path(f"{OF}qualifications/new/", people.qualification, name="platform_qualification_new"),
    path(
        f"{OF}qualifications/<id:qualification_id>/",
        people.qualification,
        name="platform_qualification",
    ),
    path(f"{OF}prices/", prices.prices, name="platform_prices"),
    path("setup/", first_run.steps, name="first_run"),
    path("setup/organisation/", first_run.organisation, name="first_organisation"),
    path("setup/platform/", first_run.platform, name="first_platform"),
    path("setup/team/", first_run.team, name="first_team"),
]
