"""Truth 9, ``inspect``: a command that it proposes, pasted, is about the file that it was asked about."""

import shlex

import pytest

from tfckpt.document import Document


def shown(command):
    document = Document()
    document.command(command, "what for")
    return str(document).splitlines()[-1].strip()


@pytest.mark.parametrize("name", ["a b", "a;touch X", "$(touch X)", "it's", "-m", "ä", "a\\nb", "*"])
def test_a_command_names_what_it_is_about(name):
    assert shlex.split(shown(f"tfckpt inspect {shlex.quote(name)}")) == ["tfckpt", "inspect", name]


@pytest.mark.parametrize("name", ["a\nb", "a\u202eb", "a\x1b[2Jb", "a\tb", "a\x00b", "a\udcffb"])
def test_no_command_where_its_escaped_form_would_name_another_file(name):
    assert shown(f"tfckpt inspect {shlex.quote(name)}") == (
        "(not shown: a command with a character that cannot be printed)"
    )
