"""Electronic invoices on their way: handed over once, asked after, and sent again by hand."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction

from accounts.errors import NotFound, NotPermitted
from billing.documents.errors import NotSentAgain
from billing.einvoicing.channel import channel_named
from billing.models import Deposit, DepositEvent, SimulatedDeposit
from billing.services import depositing
from tests import factories as make
from tests.factories import NOW
from tests.golden import invoice_cases as cases

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _simulated(settings):
    settings.EINVOICE_CHANNEL = "simulator"


def invoice_for(code="LABO-42", **fields):
    """Issue an invoice to a public body whose service code tells the simulator what to do."""
    issuer, facility = cases.a_seller()
    team = cases.a_buyer(**(cases.PUBLIC | {"chorus_service_code": code} | fields))
    cases.an_order(team, "BC-77", engagement_number="4500099001")
    cases.use(team, facility, 23, "6", 4200, 100, 25200)
    return cases.issued(issuer)


def keeper_of(invoice):
    person = make.a_user()
    invoice.issuer.accountants.add(person)
    return person


def hand_over(now=NOW):
    return depositing.hand_over_due(now=now, limit=10)


def ask(now):
    return depositing.ask_after_due(now=now, limit=10)


def states():
    return list(DepositEvent.objects.order_by("id").values_list("state", flat=True))


def test_an_issued_invoice_is_handed_over_received_and_paid():
    invoice = invoice_for()
    assert invoice.deposit.state == "waiting"

    assert hand_over() == 1
    assert hand_over() == 0
    sent = Deposit.objects.get()
    assert (sent.state, sent.reference[:4], sent.attempts) == ("deposited", "SIM-", 0)
    assert ask(NOW + MINUTE) == 0, "asked after only every half-hour"
    assert ask(LATER) == 1
    assert Deposit.objects.get().state == "received"
    assert ask(dt.datetime(2026, 11, 5, 12, tzinfo=dt.UTC)) == 1
    assert states() == ["waiting", "deposited", "received", "paid"]
    assert ask(dt.datetime(2026, 12, 5, tzinfo=dt.UTC)) == 0
    assert SimulatedDeposit.objects.get().tries == 1


def test_without_a_channel_nothing_is_promised(settings):
    settings.EINVOICE_CHANNEL = ""
    invoice_for()
    assert not Deposit.objects.exists()


@pytest.mark.parametrize("name", ["reverse-charge-en", "out-of-scope-en", "transfer-note-fr"])
def test_abroad_and_inside_nothing_is_carried(name):
    cases.ALL[name](*cases.a_seller())
    assert not Deposit.objects.exists()


def test_credit_notes_travel_like_invoices():
    cases.credit_note(*cases.a_seller())
    assert Deposit.objects.count() == 2


def test_what_a_worker_handed_over_before_it_died_is_not_deposited_twice(monkeypatch):
    invoice_for()
    note = depositing._done

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(depositing, "_done", dies)
    with pytest.raises(KeyboardInterrupt):
        hand_over()
    monkeypatch.setattr(depositing, "_done", note)

    assert hand_over(NOW + MINUTE) == 0, "the lease holds"
    assert hand_over(NOW + depositing.LEASE) == 1
    kept = SimulatedDeposit.objects.get()
    assert kept.tries == 2
    assert Deposit.objects.get().reference == kept.reference
    assert states() == ["waiting", "deposited"]


def test_who_lost_the_lease_notes_nothing():
    invoice_for()
    slow = depositing._claim("waiting", now=NOW)
    assert slow is not None
    assert hand_over(NOW + depositing.LEASE) == 1

    depositing._put_off(slow, error="timeout", now=NOW + depositing.LEASE)

    assert (Deposit.objects.get().state, Deposit.objects.get().attempts) == ("deposited", 0)


def test_a_channel_that_is_away_is_tried_again_with_growing_pauses_then_given_up():
    invoice_for("AWAY")
    now, pauses = NOW, []
    while (deposit := Deposit.objects.get()).state == "waiting":
        assert hand_over(now) == 1
        deposit.refresh_from_db()
        assert deposit.available_at is not None
        pauses.append((deposit.available_at - now).total_seconds())
        assert hand_over(deposit.available_at - dt.timedelta(seconds=1)) == 0
        now = deposit.available_at
    assert pauses[:4] == [30, 60, 120, 240]
    assert max(pauses) == 6 * 3600
    assert len(pauses) == depositing.GIVEN_UP_AT
    assert (deposit.state, deposit.last_error) == ("failed", "503 Service Unavailable")


def test_a_channel_that_never_takes_it_is_not_asked_again():
    invoice_for("REFUSED")
    hand_over()
    deposit = Deposit.objects.get()
    assert (deposit.state, deposit.last_error) == ("failed", "Facture refusée : structure inactive")
    assert hand_over(LATER) == 0


def test_after_a_rejection_it_goes_again_as_another_deposit():
    invoice = invoice_for("UNKNOWN")
    keeper = keeper_of(invoice)
    hand_over()
    ask(LATER)
    rejected = Deposit.objects.get()
    assert rejected.state == "rejected"
    assert rejected.last_error == "Code service inconnu du destinataire"

    depositing.send_again(invoice_id=invoice.pk, actor=keeper, now=LATER)
    hand_over(LATER)

    again = Deposit.objects.get()
    assert (again.state, again.key) == ("deposited", f"{invoice.number}/2")
    assert SimulatedDeposit.objects.count() == 2
    assert DepositEvent.objects.filter(by=keeper).count() == 1


def test_an_incomplete_address_stops_it_until_somebody_sends_it_again():
    issuer, facility = cases.a_seller()
    team = cases.a_buyer(**(cases.PUBLIC | {"needs_engagement": False}))
    cases.an_order(team, "BC-77")
    cases.use(team, facility, 23, "6", 4200, 100, 25200)
    invoice = cases.issued(issuer)
    keeper = keeper_of(invoice)
    # The body asks for one since yesterday.
    team.organisation.needs_engagement = True
    team.organisation.save()

    hand_over()

    deposit = Deposit.objects.get()
    assert (deposit.state, deposit.missing) == ("lacking", ["buyer.engagement_number"])
    assert not SimulatedDeposit.objects.exists()
    # The body does not ask for one after all.
    team.organisation.needs_engagement = False
    team.organisation.save()
    depositing.send_again(invoice_id=invoice.pk, actor=keeper, now=LATER)
    hand_over(LATER)
    assert states() == ["waiting", "lacking", "waiting", "deposited"]
    assert Deposit.objects.get().missing == []


def test_only_who_keeps_the_books_sends_again_and_only_what_is_stuck():
    invoice = invoice_for()
    keeper, head = keeper_of(invoice), make.a_member(invoice.team, "head")
    with pytest.raises(NotFound):
        depositing.send_again(invoice_id=invoice.pk, actor=make.a_user(), now=NOW)
    with pytest.raises(NotPermitted):
        depositing.send_again(invoice_id=invoice.pk, actor=head, now=NOW)
    with pytest.raises(NotSentAgain):
        depositing.send_again(invoice_id=invoice.pk, actor=keeper, now=NOW)


def test_what_nobody_foresaw_is_tried_again(monkeypatch):
    invoice_for()
    monkeypatch.setattr(depositing, "document_of", lambda *, invoice_id: 1 // 0)

    assert hand_over() == 1

    deposit = Deposit.objects.get()
    assert (deposit.state, deposit.attempts) == ("waiting", 1)
    assert "division" in deposit.last_error


def test_steps_are_never_changed():
    invoice_for()
    with pytest.raises(DatabaseError), transaction.atomic():
        DepositEvent.objects.update(state="paid")


def test_a_channel_of_no_name_is_a_mistake_of_the_settings():
    with pytest.raises(ImproperlyConfigured, match="simulator"):
        channel_named("carrier-pigeon")
