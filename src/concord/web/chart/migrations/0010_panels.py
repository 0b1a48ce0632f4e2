"""What a panel shows of a stored review, kept beside it; empty until it is made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chart", "0009_forms_are_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="storedreview",
            name="panel",
            field=models.BinaryField(default=bytes),
        ),
    ]
