"""Settings of one school, read top to bottom. Everything a deployment changes is an environment variable."""

import os
from pathlib import Path
from urllib.parse import unquote, urlparse

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


ROOT = Path(__file__).resolve().parent.parent
# Everything the school writes lives in one folder, so that one folder is what gets backed up.
VAR = Path(env_text("WOODSHED_VAR", str(ROOT / "var")))
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = env_flag("WOODSHED_DEBUG", False)
DEMO = env_flag("WOODSHED_DEMO", False)  # Shows the demo logins on the front page.


def _secret_key() -> str:
    """The deployment's key, or one made once and kept beside the data (never in the repository)."""
    if key := env_text("WOODSHED_SECRET_KEY"):
        return key
    path = VAR / "secret_key"
    if not path.exists():
        import secrets

        fresh = secrets.token_urlsafe(50)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(fresh)
        except FileExistsError:
            pass  # Web and worker start together: the first one's key stands.
    return path.read_text().strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env_list("WOODSHED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env_list("WOODSHED_ORIGINS")

INSTALLED_APPS = [
    "lessons.apps.LessonsConfig",
    "unfold",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "auditlog",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "lessons.content_policy.ContentPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lessons.reader.Reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lessons.audit.WhoDidIt",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tutor.urls"
WSGI_APPLICATION = "tutor.wsgi.application"
ASGI_APPLICATION = "tutor.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lessons.pages.context.masthead",
            ],
        },
    },
]


def _database(url: str) -> dict[str, object]:
    """sqlite:///path or postgresql://user:password@host:port/name."""
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            # Web, worker and beat write to one file: wait for each other, and take the write
            # lock when a transaction begins rather than fail when it first writes.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise ImproperlyConfigured("WOODSHED_DATABASE is sqlite:///path or postgresql://user:password@host/name")


