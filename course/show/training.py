"""``show.training``: the loss of one or several runs, step by step."""

from course.show.picture import CARD, DISK, DPI, GRAY, INK, PAGE, TEXT, Picture

# Told apart by dashes and width: colors are for graph, session and disk.
LINES = ((INK, "-", 1.6), (GRAY, (0, (4, 1.5)), 2.6), (INK, (0, (1, 1.2)), 2.2), (GRAY, (0, (6, 2, 1, 2)), 1.6))


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
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogFormatterSciNotation

    class Plain(LogFormatterSciNotation):
        """0.01 in place of a power of ten, whose exponent is small; the same ticks have a label."""

        def __call__(self, x, pos=None):
            return f"{x:g}" if super().__call__(x, pos) else ""

    figure = Figure(figsize=(PAGE, 3.2), dpi=DPI, layout="constrained", facecolor=CARD)
    axes = figure.add_subplot(facecolor=CARD)
    for (title, losses), (color, dashes, line) in zip(runs.items(), LINES, strict=False):
        steps = sorted(losses)
        axes.plot(steps, [losses[step] for step in steps], color=color, linestyle=dashes, linewidth=line, label=title)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(Plain())
    axes.yaxis.set_minor_formatter(Plain(labelOnlyBase=False))
    if saves:
        transform = axes.get_xaxis_transform()  # x as in the data, y from 0 at the bottom to 1 at the top
        style = {"linestyle": "none", "marker": "^", "markersize": 9, "clip_on": False}
        style |= {"color": DISK, "markeredgecolor": INK}
        axes.plot(saves, [0.03] * len(saves), transform=transform, label="a checkpoint on disk", **style)
    axes.set_xlabel("step", color=INK, fontsize=TEXT)
    axes.set_ylabel("loss (logarithmic scale)", color=INK, fontsize=TEXT)
    axes.tick_params(which="both", labelsize=TEXT, labelcolor=INK)
    axes.grid(color="#CFCFCF", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=TEXT, labelcolor=INK, handlelength=3.2)
    return figure
