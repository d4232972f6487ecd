"""Who is in the demo centre: organisations, teams and forty people."""

from __future__ import annotations

import datetime as dt
import unicodedata

from django.contrib.auth.hashers import make_password

from accounts.models import FundingAccount, Membership, Organisation, Project, Team, User

PASSWORD = "plateau-demo"  # noqa: S105 - the demo's, and printed by it
DOMAIN = "demo.example"

HOST = "Centre de Recherche en Cancérologie – démo"
UNIVERSITY = "Université de Provence – démo"
INSTITUTE = "Institut national de recherche – démo"
LIGURIA = "Università di Liguria – demo"
ORGANISATIONS = (
    # name, kind, tier, country, SIREN, NIC of the SIRET, VAT number, street, postcode, town
    (HOST, "host", "INT", "FR", "000314153", "00008", "FR19000314153",
     "232 boulevard de la Recherche", "13009", "Marseille"),
    (UNIVERSITY, "academic", "TUT", "FR", "000456780", "00006", "FR33000456780",
     "3 place des Facultés", "13003", "Marseille"),
    (INSTITUTE, "public", "TUT", "FR", "", "", "", "18 avenue Mozart", "13009", "Marseille"),
    (LIGURIA, "academic", "ACA", "IT", "", "", "", "Via Balbi 5", "16126", "Genova"),
    ("Méditerranée Biotech", "industry", "SUP", "FR", "000123455", "00008", "FR31000123455",
     "Hôtel d’entreprises, 163 avenue de Luminy", "13009", "Marseille"),
    ("Pharma du Midi", "industry", "IND", "FR", "000987651", "00007", "FR03000987651",
     "40 chemin des Essais", "34000", "Montpellier"),
    ("Brabant Therapeutics", "industry", "IND", "BE", "", "", "BE0000000097",
     "Rue du Laboratoire 12", "1300", "Wavre"),
    ("Léman Oncologie", "industry", "IND", "CH", "", "", "CHE000000000",
     "Route de la Corniche 9", "1066", "Épalinges"),
)  # fmt: skip
"""One has no SIREN on record: it cannot be invoiced until somebody adds it."""

ENGLISH_INVOICES = frozenset({"IT", "CH"})

PO = "purchase_order"
TEAMS = (
    # name, organisation, project, its kind, account, its kind, ceiling in euros
    ("Roux", HOST, "CLL resistance", "academic", "ANR-24-CE17-0417", "grant", 60_000),
    ("Olive", HOST, "Tumour microenvironment", "academic", "INCA-211", "grant", 45_000),
    ("Mistral", HOST, "Metastatic niches", "academic", "ARC-2025-088", "grant", None),
    ("Garrigue", UNIVERSITY, "Ageing", "academic", "SIFAC-U1068", "cost_centre", None),
    ("Sainte-Baume", INSTITUTE, "Signals", "academic", "GESLAB-7258", "cost_centre", None),
    ("Genova", LIGURIA, "Lymphoma atlas", "academic", "AIRC-IG-31", "grant", None),
    ("Mediterranean R&D", "Méditerranée Biotech", "MB-101", "industry", "PO-MB-12", PO, 20_000),
    ("Midi Discovery", "Pharma du Midi", "PDM-7", "industry", "PO-PDM-4500017", PO, 80_000),
    ("Brabant Biology", "Brabant Therapeutics", "BT-220", "industry", "PO-BT-77", PO, 40_000),
    ("Léman Screening", "Léman Oncologie", "LO-5", "industry", "PO-LO-9", PO, 40_000),
)

LOG_INS = (
    # part before the @, first name, last name, team, role in it
    ("head", "Hélène", "Roux", "Roux", "head"),
    ("researcher", "Inès", "Benali", "Roux", "member"),
    ("student", "Théo", "Garcin", "Roux", "member"),
    ("tut", "Karim", "Haddad", "Garrigue", "head"),
    ("academic", "Giulia", "Ferrando", "Genova", "head"),
    ("startup", "Camille", "Arnaud", "Mediterranean R&D", "head"),
    ("industry", "Paul", "Marchetti", "Midi Discovery", "head"),
)

