"""Codes that people read aloud, copy by hand and type: question references, visit references, return codes.

A question or visit reference ends in a check character of our own, because ISO 7064 Mod 29,28 misses
one adjacent transposition in about four hundred. It is the condition of H. M. Damm (*Total anti-symmetrische
Quasigruppen*, 2004) met the linear way: the 28 symbols are the ring GF(4) x GF(7), a code s1...sn is
right when the sum of u^(n-i) * s_i is zero, and u is chosen so that u, u - 1, u + 1 and u^2 - 1 are all
units. Therefore every wrong character, every swap of two neighbours, every swap across one character
and every doubled character mistaken for another is caught.
"""

import unicodedata

from stdnum import damm

from servicebalie.core.errors import InvalidReference, InvalidReturnCode

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""28 symbols: no vowels, so that no words appear, and none of 0 O 1 I L, which look alike."""

RANDOM_BYTES = 16
"""How many random bytes a code is made from.

128 bits taken modulo at most 10**17 make every code equally likely to within one part in 10**21.
"""

_REFERENCE_LENGTH = 7
_VISIT_LENGTH = 14  # 28**13 < 2**63 < 28**14
_VISIT_BITS = 63
_RETURN_DIGITS = 17

_TIMES_U_IN_GF4 = (0, 2, 3, 1)
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}


def make_reference(random: bytes) -> str:
    """A question reference, seven characters and a check character, from `RANDOM_BYTES` random bytes."""
    return _with_check(_symbols(_number(random) % len(ALPHABET) ** _REFERENCE_LENGTH, _REFERENCE_LENGTH))


def normalise_reference(typed: str) -> str:
    """The reference that was meant: in capitals, without spaces and hyphens. Raises `InvalidReference`."""
    return _checked(typed, _REFERENCE_LENGTH + 1)


def encode_visit(visit_id: int) -> str:
    """The reference of a visit, fifteen characters; the id is from 0 up to 2**63, not included."""
    if not 0 <= visit_id < 1 << _VISIT_BITS:
        raise ValueError("a visit id has 63 bits")
    return _with_check(_symbols(visit_id, _VISIT_LENGTH))


def decode_visit(typed: str) -> int:
    """The id of the visit whose reference was typed. Raises `InvalidReference`."""
    visit_id = 0
    for symbol in _checked(typed, _VISIT_LENGTH + 1)[:-1]:
        visit_id = visit_id * len(ALPHABET) + _VALUES[symbol]
    if visit_id >> _VISIT_BITS:
        raise InvalidReference
    return visit_id


def encode_referral(referral_id: int) -> str:
    """The reference of a referral, made like that of a visit."""
    return encode_visit(referral_id)


def decode_referral(typed: str) -> int:
    """The id of the referral whose reference was typed. Raises `InvalidReference`."""
    return decode_visit(typed)


def make_return_code(random: bytes) -> str:
    """A return code, eighteen digits, from `RANDOM_BYTES` random bytes.

    Seventeen digits are drawn, 56.4 bits of entropy; the last is the check digit of Damm (2004).
    """
    digits = str(_number(random) % 10**_RETURN_DIGITS).zfill(_RETURN_DIGITS)
    return digits + damm.calc_check_digit(digits)


def format_return_code(code: str) -> str:
    """The return code in groups of three digits, as it is shown and read aloud."""
    return " ".join(code[start : start + 3] for start in range(0, len(code), 3))


def normalise_return_code(typed: str) -> str:
    """The eighteen digits 0-9 that were meant, typed in the digits of any script.

    Spaces, hyphens and invisible marks are dropped. Raises `InvalidReturnCode`.
    """
    characters = _without_separators(typed)
    if len(characters) != _RETURN_DIGITS + 1 or not characters.isdecimal():
        raise InvalidReturnCode
    code = "".join(str(unicodedata.decimal(character)) for character in characters)
    if not damm.is_valid(code):
        raise InvalidReturnCode
    return code


def _number(random: bytes) -> int:
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a code is made from {RANDOM_BYTES} random bytes")
    return int.from_bytes(random)


def _symbols(number: int, length: int) -> str:
    """The number in base 28, the most significant symbol first."""
    symbols = []
    for _ in range(length):
        number, value = divmod(number, len(ALPHABET))
        symbols.append(ALPHABET[value])
    return "".join(reversed(symbols))


def _checked(typed: str, length: int) -> str:
    code = _without_separators(typed).upper()
    if len(code) != length or not all(symbol in _VALUES for symbol in code) or _checksum(code) != (0, 0):
        raise InvalidReference
    return code


def _with_check(code: str) -> str:
    """The code and the symbol that makes its checksum zero."""
    gf4, gf7 = _checksum(code)
    return code + ALPHABET[_TIMES_U_IN_GF4[gf4] * 7 + -3 * gf7 % 7]


def _checksum(code: str) -> tuple[int, int]:
    """The sum of u^(n-i) * s_i in GF(4) x GF(7), by Horner's rule; u is (x, 3).

    In GF(4) addition is exclusive or, so that a sum is its own negative.
    """
    gf4 = gf7 = 0
    for symbol in code:
        high, low = divmod(_VALUES[symbol], 7)
        gf4 = _TIMES_U_IN_GF4[gf4] ^ high
        gf7 = (3 * gf7 + low) % 7
    return gf4, gf7


def _without_separators(typed: str) -> str:
    """Drops white space, every kind of hyphen, and marks without a shape, such as those for direction."""
    return "".join(
        character
        for character in typed
        if not character.isspace() and unicodedata.category(character) not in {"Pd", "Cf"}
    )
