from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0003_rubric_of_a_class"),
    ]

    operations = [
        migrations.AlterField(
            model_name="exercise",
            name="rubric",
            field=models.SlugField(blank=True, help_text="Set on purpose for this exercise; else the class chooses."),
        ),
    ]
