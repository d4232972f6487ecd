"""Who sells in the demo: the centre itself, and the university for one platform."""

from __future__ import annotations

from accounts.models import Organisation, User
from billing.demo_centre.people import HOST, UNIVERSITY
from billing.models import Issuer, Seller
from facilities.models import Facility

SOLD_BY_THE_UNIVERSITY = frozenset({"HIT"})


def make_issuers(facilities: dict[str, Facility], accountant: User) -> dict[str, Issuer]:
    """Make the issuers by code, and say which sells for which platform."""
    issuers = {
        "CRC": _issuer(
            HOST,
            "CRC",
            legal_form="Établissement de santé privé d'intérêt collectif",
            iban="FR7610001000010000031415358",
            colour="#0b5a73",
        ),
        "UPR": _issuer(
            UNIVERSITY,
            "UPR",
            legal_form="Établissement public à caractère scientifique, culturel et professionnel",
            iban="FR7610001000020000045678029",
            colour="#7a3b0c",
        ),
    }
    for issuer in issuers.values():
        issuer.accountants.add(accountant)
    Seller.objects.bulk_create(
        Seller(
            facility=facility,
            issuer=issuers["UPR" if code in SOLD_BY_THE_UNIVERSITY else "CRC"],
        )
        for code, facility in facilities.items()
    )
    return issuers


def _issuer(organisation: str, code: str, **fields: str) -> Issuer:
    return Issuer.objects.create(
        organisation=Organisation.objects.get(name=organisation),
        code=code,
        contact_name="Monique Serra",
        contact_email="accountant@demo.example",
        contact_phone="+33 4 00 00 00 00",
        bic="DEMOFR2M",
        **fields,
    )
