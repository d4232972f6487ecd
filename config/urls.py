"""Every address of the site; the apps' own are in api/v1/urls.py and web/urls.py."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from api.documentation import Documentation
from config import health

handler400 = "config.failures.bad_request"
handler403 = "config.failures.permission_denied"
handler404 = "config.failures.page_not_found"
handler500 = "config.failures.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("api/v1/", include("api.v1.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", Documentation.as_view(url_name="schema"), name="docs"),
    path("accounts/", include("config.sign_in_urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("web.urls")),
]

if not settings.PRODUCTION:
    # Shows every mail that was sent: never where mail is real.
    urlpatterns.insert(0, path("demo/mailbox/", include("notifications.urls")))
