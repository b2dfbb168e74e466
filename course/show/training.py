"""``show.training``: the loss of one or several runs, step by step."""

from course.show.curves import LINES, legend_of, page, plain_logarithm
from course.show.picture import DISK, INK, Picture


def training(runs, saves=()):
    """Draws the loss of one or several training runs, on a logarithmic scale.

    Args:
        runs: ``{title: {step: loss}}``, up to four. Losses are above 0. A run need not begin at the first step.
        saves: the steps of the checkpoints that are on disk; each is marked below the lines.

    Returns:
        A ``Picture``. Its text says where each run begins, stands half-way and ends.

    Raises:
        ValueError: there is no run, one is empty, or there are more than four.

    Introduced in lesson 08a.
    """
    if not 1 <= len(runs) <= len(LINES):
        raise ValueError(f"show.training draws one to four runs, and got {len(runs)}.")
    for title, losses in runs.items():
        if not losses:
            raise ValueError(f"The run {title!r} has no step to draw. Was it already at its end when it started?")
    return Picture(draw(runs, saves), in_words(runs, saves))


def in_words(runs, saves):
    lines = []
    for title, losses in runs.items():
        steps = sorted(losses)
        at = sorted({steps[0], steps[len(steps) // 2], steps[-1]})
        lines.append(f"{title}: the loss is " + ", ".join(f"{losses[step]:.3g} at step {step}" for step in at) + ".")
    if saves:
        lines.append(f"Saved after step {', '.join(map(str, saves))}.")
    return "\n".join(lines)


def draw(runs, saves):
    figure, axes = page("step", "loss (logarithmic scale)")
    for (title, losses), (color, dashes, line) in zip(runs.items(), LINES, strict=False):
        steps = sorted(losses)
        axes.plot(steps, [losses[step] for step in steps], color=color, linestyle=dashes, linewidth=line, label=title)
    plain_logarithm(axes, "y")
    if saves:
        transform = axes.get_xaxis_transform()  # x as in the data, y from 0 at the bottom to 1 at the top
        style = {"linestyle": "none", "marker": "^", "markersize": 9, "clip_on": False}
        style |= {"color": DISK, "markeredgecolor": INK}
        axes.plot(saves, [0.03] * len(saves), transform=transform, label="a checkpoint on disk", **style)
    legend_of(axes)
    return figure
