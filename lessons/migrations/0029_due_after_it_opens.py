"""The day has gone into the hour; and what is due is due after it opens."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lessons", "0028_due_at_the_end_of_the_day")]

    operations = [
        migrations.RemoveField(model_name="assignment", name="due_on"),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at", None), ("due_at__gt", models.F("opens_at")), _connector="OR"),
                name="assignment_due_after_it_opens",
            ),
        ),
    ]
