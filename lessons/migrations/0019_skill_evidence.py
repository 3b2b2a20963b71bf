import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0018_placement"),
    ]

    operations = [
        migrations.CreateModel(
            name="SkillEvidence",
            fields=[
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="skill_evidence",
                        serialize=False,
                        to="lessons.assessment",
                    ),
                ),
                ("said", models.JSONField(help_text="Skill tag: [right, heard].")),
                ("rulings", models.PositiveSmallIntegerField(default=0, help_text="How many were applied.")),
                ("tagging", models.CharField(help_text="Of the tags' definition.", max_length=40)),
            ],
        ),
    ]
