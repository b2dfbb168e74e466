"""``show.training``: the loss of one or several runs, step by step."""

from course.show.picture import DPI, INK, Picture

# Colors of Okabe and Ito that have contrast on white; each line has a dash pattern of its own as well.
LINES = (("#0072B2", "-"), ("#D55E00", (0, (5, 2))), ("#009E73", (0, (1, 1.5))), ("#7B3F94", (0, (6, 2, 1, 2))))


def training(runs, saves=()):
    """Draws the loss of one or several training runs, on a logarithmic scale.

    Args:
        runs: ``{title: {step: loss}}``, up to four. Losses are above 0. A run need not begin at the first step.
        saves: steps after which a checkpoint was saved; each is marked below the lines.

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
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 3.4), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    for (title, losses), (color, dashes) in zip(runs.items(), LINES, strict=False):
        steps = sorted(losses)
        axes.plot(steps, [losses[step] for step in steps], color=color, linestyle=dashes, linewidth=2, label=title)
    axes.set_yscale("log")
    if saves:
        transform = axes.get_xaxis_transform()  # x as in the data, y from 0 at the bottom to 1 at the top
        style = {"linestyle": "none", "marker": "^", "markersize": 7, "color": INK, "clip_on": False}
        axes.plot(saves, [0.03] * len(saves), transform=transform, label="a checkpoint was saved", **style)
    axes.set_xlabel("step", color=INK)
    axes.set_ylabel("loss (logarithmic scale)", color=INK)
    axes.grid(color="#DDDDDD", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9)
    return figure
