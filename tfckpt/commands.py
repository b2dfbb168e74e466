"""The commands ``inspect`` and ``diff``, for ``tfckpt`` and for ``course``. They need no TensorFlow."""

import click


@click.command("inspect")
@click.argument("path")
@click.option("--verify", is_flag=True, help="Read all values and compare their checksums.")
@click.option("--values", "names", multiple=True, metavar="NAME", help="Show the values of a tensor.")
@click.option(
    "--filter", "pattern", default="", metavar="PATTERN", help="List only the tensors with this in their name."
)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--no-pager", is_flag=True, help="Print a long list without stopping.")
def inspect_path(path, **options):
    """Look at a checkpoint, a graph or a model without loading it.

    PATH is what you have: a prefix, any file of a checkpoint, a folder, a SavedModel, a .keras or .h5 file. It says
    what that is, whether it is whole, what is in it, and what in it touches files, network or Python. Nothing is run
    or unpickled, and TensorFlow is not imported. A PATTERN may have * and ? for a whole name.

    The exit code is 1 if something is missing or damaged, or if PATH is no checkpoint, graph or model.
    """
    from tfckpt import terminal

    return terminal.inspect(path, **options)


class DiffError(click.ClickException):
    """A comparison that could not be made: 2, as of ``diff``, where 1 says that the two differ."""

    exit_code = 2


@click.command("diff")
@click.argument("left", metavar="CHECKPOINT")
@click.argument("right", metavar="GRAPH_OR_CHECKPOINT")
@click.option("--json", "as_json", is_flag=True, help="The whole result, for a script.")
@click.option("--values", is_flag=True, help="Of two checkpoints: read the values that differ, and say by how much.")
@click.option("--all", "everything", is_flag=True, help="Cut no list short.")
@click.option("--no-pager", is_flag=True, help="Print a long list without stopping.")
def show_diff(left, right, as_json, values, everything, no_pager):
    """Say what a restore will stumble over, and how to rename.

    CHECKPOINT is a prefix, or one of its files. GRAPH_OR_CHECKPOINT is the .meta file of the graph that it is to be
    restored into, or another checkpoint. No graph is run and nothing is written.

    It ends in Python code to paste, which restores under other names. The exit code is 0 if the two are the same, 1 if
    they differ, and 2 if they could not be compared.
    """
    import shutil

    from tfckpt import CheckpointError, diff, terminal

    try:
        difference = diff(left, right, values)
    except (CheckpointError, OSError) as error:
        raise DiffError(str(error)) from error
    if as_json:
        click.echo(difference.json())
    else:
        terminal.show(difference.document(everything), no_pager, max(min(shutil.get_terminal_size().columns, 100), 40))
    return int(difference.differs)


COMMANDS = [inspect_path, show_diff]


@click.group(commands=COMMANDS, context_settings={"help_option_names": ["--help", "-h"]})
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
    except OSError as error:
        click.echo(f"Error: the system refused: {error}.", err=True)
        return 1
