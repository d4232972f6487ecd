"""What the forms about training let one choose from: values with their words."""

from compliance.models import Grant

LEVELS = Grant.Level.choices
