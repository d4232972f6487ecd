"""Transfer notes as files for the books of a body: its layouts, and the file of some days."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import NotFound
from billing.documents.recharge_files import AMOUNT_FORMATS, DATE_FORMATS, SOURCES
from billing.documents.recharge_presets import PRESETS
from billing.services import recharge_exports
from web.forms.recharges import LayoutForm, text_of
from web.forms.running import HouseForm, day_field
from web.money.issuer_choice import kept
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.views.running.scope import attempted


class DaysForm(HouseForm):
    """The days whose transfer notes are wanted, both inclusive."""

    first = day_field("")
    last = day_field("")


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List the layouts of an issuer, each with its file of the days asked for."""
    asked = kept(request)
    if asked is None:
        raise NotFound
    first, last = _days(request)
    layouts = list(asked.issuer.recharge_exports.order_by("name"))
    names = {layout.name for layout in layouts}
    context = {
        "asked": asked,
        "first": first,
        "last": last,
        "days": urlencode({"first": first.isoformat(), "last": last.isoformat()}),
        "layouts": layouts,
        "presets": [(key, one.name) for key, one in PRESETS.items() if one.name not in names],
    }
    return render(request, "web/money/recharges.html", context)


@require_POST
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Begin a layout from one that we know."""
    asked = kept(request)
    if asked is None:
        raise NotFound

    def step() -> str:
        made = recharge_exports.add_recharge_export(
            issuer_id=asked.issuer.pk,
            preset=request.POST.get("preset", ""),
            actor=request.viewer.user,
        )
        return _("%(name)s is there now. Adapt it to your books.") % {"name": made}

    return carried_out(request, step, otherwise=f"{reverse('recharges')}?{asked.query()}")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def layout(request: PageRequest, export_id: int) -> HttpResponse:
    """Show how a file is laid out, and change it."""
    export = recharge_exports.export_for(export_id=export_id, actor=request.viewer.user)
    names = ("name", "delimiter", "encoding", "decimal_comma", "has_header")
    started: dict[str, Any] = {name: getattr(export, name) for name in names}
    form = LayoutForm(request.POST or None, initial=started | {"columns": text_of(export.columns)})

    def step() -> str:
        recharge_exports.change_recharge_export(
            export_id=export_id, actor=request.viewer.user, **form.fields_of()
        )
        return _("Saved.")

    is_sent = request.method == "POST"
    if is_sent and form.is_valid():
        done = attempted(request, step, form, to="recharge_layout", export_id=export_id)
        if done:
            return done
    context = {
        "export": export,
        "form": form,
        "sources": SOURCES,
        "date_formats": [form for form in DATE_FORMATS if form],
        "amount_formats": [form for form in AMOUNT_FORMATS if form],
    }
    status = form.refused_with if is_sent else 200
    return render(request, "web/money/recharge_layout.html", context, status=status)


@require_POST
@member_page
def end(request: PageRequest, export_id: int) -> HttpResponse:
    """Take a layout away."""
    recharge_exports.end_recharge_export(export_id=export_id, actor=request.viewer.user)
    return redirect("recharges")


@require_safe
@member_page
def file(request: PageRequest, export_id: int) -> HttpResponse:
    """Give the file of the days asked for."""
    first, last = _days(request)
    export = recharge_exports.export_for(export_id=export_id, actor=request.viewer.user)
    content = recharge_exports.recharge_file(
        export_id=export_id, first=first, last=last, actor=request.viewer.user
    )
    charset = export.encoding.removesuffix("-sig")
    answer = HttpResponse(content, content_type=f"text/csv; charset={charset}")
    name = f"{export.issuer.code}-{slugify(export.name)}-{first}-{last}.csv".lower()
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _days(request: PageRequest) -> tuple[dt.date, dt.date]:
    """Return the days asked for, or those of last month."""
    form = DaysForm(request.GET)
    if form.is_valid() and form.cleaned_data["first"] <= form.cleaned_data["last"]:
        return form.cleaned_data["first"], form.cleaned_data["last"]
    last = timezone.localdate().replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last
