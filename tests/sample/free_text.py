"""What people write in their own words. Text is shown as typed, stripped and in NFC, and is never anything but text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices

USUAL = (
    "Two visits cancelled for a panel", "More time at home visits", "Waiting for approvals again", "Good supervision",
    "The new template saved me time", "Nothing to add", "Duty was calmer", "The system was down on Tuesday",
)  # fmt: skip
AWKWARD = (
    "=1+1", '=HYPERLINK("http://example.org","click")', "+1 from me", "-2+3 is not a sum", "@everyone please read",
    "=cmd|' /C calc'!A0", "<b>bold</b> & <script>alert(1)</script>", "]]> &amp; <!-- --> </td>",
    "{{ 7 * 7 }} ${7*7} {% raw %} %s %d {0}", "#let x = 1; $x$ *bold* _it_ `code`", "\\begin{x} \\n \\",
    "[link](http://example.org) | a | b |", "Quote \" and ' and `", "'; DROP TABLE responses; --", "N/A", "null",
    "None", "nan", "TRUE", "0123", "1/2", "12", "1e5", "2022-03-01", "#N/A", "#REF!", "-",
    "Line one\nline two\n\n  line four", "Tab\tinside", "two  spaces   kept",
    "\u0634\u0643\u0631\u0627 \u062c\u0632\u064a\u0644\u0627", "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c",
    "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144",
    "\U0001f600 much better \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8", "a\u2028b", "x" * 300, "word " * 799 + "end.",
)  # fmt: skip
TIDIED = (
    ("  stripped on both sides \n", "stripped on both sides"),
    ("\u00a0\tand here\u3000", "and here"),
    ("cafe\u0301 au lait", "caf\u00e9 au lait"),
    ("A\u030angstro\u0308m and \u212b", "\u00c5ngstr\u00f6m and \u00c5"),
    (" =2+2 ", "=2+2"),
)
PERSONAL = (
    ("Rang a mum on 07700 900123 yesterday", "07700 900123"),
    ("Rang 07700900456 twice", "07700900456"),
    ("+44 7700 900789 was engaged all day", "+44 7700 900789"),
    ("The office is (020) 7946 0018", "7946 0018"),
    ("Family moved to SW1A 1AA last week", "SW1A 1AA"),
    ("New address, ec1a 1bb, from Monday", "ec1a 1bb"),
    ("E-mail j.smith@example.org bounced", "j.smith@example.org"),
    ("Write to kids+court@mail.example.co.uk", "kids+court@mail.example.co.uk"),
    ("NHS number 943 476 5919 was asked for twice", "943 476 5919"),
    ("NHS 4010232137 again", "4010232137"),
    ("NI number QQ 12 34 56 C needed again", "QQ 12 34 56 C"),
    ("NI number AB654321D on two forms", "AB654321D"),
    ("Date of birth 14/02/2011 typed four times", "14/02/2011"),
    ("filler " * 560 + "call 07700 900999", "07700 900999"),
)

ORDINARY = tuple(TypedAnswer(text, text) for text in USUAL)
ODD = (
    *(TypedAnswer(text, text) for text in AWKWARD),
    *(TypedAnswer(typed, means) for typed, means in TIDIED),
    TypedAnswer(""),
    TypedAnswer(" \n\u00a0 "),
)
WITH_SECRETS = tuple(TypedAnswer(text, text, None, (secret,)) for text, secret in PERSONAL)
FOR_TITLES = tuple(
    said for said in (*ODD, *WITH_SECRETS) if said.means and said.typed == said.means and len(str(said.typed)) < 100
)


def words(draw: RandomChoices, *, often: float = 0.5) -> TypedAnswer:
    """Return a comment, or (mostly, where `often` is small) none."""
    if not draw.happens(often):
        return NOTHING
    return some_words(draw)


def some_words(draw: RandomChoices) -> TypedAnswer:
    """Return a comment: usual, awkward, or one that holds what no leader may read."""
    if draw.slips(0.25):
        return draw.deal("odd words", ODD)
    if draw.slips(0.12):
        return draw.deal("personal words", WITH_SECRETS)
    return draw.deal("words", ORDINARY)


def title(draw: RandomChoices, plain: str) -> TypedAnswer:
    """Return a title that is never empty: the plain one, or one with awkward or personal words after it."""
    if draw.slips(0.15):
        said = draw.deal("odd title", FOR_TITLES)
        return TypedAnswer(f"{plain}: {said.typed}", f"{plain}: {said.means}", None, said.secrets)
    return TypedAnswer(plain, plain)
