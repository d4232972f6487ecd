"""Every setting, read from the environment: one file for demo, tests and production.

PLATEAU_ENV says which (demo, test or production; production where nothing is said) and
PLATEAU_ROLE what this process does (web, worker, beat or manage). docs/operations.md
lists the variables.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import environment as env
from config.connections import connection_settings
from config.logs import logging_settings
from config.schedule import beat_schedule
from config.sign_in import APPS as SIGN_IN_APPS
from config.sign_in import identity_origins, sign_in_settings

BASE_DIR = Path(__file__).resolve().parent.parent
PLATEAU_ENV = env.text("PLATEAU_ENV", "production")
if PLATEAU_ENV not in {"demo", "test", "production"}:
    raise ImproperlyConfigured("PLATEAU_ENV must be demo, test or production.")
PRODUCTION, TESTING = PLATEAU_ENV == "production", PLATEAU_ENV == "test"
PLATEAU_ROLE = env.text("PLATEAU_ROLE", "worker" if TESTING else "manage")
PLATEAU_VAR = Path(env.text("PLATEAU_VAR", str(BASE_DIR / "var"))).resolve()

DEMO_SECRET_KEY = "demo-secret-key-known-to-everybody-so-never-use-it-in-production"  # noqa: S105
SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else DEMO_SECRET_KEY)
if PRODUCTION and (SECRET_KEY == DEMO_SECRET_KEY or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured("SECRET_KEY must be a secret of at least 50 characters.")
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")
DEBUG = False

# --- the site --------------------------------------------------------------------------
SITE_URL = env.text("SITE_URL", None if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS", SITE_URL.split("://")[-1].split(":")[0] + ",localhost,127.0.0.1,[::1]"
)
CSRF_TRUSTED_ORIGINS = [SITE_URL, *env.names("CSRF_TRUSTED_ORIGINS")]
# Strangers may see what there is and when it is free: no names, no prices.
PUBLIC_CATALOGUE = env.flag("PUBLIC_CATALOGUE", default=PLATEAU_ENV == "demo")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

INSTALLED_APPS = [
    # First, so that its templates stand before those of allauth.
    "web",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    *SIGN_IN_APPS,
    "csp",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "template_partials",
    "notifications",
    "accounts",
    "facilities",
    "compliance",
    "bookings",
    "billing",
    "api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.compressed",
    "csp.middleware.CSPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.middleware.person_language",
    "web.middleware.never_stored",
    "allauth.account.middleware.AccountMiddleware",
    "config.second_proof.SecondProof",
    "web.account_pages.with_bar",
    "pghistory.middleware.HistoryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- data ------------------------------------------------------------------------------
_pooled = PLATEAU_ROLE == "web" and not TESTING
_application = env.text("DATABASE_URL", "postgresql://" if TESTING else None)
DATABASES = {
    "default": connection_settings(
        # Who migrates owns the tables, which the application's role cannot alter.
        url=env.text("DATABASE_OWNER_URL", _application)
        if PLATEAU_ROLE == "manage"
        else _application,
        role=PLATEAU_ROLE,
        pool_size=int(env.number("DATABASE_POOL", 10)) if _pooled else 0,
    )
}
APPLICATION_ROLE = env.login(_application)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PLATEAU_MONEY = "billing.quoting"
# What carries electronic invoices; empty: they go as PDF by mail only.
EINVOICE_CHANNEL = env.text(
    "PLATEAU_EINVOICE_CHANNEL", "simulator" if PLATEAU_ENV == "demo" else ""
)

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0" if TESTING else None)
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgetfulCache",
        "LOCATION": env.text("CACHE_URL", env.redis_database(REDIS_URL, 1)),
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- people ----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["config.passwords.Argon2id"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
    {
        "NAME": f"{_validation}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "first_name", "last_name")},
    },
]
globals().update(sign_in_settings(production=PRODUCTION))
REST_KNOX = {"TOKEN_TTL": timedelta(hours=10), "TOKEN_LIMIT_PER_USER": 20}

# --- languages and time ----------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- what a browser may do -------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A log-in form ends at the identity provider it leads to.
        "form-action": [SELF, *identity_origins()],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
    SECURE_HSTS_SECONDS = int(env.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600))
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# How many proxies of ours stand in front; their headers are believed, no others.
PROXIES = int(env.number("PROXIES", 0))
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
_storage = "config.storage.HashedModules"
if not PRODUCTION:  # served from where they are, so that nothing has to be collected
    _storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _storage},
}
# Without AUTOREFRESH the missing STATIC_ROOT would be warned of.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION

# --- the API ---------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenHeader",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["api.bodies.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.text("THROTTLE_ANONYMOUS", "60/min"),
        "user": env.text("THROTTLE_PERSON", "600/min"),
    },
    "EXCEPTION_HANDLER": "api.errors.handle",
    "NUM_PROXIES": PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Plateau",
    "DESCRIPTION": "Booking, approval and billing of a research centre's shared platforms.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "DepositStateEnum": "api.v1.documents.STATES",
        "DocumentKindEnum": "api.v1.invoices.KINDS",
        "MonthEndStepEnum": "billing.month_end.progress.STEPS",
        "QuoteStateEnum": "api.v1.quote_shapes.STATES",
        "RefundKindEnum": "api.v1.payment_shapes.REFUND_KINDS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.documentation.tidied",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- mail ------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Plateau <plateau@demo.example>")
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "notifications.mailbox.MailboxBackend")
EMAIL_FILE_PATH = str(PLATEAU_VAR / "mailbox")
if PRODUCTION:
    globals().update(env.mail_server(env.text("EMAIL_URL")))
elif TESTING:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# --- background work -------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_throttle": 1,
    # A request that publishes finds out at once that the broker is away (kombu would try
    # for six seconds); the outbox's sweep does the rest.
    "max_retries": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 1 if PLATEAU_ROLE == "web" else 5,
    "socket_keepalive": True,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 60
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE_FILENAME = env.text("BEAT_FILE", str(PLATEAU_VAR / "beat"))
CELERY_BEAT_SCHEDULE = beat_schedule()
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

LOGGING = logging_settings(level=env.text("LOG_LEVEL", "WARNING" if TESTING else "INFO"))
