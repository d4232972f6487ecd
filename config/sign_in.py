"""Settings of log-in and its proofs: passwords, second proofs, identity providers.

Read from the environment like all of config/settings.py, which takes them in. A provider is
off until its variables are set; docs/operations.md lists them.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import environment as env

ORCID_ISSUER = "https://orcid.org"
SUBJECT_ID = "urn:oasis:names:tc:SAML:attribute:subject-id"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"

# Comes with the extra `sso`, whose library is compiled.
HAS_SAML = find_spec("onelogin") is not None
APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *(["allauth.socialaccount.providers.saml"] if HAS_SAML else []),
]


def sign_in_settings(*, production: bool) -> dict[str, Any]:
    """Return the settings of log-in, for an environment of real people or another."""
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_RESET_TIMEOUT": 3600,
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "config.login.CentreMakesAccounts",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        # Who is not known gets no mail: no stranger has us write to anybody.
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        # The default one keeps addresses in a table of its own as it goes.
        "ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR": (
            "django.contrib.auth.tokens.PasswordResetTokenGenerator"
        ),
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_RATE_LIMITS": {"login_failed": "10/900s/key", "reset_password": "5/3600s/ip"},
        "MFA_COMPULSORY": env.flag("MFA_COMPULSORY", default=production),
        "MFA_ADAPTER": "config.login.SealedProofs",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        # The centre makes the accounts: nobody can shut out the owner of an address.
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_TOTP_ISSUER": "Plateau",
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_FORMS": {
            "authenticate": "web.forms.proofs.CodeForm",
            "reauthenticate": "web.forms.proofs.CodeAgainForm",
        },
        "SOCIALACCOUNT_ADAPTER": "config.login.OnlyKnownPeople",
        "SOCIALACCOUNT_PROVIDERS": identity_providers(),
        "SOCIALACCOUNT_STORE_TOKENS": False,
    }


def identity_providers() -> dict[str, Any]:
    """Return the providers whose variables are set, as allauth wants them.

    Raises:
        ImproperlyConfigured: a provider is half configured, or its library is missing.
    """
    connect = [app for app in (_oidc(), _orcid()) if app]
    providers: dict[str, Any] = {}
    if connect:
        providers["openid_connect"] = {"OAUTH_PKCE_ENABLED": True, "APPS": connect}
    if metadata_url := env.text("SAML_METADATA_URL", ""):
        if not HAS_SAML:
            raise ImproperlyConfigured("Install the extra sso for SAML_METADATA_URL.")
        providers["saml"] = {"APPS": [_saml(metadata_url)]}
    return providers


def identity_origins() -> list[str]:
    """Return where a log-in form may lead a browser besides ourselves."""
    urls = [
        env.text("OIDC_ISSUER", ""),
        env.text("ORCID_ISSUER", ORCID_ISSUER) if env.text("ORCID_CLIENT_ID", "") else "",
        env.text("SAML_METADATA_URL", ""),
        *env.names("SIGN_IN_ORIGINS"),
    ]
    parts = [urlsplit(url) for url in urls if url]
    return list(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


def _oidc() -> dict[str, Any]:
    if not (issuer := env.text("OIDC_ISSUER", "")):
        return {}
    return _connect(
        "centre",
        name=env.text("OIDC_NAME", "OpenID Connect"),
        issuer=issuer,
        client_id=env.text("OIDC_CLIENT_ID"),
        secret=env.text("OIDC_CLIENT_SECRET"),
        trusts_email=env.flag("OIDC_TRUST_EMAIL"),
    )


def _orcid() -> dict[str, Any]:
    if not (client_id := env.text("ORCID_CLIENT_ID", "")):
        return {}
    return _connect(
        "orcid",
        name="ORCID",
        issuer=env.text("ORCID_ISSUER", ORCID_ISSUER),
        client_id=client_id,
        secret=env.text("ORCID_CLIENT_SECRET"),
        scope=["openid"],
    )


def _connect(
    provider_id: str,
    *,
    name: str,
    issuer: str,
    client_id: str,
    secret: str,
    scope: list[str] | None = None,
    trusts_email: bool = False,
) -> dict[str, Any]:
    return {
        "provider_id": provider_id,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": issuer.rstrip("/"),
            "scope": scope or ["openid", "profile", "email"],
            "oauth_pkce_enabled": True,
            "trusts_email": trusts_email,
        },
    }


def _saml(metadata_url: str) -> dict[str, Any]:
    return {
        "provider_id": env.text("SAML_ENTITY_ID"),
        "name": env.text("SAML_NAME", "SAML"),
        "client_id": "centre",
        "settings": {
            # An address may be given to another person; a subject never is.
            "attribute_mapping": {"uid": [SUBJECT_ID], "email": [MAIL]},
            "idp": {"entity_id": env.text("SAML_ENTITY_ID"), "metadata_url": metadata_url},
            "advanced": {
                "metadata_signed": False,
                "reject_idp_initiated_sso": True,
                "want_name_id": False,
            },
        },
    }