DATABASES = {"default": _database(env_text("WOODSHED_DATABASE", f"sqlite:///{VAR / 'school.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Counts of tries and uploads, shared by the web server's processes. It needs no queue to be up.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTH_USER_MODEL = "lessons.User"
AUTHENTICATION_BACKENDS = [
    "lessons.login_guard.LoginGuard",
    "django.contrib.auth.backends.ModelBackend",
    "lessons.roster.slips.StartCodes",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # The link for a forgotten password.
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "welcome"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["lessons.formats"]
TIME_ZONE = env_text("WOODSHED_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
# static/dist is built from static/src by `make assets`; fonts and scripts come by lock file.
STATICFILES_DIRS = [ROOT / "static" / "dist"] if (ROOT / "static" / "dist").exists() else []
# Served from where they lie: nothing to collect, and a new build is seen at the next start.
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "media"  # Recordings. There is no MEDIA_URL: they are served by a checked view alone.
FILE_UPLOAD_PERMISSIONS = 0o600

# Notices by e-mail: to the console until a school says otherwise.
EMAIL_BACKEND = env_text("WOODSHED_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env_text("WOODSHED_EMAIL_HOST", "localhost")
EMAIL_PORT = int(env_text("WOODSHED_EMAIL_PORT", "25"))
EMAIL_HOST_USER = env_text("WOODSHED_EMAIL_USER")
EMAIL_HOST_PASSWORD = env_text("WOODSHED_EMAIL_PASSWORD")
EMAIL_USE_TLS = env_flag("WOODSHED_EMAIL_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env_text("WOODSHED_EMAIL_FROM", "woodshed@localhost")
# For links in e-mails. `make run` says by PORT where it serves.
SITE_URL = env_text("WOODSHED_URL", f"http://127.0.0.1:{env_text('PORT', '8000')}").rstrip("/")

# One recording, and a little room for the form around it.
MAX_RECORDING_BYTES = 15 * 1024 * 1024
MAX_RECORDING_S = 600

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first one says what to bring: 401 and "Token" to whoever comes without anything.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "lessons.api.asking.Page",
    "EXCEPTION_HANDLER": "lessons.api.errors.one_sentence",
    # None would believe whatever a visitor sends as X-Forwarded-For; lessons/login_guard.py goes by it too.
    "NUM_PROXIES": int(env_text("WOODSHED_PROXIES", "0")),
    # More than anyone practises, and less than a guesser of passwords or codes needs.
    "DEFAULT_THROTTLE_RATES": {"uploads": "240/hour", "join": "20/min", "token": "10/min"}
    # Composing is a tenth of a second of somebody's processor.
    | {"compose": "60/min", "feedback": "30/min"}
    # A lesson's worth of talk, and no flood of it over a teacher.
    | {"comments": "120/hour", "contests": "60/hour"},
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Woodshed",
    "DESCRIPTION": "A music tutor that listens.",
    "VERSION": "1",
    "ENUM_NAME_OVERRIDES": {
        "ContestState": "lessons.models.takes.Contest.State",
        "SubmissionState": "lessons.models.takes.Submission.State",
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

CELERY_BROKER_URL = env_text("WOODSHED_BROKER", f"redis+socket://{VAR / 'valkey.sock'}")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not hold the student's upload: give up at once, the sweep queues it later.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
SWEEP_EVERY_S = float(env_text("WOODSHED_SWEEP_EVERY_S", "60"))  # How soon a forgotten take is found again.
UNPLAYED_FOR_DAYS = int(env_text("WOODSHED_UNPLAYED_FOR_DAYS", "30"))  # A composed exercise nobody played goes then.
# What a beat that was late would send twice is dropped: each job does all there is to do.
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "retention": {
        "task": "lessons.tasks.forget_old_sound",
        "schedule": crontab(minute=15, hour=3),
        "options": {"expires": 3600},
    },
    "unconfirmed-lists": {
        "task": "lessons.tasks.clear_unconfirmed_lists",
        "schedule": crontab(minute=50, hour=3),
        "options": {"expires": 3600},
    },
    "sweep": {
        "task": "lessons.tasks.sweep_submissions",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S},
    },
    "sweep-jobs": {
        "task": "lessons.tasks.sweep_jobs",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S},
    },
    "old": {
        "task": "lessons.tasks.clear_old",
        "schedule": crontab(minute=15, hour=4),
        "options": {"expires": 3600},
    },
    # Several within a minute come in one e-mail.
    "mail": {"task": "lessons.tasks.mail_notices", "schedule": 60.0, "options": {"expires": 60.0}},
    "assignments": {
        "task": "lessons.tasks.remind_of_assignments",
        "schedule": crontab(minute=5),
        "options": {"expires": 3000},
    },
    "replan": {
        "task": "lessons.tasks.replan_students",
        "schedule": crontab(minute=0, hour=3),
        "options": {"expires": 3600},
    },
    "resume-planning": {
        "task": "lessons.tasks.resume_nights",
        "schedule": SWEEP_EVERY_S,
        "options": {"expires": SWEEP_EVERY_S},
    },
    "unplayed": {
        "task": "lessons.tasks.clear_unplayed",
        "schedule": crontab(minute=30, hour=4),
        "options": {"expires": 3600},
    },
    "orphans": {
        "task": "lessons.tasks.clear_orphans",
        "schedule": crontab(minute=0, hour=4),
        "options": {"expires": 3600},
    },
}

# The admin's looks. Callables by name: nothing of lessons is imported here.
UNFOLD = {
    "SITE_TITLE": "Woodshed",
    "SITE_HEADER": "lessons.admin.looks.school_name",
    "SITE_SUBHEADER": "lessons.admin.looks.subheader",
    "SITE_SYMBOL": "music_note",
    # None, as on the other pages: else every browser asks for one and is refused.
    "SITE_FAVICONS": [{"rel": "icon", "href": "data:,"}],
    "SHOW_HISTORY": True,
    "SHOW_BACK_BUTTON": True,
    "STYLES": ["lessons.admin.looks.stylesheet"],
    "SCRIPTS": ["lessons.admin.looks.script"],
    "DASHBOARD_CALLBACK": "lessons.admin.looks.dashboard",
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "lessons.admin.looks.navigation"},
    "COLORS": {
        # The room and the accent of static/src/css/tokens.css, in steps.
        "primary": {
            "50": "#eef6f5",
            "100": "#d5e8e6",
            "200": "#abd1cd",
            "300": "#78b3ae",
            "400": "#43918b",
            "500": "#1f756f",
            "600": "#0c5b57",
            "700": "#0b4a47",
            "800": "#103b39",
            "900": "#14302e",
            "950": "#0a1d1c",
        },
        "base": {
            "50": "#faf7f1",
            "100": "#f3eee4",
            "200": "#e6dfd1",
            "300": "#d3c9b7",
            "400": "#9a8f7d",
            "500": "#736959",
            "600": "#574f42",
            "700": "#413a30",
            "800": "#2a251e",
            "900": "#1c1914",
            "950": "#12100c",
        },
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"lessons": {"level": "INFO"}, "tutor": {"level": "INFO"}},
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env_flag("WOODSHED_HTTPS", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
