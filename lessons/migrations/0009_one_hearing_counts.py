from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0008_newest_hearing_counts"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("counts", True)), fields=("submission",), name="one_hearing_counts"
            ),
        ),
    ]
