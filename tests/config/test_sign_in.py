"""Log-in as it is configured: proofs compulsory in production, providers off until they are set."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.config.test_settings import load

OIDC = {
    "OIDC_ISSUER": "https://login.example.org/realms/centre",
    "OIDC_CLIENT_ID": "plateau",
    "OIDC_CLIENT_SECRET": "secret",
}
SAML = {"SAML_METADATA_URL": "https://idp.example.org/md", "SAML_ENTITY_ID": "https://idp.example"}


def test_a_second_proof_is_compulsory_in_production_and_by_choice_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load(monkeypatch)["MFA_COMPULSORY"]
    assert not load(monkeypatch, PLATEAU_ENV="demo")["MFA_COMPULSORY"]
    assert load(monkeypatch, PLATEAU_ENV="demo", MFA_COMPULSORY="yes")["MFA_COMPULSORY"]


def test_no_provider_is_there_until_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch)
    assert loaded["SOCIALACCOUNT_PROVIDERS"] == {}
    assert loaded["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"] == ["'self'"]


def test_each_provider_is_set_by_its_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    orcid = {"ORCID_CLIENT_ID": "APP-1", "ORCID_CLIENT_SECRET": "secret"}
    loaded = load(monkeypatch, **OIDC, **orcid, **SAML)
    providers = loaded["SOCIALACCOUNT_PROVIDERS"]
    centre, by_orcid = providers["openid_connect"]["APPS"]
    assert centre["settings"]["server_url"] == OIDC["OIDC_ISSUER"]
    assert not centre["settings"]["trusts_email"]
    assert by_orcid["settings"]["scope"] == ["openid"]
    assert providers["saml"]["APPS"][0]["settings"]["advanced"]["reject_idp_initiated_sso"]
    assert loaded["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"] == [
        "'self'",
        "https://login.example.org",
        "https://orcid.org",
        "https://idp.example.org",
    ]


@pytest.mark.parametrize("missing", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "SAML_ENTITY_ID"])
def test_a_provider_that_is_half_set_does_not_start(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured, match=missing):
        load(monkeypatch, **{**OIDC, **SAML, missing: None})
