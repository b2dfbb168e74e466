"""Truth 1: every notebook, untouched, runs in a folder of its own, and again with other values, which then show."""

import re

from executions import OTHER_VALUES, execution

from conftest import text_of

DEFAULTS = {"a_value": 3, "b_value": 5}


def test_untouched(notebook):
    assert execution(notebook, "untouched").failures == []


def test_with_other_values(notebook_with_values):
    done = execution(notebook_with_values, "other values")
    assert done.failures == []
    shown = "".join(text_of(cell) for cell in done.notebook.cells if cell.cell_type == "code")
    for name, value in OTHER_VALUES.items():
        assert re.search(rf"\b{value}\b", shown), f"{name} was {value}, and no output shows it"
    for name, value in DEFAULTS.items():
        assert not re.search(rf"\[{value}(,? {value})+\]", shown), (
            f"an output shows {name} = {value}, which is not what was passed"
        )
