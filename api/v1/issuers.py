"""Who sells: the bodies that issue documents, as far as a person may know them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from api.resource import Listed, problems
from billing.permissions import issuers_kept_by, issuers_watched_by


class BankSerializer(serializers.Serializer[Any]):
    """Where its customers pay."""

    iban = serializers.CharField(help_text="IBAN without spaces; empty: none recorded.")
    bic = serializers.CharField(help_text="BIC; empty: none recorded.")


class IssuerSerializer(serializers.Serializer[Any]):
    """A legal body that sells for some platforms."""

    id = serializers.IntegerField(help_text="Id of the issuer.")
    code = serializers.CharField(help_text="Its code: begins the numbers it gives.")
    name = serializers.CharField(source="organisation.name", help_text="Its legal name.")
    siren = serializers.CharField(source="organisation.siren", help_text="Nine digits, or empty.")
    vat_number = serializers.CharField(
        source="organisation.vat_number", help_text="With its country, or empty."
    )
    facilities = serializers.SerializerMethodField(
        help_text="Codes of the platforms that it sells for."
    )
    dispute_days = serializers.IntegerField(
        help_text="Days from a statement during which its lines may be disputed."
    )
    keeps_books = serializers.SerializerMethodField(help_text="Whether I keep its books.")
    bank = serializers.SerializerMethodField(
        help_text="Its bank account, for who keeps its books; null for others."
    )

    def get_facilities(self, issuer: Any) -> list[str]:
        """Name its platforms."""
        return sorted(facility.code for facility in issuer.facilities.all())

    def get_keeps_books(self, issuer: Any) -> bool:
        """Say whether the person keeps its books."""
        kept: Collection[int] = self.context["kept"]
        return issuer.pk in kept

    @extend_schema_field(BankSerializer(allow_null=True))
    def get_bank(self, issuer: Any) -> Any:
        """Return its bank account to who keeps its books."""
        return BankSerializer(issuer).data if self.get_keeps_books(issuer) else None


@extend_schema_view(
    list=extend_schema(
        summary="List the issuers I follow, newest first",
        responses={200: IssuerSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at an issuer", responses={200: IssuerSerializer, **problems(404)}
    ),
)
class Issuers(Listed):
    """Issuers whose books I keep, and those that sell for platforms whose charges I see."""

    serializer_class = IssuerSerializer

    def visible(self) -> QuerySet[Any]:
        return issuers_watched_by(self.person).prefetch_related("facilities")

    def get_serializer_context(self) -> dict[str, Any]:
        kept = issuers_kept_by(self.person).values_list("pk", flat=True)
        return {**super().get_serializer_context(), "kept": set(kept)}
