"""Routes of the pages about price lists."""

from django.urls import URLPattern, URLResolver, path

import web.converters  # noqa: F401 - "<id:…>" is known from here on
from web.money import price_checks, price_files, price_minimums, price_parts, price_steps, prices

ONE = "money/prices/<id:list_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("money/prices/", prices.index, name="price_lists"),
    path("money/prices/new/", prices.new, name="price_list_new"),
    path(ONE, prices.detail, name="price_list"),
    path(f"{ONE}minimums/", price_minimums.minimums, name="price_list_minimums"),
    path(f"{ONE}bands/", price_parts.bands, name="price_list_bands"),
    path(f"{ONE}surcharges/", price_parts.surcharges, name="price_list_surcharges"),
    path(f"{ONE}discounts/", price_parts.discounts, name="price_list_discounts"),
    path(f"{ONE}packages/", price_parts.packages, name="price_list_packages"),
    path(f"{ONE}card/", price_steps.card, name="price_list_card"),
    path(f"{ONE}vote/", price_steps.vote, name="price_list_vote"),
    path(f"{ONE}in-force/", price_steps.force, name="price_list_force"),
    path(f"{ONE}end/", price_steps.end, name="price_list_end"),
    path(f"{ONE}withdraw/", price_steps.withdraw, name="price_list_withdraw"),
    path(f"{ONE}compare/", price_checks.compare, name="price_list_compare"),
    path(f"{ONE}simulate/", price_checks.simulate, name="price_list_simulate"),
    path(f"{ONE}prices.xlsx", price_files.fetch, name="price_list_file"),
    path(f"{ONE}import/", price_files.take, name="price_list_import"),
]
