"""The person who logs in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DAY_AND_HOUR_BEFORE = (1440, 60)


def default_reminders() -> list[int]:
    """Return the reminders a new person gets: a day and an hour before."""
    return list(DAY_AND_HOUR_BEFORE)


class UserManager(BaseUserManager["User"]):
    """Creates people; an address is kept in lower case, so that it names one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `is_superuser` is the centre's administrator; roles on platforms and in
    teams are rows of FacilityStaff and Membership.
    """

    email = models.EmailField(_("e-mail"), unique=True, help_text=_("Address used to log in."))
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="fr"
    )
    reminder_minutes = ArrayField(
        models.PositiveIntegerField(),
        verbose_name=_("reminders"),
        default=default_reminders,
        blank=True,
        size=5,
        help_text=_("Minutes before a session at which a reminder is sent."),
    )
    wants_confirmations = models.BooleanField(
        _("confirmations"),
        default=True,
        help_text=_("Whether what somebody books themselves is confirmed by mail."),
    )
    uses_letter_keys = models.BooleanField(
        _("letter keys"),
        default=True,
        help_text=_("Whether single letters on the keyboard do something on the pages."),
    )
    calendar_seed = models.UUIDField(
        db_default=RandomUUID(),
        editable=False,
        help_text=_("Makes the address of the person's calendar; a new one ends the old address."),
    )
    is_staff = models.BooleanField(
        _("may open the set-up pages"),
        default=False,
        help_text=_("Opens the administration; what is shown there depends on the platform roles."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now)
    origin = models.CharField(
        max_length=20, blank=True, editable=False, help_text=_("System the row was imported from.")
    )
    origin_id = models.CharField(max_length=100, blank=True, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("last_name", "first_name", "id")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_any_case",
                violation_error_message=_("Somebody has this address already."),
            ),
            models.UniqueConstraint(
                fields=("origin", "origin_id"),
                condition=~models.Q(origin=""),
                name="user_imported_once",
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """Return the person's name, or the address while no name is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.first_name or self.email
