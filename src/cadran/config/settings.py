"""Settings of the web framework. An installation chooses by its environment; everything else is decided here.

CADRAN_HOME      the folder of records, key and facts (default: .cadran in the user's folder)
DATABASE_URL     postgresql://user:password@host:5432/name (default: SQLite in the home folder)
CADRAN_HOSTS     names under which the site is reached, separated by commas (default: this machine alone)
CADRAN_MAIL      smtp+tls://user:password@host:587, the server through which e-mails leave (default: none are sent)
CADRAN_MAIL_FROM from whom they come (default: the user of that server)
CADRAN_DEBUG     1 shows errors to whoever meets them; refused with a public name
"""

import os
import zoneinfo

from django.utils.csp import CSP

from cadran.config import sqlite
from cadran.config.database import database
from cadran.config.home import home, secret_key
from cadran.config.mail import mailers, sender

# One time zone database for Python, DuckDB and every machine: the one of the tzdata package, never the system's.
os.environ["PYTHONTZPATH"] = ""
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

sqlite.use_safe_library()

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")

HOME = home()
SECRET_KEY = secret_key(HOME)
DEBUG = os.environ.get("CADRAN_DEBUG") == "1"
ALLOWED_HOSTS = [name.strip() for name in os.environ.get("CADRAN_HOSTS", "").split(",") if name.strip()] or [
    *LOCAL_HOSTS
]
PUBLIC = any(name not in LOCAL_HOSTS for name in ALLOWED_HOSTS)

DATABASES = {"default": database(HOME, os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "cadran.ui",  # first: its templates come before those of other packages
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # for the pages of passkeys
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "cadran.members",
    "cadran.crm",
    "cadran.facts",
    "cadran.imports",
    "cadran.kpis",
    "cadran.dashboards",
    "cadran.administration",
    "cadran.workspace",
    "cadran.upkeep",
    "cadran.palette",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cadran.ui.installing.ForgetAtSignOut",
    "cadran.ui.access.AccessMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cadran.config.urls"
ASGI_APPLICATION = "cadran.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cadran.ui.context.page",
                "cadran.kpis.live.page",
            ],
        },
    },
]

# Words and time: moments are UTC; days are in the organisation's zone and are worked out when written.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_HOME = HOME / "static"  # what is made at set-up: the charts' bundle
STATIC_HOME.mkdir(exist_ok=True)
STATICFILES_DIRS = [STATIC_HOME]
WHITENOISE_USE_FINDERS = True  # served from the installed package: nothing to collect at set-up

# People
AUTH_USER_MODEL = "members.Member"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "cadran.crm.stays.SignIns"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # a member's address is given by an administrator
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC  # browsers hand passkeys to http on this machine's own name alone
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "cadran.ui.views.locked"

# What a browser may do
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cadran.ui.views.forbidden"
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS if name not in LOCAL_HOSTS and name != "*"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_PERMISSIONS = 0o600

# E-mails: invitations, forgotten passwords, addresses to confirm
SENDS_MAIL = bool(os.environ.get("CADRAN_MAIL"))
MAILERS = mailers(os.environ.get("CADRAN_MAIL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = sender(os.environ.get("CADRAN_MAIL"), os.environ.get("CADRAN_MAIL_FROM"))
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
