"""What the YAML parser complains of, said so that somebody who is no programmer can put it right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.nearest import quoted

if TYPE_CHECKING:
    import yaml

EXPLANATIONS = (
    (
        "mapping values are not allowed",
        "a second colon on the line, or a line that stands too far to the right",
        "one key to a line; put a text that holds a colon and a space in quotation marks",
    ),
    (
        "could not find expected ':'",
        "a line without a colon",
        "“key: value”, or an indented line that goes on with a text",
    ),
    (
        "unexpected end of stream",
        "a quotation mark that is never closed",
        "a closing quotation mark of the same sort",
    ),
    (
        "did not find expected ',' or",
        "a list or group in brackets that is never closed, or lacks a comma",
        "commas between the entries, and a closing bracket",
    ),
    (
        "did not find expected '-'",
        "a line among the entries of a list that does not begin with “- ”",
        "“- ” before each entry, all indented alike",
    ),
    (
        "did not find expected key",
        "a line indented otherwise than its neighbours, or a text after a closing quotation mark",
        "keys of one group indented alike; quotation marks round the whole text",
    ),
    (
        "block sequence entries are not allowed",
        "a “- ” on the line of its key",
        "the entries of a list each on a line of their own, below the key",
    ),
    (
        "unknown escape character",
        "a backslash inside double quotation marks",
        "single quotation marks round a text with a backslash",
    ),
    (
        "did not find expected <document start>",
        "a text where the file should have keys",
        "“key: value” on each line, with a space after the colon",
    ),
    (
        "did not find expected node content",
        "a bracket or comma that closes nothing",
        "a value; put a text that begins with a bracket in quotation marks",
    ),
    (
        "control characters are not allowed",
        "an invisible control character",
        "plain text; delete the character and type the line again",
    ),
    (
        "alphabetic or numeric character",
        "a value that begins with & or *",
        "quotation marks round a text that begins with one of these",
    ),
)
SPECIAL = "a text that begins with this sign stands in quotation marks"


def explain(error: yaml.YAMLError, text: str) -> tuple[int, int, str, str]:
    """Return the line and column (from 1) of what stopped the parser, what it found, and what is allowed."""
    line, column = _place(error, text)
    complaint = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    lines = text.splitlines()
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if "cannot start any token" in complaint or "where an indentation space is expected" in complaint:
        if rest.startswith("\t"):
            return line, column, "a tab", "spaces only, two for each level"
        return line, column, f"a value that begins with {quoted(rest[:1])}", SPECIAL
    if "did not find expected node content" in complaint and not rest.strip():
        complaint = "did not find expected ',' or ']'"
    for part, found, allowed in EXPLANATIONS:
        if part in complaint:
            return line, column, found, allowed
    return line, column, f"something that is not YAML ({complaint.splitlines()[0]})", "keys, values and lists in YAML"


def _place(error: yaml.YAMLError, text: str) -> tuple[int, int]:
    context, problem = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    # An unclosed quotation mark or bracket is noticed at the end of the file: where it was opened helps more.
    mark = context if "end of stream" in str(error) or "or ']'" in str(error) or "or '}'" in str(error) else problem
    mark = mark or problem
    if mark is not None:
        return mark.line + 1, mark.column + 1
    before = text[: getattr(error, "position", 0) or 0]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
