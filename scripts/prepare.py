"""Makes the database ready: migrations, and the demo school where it is asked for.

One process for both: Django takes a second to start, and a school should be open in five.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutor.settings")

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Safe to run at every start: what is done is not done again."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO:
        call_command("seed")


if __name__ == "__main__":
    main()
