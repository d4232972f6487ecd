"""Routes of the pages."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web import running_urls
from web.views import (
    booking_form,
    booking_move,
    bookings,
    calendar,
    costs,
    feeds,
    home,
    instruments,
    invitations,
    preferences,
    profile,
    requests,
    security,
    team_steps,
    teams,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("more/", preferences.more, name="more"),
    path("theme/", preferences.theme, name="theme"),
    path("instruments/", instruments.index, name="instruments"),
    path("instruments/<id:instrument_id>/", instruments.detail, name="instrument"),
    path(
        "instruments/<id:instrument_id>/favourite/", instruments.favourite, name="favourite"
    ),
    path("costs/", costs.month, name="costs"),
    path("costs/file/", costs.download, name="costs-file"),
    path("calendar/", calendar.landing, name="calendar"),
    path("calendar/<slug:code>/", calendar.platform, name="calendar-of"),
    path("bookings/", bookings.index, name="bookings"),
    path("bookings/new/", booking_form.new, name="book"),
    path("bookings/<id:booking_id>/", bookings.detail, name="booking"),
    path("bookings/<id:booking_id>/cancel/", bookings.cancel, name="cancel"),
    path("bookings/<id:booking_id>/start/", bookings.start, name="start"),
    path("bookings/<id:booking_id>/finish/", bookings.finish, name="finish"),
    path("bookings/<id:booking_id>/move/", booking_move.move, name="move"),
    path("bookings/<id:booking_id>/no-show/", bookings.no_show, name="no_show"),
    path("bookings/<id:booking_id>/waive/", bookings.waive, name="waive"),
    path("bookings/<id:booking_id>/booking.ics", bookings.ics, name="booking_ics"),
    path("bookings/<id:booking_id>/approve/", requests.approve, name="approve"),
    path("bookings/<id:booking_id>/reject/", requests.reject, name="reject"),
    path("requests/", requests.queue, name="requests"),
    path("requests/decide/", requests.decide, name="decide"),
    path("requests/undo/", requests.undo, name="undo"),
    path("requests/<id:booking_id>/", requests.one, name="request"),
    path("security/", security.page, name="security"),
    path("security/protect/", security.protect, name="protect"),
    path("security/end-sessions/", security.end_sessions, name="end_sessions"),
    path("security/end-token/", security.end_token, name="end_token"),
    path("profile/", profile.page, name="profile"),
    path("profile/telling/", profile.telling, name="telling"),
    path("profile/calendar/", profile.renew_calendar, name="renew-calendar"),
    path("profile/export/", profile.export, name="export"),
    path("feeds/bookings.ics", feeds.bookings, name="feed"),
    path("teams/", teams.index, name="teams"),
    path("teams/ask/", team_steps.ask, name="ask-to-join"),
    path("teams/<id:team_id>/", teams.detail, name="team"),
    path("teams/<id:team_id>/invite/", teams.invite, name="invite"),
    path("teams/requests/<id:request_id>/approve/", team_steps.approve_join, name="approve-join"),
    path("teams/requests/<id:request_id>/refuse/", team_steps.refuse_join, name="refuse-join"),
    path(
        "teams/requests/<id:request_id>/withdraw/", team_steps.withdraw_join, name="withdraw-join"
    ),
    path("teams/invitations/<id:invitation_id>/resend/", team_steps.resend, name="resend"),
    path("teams/invitations/<id:invitation_id>/revoke/", team_steps.revoke, name="revoke"),
    path("teams/members/<id:membership_id>/role/", team_steps.role, name="role"),
    path("teams/members/<id:membership_id>/end/", team_steps.end, name="end-membership"),
    path("teams/projects/<id:project_id>/people/", team_steps.people, name="project-people"),
    path("invitations/", invitations.accept, name="invitation"),
    *running_urls.urlpatterns,
]
