from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0006_clapped_takes"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="counts",
            field=models.BooleanField(default=True, help_text="Of all hearings of a take, the one that stands."),
        ),
    ]
