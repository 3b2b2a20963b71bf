import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0019_skill_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="LearnerParameters",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(unique=True)),
                ("values", models.JSONField(help_text="Name: value; what is not named stays as built in.")),
                (
                    "difficulties",
                    models.JSONField(blank=True, default=dict, help_text="Exercise: its grade as students found it."),
                ),
                (
                    "report",
                    models.JSONField(
                        default=dict, help_text="Calibration before and after, on takes it was not fitted to."
                    ),
                ),
                ("students", models.PositiveIntegerField(default=0)),
                ("takes", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name_plural": "learner parameters",
                "ordering": ["-version"],
            },
        ),
        migrations.CreateModel(
            name="LearnerState",
            fields=[
                (
                    "student",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="learner_state",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("belief", models.BinaryField(help_text="Belief.to_bytes: means and covariance of all skills.")),
                (
                    "version",
                    models.CharField(
                        help_text="Of the belief's form; another one is replayed, not read.", max_length=40
                    ),
                ),
                ("parameters", models.PositiveIntegerField(default=0)),
                (
                    "learnt_to",
                    models.DateTimeField(help_text="When the newest take that it was learnt from was played."),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="learnerstate",
            index=models.Index(fields=["parameters"], name="states_by_parameters"),
        ),
    ]
