"""Routes of the pages."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import IntConverter

from web.views import booking_form, bookings, calendar, home, instruments, preferences, requests


class IdConverter(IntConverter):
    """A number that a column of ids can hold."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("more/", preferences.more, name="more"),
    path("theme/", preferences.theme, name="theme"),
    path("instruments/", instruments.index, name="instruments"),
    path("instruments/<id:instrument_id>/", instruments.detail, name="instrument"),
    path("calendar/", calendar.landing, name="calendar"),
    path("calendar/<slug:code>/", calendar.platform, name="calendar-of"),
    path("bookings/", bookings.index, name="bookings"),
    path("bookings/new/", booking_form.new, name="book"),
    path("bookings/<id:booking_id>/", bookings.detail, name="booking"),
    path("bookings/<id:booking_id>/cancel/", bookings.cancel, name="cancel"),
    path("bookings/<id:booking_id>/start/", bookings.start, name="start"),
    path("bookings/<id:booking_id>/finish/", bookings.finish, name="finish"),
    path("bookings/<id:booking_id>/approve/", requests.approve, name="approve"),
    path("bookings/<id:booking_id>/reject/", requests.reject, name="reject"),
    path("requests/", requests.queue, name="requests"),
]
