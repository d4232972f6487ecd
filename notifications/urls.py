"""Addresses of the demo's mailbox, mounted under demo/mailbox/ in the demo only."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from notifications import mailbox, views


class IdentifierConverter(StringConverter):
    """The identifiers that the file back-end makes, and nothing else."""

    regex = mailbox.IDENTIFIER.pattern


register_converter(IdentifierConverter, "mail")

app_name = "mailbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("<mail:identifier>/", views.letter, name="letter"),
    path("<mail:identifier>/html/", views.letter_html, name="html"),
    path("<mail:identifier>/files/<int:number>/", views.enclosure, name="file"),
]
