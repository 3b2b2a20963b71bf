from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0005_standard_was_nobodys_choice"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="clapped",
            field=models.BooleanField(
                default=False, help_text="The student chose to clap it: only strokes are graded."
            ),
        ),
    ]
