"""The command line: ``python3 -m course`` and ``course``."""

import itertools
import shutil
import sys
from pathlib import Path

import click

import course
from course.learner import commands as learner
from course.setup import requirements
from course.setup.usage import COMMANDS, program, usage
from tfckpt import commands as checkpoints
from tfckpt.errors import missing_package


class Commands(checkpoints.Commands):
    """A group whose default command is ``lab``: without a command's name, arguments go to JupyterLab."""

    def parse_args(self, context, arguments):
        if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("--help", "-h", "--version")):
            arguments = ["lab", *arguments]
        return super().parse_args(context, arguments)

    def get_help(self, context):
        return usage()


PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


def run(arguments):
    """Runs the command line with a list of arguments. Returns the exit code."""
    try:
        return cli.main(arguments, prog_name=program(), standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ModuleNotFoundError as error:
        click.echo(f"Error: {missing_package(error)}", err=True)
        return 1
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except shutil.Error as error:  # of many files that could not be copied, the first one says why
        first = error.args[0][0][-1] if isinstance(error.args[0], list) else error
        click.echo(f"Error: the system refused: {first}.", err=True)
        return 1
    except OSError as error:  # a full disk, a folder that may not be written to
        click.echo(f"Error: the system refused: {error}. Nothing more was written.", err=True)
        return 1


@click.command("lab", context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def open_lab(arguments):
    """Open the course in JupyterLab (the default).

    Arguments go to JupyterLab as they are, for example --no-browser or --port 9000.
    """
    from course import lab

    return lab.launch(list(arguments))


@click.command("run")
@click.argument("notebooks", nargs=-1)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="Another value for a parameter.",
)
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder for the executed copies."
)
@click.option("--solved", is_flag=True, help="With the course's solutions in the exercises (for teachers).")
def run_notebooks(notebooks, parameters, output, solved):
    """Execute notebooks and show the results as a table.

    NOTEBOOKS are names, numbers or paths; without any, all are executed. The executed copies, and the files that the
    lessons write, go to a new folder: the notebooks themselves stay as they are. With --solved, that folder has them as
    a teacher wants them: each exercise solved, and checked. Nobody's progress is changed by it.
    """
    from datetime import datetime

    from course import places
    from course.notebooks import all_notebooks, execute, find, load, solve, write
    from course.notebooks import parameters as parameters_of

    paths = list(dict.fromkeys(find(name) for name in notebooks)) or all_notebooks()
    refuse_one_name_for_two(paths)
    values = {name: literal(text) for name, text in parameters}
    read = {path: load(path) for path in paths}
    if solved:
        for path in paths:
            refuse_unsolved(path, solve(read[path]))
    known = set().union(*map(parameters_of, read.values()))
    if set(values) - known:
        unknown = ", ".join(sorted(set(values) - known))
        raise click.ClickException(
            f"No notebook has the parameter {unknown}. Known: {', '.join(sorted(known)) or 'none'}."
        )
    output = output or places.root() / "executed" / datetime.now().strftime("%Y-%m-%d_%H%M%S")
    existing = [path.name for path in paths if (output / path.name).exists()]
    if existing:
        raise click.ClickException(
            f"{output} has {existing[0]} already, and nothing is overwritten. Choose another folder."
        )
    output.mkdir(parents=True, exist_ok=True)
    results = []
    for path in paths:
        click.echo(path.stem, err=True)
        results.append(execute(read[path], path.stem, values, cwd=output, progress=True))
        write(results[-1].notebook, output / path.name)
    return show(results, f"The executed copies are in {output}")


def refuse_one_name_for_two(paths):
    """Raises ClickException where the copy of one notebook would overwrite that of another one."""
    by_name = {path.name: path for path in paths}
    for path in paths:
        if by_name[path.name] != path:
            raise click.ClickException(
                f"{path} and {by_name[path.name]} have the same name, and so would their copies. Run them one by one."
            )


def refuse_unsolved(path, solved):
    """Raises ClickException where a lesson's notebook has lost the cell of an exercise, so that none could be solved.

    Args:
        path: the notebook's.
        solved: the names of the exercises that were found in it.
    """
    from course import lessons

    lost = [name for name in lessons.contents().get(path.stem, []) if name not in solved]
    if lost:
        raise click.ClickException(
            f"{path.name} has no cell any more that defines {', '.join(lost)}. For a fresh copy, with yours kept "
            f"beside it, type:  python3 -m course reset {path.stem.partition('_')[0]}"
        )


