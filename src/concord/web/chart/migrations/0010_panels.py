"""What a panel shows of a stored review, kept beside it; what it counts, indexed."""

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
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                fields=["person", "organisation", "programme"],
                name="chart_line_person__6ff121_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="medicationchange",
            index=models.Index(
                fields=["person", "organisation", "programme"],
                name="chart_medic_person__9068c9_idx",
            ),
        ),
    ]
