"""A small OpenID provider on 127.0.0.1: discovery, authorisation, tokens, user info, keys.

It logs everybody in at once as the person it was told to vouch for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, SECRET = "plateau", "known to both"


class Provider:
    """Vouches for `claims`; forgets a code once it was used."""

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.refuses = False
        self.audience = CLIENT_ID
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, dict[str, Any]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        paths = {
            "/.well-known/openid-configuration": self._configuration,
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/jwks": self._keys,
        }
        status, headers, body = paths[environ["PATH_INFO"]](environ)
        start_response(status, [("Content-Type", "application/json"), *headers])
        return [json.dumps(body).encode()]

    def _configuration(self, environ: dict[str, Any]) -> Any:
        names = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "jwks",
        }
        urls = {name: f"{self.issuer}/{path}" for name, path in names.items()}
        return "200 OK", [], {"issuer": self.issuer, **urls}

    def _authorize(self, environ: dict[str, Any]) -> Any:
        asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        answer = {"state": asked["state"], "error": "access_denied"}
        if not self.refuses:
            code = secrets.token_urlsafe()
            self._codes[code] = asked
            answer = {"state": asked["state"], "code": code}
        return "302 Found", [("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")], {}

    def _token(self, environ: dict[str, Any]) -> Any:
        length = int(environ["CONTENT_LENGTH"])
        sent = {n: v[0] for n, v in parse_qs(environ["wsgi.input"].read(length).decode()).items()}
        asked = self._codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        )
        if (
            asked is None
            or (sent["client_id"], sent["client_secret"]) != (CLIENT_ID, SECRET)
            or asked["code_challenge"] != challenge.decode().rstrip("=")
        ):
            return "400 Bad Request", [], {"error": "invalid_grant"}
        token, now = secrets.token_urlsafe(), int(time.time())
        self._tokens[token] = self.claims
        signed = jwt.encode(
            {"iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + 60, **self.claims},
            self._key,
            algorithm="RS256",
            headers={"kid": "1"},
        )
        return "200 OK", [], {"access_token": token, "token_type": "Bearer", "id_token": signed}

    def _userinfo(self, environ: dict[str, Any]) -> Any:
        return "200 OK", [], self._tokens[environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")]

    def _keys(self, environ: dict[str, Any]) -> Any:
        key = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        return "200 OK", [], {"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]}


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Serve an application on a free port; gives its address."""
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
