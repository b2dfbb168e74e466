"""``Picture``: a figure with the same content in words.

In a notebook it is an ``<img>`` with the text as its ``alt``, on a light gray card, legible in the light and the dark
theme. In a terminal, for a screen reader and in tests it is the text.

A color says where something is, in all lessons: green is the graph, orange a session, blue the disk. What else there is
to tell apart has a pattern, an outline or a shade of gray.
"""

import base64
import html
import io
import logging
import math
from functools import lru_cache

# Matplotlib logs a line when it builds its cache of fonts, once a machine: it would stand in a learner's output.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

# From the palette of Okabe and Ito, which color-blind people tell apart, lightened so that black text reads on it.
GRAPH, SESSION, DISK = "#8FD3BF", "#F5CF8A", "#A9D8F2"
# No color of text has enough contrast (4.5) on JupyterLab's white and on its black: pictures have a card of their own.
CARD, WHITE, INK, GRAY = "#E8E8E8", "#FFFFFF", "#1B1B1B", "#555555"
# What a thing is: the pattern of a bar along its top.
VARIABLE, CONSTANT, ASSIGNS, READS = {"color": INK}, {}, {"hatch": "//////"}, {"hatch": "||||||"}
OTHER, ASKED = {"hatch": "......"}, {"hatch": "xxxxxx"}

DPI = 110
PAGE = 5.6  # inches: what a window of 700 pixels has room for
LEAST = 11  # pixels: the smallest letter, however narrow the window; the picture scrolls before it becomes smaller
SMALL, TEXT, NAME, TITLE = 8, 9, 10, 11.5  # points
BOLD = 2.6  # points: the outline of what is set apart
DASHES = (0, (3.5, 2))  # of an arrow that hands nothing over
BAR = 0.11  # inches: the bar with a pattern
STYLE = "max-width: 100%; height: auto; box-sizing: border-box; border: 1px solid #C4C4C4; border-radius: 8px"


class Picture:
    """A figure with the same content in words.

    Args:
        figure: a ``matplotlib.figure.Figure``.
        text: the same content in words.
    """

    def __init__(self, figure, text):
        self.figure, self.text = figure, text

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        png = base64.b64encode(self.png()).decode()
        width = int(self.figure.get_figwidth() * DPI)
        least = math.ceil(width * min(1, LEAST / min(letters(self.figure), default=LEAST))) + 2  # with the border
        return (
            '<div tabindex="0" style="margin: 8px 0 12px; overflow-x: auto">'  # what scrolls is reached with keys, too
            f'<img class="course-picture" alt="{html.escape(self.text, quote=True)}" width="{width}" '
            f'style="{STYLE}; min-width: {least}px" src="data:image/png;base64,{png}"></div>'
        )

    def png(self):
        """The figure as a PNG, at twice the density that it is shown at, in 64 colors: a quarter of the size."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL import Image

        self.figure.set_dpi(2 * DPI)
        canvas = FigureCanvasAgg(self.figure)
        canvas.draw()
        picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")
        picture = picture.quantize(64, Image.Quantize.FASTOCTREE)  # the default takes as long as all the rest
        buffer = io.BytesIO()
        picture.save(buffer, format="png", optimize=True)
        return buffer.getvalue()


class Pictures:
    """Several pictures below each other."""

    def __init__(self, pictures):
        self.pictures = list(pictures)

    def __repr__(self):
        return "\n".join(picture.text for picture in self.pictures)

    def _repr_html_(self):
        return "\n".join(picture._repr_html_() for picture in self.pictures)


def letters(figure):
    """The sizes of a figure's letters in pixels, as they are shown where there is room."""
    from matplotlib.text import Text

    return [text.get_fontsize() * DPI / 72 for text in figure.findobj(Text) if text.get_text().strip()]


def canvas(width, height):
    """A figure whose coordinates are inches. Made without pyplot, which would keep it in the kernel."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(width, 4.2), height), dpi=DPI, facecolor=CARD)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, figure.get_figwidth())
    axes.set_ylim(0, height)
    axes.axis("off")
    return figure, axes


def write(axes, x, y, text, size=TEXT, room=None, ha="left", weight="normal", family=None):
    """Writes a text, its middle at the height ``y``; smaller, or cut, where it is wider than ``room`` inches."""
    text = str(text)
    if room is not None:
        size = size if inches(text, size, weight) <= room else min(size, TEXT if size > TEXT else SMALL)
        text = fitted(text, room, size, weight)
    style = {"ha": ha, "va": "center", "color": INK, "fontsize": size, "weight": weight, "parse_math": False}
    axes.text(x, y, text, **style, **({"family": family} if family else {}))


def fitted(text, room, size=TEXT, weight="normal"):
    """A text that fits into ``room`` inches: cut, and ending in ``…``, where it is wider."""
    if inches(text, size, weight) <= room:
        return text
    kept = text
    while kept and inches(kept + "…", size, weight) > room:
        kept = kept[:-1]
    return kept + "…"


@lru_cache(maxsize=4096)
def inches(text, size=TEXT, weight="normal"):
    """The width of a text."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, False)[0] / 72


