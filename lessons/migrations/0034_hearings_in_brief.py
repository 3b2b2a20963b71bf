import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0033_what_was_ruled_on"),
    ]

    operations = [
        migrations.CreateModel(
            name="PutAside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contest", "Contest"),
                            ("stuck", "Stuck"),
                            ("unsure", "Unsure"),
                            ("stopped", "Stopped"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        blank=True, help_text="Which of them: a cause, a contest; empty: all.", max_length=60
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "put aside",
            },
        ),
        migrations.RemoveIndex(
            model_name="submission",
            name="takes_of_student",
        ),
        migrations.AddField(
            model_name="assessment",
            name="causes",
            field=models.JSONField(help_text="Their codes, the most telling first.", null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="confidence",
            field=models.FloatField(help_text="The ear's, 0 to 1: the mean over the notes it judged.", null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="not_heard",
            field=models.PositiveSmallIntegerField(help_text="Of these the ear could not hear so many.", null=True),
        ),
        migrations.AddField(
            model_name="assessment",
            name="note_count",
            field=models.PositiveSmallIntegerField(help_text="How many notes were judged or not heard.", null=True),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["student", "-created_at", "id"], name="takes_of_student"),
        ),
        migrations.AddField(
            model_name="putaside",
            name="student",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="putaside",
            name="teacher",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="put_aside", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="putaside",
            constraint=models.UniqueConstraint(fields=("teacher", "student", "kind", "about"), name="one_aside_a_line"),
        ),
    ]
