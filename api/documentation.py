"""The browsable documents, from files of our own and under the strict policy of the pages."""

from __future__ import annotations

from drf_spectacular.views import SpectacularSwaggerSplitView


class Documentation(SpectacularSwaggerSplitView):
    """Swagger UI on the schema."""
