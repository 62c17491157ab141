"""How many opinions stand where: lines to be added up, and indexes that hold a whole queue."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultation", "0019_city_rows")]

    operations = [
        migrations.CreateModel(
            name="OpinionCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=16)),
                ("verdict", models.CharField(max_length=16)),
                ("withdrawn", models.BooleanField()),
                ("number", models.IntegerField()),
                (
                    "consultation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opinion_counts",
                        to="consultation.consultationpage",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="opinion_counts",
                        to="consultation.opiniongroup",
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.RemoveIndex(model_name="opinion", name="opinion_assigned"),
        migrations.RemoveIndex(model_name="opinion", name="opinion_due"),
        migrations.AddIndex(
            model_name="opinion",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["assignee", "consultation", "id"],
                include=("verdict", "withdrawn_at"),
                name="opinion_assigned",
            ),
        ),
        migrations.AddIndex(
            model_name="opinion",
            index=models.Index(
                condition=models.Q(("work_due_on__isnull", False)),
                fields=["consultation", "work_due_on", "id"],
                include=("verdict", "withdrawn_at"),
                name="opinion_due",
            ),
        ),
    ]
