from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0014_one_exercise_an_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanningNight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("night", models.DateField(unique=True)),
                ("begun_at", models.DateTimeField(auto_now_add=True)),
                ("heartbeat_at", models.DateTimeField(help_text="When chunks were last handed out, or one came back.")),
                ("rounds", models.PositiveSmallIntegerField(default=1, help_text="How often chunks were handed out.")),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-night"],
            },
        ),
        migrations.AddField(
            model_name="practiceplan",
            name="night",
            field=models.DateField(blank=True, help_text="Which night's, of a plan between lessons.", null=True),
        ),
        migrations.AlterField(
            model_name="practiceplan",
            name="made_by",
            field=models.CharField(
                choices=[
                    ("take", "after a take"),
                    ("night", "between lessons"),
                    ("start", "on joining"),
                    ("word", "on the student's or the teacher's word"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="practiceplan",
            constraint=models.UniqueConstraint(fields=("student", "night"), name="one_plan_a_night"),
        ),
    ]
