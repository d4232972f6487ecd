"""What an address may hold besides words. Imported before the routes that use it."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """A number that a column of ids can hold."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
