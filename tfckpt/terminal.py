"""``inspect`` in a terminal: colors, a pager, a progress bar; and plain text or JSON for a pipe."""

import json
import os
import shutil
import sys
from contextlib import contextmanager
from itertools import islice

import click

from tfckpt import CheckpointError
from tfckpt.bounds import LINE, for_json, shortened_word
from tfckpt.document import printable
from tfckpt.format.slices import hole
from tfckpt.inspect import examine
from tfckpt.inspection import Checked
from tfckpt.kind import Kind
from tfckpt.report import Report

LESS = "-FRX"  # end at once where all fits, pass on colors, and do not switch to a screen that is taken away at the end
STYLES = {"heading": {"bold": True}, "bad": {"fg": "red"}, "good": {"fg": "green"}, "command": {"fg": "cyan"}}
SUSPICIOUS = 3  # an exit code
UNSEEN = "With --strict, what cannot be looked at is not called harmless: the exit code is 3."
NARROWEST = 40  # columns that text is wrapped to
NO_ARRAY = ("variant", "resource", "pickle")  # dtypes of which no values can be shown
AT_ONCE = 100_000  # values, or pieces of JSON
WORTH_A_BAR = 200 * 2**20  # bytes to read: below, it is done before one could read a bar


def inspect(path, verify, names, pattern, as_json, no_pager, strict=False):
    """Prints what is at a path. Returns the exit code.

    Args:
        path, verify, pattern: as ``tfckpt.inspect`` takes them.
        names: of tensors whose values are shown, in place of the list.
        as_json: whether to print JSON.
        no_pager: whether to print a long text without a pager.
        strict: whether the exit code is 3 if anything suspicious was found, or if what could be so was not seen.
    """
    try:
        inspection = looked_at(path, verify, strict)
        if names:
            for name in names:
                show_values(inspection, name)
        elif as_json:
            print_json(inspection.as_dict())
        else:
            report = Report(inspection, pattern, rows=None, commands=commands(path, inspection, verify))
            show(report, no_pager)
    except CheckpointError as error:
        if as_json:
            print_json({"path": path, "error": str(error)})
        raise
    if strict and inspection.unclear:
        click.echo(UNSEEN, err=True)
    if strict and (inspection.suspicious or inspection.unclear):
        return SUSPICIOUS
    return 0 if inspection.whole and not inspection.obstructed and not inspection.incomplete else 1


def looked_at(path, verify, strict):
    """The ``Inspection`` of a path. What is there and cannot be looked at is suspicious where one is strict."""
    try:
        return examine(path, verify, progress)
    except CheckpointError as error:
        if strict and os.path.lexists(path):
            error.exit_code = SUSPICIOUS
            error.add_note(UNSEEN)
        raise


def progress(total, label="comparing checksums"):
    """Shows how far the reading of ``total`` bytes has come, in a terminal. Returns what to tell it."""
    if not sys.stderr.isatty() or total < WORTH_A_BAR:
        return lambda count: None
    bar = click.progressbar(length=total, label=label, file=sys.stderr)
    bar.render_progress()
    done = 0

    def tell(count):
        nonlocal done
        done += count
        bar.update(count)
        if done >= total:
            bar.render_finish()

    return tell


def print_json(fields):
    """Prints a dict as JSON that is not endless, and that says what was left out of it."""
    pieces = json.JSONEncoder(indent=2).iterencode(for_json(fields))
    while text := "".join(islice(pieces, AT_ONCE)):  # all pieces together take ten times as much memory
        click.echo(text, nl=False)
    click.echo()


def show(document, no_pager=False, piped=LINE):
    """Prints a document: through a pager if it is longer than the terminal, which leaves it on the screen.

    Args:
        document: a ``Document``.
        no_pager: whether to print a long text without a pager.
        piped: how wide its lines are in a pipe or file, in characters.
    """
    if not sys.stdout.isatty():
        click.echo("\n".join(line for _, line in document.lines(piped)))
        return
    columns, rows = shutil.get_terminal_size()
    styled = document.lines(max(NARROWEST, columns))
    lines = [click.style(line, **STYLES[style]) if STYLES.get(style) else line for style, line in styled]
    if no_pager or len(lines) < rows:
        click.echo("\n".join(lines))
    else:
        with less_that_leaves_it():
            click.echo_via_pager("\n".join(lines) + "\n")


