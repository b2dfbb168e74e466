"""``inspect`` in a terminal: colors, a pager, a progress bar; and plain text or JSON for a pipe."""

import json
import os
import shutil
import sys

import click

from tfckpt import CheckpointError
from tfckpt.document import printable
from tfckpt.inspect import examine
from tfckpt.inspection import Checked
from tfckpt.kind import Kind
from tfckpt.report import Report

STYLES = {"heading": {"bold": True}, "bad": {"fg": "red"}, "good": {"fg": "green"}, "command": {"fg": "cyan"}}
NARROWEST = 40  # columns that text is wrapped to
WORTH_A_BAR = 200 * 2**20  # bytes to read: below, it is done before one could read a bar


def inspect(path, verify, names, pattern, as_json, no_pager, strict=False):
    """Prints what is at a path. Returns the exit code.

    Args:
        path, verify, pattern: as ``tfckpt.inspect`` takes them.
        names: of tensors whose values are shown, in place of the list.
        as_json: whether to print JSON.
        no_pager: whether to print a long text without a pager.
        strict: whether the exit code is 3 if anything suspicious was found.
    """
    try:
        inspection = examine(path, verify, progress)
        if names:
            for name in names:
                show_values(inspection, name)
        elif as_json:
            click.echo(json.dumps(inspection.as_dict(), indent=2))
        else:
            report = Report(inspection, pattern, rows=None, commands=commands(path, inspection, verify))
            show(report, no_pager)
    except CheckpointError as error:
        if as_json:
            click.echo(json.dumps({"path": path, "error": str(error)}, indent=2))
        raise click.ClickException(printable(str(error))) from error
    except BrokenPipeError:  # somebody has read enough: `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if strict and inspection.suspicious:
        return 3
    return 0 if inspection.whole and not inspection.obstructed else 1


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


def show(document, no_pager=False, piped=sys.maxsize):
    """Prints a document: through a pager if it is longer than the terminal.

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
        click.echo_via_pager("\n".join(lines) + "\n")


def show_values(inspection, name):
    """Prints the values of a tensor, and what NumPy sees at a glance."""
    import numpy as np

    values, tensor = np.asarray(inspection.values(name)), inspection.find(name)
    click.secho(f"{printable(tensor.name)}  {tensor.dtype} {list(values.shape)}", bold=sys.stdout.isatty())
    if values.dtype.kind in "fiu" and values.size or values.dtype.kind == "V":
        numbers = values.astype(np.float64)
        bad = int(np.count_nonzero(~np.isfinite(numbers)))
        finite = numbers[np.isfinite(numbers)]
        if finite.size:
            click.echo(f"from {finite.min():.6g} to {finite.max():.6g}, mean {finite.mean():.6g}")
        if bad:
            click.echo(f"{bad} of {values.size} are NaN or infinite")
    click.echo(str(values))


def commands(path, inspection, verify):
    """What to type next: pairs of a command and what it does."""
    import shlex

    deepest = inspection.inner[0] if inspection.inner and not inspection.tensors else inspection
    program = click.get_current_context().parent.command_path
    here = f"{program} inspect {shlex.quote(path)}"
    typed = []
    if deepest.checked in (Checked.SIZES, Checked.STRUCTURE) and not verify and deepest.whole:
        typed.append((f"{here} --verify", "read all values, compare checksums if there are any"))
    first = next((tensor for tensor in deepest.tensors if tensor.role == "variable"), None)
    if first and deepest.reader and deepest.whole:
        typed.append((f"{here} --values {shlex.quote(first.short)}", "show the values of one tensor"))
    if deepest.kind is Kind.CHECKPOINT and deepest.graph and deepest.whole:
        prefix = shlex.quote(deepest.path)
        typed.append((f"{program} diff {prefix} {prefix}.meta", "does it fit its graph?"))
    return typed