OTHERS = (
    # first name, last name, team, role in it
    ("Nadia", "Olive", "Olive", "head"),
    ("Lucas", "Bonnet", "Olive", "member"),
    ("Aïcha", "Diallo", "Olive", "member"),
    ("Jean", "Mistral", "Mistral", "head"),
    ("Sofia", "Lopez", "Mistral", "member"),
    ("Hugo", "Pellegrini", "Mistral", "member"),
    ("Claire", "Baume", "Sainte-Baume", "head"),
    ("Yanis", "Kacem", "Sainte-Baume", "member"),
    ("Marta", "Nowak", "Garrigue", "member"),
    ("An", "Peeters", "Brabant Biology", "head"),
    ("Reto", "Keller", "Léman Screening", "head"),
)

STAFF_NAMES = (
    ("Hélène", "Arnaud"), ("Marc", "Vidal"), ("Sarah", "Cohen"), ("Émile", "Blanc"),
    ("Louise", "Martin"), ("Rachid", "Amrani"), ("Agnès", "Perrin"), ("Olivier", "Faure"),
    ("Julie", "Reynaud"), ("Simon", "Gauthier"), ("Léa", "Moreau"), ("David", "Roche"),
    ("Chloé", "Fabre"), ("Nicolas", "Brun"), ("Amina", "Saïdi"), ("Pierre", "Lemoine"),
    ("Eva", "Santini"), ("Romain", "Colin"), ("Maud", "Tissier"), ("Adrien", "Leroy"),
    ("Fanny", "Noël"), ("Bruno", "Masson"),
)  # fmt: skip


def make_organisations() -> dict[str, Organisation]:
    """Make the organisations by name."""
    made = Organisation.objects.bulk_create(
        Organisation(
            name=name,
            legal_name=name,
            kind=kind,
            tier=tier,
            country=country,
            siren=siren,
            siret=siren and siren + nic,
            vat_number=vat_number,
            billing_address=street,
            billing_postcode=postcode,
            billing_city=town,
            invoice_language="en" if country in ENGLISH_INVOICES else "fr",
        )
        for name, kind, tier, country, siren, nic, vat_number, street, postcode, town in (
            ORGANISATIONS
        )
    )
    return {organisation.name: organisation for organisation in made}


def make_teams(organisations: dict[str, Organisation], today: dt.date) -> dict[str, Team]:
    """Make the teams by name, each with a project and an account."""
    teams: dict[str, Team] = {}
    first = dt.date(today.year - 2, 1, 1)
    for name, organisation, project, kind, reference, account_kind, ceiling in TEAMS:
        team = Team.objects.create(name=name, organisation=organisations[organisation])
        Project.objects.create(team=team, name=project, kind=kind, starts_on=first)
        FundingAccount.objects.create(
            team=team,
            reference=reference,
            name=reference,
            kind=account_kind,
            valid_from=first,
            valid_until=dt.date(today.year + 1, 12, 31),
            ceiling_cents=ceiling and ceiling * 100,
        )
        teams[name] = team
    return teams


def make_members(teams: dict[str, Team], today: dt.date) -> dict[str, User]:
    """Make the people of the teams, by the part of their address before the @."""
    rows = [*LOG_INS]
    rows += [
        (local_part(first, last), first, last, team, role) for first, last, team, role in OTHERS
    ]
    people = make_people([(local, first, last) for local, first, last, _team, _role in rows])
    Membership.objects.bulk_create(
        Membership(
            user=people[local],
            team=teams[team],
            role=role,
            starts_on=dt.date(today.year - 2, 1, 1),
        )
        for local, _first, _last, team, role in rows
    )
    return people


def make_people(
    rows: list[tuple[str, str, str]], *, is_staff: bool = False, is_superuser: bool = False
) -> dict[str, User]:
    """Make people with the demo's password, by the part of their address before the @."""
    password = make_password(PASSWORD)
    made = User.objects.bulk_create(
        User(
            email=f"{local}@{DOMAIN}",
            first_name=first,
            last_name=last,
            password=password,
            language="en" if local in {"academic", "industry"} else "fr",
            is_staff=is_staff,
            is_superuser=is_superuser,
        )
        for local, first, last in rows
    )
    return {user.email.partition("@")[0]: user for user in made}


def local_part(first: str, last: str) -> str:
    """Return the part of an address before the @: plain letters."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".lower())
    return plain.encode("ascii", "ignore").decode().replace(" ", "-")
