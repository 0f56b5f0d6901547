"""Personal identifiers, known by their shape, taken out of words before they leave the store.

Names have no shape and can never be promised: words that people wrote freely leave only after a person read them.
"""

from __future__ import annotations

import re

_POSTCODE = r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s{0,3}\d[A-Za-z]{2}\b"
_EMAIL = r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_NATIONAL_INSURANCE = r"\b[A-Za-z]{2}[\s-]?\d{2}[\s-]?\d{2}[\s-]?\d{2}[\s-]?[A-Da-d]\b"
_TELEPHONE = r"(?<![\w.])(?:\+\d{1,3}[\s().-]{0,2}|0)(?:\d[\s().-]{0,2}){8,11}\d(?!\d)"
_BIRTH = (
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?:\s+on)?)\W{0,3}"
    r"(?:\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]{3,9},?\s+\d{2,4})"
)
_NHS = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\d)", re.ASCII)

_SHAPES = tuple(
    (re.compile(shape, re.IGNORECASE), word)
    for shape, word in (
        (_EMAIL, "[e-mail address]"),
        (_NATIONAL_INSURANCE, "[National Insurance number]"),
        (_BIRTH, "[date of birth]"),
        (_POSTCODE, "[postcode]"),
        (_TELEPHONE, "[telephone number]"),
    )
)
_NHS_WEIGHTS = range(10, 1, -1)


def redact(text: str) -> str:
    """Return the text with each identifier replaced by a word in square brackets that says what stood there.

    An NHS number is known by its check digit (modulus 11, weights 10 to 2).
    """
    text = _NHS.sub(lambda match: "[NHS number]" if _is_nhs_number(match.group()) else match.group(), text)
    for shape, word in _SHAPES:
        text = shape.sub(word, text)
    return text


def _is_nhs_number(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    check = 11 - sum(weight * digit for weight, digit in zip(_NHS_WEIGHTS, digits, strict=False)) % 11
    return digits[-1] == (0 if check == 11 else check)  # noqa: PLR2004  # 11 stands for 0; 10 matches no digit
