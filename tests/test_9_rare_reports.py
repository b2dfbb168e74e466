"""Truth 9: what ``tfckpt`` says of what is rare is what is stored; see whole_reports.py and whole_cases_rare.py."""

import sys

import pytest
import whole_cases_rare
from test_9_whole_reports import holds

import tfckpt

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason=f"{tfckpt.__name__} says other paths elsewhere")


@pytest.mark.parametrize("case", whole_cases_rare.rare())
def test_what_is_rare(case):
    holds("rare", case)
