"""Routes of the pages about framework contracts."""

from django.urls import URLPattern, URLResolver, path

from web.money import contracts

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/contracts/", contracts.index, name="contracts"),
    path("money/contracts/new/", contracts.new, name="contract_new"),
    path("money/contracts/<id:contract_id>/", contracts.detail, name="contract"),
    path("money/contracts/<id:contract_id>/prices/", contracts.agree, name="contract_agree"),
    path(
        "money/contracts/<id:contract_id>/prices/<id:rate_id>/end/",
        contracts.drop,
        name="contract_drop",
    ),
]
