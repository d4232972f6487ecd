"""The documents of the API: how the schema is tidied, and the page that shows it.

The page takes every file from here and lives under the same strict policy as all pages.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.views import SpectacularSwaggerSplitView

METHODS = ("get", "post", "patch")


class Documentation(SpectacularSwaggerSplitView):
    """Swagger UI on the schema; without the library's inline style."""

    template_name = "api/documentation.html"


def tidied(result: dict[str, Any], **hook: Any) -> dict[str, Any]:
    """Name each refusal once, instead of writing it out at each of forty operations."""
    shared: dict[str, Any] = {}
    for path in result["paths"].values():
        for method in METHODS:
            for status, response in path.get(method, {}).get("responses", {}).items():
                phrase = HTTPStatus(int(status)).phrase
                if "application/problem+json" in response.get("content", {}):
                    name = phrase.title().replace(" ", "").replace("-", "")
                    shared.setdefault(name, response)
                    path[method]["responses"][status] = {"$ref": f"#/components/responses/{name}"}
                else:
                    response["description"] = response["description"] or phrase
    result["components"]["responses"] = dict(sorted(shared.items()))
    return result
