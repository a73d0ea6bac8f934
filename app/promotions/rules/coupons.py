"""Coupon codes: made without look-alikes, and read as people type them."""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's digits: without I, L, O and U, which are read as 1, 1, 0 and V."""

GENERATED_LENGTH = 12
"""Characters of a generated code, the last of which checks the others."""

NUMBERS = len(ALPHABET) ** (GENERATED_LENGTH - 1)
"""How many codes can be generated."""

_READ_AS = str.maketrans("ILOU", "110V", " -_\t")
_WELL_FORMED = re.compile(r"[0-9A-HJKMNP-TV-Z]{4,32}")


def normalised(code: str) -> str:
    """Return the code as it is kept and compared: capitals, no spaces or hyphens, no look-alikes.

    Prefixes that a person chose (SUMMER-26) pass here too.
    """
    return code.upper().translate(_READ_AS)


def is_well_formed(code: str) -> bool:
    """Tell whether a normalised code could be one: 4 to 32 letters and digits of the alphabet."""
    return _WELL_FORMED.fullmatch(code) is not None


def generated(number: int) -> str:
    """Write a number, drawn at random below NUMBERS, as a normalised code with its check."""
    if not 0 <= number < NUMBERS:
        raise ValueError(f"{number} has no code")
    letters = ""
    for _ in range(GENERATED_LENGTH - 1):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return letters + _check(letters)


def is_mistyped(code: str) -> bool:
    """Tell whether a normalised code cannot be one, whatever codes there are.

    It has other characters, or it is as long as a generated one with or without a prefix and its
    check is wrong. Behind the prefix any single wrong character is noticed, and nearly every swap
    of neighbours.
    """
    if not is_well_formed(code):
        return True
    drawn = code[-GENERATED_LENGTH:]
    return len(drawn) == GENERATED_LENGTH and _check(drawn[:-1]) != drawn[-1]


def shown(code: str) -> str:
    """Write a normalised code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _check(letters: str) -> str:
    """Return Luhn's check for an alphabet of an even number of letters."""
    size, total = len(ALPHABET), 0
    for place, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // size + value % size
    return ALPHABET[-total % size]
