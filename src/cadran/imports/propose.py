"""Which column of a file is likely which field, by its name alone, in English and French: a proposal for a form.

Nothing is imported by it: people see every choice and correct it.
"""

import re
from collections.abc import Mapping, Sequence

from cadran.connectors.table import plain
from cadran.crm.records import fields_of

KINDS = ("deal", "lead", "contact", "account")

_OWNER = (
    "owner",
    "sales rep",
    "sales agent",
    "salesperson",
    "sales person",
    "propriétaire",
    "commercial",
    "vendeur",
    "responsable",
)
_COMPANY = ("account", "account name", "company", "company name", "organization", "organisation", "customer", "client")
_SOCIETE = ("compte", "nom du compte", "entreprise", "nom de l'entreprise", "société", "raison sociale")
_CREATED = (
    "created",
    "created at",
    "created date",
    "create date",
    "creation date",
    "date de création",
    "créé le",
    "engage_date",
)
_CHANNEL = ("channel", "source", "lead source", "original source", "canal", "origine")
_EMAIL = ("email", "e-mail", "email address", "mail", "courriel", "adresse e-mail", "adresse email")
_PHONE = ("phone", "phone number", "mobile", "téléphone", "tél", "portable")
_REGION = ("region", "territory", "région", "secteur géographique")
_INDUSTRY = ("industry", "sector", "secteur", "secteur d'activité", "activité")
_CURRENCY = ("currency", "currency code", "devise", "monnaie")

CLOSE_DATE = "close date"
"""The column in which many CRMs keep one date: of an open deal when it should close, of a closed one when it did."""
TOGETHER = frozenset({"expected_close_on", "closed_at"})
"""The fields that one column may tell, each for some of the rows."""

NAMES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "account": {
        "name": ("name", "nom", *_COMPANY, *_SOCIETE),
        "domain": ("domain", "website", "web site", "company domain name", "domaine", "site web", "site"),
        "industry": _INDUSTRY,
        "region": _REGION,
        "country": ("country", "pays", "office_location"),
        "employees": ("employees", "number of employees", "headcount", "effectif", "effectifs", "salariés"),
        "segment": ("segment", "tier", "catégorie"),
        "status": ("status", "statut"),
        "owner": (*_OWNER, "account owner"),
        "created_at": _CREATED,
    },
    "contact": {
        "account": (*_COMPANY, *_SOCIETE),
        "first_name": ("first name", "firstname", "given name", "prénom"),
        "last_name": ("last name", "lastname", "surname", "family name", "nom", "nom de famille", "name"),
        "email": _EMAIL,
        "phone": _PHONE,
        "job_title": ("job title", "title", "position", "fonction", "poste", "intitulé du poste"),
        "owner": (*_OWNER, "contact owner"),
        "created_at": _CREATED,
    },
    "lead": {
        "name": ("name", "lead name", "full name", "nom", "nom complet", "nom du prospect", "contact"),
        "email": _EMAIL,
        "phone": _PHONE,
        "company": (*_COMPANY, *_SOCIETE),
        "channel": _CHANNEL,
        "region": _REGION,
        "industry": _INDUSTRY,
        "status": ("status", "lead status", "lead stage", "statut", "statut du prospect", "étape"),
        "owner": (*_OWNER, "lead owner"),
        "created_at": _CREATED,
    },
    "deal": {
        "name": (
            "name",
            "deal name",
            "deal",
            "opportunity name",
            "opportunity",
            "nom",
            "affaire",
            "nom de l'affaire",
            "opportunité",
        ),
        "account": (*_COMPANY, *_SOCIETE),
        "stage": ("stage", "deal stage", "stage name", "status", "étape", "phase", "étape de l'affaire", "statut"),
        "amount": ("amount", "deal value", "value", "close_value", "deal amount", "montant", "valeur", "ca"),
        "currency": _CURRENCY,
        "owner": (*_OWNER, "deal owner", "opportunity owner", "sales_agent"),
        "channel": _CHANNEL,
        "expected_close_on": (
            "expected close date",
            "expected close",
            CLOSE_DATE,
            "clôture prévue",
            "date de clôture prévue",
            "échéance",
        ),
        "closed_at": ("closed date", "closed at", "date closed", "date de clôture", "clos le", CLOSE_DATE),
        "lost_reason": ("lost reason", "loss reason", "closed lost reason", "raison de perte", "motif de perte"),
        "created_at": _CREATED,
    },
}
"""Kind → field → the names its column goes by. The first column that bears one is proposed."""

_TELLING = {
    "deal": ("amount", "stage", "closed_at", "expected_close_on", "lost_reason"),
    "contact": ("first_name", "job_title"),
    "lead": ("status", "company"),
    "account": ("domain", "employees", "industry"),
}
_IDS = ("id", "record id", "identifiant", "référence", "reference", "ref", "numéro", "number", "n°")
WON = ("won", "closed won", "gagné", "gagnée", "signé", "signée", "win")
LOST = ("lost", "closed lost", "perdu", "perdue", "abandonné", "abandonnée", "annulé")


def fields(kind: str) -> tuple[str, ...]:
    """The fields that the form offers for a kind."""
    return tuple(NAMES[kind])


def needed(kind: str) -> tuple[str, ...]:
    """Those of them that every row must give."""
    return tuple(name for name in NAMES[kind] if fields_of(kind)[name].required)


def columns_of(kind: str, columns: Sequence[str]) -> dict[str, str]:
    """Field → column, for the fields whose column bears one of their names.

    A column is proposed once, but for the one date of many CRMs: it tells when open deals should close and others did.
    """
    by_name = {_simple(column): column for column in reversed(columns)}
    proposed: dict[str, str] = {}
    for field, names in NAMES[kind].items():
        column = next((by_name[_simple(name)] for name in names if _simple(name) in by_name), None)
        taken = {of for other, of in proposed.items() if not {other, field} <= TOGETHER}
        if column is not None and column not in taken:
            proposed[field] = column
    return proposed


def kind_of_file(columns: Sequence[str], file: str = "") -> str:
    """The kind that these columns tell of best; what the file is called weighs too."""

    def weight(kind: str) -> int:
        found = columns_of(kind, columns)
        called = 4 if kind in file.lower() or _FRENCH[kind] in file.lower() else 0
        return len(found) + 2 * sum(field in found for field in _TELLING[kind]) + called

    return max(KINDS, key=weight)


def id_of(kind: str, columns: Sequence[str]) -> str:
    """The column that tells one row from another; "" when none is called so."""
    words = {_simple(name) for name in _IDS} | {f"{kind} id", "opportunity id"}
    return next((column for column in columns if _simple(column) in words), "")


def outcome_of(stage: str) -> str:
    """What a stage of this name likely means: open, won or lost."""
    words = _simple(stage)
    if any(word in words.split() or word == words for word in WON):
        return "won"
    return "lost" if any(word in words.split() or word == words for word in LOST) else "open"


_FRENCH = {"deal": "affaire", "lead": "prospect", "contact": "contact", "account": "compte"}


def _simple(name: str) -> str:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)  # CloseDate
    return plain(parted).replace("_", " ").replace("(", " ").replace(")", " ").strip()
