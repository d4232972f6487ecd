"""Who may do what: one table of operation by role, over everything the router knows.

The columns are the roles of world.py, the cells HTTP statuses. The object is one of `own`'s,
on the platform where ope, man, acc and tra work; `oth` is of another team, `par` of another
company, `mgB` of another platform. 404 is said where the object is not theirs to know of,
403 where it is and the act is not. An operation without a row fails, so that none is added
without a thought about who may.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from tests.security.operations import called, known_operations
from tests.security.world import ROLES, World

TABLE = """
                                        ano sus own col hed bil oth par ope man acc tra mgB adm
GET accounts/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET accounts/<int:pk>/                  401 401 200 200 200 200 404 404 404 404 404 404 404 200
GET availability/                       401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET bookings/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET bookings/<int:pk>/                  401 401 200 200 200 200 404 404 200 200 200 200 404 200
GET calendar/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET charges/                            401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET charges/<int:pk>/                   401 401 200 404 200 200 404 404 404 200 200 404 404 200
GET closures/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET closures/<int:pk>/                  401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET disputes/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET disputes/<int:pk>/                  401 401 404 404 200 200 404 404 404 200 200 404 404 200
GET contracts/                          401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET contracts/<int:pk>/                 401 401 404 404 404 404 404 404 404 404 200 404 404 200
POST contracts/                         401 401 403 403 403 403 403 403 403 403 201 403 403 201
PUT contracts/<int:pk>/                 401 401 404 404 404 404 404 404 404 404 200 404 404 200
POST contracts/<int:pk>/end/            401 401 404 404 404 404 404 404 404 404 200 404 404 200
GET facilities/                         401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET facilities/<int:pk>/                401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET grants/                             401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET grants/<int:pk>/                    401 401 200 404 404 404 404 404 200 200 404 200 404 200
GET instruments/                        401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET instruments/<int:pk>/               401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET instruments/<int:pk>/availability/  401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET invitations/                        401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET invitations/<int:pk>/               401 401 404 404 200 404 404 404 404 404 404 404 404 200
GET join-requests/                      401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET join-requests/<int:pk>/             401 401 404 404 200 404 404 404 404 404 404 404 404 200
GET me/                                 401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET me/calendar-feed/                   401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET month-ends/                         401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET month-ends/<int:pk>/                401 401 404 404 404 404 404 404 404 200 200 404 404 200
GET price-lists/                        401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET price-lists/<int:pk>/               401 401 404 404 404 404 404 404 404 200 200 404 404 200
GET price-lists/<int:pk>/file/          401 401 404 404 404 404 404 404 404 200 200 404 404 200
GET price-lists/<int:pk>/compare/       401 401 404 404 404 404 404 404 404 200 200 404 404 200
GET price-lists/<int:pk>/simulation/    401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST price-lists/                       401 401 404 404 404 404 404 404 404 201 201 404 404 201
POST price-lists/<int:pk>/rates/        401 401 404 404 404 404 404 404 404 200 200 404 404 200
PUT price-lists/<int:pk>/bands/         401 401 404 404 404 404 404 404 404 200 200 404 404 200
PUT price-lists/<int:pk>/surcharges/    401 401 404 404 404 404 404 404 404 200 200 404 404 200
PUT price-lists/<int:pk>/discounts/     401 401 404 404 404 404 404 404 404 200 200 404 404 200
PUT price-lists/<int:pk>/packages/      401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST price-lists/<int:pk>/file/         401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST price-lists/<int:pk>/vote/         401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST price-lists/<int:pk>/in-force/     401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST price-lists/<int:pk>/end/          401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST price-lists/<int:pk>/withdraw/     401 401 404 404 404 404 404 404 404 204 204 404 404 204
GET projects/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET projects/<int:pk>/                  401 401 200 200 200 200 404 404 404 404 404 404 404 200
GET qualifications/                     401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET qualifications/<int:pk>/            401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET statements/                         401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET statements/<int:pk>/                401 401 404 404 200 200 404 404 404 200 200 404 404 200
GET quotes/                             401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET quotes/<int:pk>/                    401 401 404 404 200 200 404 404 404 200 200 404 404 200
GET quotes/<int:pk>/pdf/                401 401 404 404 200 200 404 404 404 200 200 404 404 200
POST quotes/                            401 401 404 404 404 404 404 404 404 201 201 404 404 201
PUT quotes/<int:pk>/                    401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST quotes/<int:pk>/lines/             401 401 404 404 404 404 404 404 404 201 201 404 404 201
PUT quotes/<int:pk>/lines/              401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST quotes/<int:pk>/send/              401 401 404 404 404 404 404 404 404 200 200 404 404 200
POST quotes/<int:pk>/accept/            401 401 404 404 200 200 404 404 404 403 403 404 404 403
POST quotes/<int:pk>/record/            401 401 404 404 403 403 404 404 404 200 200 404 404 200
GET quotes/<int:pk>/order/              401 401 404 404 404 404 404 404 404 404 404 404 404 404
POST quotes/<int:pk>/refuse/            401 401 404 404 200 200 404 404 404 403 403 404 404 403
POST quotes/<int:pk>/withdraw/          401 401 404 404 403 403 404 404 404 200 200 404 404 200
POST quotes/<int:pk>/copy/              401 401 404 404 403 403 404 404 404 201 201 404 404 201
GET invoices/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET invoices/<int:pk>/                  401 401 404 404 200 200 404 404 404 200 200 404 404 200
GET invoices/<int:pk>/pdf/              401 401 404 404 200 200 404 404 404 200 200 404 404 200
GET invoices/<int:pk>/xml/              401 401 404 404 404 404 404 404 404 404 404 404 404 404
GET invoices/<int:pk>/deposit/          401 401 404 404 404 404 404 404 404 404 200 404 404 200
POST invoices/<int:pk>/send/            401 401 404 404 403 403 404 404 404 403 200 404 404 200
GET issuers/                            401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET issuers/<int:pk>/                   401 401 404 404 404 404 404 404 404 200 200 404 404 200
GET statistics/                         401 401 404 404 404 404 404 404 200 200 200 200 200 200
GET recharges/                          401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET recharges/<int:pk>/                 401 401 404 404 404 404 404 404 404 404 200 404 404 200
GET recharges/export/                   401 401 404 404 404 404 404 404 404 404 200 404 404 200
POST invoices/<int:pk>/credit/          401 401 404 404 403 403 404 404 404 403 201 404 404 201
GET invoices/<int:pk>/payments/         401 401 404 404 200 200 404 404 404 200 200 404 404 200
GET payments/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET payments/<int:pk>/                  401 401 404 404 404 404 404 404 404 404 200 404 404 200
POST payments/                          401 401 404 404 404 404 404 404 404 404 201 404 404 201
POST payments/<int:pk>/allocate/        401 401 404 404 404 404 404 404 404 404 422 404 404 422
POST payments/<int:pk>/take-back/       401 401 404 404 404 404 404 404 404 404 422 404 404 422
POST payments/<int:pk>/refund/          401 401 404 404 404 404 404 404 404 404 200 404 404 200
POST payments/import/                   401 401 404 404 404 404 404 404 404 404 200 404 404 200
GET ageing/                             401 401 404 404 404 404 404 404 404 404 200 404 404 200
GET books/months/                       401 401 404 404 404 404 404 404 404 404 200 404 404 200
GET books/vat/                          401 401 404 404 404 404 404 404 404 404 200 404 404 200
GET books/year-end/                     401 401 404 404 404 404 404 404 404 404 200 404 404 200
POST books/close/                       401 401 404 404 404 404 404 404 404 404 422 404 404 422
GET teams/                              401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET teams/<int:pk>/                     401 401 200 200 200 200 404 404 404 404 404 404 404 200
GET teams/open/                         401 401 200 200 200 200 200 200 200 200 200 200 200 200
POST instruments/<int:pk>/favourite/    401 401 200 200 200 200 200 200 200 200 200 200 200 200
PATCH bookings/<int:pk>/                401 401 200 403 200 403 404 404 200 200 403 403 404 403
PATCH me/                               401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET staff-times/                        401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET staff-times/<int:pk>/               401 401 404 404 200 200 404 404 200 200 200 404 404 200
GET pass-throughs/                      401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET pass-throughs/<int:pk>/             401 401 404 404 200 200 404 404 200 200 200 404 404 200
GET pass-throughs/<int:pk>/receipt/     401 401 404 404 200 200 404 404 200 200 200 404 404 200
GET bookings/<int:pk>/split/            401 401 200 200 200 200 404 404 200 200 200 200 404 200
GET accounts/<int:pk>/allowances/       401 401 200 200 200 200 404 404 404 404 404 404 404 200
POST accounts/<int:pk>/allowances/      401 401 403 403 200 403 404 404 404 404 404 404 404 200
POST allowances/<int:pk>/end/           401 401 404 403 204 404 404 404 404 404 404 404 404 204
POST bookings/<int:pk>/split/           401 401 200 403 200 403 404 404 403 200 403 403 404 403
POST staff-times/                       401 401 404 404 404 404 404 404 201 201 404 404 404 201
POST staff-times/<int:pk>/take-back/    401 401 404 404 403 403 404 404 403 200 200 404 404 200
POST pass-throughs/                     401 401 404 404 404 404 404 404 201 201 404 404 404 201
POST pass-throughs/<int:pk>/take-back/  401 401 404 404 403 403 404 404 403 200 200 404 404 200
PATCH projects/<int:pk>/                401 401 403 403 200 403 404 404 404 404 404 404 404 403
POST auth/login/                        200 200 200 200 200 200 200 200 200 200 200 200 200 200
POST auth/logout/                       401 401 204 204 204 204 204 204 204 204 204 204 204 204
POST bookings/                          401 401 201 201 201 201 201 201 422 422 422 422 422 422
POST bookings/ for another              401 401 201 403 201 403 403 403 201 201 403 403 403 403
POST bookings/ maintenance              401 401 403 403 403 403 403 403 201 201 403 403 403 403
POST bookings/<int:pk>/approve/         401 401 403 403 403 403 404 404 403 200 403 403 404 403
POST bookings/<int:pk>/cancel/          401 401 200 403 200 403 404 404 200 200 403 403 404 403
POST bookings/<int:pk>/check/           401 401 200 403 200 403 404 404 200 200 403 403 404 403
POST bookings/<int:pk>/finish/          401 401 200 403 403 403 404 404 200 200 403 403 404 403
POST bookings/<int:pk>/no-show/         401 401 403 403 403 403 404 404 200 200 403 403 404 403
POST bookings/<int:pk>/reject/          401 401 403 403 403 403 404 404 403 200 403 403 404 403
POST bookings/<int:pk>/start/           401 401 200 403 403 403 404 404 200 200 403 403 404 403
POST bookings/<int:pk>/waive/           401 401 403 403 403 403 404 404 403 200 403 403 404 403
POST bookings/check/                    401 401 200 403 200 403 403 403 200 200 403 403 403 403
POST closures/                          401 401 403 403 403 403 403 403 403 201 403 403 403 201
POST closures/ whole centre             401 401 403 403 403 403 403 403 403 403 403 403 403 201
POST disputes/                          401 401 403 404 201 201 404 404 404 403 403 404 404 403
POST disputes/<int:pk>/uphold/          401 401 404 404 403 403 404 404 404 200 200 404 404 200
POST disputes/<int:pk>/reject/          401 401 404 404 403 403 404 404 404 200 200 404 404 200
POST month-ends/start/                  401 401 404 404 404 404 404 404 404 403 202 404 404 202
POST grants/                            401 401 403 403 403 403 403 403 403 201 403 201 403 403
POST grants/<int:pk>/revoke/            401 401 403 404 404 404 404 404 403 200 404 200 404 403
POST invitations/                       401 401 403 403 201 403 404 404 404 404 404 404 404 201
POST invitations/<int:pk>/resend/       401 401 404 404 200 404 404 404 404 404 404 404 404 200
POST invitations/<int:pk>/revoke/       401 401 404 404 200 404 404 404 404 404 404 404 404 200
POST join-requests/                     401 401 201 201 201 201 201 404 201 201 201 201 201 201
POST join-requests/<int:pk>/approve/    401 401 404 404 200 404 404 404 404 404 404 404 404 200
POST join-requests/<int:pk>/refuse/     401 401 404 404 200 404 404 404 404 404 404 404 404 200
POST join-requests/<int:pk>/withdraw/   401 401 404 404 403 404 404 404 404 404 404 404 404 403
POST me/calendar-feed/renew/            401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET services/                           401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET services/<int:pk>/                  401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET service-requests/                   401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET service-requests/<int:pk>/          401 401 200 404 200 200 404 404 200 200 200 404 404 200
POST service-requests/                  401 401 201 201 201 201 422 422 422 422 422 422 422 422
POST service-requests/<int:pk>/accept/  401 401 403 404 403 403 404 404 409 409 403 404 404 409
POST service-requests/<int:pk>/refuse/  401 401 403 404 403 403 404 404 200 200 403 404 404 200
POST service-requests/<int:pk>/receive/ 401 401 403 404 403 403 404 404 200 200 403 404 404 200
POST service-requests/<int:pk>/start/   401 401 403 404 403 403 404 404 200 200 403 404 404 200
POST service-requests/<int:pk>/deliver/ 401 401 403 404 403 403 404 404 200 200 403 404 404 200
POST service-requests/<int:pk>/take-back/ 401 401 403 404 403 403 404 404 200 200 403 404 404 200
POST service-requests/<int:pk>/reach/   401 401 403 404 403 403 404 404 200 200 403 404 404 200
POST service-requests/<int:pk>/account/ 401 401 200 404 200 403 404 404 403 403 403 404 404 200
POST service-requests/<int:pk>/cancel/  401 401 200 404 200 403 404 404 403 403 403 404 404 200
GET standing-uses/                      401 401 200 200 200 200 200 200 200 200 200 200 200 200
GET standing-uses/<int:pk>/             401 401 404 404 200 200 404 404 200 200 200 404 404 200
POST standing-uses/                     401 401 403 403 403 403 403 403 201 201 403 403 403 201
POST standing-uses/<int:pk>/census/     401 401 404 404 403 403 404 404 200 200 403 404 404 200
"""
HEADING, *ROWS = TABLE.strip("\n").splitlines()
CELLS = [row.rsplit(maxsplit=len(ROLES)) for row in ROWS]
EXPECTED = {name: dict(zip(ROLES, cells, strict=True)) for name, *cells in CELLS}
NOBODYS = 2**62


def test_the_table_speaks_of_every_role() -> None:
    assert tuple(HEADING.split()) == ROLES


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    spoken_of = {" ".join(operation.split()[:2]) for operation in EXPECTED}
    assert spoken_of == set(known_operations())


def test_every_operation_is_described() -> None:
    document = SchemaGenerator().get_schema(request=None, public=True)
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1/').replace('{id}', '<int:pk>')}"
        for path, item in document["paths"].items()
        for method in item
    }
    assert described == set(known_operations())


@pytest.mark.django_db
@pytest.mark.parametrize("operation", EXPECTED)
def test_each_role_may_do_what_the_table_says(world: World, operation: str) -> None:
    answered = {}
    for role in ROLES:
        with transaction.atomic():
            answered[role] = str(called(world, world.clients[role], operation).status_code)
            transaction.set_rollback(True)
    assert answered == EXPECTED[operation]


@pytest.mark.django_db
@pytest.mark.parametrize("operation", [name for name in EXPECTED if "<int:pk>" in name])
def test_a_foreign_object_is_answered_like_one_that_never_was(world: World, operation: str) -> None:
    for role in (role for role in ROLES if EXPECTED[operation][role] == "404"):
        foreign = called(world, world.clients[role], operation)
        missing = called(world, world.clients[role], operation, pk=NOBODYS)
        assert (foreign.status_code, foreign.content) == (404, missing.content), role
        assert foreign.headers["Content-Type"] == missing.headers["Content-Type"]
