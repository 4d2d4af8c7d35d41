"""What could steer a terminal is shown, not obeyed."""

import pytest

from reconcile.cli.printable import printable


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Größe, 尺寸, 👕", "Größe, 尺寸, 👕"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\u202eb", "a\\u{202e}b"),
        ("\x9b2J", "\\x9b2J"),
        ("two\nlines", "two\\x0alines"),
        ("\ud800", "\\u{d800}"),
    ],
)
def test_printable(given: str, expected: str) -> None:
    assert printable(given) == expected


def test_line_breaks_stay_where_they_are_wanted() -> None:
    assert printable("two\nlines\r", lines=True) == "two\nlines\\x0d"
