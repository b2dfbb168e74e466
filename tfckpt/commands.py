"""The commands ``inspect``, ``diff``, ``export`` and ``explain``, for ``tfckpt`` and ``course``, without TensorFlow."""

import os
from functools import partial

import click

import tfckpt
from tfckpt.errors import missing_package
from tfckpt.sentences import in_sentences


class PathCommand(click.Command):
    """A command that takes paths. Whoever has typed one with blanks is told to put it in quotation marks."""

    def parse_args(self, context, arguments):
        typed = [word for word in arguments if not word.startswith("-")]
        try:
            return super().parse_args(context, arguments)
        except click.UsageError as error:
            if "unexpected extra argument" in error.message:
                whole = f": {in_quotes(' '.join(typed))}" if os.path.lexists(" ".join(typed)) else "."
                error.message += f". A path with blanks in it has to be in quotation marks{whole}"
            raise


class Commands(click.Group):
    """A group of commands. Whoever types a path in place of a command is told which one looks at it."""

    def resolve_command(self, context, arguments):
        known, whole = self.get_command(context, arguments[0]), " ".join(arguments)
        path = whole if os.path.lexists(whole) else arguments[0]
        if not known and (os.path.lexists(path) or "/" in path or "\\" in path):
            told = f"To look at a file or folder, type:  {context.command_path} inspect {in_quotes(path)}"
            raise click.UsageError(f"No such command {arguments[0]!r}. {told}", context)
        return super().resolve_command(context, arguments)


def in_quotes(path):
    """A path as it is typed."""
    from tfckpt.document import printable
    from tfckpt.explain.filled import quoted

    return printable(quoted(path))


@click.command("inspect", cls=PathCommand)
@click.argument("path")
@click.option("--verify", is_flag=True, help="Read all values and compare their checksums.")
@click.option("--values", "names", multiple=True, metavar="NAME", help="Show the values of a tensor.")
@click.option(
    "--filter", "pattern", default="", metavar="PATTERN", help="List only the tensors with this in their name."
)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--no-pager", is_flag=True, help="Print a long list without stopping.")
@click.option(
    "--strict", is_flag=True, help="End with the exit code 3 if anything suspicious, or unreadable, is found."
)
@in_sentences()
def inspect_path(path, **options):
    """Look at a checkpoint, a graph or a model without loading it.

    PATH is what you have: a prefix, any file of a checkpoint, a folder, a SavedModel, a .keras or .h5 file. It says
    what that is, whether it is whole, what is in it, and what in it touches files, network or Python. Nothing is run
    or unpickled, and TensorFlow is not imported. A PATTERN may have * and ? for a whole name.

    The exit code is 0; 1 if something is missing or damaged or keeps TensorFlow from reading it, or if PATH is no
    checkpoint, graph or model; with --strict it is 3 if anything suspicious is found, whole or not, and also if a
    graph, a configuration or the whole of PATH is there and cannot be looked at. That nothing is found is no proof.
    """
    from tfckpt import terminal

    return terminal.inspect(path, **options)


@click.command("diff", cls=PathCommand)
@click.argument("left", metavar="CHECKPOINT")
@click.argument("right", metavar="GRAPH_OR_CHECKPOINT")
@click.option("--json", "as_json", is_flag=True, help="The whole result, for a script.")
@click.option("--values", is_flag=True, help="Of two checkpoints: read the values that differ, and say by how much.")
@click.option("--all", "everything", is_flag=True, help="Cut no list short.")
@click.option("--no-pager", is_flag=True, help="Print a long list without stopping.")
@in_sentences(exit_code=2)  # 1 says that the two differ
def show_diff(left, right, as_json, values, everything, no_pager):
    """Say what a restore will stumble over, and how to rename.

    CHECKPOINT is a prefix, or one of its files. GRAPH_OR_CHECKPOINT is the .meta file of the graph that it is to be
    restored into, or another checkpoint. No graph is run and nothing is written.

    It ends in Python code to paste, which restores under other names. The exit code is 0 if the two are the same, 1 if
    they differ or something stands in the way of a restore, and 2 if they could not be compared.
    """
    import shutil

    from tfckpt import diff, terminal

    difference = diff(left, right, values)
    if as_json:
        terminal.print_json(difference.as_dict())
    else:
        terminal.show(difference.document(everything), no_pager, max(min(shutil.get_terminal_size().columns, 100), 40))
    return int(difference.troubled)


