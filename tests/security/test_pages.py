"""Who may open which page and take which step: a row for every route of the pages.

Columns and objects are those of test_permissions.py. A cell is a status, or for a redirect:
`log` to the log-in page, `ok` done, `no` refused with the reason on the page.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from tests.security.pages import known_routes, opened, outcome
from tests.security.world import ROLES, World

TABLE = """
                                        ano sus own col hed bil oth par ope man acc tra mgB adm
GET home                                200 200 200 200 200 200 200 200 200 200 200 200 200 200
GET more                                log log 200 200 200 200 200 200 200 200 200 200 200 200
POST theme                              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET instruments                         log log 200 200 200 200 200 200 200 200 200 200 200 200
GET instrument                          log log 200 200 200 200 200 200 200 200 200 200 200 200
POST favourite                          log log ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET costs                               log log 200 200 200 200 200 200 200 200 200 200 200 200
GET costs_file                          log log 200 200 200 200 200 200 200 200 200 200 200 200
GET money                               log log 404 404 404 404 404 404 404 ok  ok  404 ok  ok
GET month_end                           log log 403 403 403 403 403 403 403 200 200 403 200 200
GET month_end_progress                  log log 403 403 403 403 403 403 403 200 200 403 404 200
POST month_end_start                    log log 403 403 403 403 403 403 403 no  ok  403 404 ok
POST month_end_move                     log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST month_end_engagement               log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
GET organisation_particulars            log log 404 404 404 404 404 404 404 404 200 404 404 200
POST organisation_particulars           log log 404 404 404 404 404 404 404 404 422 404 404 422
GET statement                           log log 404 404 200 200 404 404 404 200 200 404 404 200
POST charge_dispute                     log log no  404 ok  ok  404 404 404 no  no  404 404 no
POST dispute_uphold                     log log 404 404 no  no  404 404 404 ok  ok  404 404 ok
POST dispute_reject                     log log 404 404 no  no  404 404 404 ok  ok  404 404 ok
GET quotes                              log log 200 200 200 200 200 200 200 200 200 200 200 200
GET quote                               log log 404 404 200 200 404 404 404 200 200 404 404 200
GET quote_new                           log log 403 403 403 403 403 403 403 200 200 403 403 200
POST quote_new                          log log 403 403 403 403 403 403 403 ok  ok  403 403 ok
GET quote_edit                          log log 404 404 404 404 404 404 404 200 200 404 404 200
POST quote_edit                         log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST quote_lines                        log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST quote_line                         log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST quote_line_end                     log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST quote_send                         log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
GET quote_accept                        log log 404 404 200 200 404 404 404 403 403 404 404 403
POST quote_accept                       log log 404 404 ok  ok  404 404 404 403 403 404 404 403
GET quote_record                        log log 404 404 403 403 404 404 404 200 200 404 404 200
POST quote_record                       log log 404 404 403 403 404 404 404 ok  ok  404 404 ok
POST quote_refuse                       log log 404 404 ok  ok  404 404 404 no  no  404 404 no
POST quote_withdraw                     log log 404 404 no  no  404 404 404 ok  ok  404 404 ok
POST quote_copy                         log log 404 404 no  no  404 404 404 ok  ok  404 404 ok
GET quote_pdf                           log log 404 404 200 200 404 404 404 200 200 404 404 200
GET quote_order                         log log 404 404 404 404 404 404 404 404 404 404 404 404
GET invoices                            log log 200 200 200 200 200 200 200 200 200 200 200 200
GET invoice                             log log 404 404 200 200 404 404 404 200 200 404 404 200
GET invoice_pdf                         log log 404 404 200 200 404 404 404 200 200 404 404 200
GET invoice_xml                         log log 404 404 404 404 404 404 404 404 404 404 404 404
POST invoice_send                       log log 404 404 no  no  404 404 404 no  ok  404 404 ok
GET recharges                           log log 403 403 403 403 403 403 403 403 200 403 403 200
POST recharge_new                       log log 403 403 403 403 403 403 403 403 ok  403 403 ok
GET recharge_layout                     log log 404 404 404 404 404 404 404 404 200 404 404 200
POST recharge_layout                    log log 404 404 404 404 404 404 404 404 422 404 404 422
POST recharge_end                       log log 404 404 404 404 404 404 404 404 ok  404 404 ok
GET recharge_file                       log log 404 404 404 404 404 404 404 404 200 404 404 200
GET invoice_credit                      log log 404 404 403 403 404 404 404 403 200 404 404 200
POST invoice_credit                     log log 404 404 403 403 404 404 404 403 ok  404 404 ok
GET contracts                           log log 403 403 403 403 403 403 403 403 200 403 403 200
GET contract_new                        log log 403 403 403 403 403 403 403 403 200 403 403 200
POST contract_new                       log log 403 403 403 403 403 403 403 403 422 403 403 422
GET contract                            log log 404 404 404 404 404 404 404 404 200 404 404 200
POST contract                           log log 404 404 404 404 404 404 404 404 422 404 404 422
POST contract_agree                     log log 404 404 404 404 404 404 404 404 422 404 404 422
POST contract_drop                      log log 404 404 404 404 404 404 404 404 ok  404 404 ok
GET payments                            log log 403 403 403 403 403 403 403 403 200 403 403 200
GET payment_new                         log log 403 403 403 403 403 403 403 403 200 403 403 200
POST payment_new                        log log 403 403 403 403 403 403 403 403 ok  403 403 ok
GET payment                             log log 404 404 404 404 404 404 404 404 200 404 404 200
POST payment_settle                     log log 404 404 404 404 404 404 404 404 409 404 404 409
POST payment_refund                     log log 404 404 404 404 404 404 404 404 ok  404 404 ok
POST payment_undo                       log log 404 404 404 404 404 404 404 404 no  404 404 no
GET payments_import                     log log 403 403 403 403 403 403 403 403 200 403 403 200
POST payments_import                    log log 403 403 403 403 403 403 403 403 422 403 403 422
GET ageing                              log log 403 403 403 403 403 403 403 403 200 403 403 200
GET ageing_csv                          log log 403 403 403 403 403 403 403 403 200 403 403 200
GET ageing_xlsx                         log log 403 403 403 403 403 403 403 403 200 403 403 200
POST invoice_hold                       log log 403 403 403 403 403 403 403 403 no  403 403 no
POST invoice_release                    log log 403 403 403 403 403 403 403 403 ok  403 403 ok
GET books                               log log 403 403 403 403 403 403 403 403 200 403 403 200
GET books_month                         log log 403 403 403 403 403 403 403 403 200 403 403 200
GET books_journal                       log log 403 403 403 403 403 403 403 403 200 403 403 200
GET books_fec                           log log 403 403 403 403 403 403 403 403 200 403 403 200
GET books_year_end                      log log 403 403 403 403 403 403 403 403 200 403 403 200
GET books_year_end_file                 log log 403 403 403 403 403 403 403 403 200 403 403 200
POST books_close                        log log 403 403 403 403 403 403 403 403 no  403 403 no
GET issuers                             log log 403 403 403 403 403 403 403 403 200 403 403 200
GET issuer_new                          log log 403 403 403 403 403 403 403 403 403 403 403 200
POST issuer_new                         log log 403 403 403 403 403 403 403 403 403 403 403 422
GET issuer                              log log 404 404 404 404 404 404 404 404 200 404 404 200
POST issuer                             log log 404 404 404 404 404 404 404 404 422 404 404 422
POST issuer_platforms                   log log 404 404 404 404 404 404 404 404 403 404 404 ok
POST issuer_accountant                  log log 404 404 404 404 404 404 404 404 403 404 404 ok
POST issuer_dismiss                     log log 404 404 404 404 404 404 404 404 403 404 404 ok
GET calendar                            log log ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET calendar_of                         log log 200 200 200 200 200 200 200 200 200 200 200 200
GET calendar_check                      log log 400 400 400 400 400 400 400 400 400 400 400 400
GET instrument_calendar                 log log 200 200 200 200 200 200 200 200 200 200 200 200
GET instrument_feed                     log log 200 200 200 200 200 200 200 200 200 200 200 200
GET bookings                            log log 200 200 200 200 200 200 200 200 200 200 200 200
GET book                                log log 200 200 200 200 200 200 200 200 200 200 200 200
POST book                               log log ok  ok  ok  ok  ok  ok  422 422 422 422 422 422
GET booking                             log log 200 200 200 200 404 404 200 200 200 200 404 200
GET booking_ics                         log log 200 200 200 200 404 404 200 200 200 200 404 200
POST cancel                             log log ok  no  ok  no  404 404 ok  ok  no  no  404 no
POST start                              log log ok  no  no  no  404 404 ok  ok  no  no  404 no
POST finish                             log log ok  no  no  no  404 404 ok  ok  no  no  404 no
POST approve                            log log 403 403 403 403 404 404 403 ok  403 403 404 403
POST reject                             log log 403 403 403 403 404 404 403 ok  403 403 404 403
POST waive                              log log no  no  no  no  404 404 no  ok  no  no  404 no
POST no_show                            log log no  no  no  no  404 404 ok  ok  no  no  404 no
GET move                                log log 200 403 200 403 404 404 200 200 403 403 404 403
POST move                               log log 422 403 422 403 404 404 422 422 403 403 404 403
GET extra                               log log 404 404 404 404 404 404 200 200 200 404 200 200
POST extra                              log log 404 404 404 404 404 404 200 200 200 404 200 200
POST staff_time_take_back               log log 404 404 no  no  404 404 no  ok  ok  404 404 ok
POST cost_take_back                     log log 404 404 no  no  404 404 no  ok  ok  404 404 ok
GET cost_receipt                        log log 404 404 200 200 404 404 200 200 200 404 404 200
GET split                               log log 200 403 200 403 404 404 403 200 403 403 404 403
POST split                              log log ok  403 ok  403 404 404 403 ok  403 403 404 403
POST project_title                      log log no  no  ok  no  404 404 404 404 404 404 404 no
POST allow_account                      log log no  no  ok  no  404 404 404 404 404 404 404 ok
POST end_allowance                      log log 404 no  ok  404 404 404 404 404 404 404 404 ok
GET requests                            log log 403 403 403 403 403 403 403 200 403 403 200 403
GET request                             log log 403 403 403 403 403 403 403 200 403 403 404 403
POST decide                             log log 403 403 403 403 403 403 403 ok  403 403 no  403
POST undo                               log log 403 403 403 403 403 403 403 no  403 403 no  403
GET statistics                          log log 404 404 404 404 404 404 200 200 200 200 200 200
GET statistics_xlsx                     log log 404 404 404 404 404 404 200 200 200 200 200 200
GET statistics_csv                      log log 404 404 404 404 404 404 200 200 200 200 200 200
GET profile                             log log 200 200 200 200 200 200 200 200 200 200 200 200
POST profile                            log log ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET security                            log log 200 200 200 200 200 200 200 200 200 200 200 200
GET protect                             log log 200 200 200 200 200 200 200 200 200 200 200 200
POST end_sessions                       log log ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST end_token                          log log ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST telling                            log log ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
POST renew_calendar                     log log ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET export                              log log 200 200 200 200 200 200 200 200 200 200 200 200
GET feed                                404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET teams                               log log 200 200 200 200 200 200 200 200 200 200 200 200
POST ask_to_join                        log log ok  ok  ok  ok  ok  404 ok  ok  ok  ok  ok  ok
GET team                                log log 200 200 200 200 404 404 404 404 404 404 404 200
POST invite                             log log 403 403 ok  403 404 404 404 404 404 404 404 ok
POST approve_join                       log log 404 404 ok  404 404 404 404 404 404 404 404 ok
POST refuse_join                        log log 404 404 ok  404 404 404 404 404 404 404 404 ok
POST withdraw_join                      log log 404 404 no  404 404 404 404 404 404 404 404 no
POST resend                             log log 404 404 ok  404 404 404 404 404 404 404 404 ok
POST revoke                             log log 404 404 ok  404 404 404 404 404 404 404 404 ok
POST role                               log log no  no  ok  no  404 404 404 404 404 404 404 ok
POST end_membership                     log log no  ok  ok  no  404 404 404 404 404 404 404 ok
POST project_people                     log log no  no  ok  no  404 404 404 404 404 404 404 ok
GET invitation                          410 410 410 410 410 410 410 410 410 410 410 410 410 410
POST invitation                         410 410 410 410 410 410 410 410 410 410 410 410 410 410
GET platforms                           log log 403 403 403 403 403 403 403 ok  403 403 ok  200
GET people                              log log 403 403 403 403 403 403 403 ok  403 ok  ok  200
GET platform                            log log 404 404 404 404 404 404 404 200 404 404 404 200
GET platform_details                    log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_details                   log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_instrument_new             log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_instrument_new            log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_rules                      log log 404 404 404 404 404 404 404 200 404 404 404 200
GET platform_hours                      log log 404 404 404 404 404 404 404 200 404 404 404 200
GET platform_hours_new                  log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_hours_new                 log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_closures                   log log 404 404 404 404 404 404 404 200 404 404 404 200
GET platform_close                      log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_close                     log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_staff                      log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_staff                     log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_people                     log log 404 404 404 404 404 404 404 200 404 200 404 200
POST platform_people                    log log 404 404 404 404 404 404 404 422 404 422 404 422
GET platform_qualification_new          log log 404 404 404 404 404 404 404 200 404 200 404 200
POST platform_qualification_new         log log 404 404 404 404 404 404 404 422 404 422 404 422
GET platform_prices                     log log 404 404 404 404 404 404 404 200 404 404 404 200
GET platform_instrument                 log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_instrument                log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_state                      log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_state                     log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_price                      log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_price                     log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_rules_of                   log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_rules_of                  log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_hours_of                   log log 404 404 404 404 404 404 404 200 404 404 404 200
POST platform_hours_of                  log log 404 404 404 404 404 404 404 422 404 404 404 422
GET platform_revoke                     log log 404 404 404 404 404 404 404 200 404 200 404 200
POST platform_revoke                    log log 404 404 404 404 404 404 404 422 404 422 404 422
GET platform_qualification              log log 404 404 404 404 404 404 404 200 404 200 404 200
POST platform_qualification             log log 404 404 404 404 404 404 404 422 404 422 404 422
POST platform_holidays                  log log 404 404 404 404 404 404 404 ok  404 404 404 ok
POST platform_reopen                    log log 404 404 404 404 404 404 404 ok  404 404 404 ok
POST platform_lift                      log log 404 404 404 404 404 404 404 ok  404 404 404 ok
POST platform_staff_end                 log log 404 404 404 404 404 404 404 ok  404 404 404 ok
GET price_lists                         log log 404 404 404 404 404 404 404 200 200 404 200 200
GET price_list_new                      log log 403 403 403 403 403 403 403 200 200 403 200 200
POST price_list_new                     log log 403 403 403 403 403 403 403 422 422 403 422 422
GET price_list                          log log 404 404 404 404 404 404 404 200 200 404 404 200
POST price_list                         log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
GET price_list_bands                    log log 404 404 404 404 404 404 404 200 200 404 404 200
POST price_list_bands                   log log 404 404 404 404 404 404 404 422 422 404 404 422
GET price_list_minimums                 log log 404 404 404 404 404 404 404 200 200 404 404 200
POST price_list_minimums                log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
GET price_list_surcharges               log log 404 404 404 404 404 404 404 200 200 404 404 200
POST price_list_surcharges              log log 404 404 404 404 404 404 404 422 422 404 404 422
GET price_list_discounts                log log 404 404 404 404 404 404 404 200 200 404 404 200
POST price_list_discounts               log log 404 404 404 404 404 404 404 422 422 404 404 422
GET price_list_packages                 log log 404 404 404 404 404 404 404 200 200 404 404 200
POST price_list_packages                log log 404 404 404 404 404 404 404 422 422 404 404 422
POST price_list_card                    log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST price_list_vote                    log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST price_list_force                   log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST price_list_end                     log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
POST price_list_withdraw                log log 404 404 404 404 404 404 404 ok  ok  404 404 ok
GET price_list_compare                  log log 404 404 404 404 404 404 404 200 200 404 404 200
GET price_list_simulate                 log log 404 404 404 404 404 404 404 200 200 404 404 200
GET price_list_file                     log log 404 404 404 404 404 404 404 200 200 404 404 200
GET price_list_import                   log log 404 404 404 404 404 404 404 200 200 404 404 200
POST price_list_import                  log log 404 404 404 404 404 404 404 422 422 404 404 422
GET first_run                           log log 403 403 403 403 403 403 403 403 403 403 403 200
GET first_organisation                  log log 403 403 403 403 403 403 403 403 403 403 403 200
POST first_organisation                 log log 403 403 403 403 403 403 403 403 403 403 403 422
GET first_platform                      log log 403 403 403 403 403 403 403 403 403 403 403 200
POST first_platform                     log log 403 403 403 403 403 403 403 403 403 403 403 422
GET first_team                          log log 403 403 403 403 403 403 403 403 403 403 403 200
POST first_team                         log log 403 403 403 403 403 403 403 403 403 403 403 422
GET services                            log log 200 200 200 200 200 200 200 200 200 200 200 200
GET service_ask                         log log 200 200 200 200 200 200 200 200 200 200 200 200
POST service_ask                        log log ok  ok  ok  ok  422 422 422 422 422 422 422 422
GET service_request                     log log 200 404 200 200 404 404 200 200 200 404 404 200
POST service_step                       log log ok  404 ok  no  404 404 no  no  no  404 404 ok
GET standing                            log log 200 200 200 200 200 200 200 200 200 200 200 200
GET standing_new                        log log 403 403 403 403 403 403 200 200 403 403 200 200
POST standing_new                       log log 403 403 403 403 403 403 422 422 403 403 422 422
GET standing_counts                     log log 403 403 403 403 403 403 200 200 403 403 200 200
POST standing_counts                    log log 403 403 403 403 403 403 422 422 403 403 422 422
GET standing_use                        log log 404 404 200 200 404 404 200 200 200 404 404 200
POST standing_count                     log log 404 404 no  no  404 404 ok  ok  no  404 404 ok
POST standing_end                       log log 404 404 no  no  404 404 ok  ok  no  404 404 ok
GET orders                              log log 403 403 403 403 403 403 403 200 200 403 200 200
"""
HEADING, *ROWS = TABLE.strip("\n").splitlines()
EXPECTED = {row[:40].strip(): dict(zip(ROLES, row[40:].split(), strict=True)) for row in ROWS}
NOBODYS = 10**17


def as_role(world: World, role: str) -> Client:
    client = Client()
    if role != "ano":
        client.force_login(world.people[role])
    return client


def answers(world: World, operation: str, *, nobodys: int | None = None) -> dict[str, str]:
    answered = {}
    for role in ROLES:
        with transaction.atomic():
            client = as_role(world, role)
            answered[role] = outcome(opened(world, client, operation, nobodys=nobodys))
            transaction.set_rollback(True)
    return answered


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {row.split()[1] for row in EXPECTED} == {name for name, _ in known_routes()}


@pytest.mark.django_db
@pytest.mark.parametrize("operation", EXPECTED)
def test_each_role_is_answered_as_the_table_says(world: World, operation: str) -> None:
    assert answers(world, operation) == EXPECTED[operation]


@pytest.mark.django_db
@pytest.mark.parametrize("operation", [row for row in EXPECTED if "404" in EXPECTED[row].values()])
def test_a_foreign_object_is_answered_like_one_that_never_was(world: World, operation: str) -> None:
    missing = answers(world, operation, nobodys=NOBODYS)
    hidden = {role for role, cell in EXPECTED[operation].items() if cell == "404"}
    assert {role: missing[role] for role in hidden} == dict.fromkeys(hidden, "404")
