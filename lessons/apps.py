from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = gettext_lazy("The school")

    def ready(self) -> None:
        # Here and not in tutor/__init__.py: importing the pitch tracker must not load Django.
        import lessons.waveforms  # noqa: F401  A take may be deleted by any process.
        import tutor.celery  # noqa: F401
        from lessons import audit, labels

        labels.translate_labels()
        audit.watch()
