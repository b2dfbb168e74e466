"""``Picture``: a figure with its text twin.

In a notebook it is an ``<img>`` with the text as its ``alt``, on white, legible in the light and the dark theme. In a
terminal, for a screen reader and in tests it is the text.
"""

import base64
import html
import io
import logging

# Matplotlib logs a line when it builds its cache of fonts, once a machine: it would stand in a learner's output.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

# The palette of Okabe and Ito, which color-blind people tell apart, lightened so that black text reads on it.
TINTS = {
    "orange": "#F5CF8A",
    "blue": "#A9D8F2",
    "green": "#8FD3BF",
    "purple": "#E6BFD5",
    "gray": "#E4E4E4",
    "white": "#FFFFFF",
}
INK = "#1B1B1B"
DPI = 110
BOLD = 2.6  # points: the outline of what is set apart


class Picture:
    """A figure with its text twin.

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
        return (
            f'<img alt="{html.escape(self.text, quote=True)}" width="{width}" style="max-width: 100%; height: auto" '
            f'src="data:image/png;base64,{png}">'
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


def canvas(width, height):
    """A white figure whose coordinates are inches. Made without pyplot, which would keep it in the kernel."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(width, 4.2), height), dpi=DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, figure.get_figwidth())
    axes.set_ylim(0, height)
    axes.axis("off")
    return figure, axes


def box(axes, frame, title, caption, color, dashed=False, bold=False):
    """A rounded box with a title in bold and a caption below it.

    Args:
        frame: left, bottom, width and height, in inches.
        dashed: a dashed, paler outline: something is missing here.
        bold: a thick outline: this is set apart.
    """
    from matplotlib.patches import FancyBboxPatch

    x, y, width, height = frame
    style = {"linewidth": BOLD if bold else 1}
    style |= {"linestyle": (0, (4, 3)), "edgecolor": "#6B6B6B"} if dashed else {"edgecolor": INK}
    corners = "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=corners, facecolor=color, **style))
    middle = {"ha": "center", "va": "center", "color": INK}
    axes.text(x + width / 2, y + height * 0.64, short(title), fontsize=10.5, weight="bold", **middle)
    axes.text(x + width / 2, y + height * 0.27, short(caption, 26), fontsize=8.5, **middle)


def rectangle(axes, frame, color, line):
    """A box with a plain outline of ``line`` points. ``frame`` is left, bottom, width and height, in inches."""
    from matplotlib.patches import Rectangle

    x, y, width, height = frame
    axes.add_patch(Rectangle((x, y), width, height, facecolor=color, edgecolor=INK, linewidth=line))


def legend(axes, kinds, set_apart=None):
    """Says in words what the tints mean, in a row at the lower left.

    Args:
        kinds: ``{word: color}``.
        set_apart: the word for what has a thick outline, if anything has.
    """
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=color, edgecolor=INK, label=word) for word, color in kinds.items()]
    if set_apart:
        handles.append(Patch(facecolor="white", edgecolor=INK, linewidth=BOLD, label=set_apart))
    axes.legend(
        handles=handles,
        loc="lower left",
        ncols=len(handles),
        frameon=False,
        fontsize=9,
        borderaxespad=0,
        borderpad=0.9,
        handlelength=1.2,
    )


def short(text, length=21):
    """A text that fits into a box: cut, and ending in ``…``, where it is longer."""
    return text if len(text) <= length else text[: length - 1] + "…"
