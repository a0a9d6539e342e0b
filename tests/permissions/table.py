"""The rows of the matrix: one for each URL, what it answers to whom.

Written by hand, apart from what the views declare, so that a slip in a declaration is seen. A path may name a record,
as in `/deal/{deal}`: it is then asked for one that the caller owns, and for one that a stranger owns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ALL = frozenset(
    ["administrator", "director", "manager", "representative", "marketing", "success", "support", "analyst", "viewer"]
)
ADMINISTRATOR = frozenset({"administrator"})
IMPORTERS = frozenset({"administrator", "director"})
WRITERS = ALL - {"analyst", "viewer"}
BOARD_MAKERS = ALL - {"viewer"}
SHARERS = frozenset({"administrator", "director", "manager", "analyst"})
ANYONE = ALL | {"nobody"}
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """Who may read a URL and who may write by it; what it answers to those who may.

    `written` is what a POST of `form` answers; where nobody may write, POST answers 405 to those who may read.
    `nobody` is what both answer to whoever has not signed in, where that differs. The record that the path names
    belongs to somebody unless `owned` is False.
    """

    path: str
    reads: frozenset[str]
    writes: frozenset[str] = NONE
    form: Mapping[str, str] = field(default_factory=dict)
    read: int = 200
    written: int = 302
    nobody: int | None = None
    owned: bool = True


NO_FILE = "00000000-0000-0000-0000-000000000000"
ORGANISATION = {"currency": "EUR", "language": "en", "time_zone": "UTC", "fiscal_year_start_month": "1"}

ROWS: dict[str, Row] = {
    # doors
    "account_login": Row("/account/login/", ANYONE, ANYONE, {"login": "x@example.com"}, read=302, nobody=200),
    "account_signup": Row("/account/signup/", ANYONE, ANYONE, read=302, nobody=200),
    "account_logout": Row("/account/logout/", ANYONE, ANYONE, nobody=302),
    "account_inactive": Row("/account/inactive/", ANYONE),
    "account_email_verification_sent": Row("/account/confirm-email/", ANYONE),
    "account_confirm_email": Row("/account/confirm-email/key/", ANYONE, ANYONE, written=404),
    "account_confirm_login_code": Row("/account/login/code/confirm/", ANYONE, ANYONE, read=302),
    "account_reset_password": Row("/account/password/reset/", ANYONE, ANYONE, written=200),
    "account_reset_password_done": Row("/account/password/reset/done/", ANYONE),
    "account_reset_password_from_key": Row("/account/password/reset/key/1-key/", ANYONE, ANYONE, written=200),
    "account_reset_password_from_key_done": Row("/account/password/reset/key/done/", ANYONE),
    "set_language": Row("/language/", ANYONE, ANYONE, {"language": "fr"}, read=302),
    "theme": Row("/theme/", ANYONE, ANYONE, {"theme": "dark"}, read=405),
    "manifest": Row("/manifest.webmanifest?lang=fr", ANYONE),
    "service_worker": Row("/service-worker.js", ANYONE),
    "offline": Row("/offline", ANYONE),
    "shortcuts": Row("/shortcuts/", ANYONE, ANYONE, {"shortcuts": "off"}, read=405),
    # one's own login
    "account_reauthenticate": Row("/account/reauthenticate/", ALL, ALL, written=200),
    "account_email": Row("/account/email/", ALL, ALL),
    "account_change_password": Row("/account/password/change/", ALL, ALL, written=200),
    "account_set_password": Row("/account/password/set/", ALL, ALL, read=302),
    "mfa_authenticate": Row("/account/mfa/authenticate/", ANYONE, ANYONE, read=302),
    "mfa_index": Row("/account/mfa/", ALL),
    "mfa_reauthenticate": Row("/account/mfa/reauthenticate/", ALL, ALL, read=302),
    "mfa_activate_totp": Row("/account/mfa/totp/activate/", ALL, ALL, read=302),
    "mfa_deactivate_totp": Row("/account/mfa/totp/deactivate/", ALL, ALL, read=404, written=404),
    "mfa_view_recovery_codes": Row("/account/mfa/recovery-codes/", ALL, read=404),
    "mfa_generate_recovery_codes": Row("/account/mfa/recovery-codes/generate/", ALL, ALL, read=302),
    "mfa_download_recovery_codes": Row("/account/mfa/recovery-codes/download/", ALL, ALL, read=404, written=404),
    "mfa_list_webauthn": Row("/account/mfa/webauthn/", ALL),
    "mfa_add_webauthn": Row("/account/mfa/webauthn/add/", ALL, ALL, read=302),
    "mfa_edit_webauthn": Row("/account/mfa/webauthn/keys/1/edit/", ALL, ALL, read=302),
    "mfa_remove_webauthn": Row("/account/mfa/webauthn/keys/1/remove/", ALL, ALL, read=302),
    "mfa_reauthenticate_webauthn": Row("/account/mfa/webauthn/reauthenticate/", ALL, ALL, read=302),
    "mfa_login_webauthn": Row("/account/mfa/webauthn/login/", ANYONE, ANYONE, read=302),
    # coming in
    "join": Row("/join/none", ANYONE, ANYONE, read=404, written=404),
    "welcome": Row("/welcome", ADMINISTRATOR),
    "make_demo": Row("/welcome/demo", ADMINISTRATOR, ADMINISTRATOR, read=405),
    # settings
    "settings": Row("/settings", ADMINISTRATOR, ADMINISTRATOR, ORGANISATION),
    "settings_members": Row("/settings/members", ADMINISTRATOR, ADMINISTRATOR, {"role": "viewer"}, written=200),
    "settings_member": Row(
        "/settings/members/{member}", ADMINISTRATOR, ADMINISTRATOR, {"name": ""}, written=422, owned=False
    ),
    "withdraw_invitation": Row("/settings/invitations/1", ADMINISTRATOR, ADMINISTRATOR, read=405),
    "settings_pipelines": Row("/settings/pipelines", ADMINISTRATOR, ADMINISTRATOR, {"name": "Partners"}),
    "settings_pipeline": Row(
        "/settings/pipelines/{pipeline}", ADMINISTRATOR, ADMINISTRATOR, {"name": "Partners"}, owned=False
    ),
    "settings_stage": Row(
        "/settings/stages/{stage}", ADMINISTRATOR, ADMINISTRATOR, {"name": "Offer", "outcome": "open"}, owned=False
    ),
    "move_stage": Row("/settings/stages/{stage}/move", ADMINISTRATOR, ADMINISTRATOR, read=405, owned=False),
    "settings_channels": Row(
        "/settings/channels",
        ADMINISTRATOR,
        ADMINISTRATOR,
        {"use": "acquisition", "old": "Web", "new": "Net"},
    ),
    "settings_rights": Row("/settings/rights?record=deal", ADMINISTRATOR, ADMINISTRATOR, {"access.amount": "read"}),
    "add_holidays": Row(
        "/settings/holidays/add", ADMINISTRATOR, ADMINISTRATOR, {"country": "FR", "year": "0"}, read=405, written=400
    ),
    "undo_settings": Row("/undo/settings/1", ADMINISTRATOR, ADMINISTRATOR, read=405, written=404),
    "add_usual_fields": Row("/settings/fields/usual", ADMINISTRATOR, ADMINISTRATOR, read=405),
    "settings_rows": Row("/settings/teams", ADMINISTRATOR, ADMINISTRATOR, {"name": "North"}),
    "settings_row": Row("/settings/teams/{team}", ADMINISTRATOR, ADMINISTRATOR, {"name": "North"}, owned=False),
    "settings_put_away": Row("/settings/teams/{team}/away", ADMINISTRATOR, ADMINISTRATOR, read=405, owned=False),
    "merge_product": Row(
        "/settings/products/{product}/merge?with=Nut", ADMINISTRATOR, ADMINISTRATOR, {"with": "Nut"}, owned=False
    ),
    # files brought in
    "imports": Row("/imports", IMPORTERS, IMPORTERS, {"mapping": "="}, written=422),
    "import": Row(f"/imports/{NO_FILE}", IMPORTERS, IMPORTERS, read=404, written=404),
    "forget_import": Row(f"/imports/{NO_FILE}/forget", IMPORTERS, IMPORTERS, read=405),
    "import_run": Row("/imports/runs/{run}", IMPORTERS, owned=False),
    "import_rejected": Row("/imports/runs/{run}/rejected.csv", IMPORTERS, owned=False),
    # numbers
    "home": Row("/", ALL),
    # boards
    "boards": Row("/d/", ALL, BOARD_MAKERS, {"title": "My own"}),
    "board": Row("/d/keep-customers", ALL),
    "board_csv": Row("/d/keep-customers.csv", ALL),
    "board_xlsx": Row("/d/keep-customers.xlsx", ALL),
    "board_json": Row("/d/keep-customers.json", ALL),
    "board_pdf": Row("/d/keep-customers.pdf", ALL),
    "board_png": Row("/d/keep-customers.png?tile=99", ALL, read=400),
    "board_home": Row("/d/keep-customers/home", ALL, ALL, read=405),
    "board_edit": Row("/d/none/edit", BOARD_MAKERS, BOARD_MAKERS, read=404, written=404),
    "board_tiles": Row("/d/none/tiles", BOARD_MAKERS, BOARD_MAKERS, read=405, written=404),
    "board_tile": Row("/d/none/tiles/1", BOARD_MAKERS, BOARD_MAKERS, {"do": "later"}, read=405, written=404),
    "board_links": Row("/d/none/links", SHARERS, SHARERS, read=405, written=404),
    "board_link": Row("/d/none/links/1", SHARERS, SHARERS, read=405, written=404),
    "outside": Row("/s/none", ANYONE, read=404),
    "kpis": Row("/kpi/", ALL),
    "kpi": Row("/kpi/revenue", ALL),
    "kpi_filter": Row("/kpi/revenue/filter?dimension=owner", ALL),
    "kpi_csv": Row("/kpi/revenue.csv", ALL),
    "kpi_xlsx": Row("/kpi/revenue.xlsx?what=rows", ALL),
    "kpi_pdf": Row("/kpi/revenue.pdf", ALL),
    "kpi_png": Row("/kpi/revenue.png?chart=trend", ALL, read=400),  # nothing is sold here: there is nothing to draw
    "kpi_json": Row("/kpi/revenue.json", ALL),
    "live": Row("/live", ALL),
    "story": Row("/story?period=year", ALL),
    "quality": Row("/quality", ALL),
    "adoption": Row("/adoption", ALL),
    "explore": Row("/explore?metric=revenue&by=owner", ALL),
    "explore_csv": Row("/explore.csv?by=owner", ALL),
    "explore_json": Row("/explore.json?by=owner", ALL),
    "explore_xlsx": Row("/explore.xlsx?by=owner", ALL),
    # daily work
    "pipeline": Row("/pipeline/", ALL),
    "pipeline_csv": Row("/pipeline.csv", ALL, read=404),  # there is no pipeline here
    "pipeline_xlsx": Row("/pipeline.xlsx", ALL, read=404),
    "pipeline_json": Row("/pipeline.json", ALL, read=404),
    "pipeline_pdf": Row("/pipeline.pdf", ALL, read=404),
    "pipeline_move": Row("/pipeline/{deal}/move", WRITERS, WRITERS),
    # records
    "records": Row("/deals", ALL),
    "records_csv": Row("/deals.csv", ALL),
    "records_xlsx": Row("/deals.xlsx", ALL),
    "records_json": Row("/deals.json", ALL),
    "records_pdf": Row("/deals.pdf", ALL),
    "segment_keep": Row("/deals/keep", ALL, ALL, {"name": "Mine"}, read=405),
    "segment_forget": Row("/segments/0/forget", ALL, ALL, read=405, written=404),
    "records_change": Row("/deals/change", WRITERS, WRITERS, read=405),
    "record": Row("/deals/{deal}", ALL),
    "record_options": Row("/deals/options", ALL),
    "record_new": Row("/accounts/new", WRITERS, WRITERS, {"name": "Acme"}),
    "record_edit": Row("/deals/{deal}/edit", WRITERS, WRITERS, {"name": "Roof"}),
    "record_field": Row("/deals/{deal}/edit/amount", WRITERS, WRITERS, {"amount": "1", "was.amount": ""}),
    "record_archive": Row("/deals/{deal}/archive", WRITERS, WRITERS, read=405),
    "record_done": Row("/activities/{activity}/done", WRITERS, WRITERS, read=405),
    "record_undo": Row("/undo/1", WRITERS, WRITERS, read=405, written=404),
    "record_alike": Row("/accounts/alike?name=Acme", WRITERS),
    "record_merge_with": Row("/accounts/{account}/merge", WRITERS),
    "record_merge": Row("/accounts/{account}/merge/{twin}", WRITERS, WRITERS, {"mark": "of another day"}, written=200),
    "record_apart": Row("/accounts/{account}/apart/{twin}", WRITERS, WRITERS, read=405),
    "duplicates": Row("/duplicates?of=contacts", WRITERS),
    "search": Row("/search?q=ac", ALL),
    # finding one's way
    "find": Row("/find?q=ac", ALL),
    "help": Row("/help", ALL),
    "glossary": Row("/glossary", ALL),
}
