from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = "Lessons"

    def ready(self) -> None:
        # Here and not in tutor/__init__.py: importing the pitch tracker must not load Django.
        import lessons.waveforms  # noqa: F401  A take may be deleted by any process.
        import tutor.celery  # noqa: F401
        from lessons import audit

        audit.watch()
