"""What the demo prints when it is up: where, as whom, and what to try."""

from pathlib import Path

PASSWORD = "plateau-demo"  # noqa: S105
LOGINS = {
    "admin": "centre administrator",
    "manager.cyt": "manager of the cytometry platform (one for each platform code)",
    "operator.cyt": "operator of the cytometry platform",
    "manager.mic": "manager of the imaging platform",
    "head": "head of a host team",
    "researcher": "member of it, trained on Fortessa and LSM 880",
    "student": "same team, untrained",
    "tut": "head of a university team (tier TUT)",
    "academic": "another university",
    "startup": "start-up company",
    "industry": "Pharma du Midi, with a purchase order, trained on Fortessa",
    "accountant": "accountant of the centre",
}


def welcome(*, port: int, var: Path) -> str:
    """Give the text for the terminal."""
    site = f"http://127.0.0.1:{port}"
    logins = "\n".join(f"    {name + '@demo.example':28} {who}" for name, who in LOGINS.items())
    return f"""
  Plateau is running at {site}/

  Log in at {site}/accounts/login/ (every password is {PASSWORD}):
{logins}

  Three things to try:
    1. As researcher@demo.example book the Fortessa tomorrow, then ask for the same time
       as industry@demo.example: the second is refused, with the next free windows.
    2. As manager.cyt@demo.example approve what waits, and read the mails that went out
       at {site}/demo/mailbox/
    3. Look at the API: {site}/api/docs/

  Data and logs are in {var}. Ctrl-C stops everything; `make demo` goes on where you were.
"""
