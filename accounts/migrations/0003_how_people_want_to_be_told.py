"""What a person chooses: confirmations, letter keys, and an address for their calendar."""

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_say_what_constraints_mean"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="calendar_seed",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                editable=False,
                help_text="Makes the address of the person's calendar; a new one ends the old address.",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="uses_letter_keys",
            field=models.BooleanField(
                default=True,
                help_text="Whether single letters on the keyboard do something on the pages.",
                verbose_name="letter keys",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="wants_confirmations",
            field=models.BooleanField(
                default=True,
                help_text="Whether what somebody books themselves is confirmed by mail.",
                verbose_name="confirmations",
            ),
        ),
    ]
