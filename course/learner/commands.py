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


@click.command("reset")
@click.argument("lesson")
def reset_lesson(lesson):
    """Give back a fresh copy of a lesson, and keep yours beside it.

    LESSON is a name or a number. Your notebook stays in the same folder, as my_LESSON_DATE_TIME.ipynb.
    """
    from course.learner import fresh

    done = fresh.reset(lesson)
    click.echo(f"{done.path.name}: {done.what}")
    if done.kept:
        click.echo(f"Yours is kept beside it as {done.kept.name}")
    if done.changed:
        click.echo("If the lesson is open in JupyterLab, choose there, in the menu File: Reload Notebook from Disk.")


@click.command("update")
def update_course():
    """Get the newest version of the course, and keep your notebooks.

    For a git clone. A notebook that both you and the newer version changed stays beside the new one, as
    my_LESSON_DATE_TIME.ipynb; all others stay as they are.
    """
    from course.learner import update

    done = update.update()
    if done is None:
        click.echo("This is the newest version.")
        return
    click.echo(f"The course was updated: from {done.before} to {done.after}.")
    if done.new:
        click.echo(f"New: {', '.join(done.new)}")
    for path in done.kept:
        click.echo(f"Yours is kept as {path.name}")
    click.echo("If JupyterLab is running, end it with Ctrl-C. Then go on with:  python3 -m course")


COMMANDS = [show_progress, reset_lesson, update_course]