@contextmanager
def less_that_leaves_it():
    """Has ``less`` leave what it showed on the screen when it ends, whatever else its user has set for it."""
    before = os.environ.get("LESS")
    os.environ["LESS"] = f"{LESS} {before or ''}".rstrip()
    try:
        yield
    finally:
        os.environ.pop("LESS") if before is None else os.environ.update(LESS=before)


def show_values(inspection, name):
    """Prints the values of a tensor, and what NumPy sees at a glance."""
    import numpy as np

    values, tensor = np.asarray(inspection.values(name)), inspection.find(name)
    title = f"{printable(tensor.name)}  {tensor.dtype} {list(values.shape)}"
    click.secho(shortened_word(title, LINE), bold=sys.stdout.isatty())
    if values.dtype.kind in "fiu" or values.dtype.kind == "V" and values.dtype.type is not np.void:
        for line in at_a_glance(values.reshape(-1)):
            click.echo(line)
    click.echo("\n".join(shortened_word(line, LINE) for line in str(values).split("\n")))


def at_a_glance(values):
    """The range and the mean of numbers in one dimension, and how many are not finite: lines."""
    import numpy as np

    low, high, total, count = np.inf, -np.inf, 0.0, 0
    for start in range(0, values.size, AT_ONCE):  # as numbers of 64 bits, all of them would take too much memory
        numbers = values[start : start + AT_ONCE].astype(np.float64)
        finite = numbers[np.isfinite(numbers)]
        if finite.size:
            low, high, count = min(low, finite.min()), max(high, finite.max()), count + finite.size
            with np.errstate(over="ignore"):
                total += finite.sum()
    if count:
        yield f"from {low:.6g} to {high:.6g}, mean {total / count:.6g}"
    if count < values.size:
        yield f"{values.size - count} of {values.size} are NaN or infinite"


def commands(path, inspection, verify):
    """What to type next: pairs of a command and what it does."""
    import shlex

    deepest = inspection.inner[0] if inspection.inner and not inspection.tensors else inspection
    program = click.get_current_context().parent.command_path
    here = f"{program} inspect {shlex.quote(path)}"
    typed = []
    more = deepest.checked in (Checked.SIZES, Checked.STRUCTURE) and deepest.kind not in (Kind.GRAPH, Kind.GRAPH_DEF)
    if more and not verify and deepest.whole:
        typed.append((f"{here} --verify", "read all values, compare checksums if there are any"))
    not_read = set(getattr(deepest.reader, "lists", ()))  # of Hdf5
    not_read |= {name for name, entry in getattr(deepest.reader, "entries", {}).items() if hole(entry)}
    variables = (tensor for tensor in deepest.tensors if tensor.role == "variable")
    first = next((each for each in variables if each.name not in not_read and each.dtype not in NO_ARRAY), None)
    has_values = first and deepest.reader and deepest.whole and not deepest.lacking
    if has_values:
        typed.append((f"{here} --values {shlex.quote(first.short)}", "show the values of one tensor"))
    if deepest.kind is Kind.CHECKPOINT and deepest.graph and deepest.whole:
        prefix = shlex.quote(deepest.path)
        typed.append((f"{program} diff {prefix} {prefix}.meta", "does it fit its graph?"))
    if deepest.kind is Kind.GRAPH and deepest.lacking and not inspection.inner:
        folder = shlex.quote(os.path.dirname(path) or os.curdir)
        typed.append((f"{program} inspect {folder}", "are the values in its folder, under another name?"))
    if deepest.kind is Kind.GRAPH_DEF and not inspection.inner and has_values:
        target = shlex.quote(f"{os.path.splitext(os.path.basename(path))[0]}.npz")
        typed.append((f"{program} export {shlex.quote(path)} --to {target}", "write its values to a file"))
    return typed
