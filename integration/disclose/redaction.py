"""Redaction: personal identifiers leave no text."""

from __future__ import annotations

import re
import unicodedata

_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]?[\s.-]{0,3}\d[A-Z]{2}\b"
_EMAIL = r"[\w.+'-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_NATIONAL_INSURANCE = r"\b[A-Z]{2}(?:[\s./-]?\d{2}){3}[\s./-]?[A-D]\b"
_TELEPHONE = r"(?<![\w.])(?:\+\d{1,3}[\s()./-]{0,2}|\(?0)(?:\d[\s()./-]{0,2}){8,11}\d(?!\d)"
_BIRTH = (
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?:\s+on)?(?:\s+the)?)\W{0,3}"
    r"(?:\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[A-Z]{3,9},?\s+\d{2,4})"
)
_NHS = re.compile(r"(?<!\d)\d{3}[\s./-]?\d{3}[\s./-]?\d{4}(?!\d)", re.ASCII)

_IDENTIFIERS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (_EMAIL, "[e-mail address]"),
        (_NATIONAL_INSURANCE, "[National Insurance number]"),
        (_BIRTH, "[date of birth]"),
        (_POSTCODE, "[postcode]"),
        (_TELEPHONE, "[telephone number]"),
    )
)
_NHS_WEIGHTS = range(10, 1, -1)


def redact(text: str) -> str:
    """Return the text with each personal identifier replaced by words in square brackets that say what stood there.

    An NHS number is known by its check digit (modulus 11, weights 10 to 2). Identifiers are looked for as a reader
    sees them: without invisible characters, with every dash a hyphen. Where there is none the text is unchanged.
    """
    visible = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    plain = "".join("-" if unicodedata.category(c) == "Pd" else c for c in visible)
    redacted = _NHS.sub(lambda match: "[NHS number]" if _is_nhs_number(match.group()) else match.group(), plain)
    for pattern, replacement in _IDENTIFIERS:
        redacted = pattern.sub(replacement, redacted)
    return text if redacted == plain else redacted


def _is_nhs_number(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    check = 11 - sum(weight * digit for weight, digit in zip(_NHS_WEIGHTS, digits, strict=False)) % 11
    return digits[-1] == (0 if check == 11 else check)  # noqa: PLR2004  # 11 stands for 0; 10 matches no digit
