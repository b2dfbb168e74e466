"""The learner's and the teacher's commands: ``progress``, ``reset``, ``update``, ``report``."""

import click


@click.command("progress")
def show_progress():
    """Show which lessons and exercises are done.

    It is kept in a file of your own on this machine, and sent nowhere. COURSE_PROGRESS names another file, or is off.
    """
    from course.learner import progress
    from course.progress_file import RecordError
    from tfckpt.document import plain

    try:
        note = progress.look()
    except RecordError as error:
        raise click.ClickException(plain(f"Your progress cannot be read: {error}.")) from None
    if not isinstance(note, progress.Progress):
        click.echo(repr(note))
        return
    for line in note.lines:
        bold = line.startswith((progress.PART, "Go on", "Begin"))
        click.echo(click.style(line, bold=True) if bold else line)


def show_table(table):
    """Prints a ``tfckpt.document.Table`` as wide as the terminal is."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    heading, *rows = table.rows
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for title, side in zip(heading, table.align, strict=True):
        number = side == "r"  # which is never cut; neither are names, which would all look the same
        shown.add_column(title, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in rows:
        shown.add_row(*map(Text, row))
    Console().print(shown)


@click.command("reset")
@click.argument("lesson")
def reset_lesson(lesson):
    """Give back a fresh copy of a lesson, and keep yours beside it.

    LESSON is a name or a number. Your notebook stays in the same folder, as my_LESSON_DATE_TIME.ipynb.
    """
    from course.learner import reset

    done = reset.reset(lesson)
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


@click.command("report")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--csv", "form", flag_value="csv", help="A line for each learner and exercise, for a spreadsheet.")
@click.option("--json", "form", flag_value="json", help="The same as JSON.")
def report_class(files, form):
    """Gather the progress files of a class into a table.

    FILES are progress files, or folders of them, however deep. A learner's name is the file's: ann.json, or
    ann/progress.json. What is no progress file is named, set apart, and makes the exit code 1.
    """
    from course.learner import report

    learners, bad = report.gather(files)
    if form == "csv":
        report.write_csv(learners, click.get_text_stream("stdout"))
    elif form == "json":
        click.echo(report.as_json(learners))
    elif learners:
        show_table(report.learners_table(learners))
        if any(learner.entries for learner in learners):
            show_table(report.exercises_table(learners))
    for name in report.unknown(learners):
        click.echo(f"Not an exercise of this version of the course, so not counted: {name}", err=True)
    for name, why in bad:
        click.echo(f"Not counted: {name}: {why}", err=True)
    return 1 if bad else 0


COMMANDS = [show_progress, reset_lesson, update_course, report_class]
