"""Truth 9: all that ``tfckpt`` prints about files of many kinds is what is stored; see whole_reports.py."""

import sys

import pytest
import whole_cases_of_formats  # noqa: F401  registers its groups
import whole_cases_rare  # noqa: F401
import whole_reports
from whole_cases import GROUPS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="paths, links and kernels are other ones elsewhere")


def of(name):
    return pytest.mark.parametrize("case", GROUPS[name]())


def holds(name, case):
    assert whole_reports.report(GROUPS[name]()[case]).splitlines() == whole_reports.stored(name)[case].splitlines(), (
        f"if what is said now is right:  python tests/whole_reports.py {name}"
    )


@of("genuine")
def test_what_tensorflow_1_wrote(case):
    holds("genuine", case)


@of("ordinary")
def test_ordinary_models(case):
    holds("ordinary", case)


@of("hostile")
def test_hostile_files(case):
    holds("hostile", case)


@of("verdicts")
def test_verdicts_on_a_restore(case):
    holds("verdicts", case)


@of("imports")
def test_graphs_that_were_changed(case):
    holds("imports", case)


@of("renames")
def test_renames(case):
    holds("renames", case)


@of("damaged")
def test_damaged_checkpoints_and_folders(case):
    holds("damaged", case)


@of("neither")
def test_what_is_no_checkpoint(case):
    holds("neither", case)


@of("keras")
def test_configurations_of_keras(case):
    holds("keras", case)


@of("arrays")
def test_arrays(case):
    holds("arrays", case)


@of("notebooks")
def test_in_a_notebook(case):
    holds("notebooks", case)


@of("terminals")
def test_in_a_terminal(case):
    holds("terminals", case)


@of("formats")
def test_each_format(case):
    holds("formats", case)


@of("values")
def test_values_that_differ(case):
    holds("values", case)


@of("hdf5")
def test_hdf5_as_it_can_be(case):
    holds("hdf5", case)


@of("objects")
def test_objects_and_what_is_two_things(case):
    holds("objects", case)


@of("rare")
def test_what_is_rare(case):
    holds("rare", case)


@of("operations")
def test_what_operations_do(case):
    holds("operations", case)


def test_each_report_is_of_a_case():
    assert {path.stem for path in whole_reports.STORED.iterdir()} == GROUPS.keys()
    for name, cases in GROUPS.items():
        assert list(whole_reports.stored(name)) == list(cases())