@click.command("export", cls=PathCommand)
@click.argument("path")
@click.option("--to", required=True, metavar="FILE", help="The new file: FILE.npz or FILE.safetensors.")
@click.option("--filter", "pattern", default="", metavar="PATTERN", help="Only the tensors with this in their name.")
@click.option("--rename", multiple=True, metavar="OLD=NEW", help="Another name in the new file.")
@click.option("--all", "everything", is_flag=True, help="Also an optimizer's slots, counters and the like.")
@in_sentences()
def export_values(path, to, pattern, rename, everything):
    """Write the values of a checkpoint to a file that other programs read.

    PATH is what `inspect` takes: a prefix, a SavedModel, a .keras or .h5 file, an .npz or .safetensors file. TensorFlow
    is not needed, one tensor at a time is in memory, and the new file is read back and compared before it gets its
    name. Nothing is overwritten. A PATTERN may have * and ? for a whole name.

    The exit code is 1 if something that was asked for was left out, or nothing could be written.
    """
    from tfckpt import export, terminal

    pairs = [pair.partition("=")[::2] for pair in rename]
    if bad := [given for given, pair in zip(rename, pairs, strict=True) if not all(pair)]:
        raise click.UsageError(f"--rename wants OLD=NEW, and was given {bad[0]!r}.")
    named = dict(pairs[::-1])
    if twice := [old for old, new in pairs if named[old] != new]:
        raise click.UsageError(f"--rename was given two names for {twice[0]!r}.")
    exported = export(path, to, pattern, named, everything, partial(terminal.progress, label="writing"))
    terminal.show(exported)
    return int(bool(exported.left_out))


@click.command("explain")
@click.argument("text", metavar="[FILE]", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="The whole answer, for a script.")
@click.option("--no-pager", is_flag=True, help="Print a long answer without stopping.")
@in_sentences(exit_code=2)  # 1 says that the message is not known
def explain_message(text, as_json, no_pager):
    """Say what an error message means: the cause, what to do, the next command.

    FILE has a message or a whole traceback in it, with whatever stands around it. Without FILE, or with -, it comes
    through a pipe; in a terminal, paste it, press Enter, then Ctrl-D (Windows: Ctrl-Z and Enter). A message in
    quotation marks is taken as it is.

    The exit code is 0 if the message is known, 1 if it is not, and 2 if there was nothing to read.
    """
    from tfckpt import terminal
    from tfckpt.explain.explanation import Explanation
    from tfckpt.explain.source import text_from

    program = click.get_current_context().parent.command_path
    explanation = Explanation(text_from(text), program)
    if as_json:
        terminal.print_json(explanation.as_dict())
    else:
        terminal.show(explanation, no_pager)
    return int(explanation.found is None)


COMMANDS = [inspect_path, show_diff, export_values, explain_message]


@click.group(cls=Commands, commands=COMMANDS, context_settings={"help_option_names": ["--help", "-h"]})
@click.version_option(tfckpt.__version__, message="tfckpt %(version)s")
def cli():
    """Look at checkpoints of TensorFlow and Keras, and compare them. Nothing in them is run."""


def run(arguments, program):
    """Runs the command line with a list of arguments, under the name that ``--help`` shows. Returns the exit code."""
    try:
        return cli.main(arguments or ["--help"], prog_name=program, standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except ModuleNotFoundError as error:
        click.echo(f"Error: {missing_package(error)}", err=True)
        return 1
    except OSError as error:
        click.echo(f"Error: the system refused: {error}.", err=True)
        return 1
