"""What lists give away: exactly what SQL says a person may see, and of others nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.security.operations import AFTERNOON, called, known_operations
from tests.security.world import ROLES, World

pytestmark = pytest.mark.django_db

ASKING = [role for role in ROLES if role not in ("ano", "sus")]

_SEATS = """
SELECT team_id FROM accounts_membership WHERE user_id = %(me)s AND starts_on <= '2026-10-06'
   AND (ends_on IS NULL OR ends_on >= '2026-10-06') AND role IN ({roles})
"""
ANY_SEAT = _SEATS.format(roles="'member', 'manager', 'head', 'billing_contact'")
LEADING_SEAT = _SEATS.format(roles="'manager', 'head'")
MONEY_SEAT = _SEATS.format(roles="'manager', 'head', 'billing_contact'")
_STAFF = "SELECT facility_id FROM facilities_facilitystaff WHERE user_id = %(me)s"
LEDGER = f"{_STAFF} AND role IN ('manager', 'accountant')"

# Said a second time, in another language than the code.
ORACLES = {
    "bookings": f"""
        SELECT b.id FROM bookings_booking b JOIN facilities_instrument i ON i.id = b.instrument_id
         WHERE b.booked_for_id = %(me)s OR b.created_by_id = %(me)s
            OR b.team_id IN ({ANY_SEAT}) OR i.facility_id IN ({_STAFF})""",
    "charges": f"""
        SELECT c.id FROM billing_charge c LEFT JOIN bookings_booking b ON b.id = c.booking_id
         WHERE b.booked_for_id = %(me)s OR c.team_id IN ({MONEY_SEAT})
            OR c.facility_id IN ({LEDGER})
            OR c.issuer_id IN (SELECT issuer_id FROM billing_issuer_accountants
                                WHERE user_id = %(me)s)""",
    "statements": f"""
        SELECT s.id FROM billing_statement s
         WHERE s.team_id IN ({MONEY_SEAT})
            OR s.issuer_id IN (SELECT issuer_id FROM billing_issuer_accountants
                                WHERE user_id = %(me)s)
            OR (SELECT bool_and(t.facility_id IN ({LEDGER}))
                  FROM billing_statementtotal t WHERE t.statement_id = s.id)""",
    "quotes": f"""
        SELECT q.id FROM billing_quote q
         WHERE q.facility_id IN ({LEDGER})
            OR q.issuer_id IN (SELECT issuer_id FROM billing_issuer_accountants
                                WHERE user_id = %(me)s)
            OR EXISTS (SELECT 1 FROM billing_quoteline l
                        WHERE l.quote_id = q.id AND l.facility_id IN ({LEDGER}))
            OR (q.sent_at IS NOT NULL AND q.team_id IN ({MONEY_SEAT}))""",
    "teams": f"SELECT id FROM accounts_team WHERE id IN ({ANY_SEAT})",
    "projects": f"SELECT id FROM accounts_project WHERE team_id IN ({ANY_SEAT})",
    "accounts": f"SELECT id FROM accounts_fundingaccount WHERE team_id IN ({ANY_SEAT})",
    "join-requests": f"""
        SELECT id FROM accounts_joinrequest
         WHERE person_id = %(me)s OR team_id IN ({LEADING_SEAT})""",
    "invitations": f"SELECT id FROM accounts_invitation WHERE team_id IN ({LEADING_SEAT})",
    "grants": f"""
        SELECT g.id FROM compliance_grant g
          JOIN compliance_qualification q ON q.id = g.qualification_id
         WHERE g.user_id = %(me)s
            OR q.facility_id IN ({_STAFF} AND role IN ('manager', 'trainer', 'operator'))""",
}
TABLES = {
    "bookings": "bookings_booking",
    "charges": "billing_charge",
    "statements": "billing_statement",
    "quotes": "billing_quote",
    "teams": "accounts_team",
    "projects": "accounts_project",
    "accounts": "accounts_fundingaccount",
    "join-requests": "accounts_joinrequest",
    "invitations": "accounts_invitation",
    "grants": "compliance_grant",
}


def by_oracle(resource: str, world: World, role: str) -> list[int]:
    query = f"SELECT id FROM {TABLES[resource]}" if role == "adm" else ORACLES[resource]
    with connection.cursor() as cursor:
        cursor.execute(query, {"me": world.people[role].pk})
        return sorted({pk for (pk,) in cursor.fetchall()})


def by_list(resource: str, world: World, role: str) -> list[int]:
    ids: list[int] = []
    url: str | None = f"/api/v1/{resource}/?page_size=2"
    while url:
        page = world.clients[role].get(url).json()
        ids += [row["id"] for row in page["results"]]
        url = page["next"]
    return sorted(ids)


@pytest.mark.parametrize("resource", ORACLES)
def test_a_list_gives_what_the_oracle_gives(world: World, resource: str) -> None:
    for role in ASKING:
        assert by_list(resource, world, role) == by_oracle(resource, world, role), role


def secrets_of(world: World, role: str) -> list[str]:
    """Return words that only those around a person may read."""
    person = world.people[role]
    team = person.teams.get()
    project, account = team.projects.get(), team.accounts.get()
    purpose = {"own": "Secret panel", "par": "Partner secret"}[role]
    return [person.email, team.name, project.name, account.reference, purpose]


def everything_said_to(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Give what every look answers, and the refusals of booking a time that is taken."""
    client = world.clients[role]
    for operation in known_operations():
        if operation.startswith("GET"):
            answer = called(world, client, operation)
            yield operation, answer.content.decode(errors="replace")
    for booking in (world.bookings["approved"], world.partner_booking):
        asked = {
            "instrument": world.instrument.pk,
            "start": booking.interval.start.isoformat(),
            "end": booking.interval.end.isoformat(),
        }
        for path in ("bookings/", "bookings/check/"):
            yield path, client.post(f"/api/v1/{path}", asked).text
        yield "foreign booking", client.get(f"/api/v1/bookings/{booking.pk}/").text