@click.command("test", context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run_tests(arguments):
    """Run every test there is, or what belongs to a lesson.

    Lessons come first, as numbers or names: test 05. Other arguments go to pytest as they are, for example -k exercises
    or -x.
    """
    import subprocess

    from course import places
    from course.notebooks import find

    lacking = requirements.missing("test")
    if lacking:
        raise click.ClickException(
            f"This environment lacks what the tests need: {', '.join(lacking)}. Type:  pip install -r requirements.lock"
        )
    lessons = list(itertools.takewhile(lambda text: not is_pytests(text, places.root()), arguments))
    chosen = [f"--lesson={find(name).stem}" for name in lessons]
    with places.isolated():
        command = [sys.executable, "-m", "pytest", *chosen, *arguments[len(lessons) :]]
        return subprocess.run(command, cwd=places.root()).returncode


@click.command("doctor")
def run_doctor():
    """Say what is here, what is missing and what to type."""
    from course.setup import doctor

    return doctor.report()


@click.command("render")
@click.argument("notebooks", nargs=-1)
def render_notebooks(notebooks):
    """Execute notebooks and store their outputs (for authors).

    NOTEBOOKS are names, numbers or paths; without any, all are rendered. A notebook with an exercise filled in is
    left as it is, and so is one that fails.
    """
    from course.notebooks import all_notebooks, find, render

    results = []
    for path in [find(name) for name in notebooks] or all_notebooks():
        click.echo(path.stem, err=True)
        results.append(render(path, progress=True))
    return show(results, "Their outputs are stored in the notebooks." if not any(r.failures for r in results) else "")


@click.command("new")
@click.argument("number")
@click.argument("title")
def make_lesson(number, title):
    """Make the notebook and the module of a new lesson (for authors).

    NUMBER is two digits and perhaps a letter, 11d for one; TITLE is a few words in quotation marks, a verb first. Both
    files run as they are, and say TODO where you write.
    """
    from course import new_lesson, places

    written = new_lesson.make(number, title)
    click.echo("\n".join(["Written:", *(f"  {path.relative_to(places.root()).as_posix()}" for path in written), ""]))
    click.echo("\n".join(["To do:", *(f"  {line}" for line in new_lesson.left_to_do(written[0]))]))


@click.command("html")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the pages (default: site, in the checkout).",
)
@click.option("--mine", is_flag=True, help="Your notebooks as they are, with your answers and outputs.")
def write_pages(output, mine):
    """Write the lessons as web pages, to read without running anything.

    The pages show the lessons as the course has them, with the outputs that are stored in them. They need no server
    and no network. A folder that an earlier run wrote is replaced; any other is left as it is.
    """
    from rich.console import Console
    from rich.progress import track

    from course import places, site

    first, remarks = site.build(
        output or places.root() / "site",
        lambda pages: track(pages, "pages", console=Console(stderr=True)),
        mine,
    )
    for remark in remarks:
        click.echo(remark, err=True)
    click.echo(f"The first page is {first}")


@click.group(cls=Commands, context_settings={"help_option_names": ["--help", "-h"]})
@click.version_option(course.__version__, message="course %(version)s")
def cli():
    """Save and Restore in TensorFlow: the hands-on course."""


_ours = [open_lab, run_notebooks, run_tests, run_doctor, render_notebooks, make_lesson, write_pages]
_known = {command.name: command for command in [*_ours, *learner.COMMANDS, *checkpoints.COMMANDS]}
for name in COMMANDS:  # the one list of what there is
    cli.add_command(_known[name])


def show(results, closing):
    """Prints executions as a table, then what failed. Returns the exit code."""
    from rich.console import Console
    from rich.table import Table

    table = Table("notebook", "cells", "seconds", "result")
    for column in table.columns[1:3]:
        column.justify = "right"
    for done in results:
        table.add_row(
            done.name, str(done.cells), f"{done.seconds:.1f}", "[red]❌ failed[/]" if done.failures else "✅ ran"
        )
    console = Console()
    console.print(table)
    failures = [f"{done.name}: {failure}" for done in results for failure in done.failures]
    for failure in failures:
        console.print(f"❌ {failure}", markup=False, highlight=False)
    if closing:
        console.print(closing, markup=False, highlight=False, soft_wrap=True)
    return 1 if failures else 0


def is_pytests(argument, root):
    """True for an argument that is pytest's: an option, or a file or folder, perhaps with a test in it."""
    return argument.startswith("-") or (root / argument.split("::")[0]).exists()


def literal(text):
    """A parameter's value: a Python literal such as ``7`` or ``[1, 2]``, or else the text itself."""
    import ast

    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
