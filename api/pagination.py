"""How lists are cut into pages."""

from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """Pages by cursor, stable while rows are added; up to 200 rows at the asker's wish."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