@pytest.mark.parametrize(
    ("owner", "stranger"),
    [
        ("own", "par"),
        ("own", "oth"),
        ("own", "mgB"),
        ("par", "own"),
        ("par", "hed"),
        ("par", "mgB"),
    ],
)
def test_nothing_said_to_a_stranger_holds_a_word_of_the_owner(
    world: World, owner: str, stranger: str
) -> None:
    for operation, text in everything_said_to(world, stranger):
        for secret in secrets_of(world, owner):
            assert secret not in text, operation


def test_those_around_the_owner_do_read_these_words(world: World) -> None:
    said = "".join(text for _operation, text in everything_said_to(world, "hed"))
    for secret in secrets_of(world, "own")[1:]:
        assert secret in said


@pytest.mark.parametrize("field", ["project", "account"])
def test_what_is_anothers_is_refused_like_what_never_was(world: World, field: str) -> None:
    def refused(pk: int) -> Any:
        asked = {"instrument": world.instrument.pk, field: pk, **AFTERNOON}
        answer = world.clients["par"].post("/api/v1/bookings/", asked)
        return answer.status_code, answer.json()

    foreign = {"project": world.project, "account": world.account}[field]
    assert refused(foreign.pk) == refused(2**40)
    assert refused(foreign.pk)[0] == 422


def test_filters_on_anothers_things_count_nothing(world: World) -> None:
    client = world.clients["par"]
    for path in (
        f"charges/?team={world.team.pk}",
        f"charges/?booking={world.bookings['completed'].pk}",
        f"charges/?statement={world.statement.pk}",
        f"statements/?team={world.team.pk}",
        f"projects/?team={world.team.pk}",
        f"accounts/?team={world.team.pk}",
        f"grants/?person={world.people['own'].pk}",
    ):
        assert client.get(f"/api/v1/{path}").json()["results"] == [], path


def test_ceilings_are_for_those_who_look_after_the_money(world: World) -> None:
    def money(role: str) -> list[Any]:
        account = world.clients[role].get(f"/api/v1/accounts/{world.account.pk}/").json()
        return [account[name] and account[name]["amount"] for name in ("ceiling", "left")]

    assert money("hed") == money("bil") == money("adm")
    assert money("hed")[0] == "1000.00"
    assert float(money("hed")[1]) < 1000
    assert money("own") == money("col") == [None, None]