def box(axes, frame, title, caption, color, mark=None, dashed=False, bold=False, stack=False):
    """A rounded box with a title in bold and a caption below it.

    Args:
        frame: left, bottom, width and height, in inches.
        color: of the place that it is in.
        mark: the pattern of the bar along its top, such as ``VARIABLE``. Without one there is no bar.
        dashed: a dashed, paler outline, no color: something is missing here.
        bold: a thick outline: this is set apart.
        stack: a second box looks out from behind: these are several.
    """
    from matplotlib.patches import FancyBboxPatch

    x, y, width, height = frame
    style = {"linewidth": BOLD if bold else 1, "boxstyle": "round,pad=0,rounding_size=0.08"}
    style |= {"linestyle": (0, (4, 3)), "edgecolor": GRAY} if dashed else {"edgecolor": INK}
    for shift in (0.06, 0) if stack else (0,):
        behind = {"linewidth": 1} if shift else {}
        place = (x + shift, y + shift)
        axes.add_patch(FancyBboxPatch(place, width, height, facecolor=CARD if dashed else color, **style | behind))
    if mark is not None:
        rectangle(axes, (x + 0.08, y + height - BAR - 0.05, width - 0.16, BAR), mark, 0.6)
    height -= BAR if mark is not None else 0
    write(axes, x + width / 2, y + height * 0.66, title, NAME, width - 0.14, "center", "bold")
    write(axes, x + width / 2, y + height * 0.27, caption, TEXT, width - 0.14, "center")


def rectangle(axes, frame, look, line=1.0):
    """A box with a plain outline of ``line`` points.

    Args:
        frame: left, bottom, width and height, in inches.
        look: ``color`` and ``hatch``, if any, as of ``VARIABLE``; or a color alone.
    """
    from matplotlib.patches import Rectangle

    look = {"color": look} if isinstance(look, str) else look
    x, y, width, height = frame
    style = {"edgecolor": INK, "linewidth": line, "hatch": look.get("hatch"), "hatch_linewidth": 0.7}
    axes.add_patch(Rectangle((x, y), width, height, facecolor=look.get("color", WHITE), **style))


def byte_cells(axes, frame, texts, size):
    """A box for each byte of a row, with its two digits or ``…``. ``frame`` is that of the first one.

    Returns:
        The right end of the last box, in inches.
    """
    x, y, width, height = frame
    for text in texts:
        rectangle(axes, (x, y, width, height), DISK, 0.6)
        write(axes, x + width / 2, y + height / 2, text, size, ha="center", family="monospace")
        x += width
    return x


LEGEND = 0.27  # inches: a line of a legend
SWATCH, AFTER_SWATCH, AFTER_WORD = 0.26, 0.08, 0.24


def lines_of(kinds, width):
    """The entries of a legend in lines that are at most ``width`` inches wide, each with where it begins."""
    lines, x = [[]], 0.15
    for word, look in kinds.items():
        needed = SWATCH + AFTER_SWATCH + inches(word, TEXT)
        if lines[-1] and x + needed > width - 0.1:
            lines.append([])
            x = 0.15
        lines[-1].append((x, word, look))
        x += needed + AFTER_WORD
    return lines


def legend_height(kinds, width):
    return LEGEND * len(lines_of(kinds, max(width, 4.2))) + 0.08


def legend(axes, kinds):
    """Says in words what the looks of boxes mean, in lines at the bottom.

    Args:
        kinds: ``{word: look}``, a look as ``rectangle`` takes it, and ``line``, its outline; or ``stack``, as of a box,
            or ``dashes``, as of an arrow.
    """
    lines = lines_of(kinds, axes.get_xlim()[1])
    for number, line in enumerate(lines, 1):
        y = 0.08 + LEGEND * (len(lines) - number)
        for x, word, look in line:
            look = {"color": look} if isinstance(look, str) else look
            if look.get("dashes"):
                axes.plot([x, x + SWATCH], [y + 0.13] * 2, color=GRAY, linewidth=1.2, linestyle=DASHES)
            elif look.get("stack"):
                rectangle(axes, (x + 0.04, y + 0.09, SWATCH - 0.04, 0.12), look, 1)
                rectangle(axes, (x, y + 0.05, SWATCH - 0.04, 0.12), look, 1)
            else:
                rectangle(axes, (x, y + 0.06, SWATCH, 0.14), look, look.get("line", 1))
            write(axes, x + SWATCH + AFTER_SWATCH, y + 0.13, word)
