"""``show.curves``: how one quantity depends on another, on logarithmic scales."""

from course.show.picture import CARD, DPI, GRAY, INK, PAGE, TEXT, Picture

# Told apart by dashes and width: colors are for graph, session and disk.
LINES = ((INK, "-", 1.6), (GRAY, (0, (4, 1.5)), 2.6), (INK, (0, (1, 1.2)), 2.2), (GRAY, (0, (6, 2, 1, 2)), 1.6))


def curves(lines, x, y, limit=None):
    """Draws one to four lines, on logarithmic scales.

    Args:
        lines: ``{title: {x: y}}``, all above 0.
        x: what the horizontal axis shows, with its unit.
        y: what the vertical axis shows, with its unit.
        limit: for what was measured, and differs from run to run: a value of y that the lines are compared with. It is
            drawn as a line, and the text says of the ends whether they are above it, and no numbers.

    Returns:
        A ``Picture``. Its text says where each line begins, is lowest and highest, and ends.

    Raises:
        ValueError: there is no line, one has no point or one that a logarithm has no place for, or there are more
            than four.

    Introduced in lesson 20a.
    """
    if not 1 <= len(lines) <= len(LINES):
        raise ValueError(f"show.curves draws one to four lines, and got {len(lines)}.")
    for title, points in lines.items():
        if not points:
            raise ValueError(f"The line {title!r} has no point to draw.")
        outside = [point for point in points.items() if not all(number > 0 for number in point)]
        if outside:
            raise ValueError(
                f"The line {title!r} has the point {outside[0]}: a logarithmic scale needs numbers above 0."
            )
    figure, axes = page(x, y)
    for (title, points), (color, dashes, width) in zip(lines.items(), LINES, strict=False):
        at = sorted(points)
        style = {"color": color, "linestyle": dashes, "linewidth": width, "marker": "o", "markersize": 3.5}
        axes.plot(at, [points[each] for each in at], label=title, **style)
    if limit is not None:
        axes.axhline(limit, color=GRAY, linewidth=0.8, label=f"{limit:g}")
    plain_logarithm(axes, "x")
    plain_logarithm(axes, "y")
    legend_of(axes)
    return Picture(figure, in_words(lines, x, y, limit))


def in_words(lines, x, y, limit):
    said = [f"{y}, by {x}."]
    for title, points in lines.items():
        if limit is not None:
            sides = [f"{'above' if points[at] > limit else 'below'} {limit:g} at {at:g}" for at in sorted(points)]
            said.append(f"{title}: {', '.join(dict.fromkeys([sides[0], sides[-1]]))}.")
            continue
        ends = {min(points), max(points), min(points, key=points.get), max(points, key=points.get)}
        said.append(f"{title}: " + ", ".join(f"{points[at]:.2g} at {at:g}" for at in sorted(ends)) + ".")
    return "\n".join(said)


def page(x, y):
    """A figure for lines, and its axes, with what they show."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(PAGE, 3.2), dpi=DPI, layout="constrained", facecolor=CARD)
    axes = figure.add_subplot(facecolor=CARD)
    axes.set_xlabel(x, color=INK, fontsize=TEXT)
    axes.set_ylabel(y, color=INK, fontsize=TEXT)
    axes.tick_params(which="both", labelsize=TEXT, labelcolor=INK)
    axes.grid(color="#CFCFCF", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def plain_logarithm(axes, axis):
    """Makes an axis, "x" or "y", logarithmic, with 0.01 in place of a power of ten, whose exponent is small."""
    from matplotlib.ticker import LogFormatterSciNotation

    class Plain(LogFormatterSciNotation):
        def __call__(self, value, pos=None):
            return f"{value:g}" if super().__call__(value, pos) else ""  # the same ticks have a label

    axes.set(**{f"{axis}scale": "log"})
    axis = getattr(axes, f"{axis}axis")
    axis.set_major_formatter(Plain())
    axis.set_minor_formatter(Plain(labelOnlyBase=False))


def legend_of(axes):
    axes.legend(frameon=False, fontsize=TEXT, labelcolor=INK, handlelength=3.2)
