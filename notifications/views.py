"""Pages of the demo's mailbox. Mounted in the demo only; they show every mail to anybody."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications import mailbox

BACKEND = "notifications.mailbox.MailboxBackend"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail styles itself in its own text. The sandbox leaves it no script, form or origin.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'"
)

View = Callable[..., HttpResponse]


def demo_page(policy: str) -> Callable[[View], View]:
    """Open a page to anybody where mail is kept in files, and to nobody elsewhere."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if settings.EMAIL_BACKEND != BACKEND:
                raise Http404
            try:
                response = view(request, *args, **kwargs)
            except mailbox.NoSuchMail as error:
                raise Http404 from error
            response["Content-Security-Policy"] = policy
            return response

        return login_not_required(require_safe(never_cache(guarded)))

    return decorate


@demo_page(PAGE_POLICY)
def index(request: HttpRequest) -> HttpResponse:
    """Show the mails sent, newest first, a page at a time, perhaps of one address only."""
    address = request.GET.get("to", "").strip()
    found = mailbox.envelopes(address=address, before=request.GET.get("before", ""))
    older = found[-1].identifier if len(found) == mailbox.PAGE else ""
    context = {"envelopes": found, "address": address, "older": older}
    return render(request, "notifications/mailbox/index.html", context)


@demo_page(PAGE_POLICY)
def letter(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show one mail: who, what, its text, its HTML in a frame of its own, its files."""
    context = {"letter": mailbox.letter(identifier)}
    return render(request, "notifications/mailbox/letter.html", context)


@xframe_options_sameorigin
@demo_page(MAIL_POLICY)
def letter_html(request: HttpRequest, identifier: str) -> HttpResponse:
    """Give the HTML part as it was sent, to be shown inside the frame."""
    return HttpResponse(mailbox.letter(identifier).html)


@demo_page(PAGE_POLICY)
def enclosure(request: HttpRequest, identifier: str, number: int) -> HttpResponse:
    """Give one file of a mail to be saved, never to be shown."""
    enclosures = mailbox.letter(identifier).enclosures
    if number >= len(enclosures):
        raise Http404
    chosen = enclosures[number]
    response = HttpResponse(chosen.content, content_type="application/octet-stream")
    disposition = content_disposition_header(as_attachment=True, filename=chosen.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
