"""The learner's and the teacher's commands: ``progress``, ``reset``, ``update``, ``report``."""

import click


@click.command("progress")
def show_progress():
    """Show which lessons and exercises are done.

    It is kept in a file of your own on this machine, and sent nowhere. COURSE_PROGRESS names another file, or is off.
    """
    from course.learner import overview
    from course.note import plain
    from course.record import RecordError

    try:
        found = overview.look()
    except RecordError as error:
        raise click.ClickException(plain(f"Your progress cannot be read: {error}.")) from None
    if not isinstance(found, overview.Progress):
        click.echo(repr(found))
        return
    click.echo(found.before)
    show_table(found.table)
    click.echo(plain(found.after))


def show_table(table):
    """Prints a ``course.note.Table`` as wide as the terminal is."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    heading, *rows = table.rows
    shown = Table(box=box.SIMPLE_HEAD)
    for title, side in zip(heading, table.align, strict=True):
        shown.add_column(title, justify="right" if side == "r" else "left")
    for row in rows:
        shown.add_row(*map(Text, row))
    Console().print(shown)


COMMANDS = [show_progress]
