"""The words of `servicebalie check`: what is missing or weak, and what to do about it."""

from collections.abc import Mapping

from servicebalie.i18n.marking import msgid as _

SENTENCES: Mapping[str, str] = {
    "setting": _("A setting is wrong: %(name)s %(reason)s."),
    "mode": _("This is the mode for a laptop. On a server set SERVICEBALIE_MODE=production."),
    "secret": _(
        "The secret can be guessed: it has about %(bits)s bits of the 128 that it needs. Before there are "
        "questions, make another: openssl rand -hex 32"
    ),
    "secret-place": _(
        "The secret stands in the environment, where other programs may see it. Put it into a file and name "
        "that in SERVICEBALIE_SECRET_FILE."
    ),
    "file-rights": _("Others on this machine can read %(file)s. Run: chmod 600 %(file)s"),
    "public-address": _(
        "The public address has no TLS. Set SERVICEBALIE_PUBLIC_ADDRESS to https://, behind a proxy that "
        "adds it."
    ),
    "trusted-proxies": _(
        "%(network)s is trusted to say from where people come, and anybody can be in it. Name your proxies "
        "only in SERVICEBALIE_TRUSTED_PROXIES."
    ),
    "trusted-hosts": _("Requests for any host are answered. Name yours in SERVICEBALIE_TRUSTED_HOSTS."),
    "cors-origins": _(
        "Pages of %(origin)s may call the API without TLS. Give https:// addresses in "
        "SERVICEBALIE_CORS_ORIGINS."
    ),
    "security-text": _(
        "Nobody is told where to report a weakness. Set SERVICEBALIE_SECURITY_CONTACT, such as to "
        "mailto:security@example.org."
    ),
    "sign-in": _(
        "Who has a token of somebody else can sign in to the pages with it alone. Leave token out of "
        "SERVICEBALIE_SIGN_IN; programs go on with their tokens."
    ),
    "mail-transport": _("Mails become files and reach nobody. Set SERVICEBALIE_MAIL_URL to a mail server."),
    "mail-encryption": _(
        "Mails leave this machine readable. Use smtps:// or smtp+starttls:// in SERVICEBALIE_MAIL_URL."
    ),
    "mail-sender": _("No mail can be answered at %(sender)s. Set SERVICEBALIE_MAIL_FROM."),
    "mail-server": _(
        "The mail server %(host)s does not answer at port %(port)s. Is its name right, and is it on?"
    ),
    "translator": _(
        "The translator at %(host)s does not translate: %(failure)s. docs/operating/translation.md says what "
        "that means."
    ),
    "limit-store": _(
        "The store of the limits does not answer, so each process counts for itself. Start it, or correct "
        "SERVICEBALIE_RATE_LIMIT_URL."
    ),
    "limits-shared": _(
        "%(workers)s processes count requests each for itself, so the limits are as many times as high. Name "
        "a Redis in SERVICEBALIE_RATE_LIMIT_URL."
    ),
    "database": _("The database cannot be reached. Is it on, and is SERVICEBALIE_DATABASE_URL right?"),
    "migrated": _("The tables are not those of this version. Run: servicebalie migrate"),
    "database-role": _(
        "The role %(role)s may do everything in the database server. Use one that owns its own database only."
    ),
    "row-security": _(
        "The role %(role)s sees the rows of all desks, whatever the database would forbid. Use a role that "
        "neither owns the tables nor has BYPASSRLS."
    ),
    "tables-owner": _(
        "The role %(role)s owns the tables, so who misuses it can change them. Name the owner in "
        "SERVICEBALIE_OWNER_DATABASE_URL, another role in SERVICEBALIE_DATABASE_URL, and run: "
        "servicebalie migrate"
    ),
    "published-role": _(
        "Trends are read with the role that can read everything. Name one of their own in "
        "SERVICEBALIE_PUBLISHED_DATABASE_URL and run: servicebalie migrate"
    ),
    "published-store": _("The published numbers cannot be read. Run: servicebalie migrate"),
    "clock": _("The clock of this machine and that of the database differ by %(seconds)s seconds. Set them."),
    "worker": _("What was due %(minutes)s minutes ago has not been done. Start: servicebalie worker"),
    "deliveries": _("%(count)s deliveries were given up in the last 30 days. See the log of the worker."),
    "desk": _("There is no desk yet. Create one with: servicebalie desk create"),
    "desk-phone": _(
        "The desk %(desk)s has no telephone number, so who cannot use the pages cannot reach it. Set it: "
        "servicebalie desk theme"
    ),
    "desk-simulated": _("The desk %(desk)s is a demonstration: all its questions are invented."),
}
"""By what was looked at. What is right needs no words."""

SUMMARY = _("Right: %(right)s. Weak: %(weak)s. Missing: %(missing)s.")
WEAK = _("weak")
MISSING = _("missing")
