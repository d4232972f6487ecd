"""Small reads for templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(found: Mapping[Any, Any], name: Any) -> Any:
    """Return what a mapping holds under a name that is itself a variable."""
    return found.get(name, ())
