"""Every address of the site, by room, and who may call those that are not ours."""

from django.urls import URLPattern, URLResolver, include, path

from cadran.ui.access import Policy

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("", include("cadran.ui.urls")),
    path("", include("cadran.dashboards.urls")),
    path("", include("cadran.kpis.urls")),
    path("", include("cadran.imports.urls")),
    path("", include("cadran.administration.urls")),
    path("", include("cadran.workspace.urls")),
    path("", include("cadran.upkeep.urls")),
    path("", include("cadran.palette.urls")),
]

_signing_in = (
    "account_login",
    "account_logout",
    "account_signup",  # answers that sign-up is closed
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
)
_own_login = (
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
)
policies = {
    **dict.fromkeys(_signing_in, Policy.PUBLIC),
    **dict.fromkeys(_own_login, Policy.MEMBER),
}

handler400 = "cadran.ui.views.bad_request"
handler403 = "cadran.ui.views.forbidden"
handler404 = "cadran.ui.views.not_found"
handler500 = "cadran.ui.views.failed"
