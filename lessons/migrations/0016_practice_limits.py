import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0015_one_plan_a_night"),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticeLimits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "floor",
                    models.FloatField(
                        blank=True,
                        help_text="Grade: nothing easier.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0.5),
                            django.core.validators.MaxValueValidator(9.0),
                        ],
                    ),
                ),
                (
                    "ceiling",
                    models.FloatField(
                        blank=True,
                        help_text="Grade: nothing harder.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0.5),
                            django.core.validators.MaxValueValidator(9.0),
                        ],
                    ),
                ),
                ("focus", models.JSONField(blank=True, default=list, help_text="Skill tags to work on.")),
                ("style", models.CharField(blank=True, help_text="song, dance or hymn; empty: any.", max_length=20)),
                ("set_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name_plural": "practice limits",
            },
        ),
        migrations.AddField(
            model_name="practicelimits",
            name="classroom",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="practice_limits",
                to="lessons.classroom",
            ),
        ),
        migrations.AddField(
            model_name="practicelimits",
            name="set_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="practicelimits",
            name="student",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="practice_limits",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="practicelimits",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("classroom", None), ("student__isnull", False)),
                    models.Q(("classroom__isnull", False), ("student", None)),
                    _connector="OR",
                ),
                name="limits_of_a_class_or_a_student",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicelimits",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("floor", None), ("ceiling", None), ("floor__lte", models.F("ceiling")), _connector="OR"
                ),
                name="floor_under_ceiling",
            ),
        ),
    ]
