"""The codes of countries that an address may have."""

__all__ = ["COUNTRIES"]

_BY_FIRST_LETTER = {
    "A": "DEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNORUVWXYZ",
    "D": "EJKMOZ",
    "E": "CEGHRST",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "DELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "CDFGHJKLMNORTVWZ",
    "U": "AGMSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "Y": "ET",
    "Z": "AMW",
}

COUNTRIES = frozenset(
    ["XK", *(first + second for first, seconds in _BY_FIRST_LETTER.items() for second in seconds)]
)
"""ISO 3166-1 alpha-2, the 249 codes that are assigned; the tests compare them with Unicode's CLDR.

And XK, which ISO leaves to its users: banks write it for Kosovo, as in IBANs (SWIFT: "IBAN Registry").
"""
