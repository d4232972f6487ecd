"""From a worded mail to a MIME message: parts, attachments and headers."""

from email.encoders import encode_base64
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.text import MIMEText

from django.core.mail import EmailMultiAlternatives

from notifications.registry import Attachment, Mail


def sealed(mail: Mail, *, mail_id: str) -> EmailMultiAlternatives:
    """Make the message that goes to the mail server, under a Message-ID of its own."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.address],
        headers={
            **mail.headers,
            "Message-ID": mail_id,
            "Content-Language": mail.language,
            # Keeps holiday answers from coming back (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments:
        message.attach(_part(attachment))
    return message


def _part(attachment: Attachment) -> MIMEBase:
    kind = Message()
    kind["Content-Type"] = attachment.mimetype
    part: MIMEBase
    if kind.get_content_maintype() == "text":
        part = MIMEText(attachment.content.decode(), kind.get_content_subtype(), "utf-8")
    else:
        part = MIMEBase(kind.get_content_maintype(), kind.get_content_subtype())
        part.set_payload(attachment.content)
        encode_base64(part)
    for name, value in (kind.get_params() or [])[1:]:
        part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part
