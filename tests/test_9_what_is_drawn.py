"""Truth 9, the pictures: what is on the canvas is what their words say, and it can be read.

Here is what the words cannot show: where boxes and arrows are, their outlines, patterns and colors, and how large and
how clear the letters are.
"""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.text import Text

import course
from conftest import OURS
from course.show import picture as drawing
from course.show.picture import (
    ASKED,
    ASSIGNS,
    BOLD,
    CARD,
    CONSTANT,
    DISK,
    DPI,
    GRAPH,
    GRAY,
    INK,
    OTHER,
    READS,
    SESSION,
    WHITE,
)

ROOT = Path(__file__).parents[1]
NARROW = 564  # pixels: an output's width in JupyterLab, in a window of 700


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A graph of two variables, a session in which one of them has a value, and a checkpoint of this one."""
    tf.disable_v2_behavior()
    with tf.Graph().as_default() as graph:
        a = tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
        saver = tf.train.Saver()
        tf.get_variable("B", initializer=tf.constant(5, shape=[3]))
        session = tf.Session()
        session.run(a.initializer)
        prefix = saver.save(session, str(tmp_path_factory.mktemp("drawn") / "pair"))
    yield graph, session, saver, prefix
    session.close()


@pytest.fixture(scope="module")
def small():
    tf.disable_v2_behavior()
    with tf.Graph().as_default() as graph:
        tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
        before = graph.get_operations()
        with tf.control_dependencies([graph.get_operation_by_name("A/Assign")]):
            tf.no_op("step")
    return graph, before


@pytest.fixture(scope="module")
def pictures(pair, small):
    """One of each kind, and of each way to draw it."""
    graph, session, saver, prefix = pair
    walk = course.show.walk(prefix)
    walk.step("begin", session)
    walk.step("look again, with a rather long description of what was done", session)
    with tf.Graph().as_default() as deep:
        tensor = tf.constant(1.0, name="a_constant_with_a_long_name")
        for name in "abcdefghi":
            with tf.name_scope(name):
                tensor = tf.nn.relu(tensor * 2.0 + 1.0)
    shown = {
        "graph": course.show.graph(*small),
        "passing": course.show.graph(passing(2)),
        "passing, down": course.show.graph(passing(5)),
        "circle": course.show.graph(circle()),
        "by scope": course.show.graph(graph),
        "deep": course.show.graph(deep),
        "values": course.show.values(graph, session, prefix),
        "five columns": course.show.values(graph, {f"session {i}": session for i in range(3)}, prefix),
        "graphs": course.show.graphs({"old": graph, "empty": tf.Graph(), "small": small[0]}, saver),
        "bytes": course.show.disk(prefix),
        "blocks": course.show.disk(OURS / "kinds" / "model"),
        "one run": course.show.training({"loss": {1: 3.0, 2: 2.0}}),
        "runs": course.show.training({str(i): {1: 10.0 + i, 9: 0.02} for i in range(4)}, saves=[2]),
        "curves": course.show.curves({str(i): {1: 10.0 + i, 900: 0.02} for i in range(4)}, "minutes", "time lost"),
        **{f"step {i}": frame.picture for i, frame in enumerate(walk.frames)},
    }
    for name in ("pair", "kinds"):
        found = course.show.index(OURS / name / "model").pictures
        shown |= {f"index of {name} {i}": part for i, part in enumerate(found)}
    for picture in shown.values():
        FigureCanvasAgg(picture.figure).draw()  # so that ticks have their texts, and all texts their places
    return shown


def passing(steps):
    """A graph whose last operation is fed by all that come before it, so that arrows pass the boxes between."""
    with tf.Graph().as_default() as graph:
        made = [tf.constant(1.0, name="begin")]
        for number in range(steps):
            made.append(tf.add_n(made, name=f"step_{number}"))
    return graph


def circle():
    """A graph with a loop: the operations in it feed each other."""
    with tf.Graph().as_default() as graph:
        tf.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)])
    return graph


def texts(picture):
    return [text.get_text() for text in picture.figure.axes[0].texts]


def patches(picture, kind):
    return [patch for patch in picture.figure.axes[0].patches if type(patch) is kind]


def frame(patch):
    return patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()


def inside(x, y, patch, slack=0.02):
    left, bottom, width, height = frame(patch)
    return left - slack <= x <= left + width + slack and bottom - slack <= y <= bottom + height + slack


def boxes(picture):
    """``[((title, caption), box, hatch and color of the bar in it, if any)]``; boxes behind others have no text."""
    axes, found = picture.figure.axes[0], []
    drawn = patches(picture, FancyBboxPatch)
    for number, box in enumerate(drawn):
        said = [text.get_text() for text in axes.texts if inside(*text.get_position(), box)]
        behind = number + 1 < len(drawn) and 0 < frame(box)[0] - frame(drawn[number + 1])[0] < 0.1
        bars = [bar for bar in patches(picture, Rectangle) if inside(*frame(bar)[:2], box)]
        if not behind:
            found.append((tuple(said), box, (bars[0].get_hatch(), to_hex(bars[0].get_facecolor())) if bars else None))
    return found


def color(patch):
    return to_hex(patch.get_facecolor()).upper()


def dashed(box):
    return box.get_linestyle() not in ("-", "solid")


def bar(look):
    return look.get("hatch"), to_hex(look.get("color", WHITE))


def test_graph(small):
    picture = course.show.graph(*small)
    found = {said[0]: (said[1], box, mark) for said, box, mark in boxes(picture)}
    assert {name: (said, mark) for name, (said, _, mark) in found.items()} == {
        "Const": ("Const", bar({})),
        "A": ("VariableV2", bar({"color": INK})),
        "A/Assign": ("Assign", bar(ASSIGNS)),
        "A/read": ("Identity", bar(READS)),
        "step": ("NoOp, new", bar(OTHER)),
    }
    assert len({mark for *_, mark in found.values()}) == 5, "told apart without color"
    assert {color(box) for _, box, _ in found.values()} == {GRAPH}
    assert [name for name, (_, box, _) in found.items() if box.get_linewidth() == BOLD] == ["step"]
    assert arrows(picture) == {("Const", "A/Assign"), ("A", "A/Assign"), ("A", "A/read")}
    assert arrows(picture, waits=True) == {("A/Assign", "step")}
    assert texts(picture)[-7:] == ["constant", "variable", "assigns", "reads", "other", "new", "runs before"]


def arrows(picture, waits=False):
    """``{(from, to)}`` by the titles of the boxes that the arrows touch, of those with dashes or of the others."""
    found = set()
    for arrow in patches(picture, FancyArrowPatch):
        assert arrow.get_arrowstyle().__class__.__name__ == "CurveFilledB", "the head is at its end"
        ends = [[said[0] for said, box, _ in boxes(picture) if inside(*end, box)] for end in corners(arrow)[[0, -1]]]
        if dashed(arrow) == waits:
            found.add((ends[0][0], ends[1][0]))
    return found


def corners(arrow):
    return arrow._path_original.vertices


@pytest.mark.parametrize("name", ["graph", "by scope", "deep", "passing", "passing, down", "circle"])
def test_no_arrow_runs_behind_a_box(pictures, name):
    drawn = [box for _, box, _ in boxes(pictures[name])]
    for arrow in patches(pictures[name], FancyArrowPatch):
        for (x, y), (to_x, to_y) in pairwise(corners(arrow)):
            for share in np.linspace(0, 1, 101):
                at = x + (to_x - x) * share, y + (to_y - y) * share
                assert not any(inside(*at, box, slack=-0.01) for box in drawn)


@pytest.mark.parametrize("name", ["graph", "by scope", "deep", "passing", "passing, down", "circle"])
def test_arrows_are_what_the_words_say(pictures, name):
    for waits, verb in ((False, "feeds"), (True, "runs before")):
        said = set()
        for line in repr(pictures[name]).splitlines()[1:]:
            fed = re.search(rf"{verb} (.*?)(?:, and runs before .*)?\.$", line)
            said |= {(line.split()[0], target) for target in fed[1].split(", ")} if fed else set()
        assert said or waits
        drawn = sorted(arrows(pictures[name], waits))
        for (source, target), whole in zip(drawn, sorted(said), strict=True):
            assert whole[0].startswith(source.rstrip("…")) and whole[1].startswith(target.rstrip("…"))


def test_a_scope_is_a_stack(pictures):
    scopes = [said for said, _, mark in boxes(pictures["by scope"]) if mark is None]
    assert scopes and all(re.search(r"\d+ operations$", said[1]) for said in scopes)
    behind = len(patches(pictures["by scope"], FancyBboxPatch)) - len(boxes(pictures["by scope"]))
    assert behind == len(scopes)


def test_values(pair):
    graph, session, _, prefix = pair
    drawn = [(*said, color(box), dashed(box)) for said, box, _ in boxes(course.show.values(graph, session, prefix))]
    assert drawn == [
        ("A", "int32 [2]", GRAPH, False),
        ("B", "int32 [3]", GRAPH, False),
        ("A", "[3 3]", SESSION, False),
        ("B", "nothing", CARD, True),
        ("A", "[3 3]", DISK, False),
        ("B", "nothing", CARD, True),
    ]


def test_graphs(pair):
    graph, _, saver, _ = pair
    picture = course.show.graphs({"old": graph, "empty": tf.Graph()}, saver)
    drawn = [(said[0], color(box), dashed(box), mark) for said, box, mark in boxes(picture)]
    variable = bar({"color": INK})
    assert drawn == [
        ("A", GRAPH, False, variable),
        ("B", GRAPH, False, variable),
        ("save/Const", GRAPH, False, bar(ASKED)),
        ("save/restore_all", GRAPH, False, bar(ASKED)),
        ("A", CARD, True, None),
        ("B", CARD, True, None),
        ("save/Const", CARD, True, bar(ASKED)),
        ("save/restore_all", CARD, True, bar(ASKED)),
    ]
    assert texts(picture)[-3:] == ["variable", "other operation", "what the Saver asks for"]
    swatches = [(patch.get_hatch(), to_hex(patch.get_facecolor())) for patch in patches(picture, Rectangle)[-3:]]
    assert swatches == [variable, bar(OTHER), bar(ASKED)]


def test_a_constant_looks_alike_in_both_pictures_of_graphs():
    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name="c")
        tf.no_op(name="n")
    several = course.show.graphs({"one": graph})
    for picture in (several, course.show.graph(graph)):
        assert {said[0]: mark for said, _, mark in boxes(picture)} == {"c": bar(CONSTANT), "n": bar(OTHER)}
    assert texts(several)[-3:] == ["variable", "constant", "other operation"]


def test_disk_byte_by_byte():
    prefix = OURS / "pair" / "model"
    picture = course.show.disk(prefix)
    data = prefix.with_name("model.data-00000-of-00001").read_bytes()
    written = picture.figure.axes[0].texts
    cells = [text for text in written if "monospace" in text.get_family()]
    assert "".join(text.get_text() for text in cells) == data.hex()
    numbers = {round(t.get_position()[0], 2): [] for t in cells}
    for text in written:
        if text.get_fontsize() == drawing.SMALL:
            numbers[round(text.get_position()[0], 2)].append(int(text.get_text()))
    assert sorted(n for found in numbers.values() for n in found) == list(range(len(data)))
    first, last = cells[0].get_position()[0], cells[7].get_position()[0]
    assert numbers[round(first, 2)] == [0, 8] and numbers[round(last, 2)] == [7, 15]
    others = [text for text in written if text not in cells and text.get_fontsize() == drawing.TEXT]
    assert [text.get_text() for text in others] == ["int32 [2]", "3", "3", "int32 [3]", "5", "5", "5"]
    assert {color(patch) for patch in patches(picture, Rectangle) if patch.get_facecolor()[3]} == {DISK}


def test_disk_in_blocks(pictures):
    """Each block lies where its bytes do, and a block of several variables has a pattern."""
    drawn = patches(pictures["blocks"], Rectangle)[:24]  # then comes the legend
    rest, blocks = drawn[0::2], drawn[1::2]
    said = re.findall(r"bytes (\d+) to (\d+)", repr(pictures["blocks"]))
    assert len(said) == len(blocks) == 12
    for (first, last), whole, block in zip(said, rest, blocks, strict=True):
        left, _, width, _ = frame(whole)
        assert frame(block)[0] == pytest.approx(left + width * int(first) / 276)
        assert frame(block)[2] == pytest.approx(width * (int(last) + 1 - int(first)) / 276, abs=0.02)
        assert (color(whole), color(block)) == (CARD, DISK)
    assert [block.get_hatch() for block in blocks] == [None] * 11 + ["//////"]


def test_index():
    from course.show.index import LOOKS

    prefix = OURS / "pair" / "model"
    data = prefix.with_name("model.index").read_bytes()
    parts = course.show.index(prefix).pictures
    cells = [[t.get_text() for t in part.figure.axes[0].texts if "monospace" in t.get_family()] for part in parts]
    assert "".join(sum(cells[:3], [])) == data[:-48].hex()
    footer = data[-48:].hex(" ").split()
    assert cells[3] == [*footer[:4], "00", "00", "…", "00", *footer[-8:]]
    first = parts[0]
    assert texts(first)[:3] == [
        "model.index: 142 bytes",
        "Data block, bytes 0 to 56, and a trailer of 5",
        "header, from byte 0",
    ]
    assert {"int32 [2], at 0, 8 bytes, checksum", '"A"', "0, 1, 15", "checksum"} <= set(texts(first))
    bars = [p for p in patches(first, Rectangle) if frame(p)[3] == pytest.approx(0.07) and frame(p)[1] > 0.7]
    kinds = ["lengths", "value"] + ["lengths", "key", "value"] * 2 + ["places", "places", "fixed", "checksum"]
    assert [(p.get_hatch(), to_hex(p.get_facecolor())) for p in bars] == [bar(LOOKS[kind]) for kind in kinds]
    assert len({bar(look) for look in LOOKS.values()}) == len(LOOKS), "told apart without color"
    assert {color(p) for p in patches(first, Rectangle) if p.get_facecolor()[3]} == {DISK, INK, WHITE}


def test_training_has_no_color_of_a_place(pictures):
    *runs, saves = pictures["runs"].figure.axes[0].lines
    assert {line.get_color() for line in runs} <= {INK, GRAY}
    assert len({line._dash_pattern[1] and tuple(line._dash_pattern[1]) for line in runs}) == 4, "told apart by dashes"
    assert (saves.get_marker(), saves.get_color()) == ("^", DISK), "a checkpoint is on disk"
    assert saves.get_label() == "a checkpoint on disk", "those that were saved and deleted again are not marked"
    assert {line.get_color() for line in pictures["curves"].figure.axes[0].lines} <= {INK, GRAY}


def test_steps_of_a_walk_have_one_size(pictures):
    first, second = pictures["step 0"], pictures["step 1"]
    assert tuple(first.figure.get_size_inches()) == tuple(second.figure.get_size_inches())


# How clear it is.


def test_letters_are_large_enough(pictures):
    """11 pixels as they are shown in a narrow window. A picture that would become smaller scrolls."""
    for name, picture in pictures.items():
        html = picture._repr_html_()
        width, least = (int(re.search(pattern, html)[1]) for pattern in (r'width="(\d+)"', r"min-width: (\d+)px"))
        assert "max-width: 100%" in html and "overflow-x: auto" in html
        scale = (max(min(width, NARROW), least) - 2) / width  # a border of one pixel on either side
        sizes = [t.get_fontsize() for t in picture.figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
        assert min(sizes) * DPI / 72 * scale >= 11, name
        if name != "five columns":
            assert width <= 620 and least <= NARROW, f"{name} scrolls in a window of 700 pixels"
        assert len(html) < 100_000, name


def test_texts_lie_on_the_canvas_and_not_on_each_other(pictures):
    for name, picture in pictures.items():
        page = picture.figure.bbox
        if picture.figure.axes[0].axison:
            continue  # a plot's labels are Matplotlib's own business
        shown = [text for text in picture.figure.axes[0].texts if text.get_text().strip()]
        extents = [(text.get_text(), text.get_window_extent()) for text in shown]
        for text, extent in extents:
            assert page.x0 <= extent.x0 and extent.x1 <= page.x1, f"{name}: {text!r} is cut off"
            assert page.y0 <= extent.y0 and extent.y1 <= page.y1, f"{name}: {text!r} is cut off"
        for i, (text, one) in enumerate(extents):
            over = [other for other, two in extents[:i] if one.padded(-1.5).overlaps(two.padded(-1.5))]
            assert not over, f"{name}: {text!r} lies on {over}"


def luminance(rgb):
    parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def rgb(text):
    return [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def turned(color):
    """What ``invert(1) hue-rotate(180deg)`` makes of a color: the matrix that the CSS standard gives, for cos = -1."""
    r, g, b = (1 - part for part in color)
    rows = ((-0.574, 1.430, 0.144), (0.426, 0.430, 0.144), (0.426, 1.430, -0.856))
    return [min(max(x * r + y * g + z * b, 0), 1) for x, y, z in rows]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("seen_as", [list, turned], ids=["light", "dark"])
def test_contrast(seen_as):
    """Of letters 4.5 on all that they are written on, of lines 3; the card is not glaring on a dark page."""
    for ground in (CARD, GRAPH, SESSION, DISK, WHITE):
        assert contrast(seen_as(rgb(INK)), seen_as(rgb(ground))) >= 4.5
    assert contrast(seen_as(rgb(GRAY)), seen_as(rgb(CARD))) >= 3
    page = rgb("#ffffff" if seen_as is list else "#111111")
    assert contrast(seen_as(rgb(CARD)), page) < 1.4, "a soft card"


def test_hues_stay_in_the_dark_theme():
    from colorsys import rgb_to_hsv

    for color in (GRAPH, SESSION, DISK):
        hues = [rgb_to_hsv(*look(rgb(color)))[0] for look in (list, turned)]
        assert abs(hues[0] - hues[1]) < 0.05
    assert "invert(1) hue-rotate(180deg)" in (ROOT / "course/lab/custom.css").read_text()
    assert "invert(1) hue-rotate(180deg)" in (ROOT / "course/site/static/course.css").read_text()


def test_no_text_without_a_card_would_do():
    """Why the pictures are not transparent: no gray has a contrast of 4.5 on JupyterLab's white and on its black."""
    grays = ([value / 1000] * 3 for value in range(1001))
    assert max(min(contrast(g, rgb("#ffffff")), contrast(g, rgb("#111111"))) for g in grays) < 4.5
