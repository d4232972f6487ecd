"""Small reads for templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from accounts import titles
from web.money.tabs import Tab, tabs_for
from web.nav import Item, items_for
from web.people import Viewer

register = template.Library()


@register.filter
def at(found: Mapping[Any, Any] | None, name: Any) -> Any:
    """Return what a mapping holds under a name that is itself a variable; of none, nothing."""
    return found.get(name, ()) if found else ()


@register.filter
def nav_items(viewer: Viewer) -> tuple[Item, ...]:
    """Return the items of a person's bar."""
    return items_for(viewer)


@register.filter
def money_tabs(viewer: Viewer) -> list[Tab]:
    """Return a person's tabs over the pages about money."""
    return tabs_for(viewer)


@register.filter
def is_here(item: Item | Tab, url_name: str) -> bool:
    """Say whether an item of the bar is the page that is open."""
    return item.is_here(url_name)


@register.filter
def title_for(project: Any, viewer: Viewer) -> str:
    """Return the title of a project as the viewer may read it in a list."""
    return titles.title_for(viewer.reader, project)


@register.filter
def icon_file(name: str) -> str:
    """Return the template of an icon."""
    return f"web/icons/{name}.svg"
