"""The demo's mailbox: what is sent can be read, nothing else can, and it cannot bite."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from notifications import mailbox

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mailbox")
    return tmp_path / "mailbox"


def send(to: str = "ada@example.org", subject: str = "Réservé", html: str = "<p>Été</p>") -> str:
    """Send a mail; return its identifier."""
    message = EmailMultiAlternatives(subject, "Texte d'été", to=[to])
    message.attach_alternative(html, "text/html")
    message.attach("../séance.ics", "BEGIN:VCALENDAR", "text/calendar")
    message.send()
    return mailbox.envelopes()[0].identifier


def test_mails_are_listed_newest_first(client: Client):
    for number in range(3):
        send(subject=f"Mail {number}")

    page = client.get("/demo/mailbox/").content.decode()

    assert page.index("Mail 2") < page.index("Mail 1") < page.index("Mail 0")


def test_an_empty_folder_says_so(client: Client):
    assert "No mail here yet" in client.get("/demo/mailbox/").content.decode()


def test_mails_are_filtered_by_address(client: Client):
    send(to="ada@example.org", subject="For Ada")
    send(to="bob@example.org", subject="For Bob")

    page = client.get("/demo/mailbox/", {"to": "ADA@"}).content.decode()

    assert "For Ada" in page
    assert "For Bob" not in page


def test_a_long_list_has_a_second_page(client: Client):
    for number in range(mailbox.PAGE + 1):
        send(subject=f"Mail {number}.")

    first = client.get("/demo/mailbox/", {"to": "ada"}).content.decode()
    last = mailbox.envelopes()[-1].identifier
    second = client.get("/demo/mailbox/", {"to": "ada", "before": last}).content.decode()

    assert "Mail 0." not in first
    assert f"to=ada&amp;before={last}" in first
    assert "Mail 0." in second
    assert "Mail 1." not in second


def test_a_mail_shows_its_text_its_html_in_a_frame_and_its_files(client: Client):
    identifier = send()

    page = client.get(f"/demo/mailbox/{identifier}/").content.decode()

    assert "Texte d&#x27;été" in page
    assert f'src="/demo/mailbox/{identifier}/html/" sandbox=' in page
    assert "<p>Été</p>" not in page
    assert "séance.ics" in page


def test_the_html_of_a_mail_is_shut_into_a_sandbox(client: Client):
    answer = client.get(f"/demo/mailbox/{send(html=EVIL)}/html/")

    assert answer.content.decode().strip() == EVIL
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_pages_allow_no_inline_script_or_style(client: Client):
    identifier = send(subject=EVIL)

    for path in ("/demo/mailbox/", f"/demo/mailbox/{identifier}/"):
        answer = client.get(path)
        assert "unsafe" not in answer["Content-Security-Policy"]
        page = answer.content.decode()
        assert "<script" not in page
        assert "<style" not in page
        assert " style=" not in page


def test_a_file_is_saved_and_never_shown(client: Client):
    answer = client.get(f"/demo/mailbox/{send()}/files/0/")

    assert answer.content == b"BEGIN:VCALENDAR"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "20260101T000000000000-00000000/",
        "20260101T000000000000-00000000/html/",
        "20260101T000000000000-00000000/files/0/",
        "..%2f..%2fsettings/",
        "../../etc/passwd/",
        "%2e%2e/secret/",
        "secret/",
    ],
)
def test_what_is_no_mail_is_not_found(client: Client, folder: Path, path: str):
    folder.mkdir(parents=True)
    (folder / "secret.eml").write_text("Subject: secret\n\nsecret")
    (folder.parent / "settings.eml").write_text("Subject: secret\n\nsecret")

    assert client.get(f"/demo/mailbox/{path}").status_code == 404


@pytest.mark.parametrize(
    "identifier", ["../settings", "secret", "", "20260101T000000000000-0000000G"]
)
def test_an_identifier_not_of_our_making_opens_nothing(folder: Path, identifier: str):
    folder.mkdir(parents=True)
    (folder.parent / "settings.eml").write_text("Subject: secret\n\nsecret")

    with pytest.raises(mailbox.NoSuchMail):
        mailbox.letter(identifier)


def test_a_file_that_is_not_there_is_not_found(client: Client):
    assert client.get(f"/demo/mailbox/{send()}/files/7/").status_code == 404


def test_where_mail_is_real_there_is_no_mailbox(client: Client, settings: Settings):
    identifier = send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    assert client.get("/demo/mailbox/").status_code == 404
    assert client.get(f"/demo/mailbox/{identifier}/html/").status_code == 404


def test_nothing_is_changed_through_the_mailbox(client: Client):
    assert client.post("/demo/mailbox/").status_code == 405


def test_many_senders_at_once_lose_no_mail_and_leave_no_half_ones(folder: Path):
    barrier = threading.Barrier(4)

    def several() -> None:
        barrier.wait(10)
        for _number in range(10):
            EmailMultiAlternatives("S", "T" * 10_000, to=["ada@example.org"]).send()

    threads = [threading.Thread(target=several) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(mailbox.envelopes(address="ada")) == 40
    assert [path.name for path in folder.iterdir() if path.suffix != ".eml"] == []
