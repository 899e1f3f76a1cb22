"""Where somebody who found a weakness can tell it: security.txt (RFC 9116)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

GOOD_FOR = timedelta(days=30)
"""How long what is told is good for; it is made anew at each request, so this is how old a copy may be."""


@dataclass(frozen=True, slots=True)
class SecurityText:
    """Addresses to write to, the most wanted first, the rules for who looks for weaknesses, and languages."""

    contacts: tuple[str, ...]
    policy: str | None
    languages: tuple[str, ...]

    def lines(self, public_address: str, now: datetime) -> str:
        """Return the text as it stands below a public address."""
        expires = datetime.combine((now + GOOD_FOR).date(), time(), UTC)
        fields = [
            *(("Contact", contact) for contact in self.contacts),
            ("Expires", f"{expires:%Y-%m-%dT%H:%M:%SZ}"),
            ("Preferred-Languages", ", ".join(self.languages)),
            ("Canonical", f"{public_address}/.well-known/security.txt"),
            *([("Policy", self.policy)] if self.policy else []),
        ]
        return "".join(f"{name}: {value}\n" for name, value in fields)
