"""Truth 9, the pictures: each says in words what it draws, and draws what is there."""

import re
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

import course
from conftest import OURS
from tfckpt import CheckpointError


@pytest.fixture
def graph():
    tf.disable_v2_behavior()
    with tf.Graph().as_default() as graph:
        tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
    return graph


def test_show_graph(graph):
    picture = course.show.graph(graph)
    assert repr(picture).splitlines() == [
        "A graph of 4 operations.",
        "Const (Const) feeds A/Assign.",
        "A (VariableV2) feeds A/Assign, A/read.",
        "A/Assign (Assign).",
        "A/read (Identity).",
    ]
    html = picture._repr_html_()
    assert re.match(
        '<div tabindex="0" style="margin: [^"]*"><img class="course-picture" alt="A graph of 4 operations.', html
    )
    assert len(html) < 100_000
    assert picture.png().startswith(b"\x89PNG")


def test_show_graph_tells_what_only_waits(graph):
    with graph.as_default():
        tf.global_variables_initializer()
    assert "A/Assign (Assign) runs before init." in repr(course.show.graph(graph)).splitlines()


def test_show_graph_by_scope(graph):
    with graph.as_default():
        tf.train.Saver()
        for i in range(300):
            tf.constant(1, name=f"many/c{i}")
        tf.while_loop(lambda i: i < 3, lambda i: i + 1, [tf.constant(0)])  # feeds itself: a circle
    picture = course.show.graph(graph)
    lines = repr(picture).splitlines()
    assert f"{len(graph.get_operations())} operations, drawn as " in lines[0]
    assert "many (300 operations)." in lines
    assert "A (3 operations) feeds save." in lines
    assert len(picture._repr_html_()) < 100_000


def test_show_values(graph, in_folder):
    with graph.as_default():
        saver = tf.train.Saver()
        late = tf.get_variable("late", initializer=tf.constant(1.5))
        init_op, change = tf.global_variables_initializer(), late.assign(2.5)
        before = len(graph.get_operations())
        first, second = tf.Session(), tf.Session()
        first.run(init_op)
        prefix = saver.save(first, "pair")
        first.run(change)
    picture = course.show.values(graph, {"first session": first, "second session": second}, prefix)
    assert repr(picture).splitlines() == [
        "Graph. A: int32 [2]; late: float32 [].",
        "First session. A: [3 3]; late: 2.5.",
        "Second session. A: nothing; late: nothing.",
        "Disk. A: [3 3]; late: nothing.",
    ]
    assert len(picture._repr_html_()) < 100_000
    assert len(graph.get_operations()) == before, "looking changes nothing"
    first.close()
    assert "Session. A: nothing; late: nothing." in repr(course.show.values(graph, first))
    with pytest.raises(CheckpointError, match="No checkpoint has the prefix 'typo'"):
        course.show.values(graph, first, "typo")
    Path("pair.index").write_bytes(b"no table")
    with pytest.raises(CheckpointError, match="pair.index cannot be read"):
        course.show.values(graph, first, prefix)
    assert repr(course.show.values(tf.Graph())) == "Graph. no variables."


def test_show_an_empty_graph():
    assert repr(course.show.graph(tf.Graph())) == "A graph without operations."
    assert course.show.graph(tf.Graph()).png().startswith(b"\x89PNG")


def test_show_graph_sets_new_operations_apart(graph):
    before = graph.get_operations()
    with graph.as_default():
        tf.global_variables_initializer()
    lines = repr(course.show.graph(graph, before)).splitlines()
    assert lines[0] == "A graph of 5 operations, 1 of them new."
    assert lines[-1] == "init (NoOp, new)."
    assert "A (VariableV2) feeds A/Assign, A/read." in lines
    with graph.as_default():
        tf.train.Saver()
    lines = repr(course.show.graph(graph, before)).splitlines()
    assert lines[0] == "A graph of 17 operations, 13 of them new, drawn as 4 boxes, one a scope."
    assert lines[3:] == ["init (NoOp, new).", "save (12 operations, new)."]
    plain, bold = (course.show.graph(graph, known).png() for known in ((), before))
    assert plain != bold, "the picture shows it too"


def test_show_graph_counts_what_is_new_in_a_scope(graph):
    with graph.as_default():
        tf.train.Saver()
        before = graph.get_operations()
        with tf.name_scope("save/"):
            tf.constant(1)
        tf.constant(2, name="extra")
    lines = repr(course.show.graph(graph, before)).splitlines()
    assert "save (13 operations, 1 new)." in lines
    assert "extra (Const, new)." in lines


@pytest.mark.parametrize(("layers", "others"), [(30, 0), (3, 40)])
def test_show_graph_of_many_scopes(layers, others):
    with tf.Graph().as_default() as graph:
        tensor = tf.constant(1.0, name="input")
        for i in range(layers):
            with tf.name_scope(f"layer_{i}"):
                tensor = tf.nn.relu(tensor * 2.0 + 1.0)
        for i in range(others):
            with tf.name_scope("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[i] + "x"):
                tf.constant(i)
    picture = course.show.graph(graph)
    lines = repr(picture).splitlines()
    count = len(graph.get_operations())
    assert lines[0].startswith(f"A graph of {count} operations, drawn as ")
    assert len(lines) - 1 <= 16
    counts = [re.search(r"\((\d+) operations", line) for line in lines[1:]]
    assert sum(int(found[1]) if found else 1 for found in counts) == count, "every operation is in one box"
    assert len(picture._repr_html_()) < 100_000
    assert picture.figure.get_figwidth() < 12, "no wider than a page"


def test_show_graphs(graph):
    with graph.as_default():
        saver = tf.train.Saver()
    tf.reset_default_graph()
    tf.constant(1.0, name="x")
    graphs = {"old": graph, "empty": tf.Graph(), "new": tf.get_default_graph()}
    picture = course.show.graphs(graphs, saver)
    assert repr(picture).splitlines() == [
        "The Saver asks a graph for save/Const and save/restore_all.",
        "Old (16 operations). A: int32 [2]; x: nothing; save/Const: PlaceholderWithDefault; save/restore_all: NoOp.",
        "Empty (0 operations). A: nothing; x: nothing; save/Const: nothing; save/restore_all: nothing.",
        "New (default graph, 1 operation). A: nothing; x: Const; save/Const: nothing; save/restore_all: nothing.",
    ]
    assert picture.png().startswith(b"\x89PNG")
    assert repr(course.show.graphs({"empty": tf.Graph()})) == "Empty (0 operations). nothing."


def test_texts_are_cut_where_they_do_not_fit():
    from course.show.picture import fitted, inches

    assert fitted("variable", inches("variable")) == "variable"
    assert fitted("a" * 50, 1).endswith("a…") and 0.9 < inches(fitted("a" * 50, 1)) <= 1
    assert fitted("variable", 0.01) == "…"
    assert inches("$variable$") > inches("variable"), "names are no formulas"


def test_show_disk_byte_by_byte():
    picture = course.show.disk(OURS / "pair" / "model")
    assert repr(picture).splitlines() == [
        "model.data-00000-of-00001: 20 bytes.",
        "A (int32 [2]), bytes 0 to 7: 03 00 00 00 is 3, 03 00 00 00 is 3.",
        "B (int32 [3]), bytes 8 to 19: 05 00 00 00 is 5, 05 00 00 00 is 5, 05 00 00 00 is 5.",
    ]
    assert picture.png().startswith(b"\x89PNG")


def test_show_disk_of_two_shards():
    lines = repr(course.show.disk(OURS / "sharded" / "model")).splitlines()
    assert lines[0] == "model.data-00000-of-00002: 16 bytes."
    assert lines[2] == "model.data-00001-of-00002: 16 bytes."


def test_show_disk_in_blocks():
    """The parts of a partitioned variable lie end to end, and what is left over is counted."""
    lines = repr(course.show.disk(OURS / "kinds" / "model")).splitlines()
    assert lines[0] == "model.data-00000-of-00001: 276 bytes."
    assert "partitioned, part 0 (float32 [4, 4]), bytes 90 to 153, 64 bytes." in lines
    assert "partitioned, part 1 (float32 [3, 4]), bytes 154 to 201, 48 bytes." in lines
    assert lines[-1] == "2 others (2 variables), bytes 254 to 275, 22 bytes."


def test_show_disk_of_many_variables(in_folder):
    names = [f"layer_{i:02d}/{part}" for i in range(10) for part in ("bias", "kernel")]
    with tf.Graph().as_default(), tf.Session() as sess:
        for name in names:
            tf.get_variable(name, initializer=tf.ones([4]))
        tf.get_variable("step", initializer=tf.constant(b"a string, which has no fixed size"))
        sess.run(tf.global_variables_initializer())
        prefix = tf.train.Saver().save(sess, "many")
    picture = course.show.disk(prefix)
    lines = repr(picture).splitlines()
    assert lines[1] == "layer_00 (2 variables), bytes 0 to 31, 32 bytes."
    assert lines[10] == "layer_09 (2 variables), bytes 288 to 319, 32 bytes."
    assert lines[11].startswith("step (string []), bytes 320 to ")
    assert len(picture._repr_html_()) < 100_000
    Path("many.data-00000-of-00001").unlink()
    assert repr(course.show.disk(prefix)) == repr(picture), "the layout stands in the index alone"


def test_show_disk_of_a_string(in_folder):
    with tf.Graph().as_default(), tf.Session() as sess:
        text = tf.get_variable("text", initializer=tf.constant(b"abc"))
        sess.run(text.initializer)
        prefix = tf.train.Saver().save(sess, "text")
    assert repr(course.show.disk(prefix)).splitlines()[1].endswith("61 62 63.")
    with pytest.raises(CheckpointError, match="No checkpoint has the prefix"):
        course.show.disk("typo")


def test_show_index():
    """Every byte of a file is in the picture once, and in its words."""
    picture = course.show.index(OURS / "pair" / "model")
    data = (OURS / "pair" / "model.index").read_bytes()
    lines = repr(picture).splitlines()
    assert lines[0] == "model.index: 142 bytes."
    assert lines[3] == (
        'A, from byte 9: 00 01 0f is 0 shared, 1 new, 15; 41 is "A"; '
        "08 03 12 04 12 02 08 02 28 08 35 75 55 37 1c is int32 [2], at 0, 8 bytes, checksum."
    )
    assert "Footer, bytes 94 to 141." in lines
    from tfckpt.format.layout import layout

    sections = layout(data)
    assert b"".join(group.content for section in sections for row in section.rows for group in row.groups) == data
    at = 0
    for section in sections:
        assert section.start == section.rows[0].start == at
        for row in section.rows:
            assert row.start == at
            at += sum(len(group.content) for group in row.groups)
        assert section.start + section.size == at
    assert [part.text.splitlines()[0 if i else 1].partition(",")[0] for i, part in enumerate(picture.pictures)] == [
        "Data block",
        "Meta-index block",
        "Index block",
        "Footer",
    ], "a picture a block"
    assert picture._repr_html_().count("<img") == 4


def test_show_index_of_many_and_of_parts(in_folder):
    lines = repr(course.show.index(OURS / "kinds" / "model")).splitlines()
    assert sum(line.startswith("a part, from byte") for line in lines) == 3
    assert any(line.startswith("10 more, from byte") for line in lines)
    with tf.Graph().as_default(), tf.Session() as sess:
        for i in range(50):
            tf.get_variable(f"a_name/{i:02d}/{'x' * 60}", initializer=tf.ones([4]))
        sess.run(tf.global_variables_initializer())
        prefix = tf.train.Saver().save(sess, "many")
    picture = course.show.index(prefix)
    assert len(repr(picture).splitlines()) < 20
    assert all(len(part.png()) < 100_000 for part in picture.pictures)
    with pytest.raises(CheckpointError, match="No checkpoint has the prefix"):
        course.show.index("typo")
    Path("many.index").write_bytes(b"no table")
    with pytest.raises(CheckpointError, match="many.index cannot be read"):
        course.show.index("many")


def test_show_training():
    runs = {"whole": {1: 10.0, 2: 1.0, 3: 0.123456}, "resumed": {3: 0.5}}
    picture = course.show.training(runs, saves=[2, 3])
    assert repr(picture).splitlines() == [
        "whole: the loss is 10 at step 1, 1 at step 2, 0.123 at step 3.",
        "resumed: the loss is 0.5 at step 3.",
        "Saved after step 2, 3.",
    ]
    axes = picture.figure.axes[0]
    assert axes.get_yscale() == "log"
    whole, resumed, saves = axes.lines
    assert list(whole.get_xdata()) == [1, 2, 3] and list(whole.get_ydata()) == [10.0, 1.0, 0.123456]
    assert list(resumed.get_xdata()) == [3] and list(saves.get_xdata()) == [2, 3]
    assert whole.get_linestyle() != resumed.get_linestyle(), "told apart without color"
    assert len(picture._repr_html_()) < 100_000


def test_show_training_of_nothing():
    with pytest.raises(ValueError, match="The run 'resumed' has no step to draw"):
        course.show.training({"resumed": {}})
    for number in (0, 5):
        with pytest.raises(ValueError, match=f"draws one to four runs, and got {number}"):
            course.show.training({str(i): {1: 1.0} for i in range(number)})


def test_show_curves():
    lines = {"simulated": {12: 0.4349, 1200: 0.5, 120: 0.0931}, "flat": {1: 2.0}}
    picture = course.show.curves(lines, x="minutes", y="loss")
    assert repr(picture).splitlines() == [
        "loss, by minutes.",
        "simulated: 0.43 at 12, 0.093 at 120, 0.5 at 1200.",
        "flat: 2 at 1.",
    ]
    axes = picture.figure.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("minutes", "loss")
    simulated, flat = axes.lines
    assert list(simulated.get_xdata()) == [12, 120, 1200] and list(simulated.get_ydata()) == [0.4349, 0.0931, 0.5]
    assert simulated.get_linestyle() != flat.get_linestyle(), "told apart without color"
    assert len(picture._repr_html_()) < 100_000


def test_show_curves_with_a_limit_says_nothing_of_numbers():
    lines = {"rises": {1: 1.0, 10: 3.0, 100: 7.5}, "low": {5: 4.0}}
    picture = course.show.curves(lines, x="variables", y="times", limit=5)
    assert repr(picture).splitlines() == [
        "times, by variables.",
        "rises: below 5 at 1, above 5 at 100.",
        "low: below 5 at 5.",
    ]
    assert list(picture.figure.axes[0].lines[-1].get_ydata()) == [5, 5], "the limit is drawn"


def test_show_curves_of_nothing():
    for number in (0, 5):
        with pytest.raises(ValueError, match=f"draws one to four lines, and got {number}"):
            course.show.curves({str(i): {1: 1.0} for i in range(number)}, "x", "y")
    with pytest.raises(ValueError, match="The line 'a' has no point"):
        course.show.curves({"a": {}}, "x", "y")
    for point in ((0, 1.0), (1, 0.0), (1, -2.0), (1, float("nan"))):
        with pytest.raises(ValueError, match="needs numbers above 0"):
            course.show.curves({"a": dict([point])}, "x", "y")


def walked(prefix=None):
    """A walk through a small program, from an empty graph to the values on disk."""
    tf.disable_v2_behavior()
    walk = course.show.walk(prefix)
    with tf.Graph().as_default():
        walk.step("begin")
        a = tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
        init_op, saver = tf.global_variables_initializer(), tf.train.Saver()
        walk.step("create <A>")
        with tf.Session() as sess:
            walk.step("open a session", sess)
            sess.run(init_op)
            walk.step("run init_op", sess)
            if prefix:
                saver.save(sess, prefix)
                walk.step("save", sess)
            sess.run(a)
            walk.step("read A", sess)
        walk.step("close the session", sess)
    return walk


def test_show_walk(in_folder):
    walk = walked("pair")
    lines = repr(walk).splitlines()
    assert lines[:8] == [
        "Step 1 of 7: begin",
        "Graph (0 operations). A: nothing.",
        "Session (none). A: nothing.",
        "Disk (no checkpoint). A: nothing.",
        "Step 2 of 7: create <A>",
        "Changed. Graph: from 0 operations to 17 operations; A from nothing to int32 [2].",
        "Graph (17 operations). A: int32 [2].",
        "Session (none). A: nothing.",
    ]
    said = [line for line in lines if line.startswith(("Changed", "Nothing"))]
    assert said[1:] == [
        "Changed. Session: from none to open.",
        "Changed. Session: A from nothing to [3 3].",
        "Changed. Disk: from no checkpoint to a checkpoint; A from nothing to [3 3].",
        "Nothing changed.",
        "Changed. Session: from open to closed; A from [3 3] to nothing.",
    ]
    assert lines[-4:] == [
        "Changed. Session: from open to closed; A from [3 3] to nothing.",
        "Graph (17 operations). A: int32 [2].",
        "Session (closed). A: nothing.",
        "Disk (a checkpoint). A: [3 3].",
    ]


def test_show_walk_as_a_page(in_folder):
    """The steps are radio buttons with their pages. A screen reader says a step's title."""
    page = walked("pair")._repr_html_()
    assert page.count("<img ") == page.count('<input type="radio" name="step" aria-label="Step ') == 7
    assert page.count("<form") == page.count(" checked>") == 1
    assert page.index(" checked>") < page.index("Step 2 of 7")
    assert 'aria-label="Step 2 of 7: create &lt;A&gt;"' in page and "<b>Step 2 of 7: create &lt;A&gt;</b>" in page
    second = page.split("<div><label")[2]
    assert second.index("<b>Step 2") < second.index("<p>Changed. Graph: from 0 operations") < second.index("<img")
    assert ".course-walk p + p { order: 1; }" in page, "seen below the picture, which stays where it is"
    assert (
        'alt="Graph (17 operations). A: int32 [2].\nSession (closed). A: nothing.\nDisk (a checkpoint). A: [3 3]."'
        in page
    )
    assert "<script" not in page and " id=" not in page and "http" not in page


def test_show_walk_leaves_out_what_says_nothing(in_folder):
    """No prefix: no disk. No session in any step: no session. The number of operations is told where it changes."""
    assert "Disk" not in repr(walked())
    walk = course.show.walk()
    assert repr(walk) == "A walk without steps." and walk._repr_html_() == "<p>A walk without steps.</p>"
    with tf.Graph().as_default():
        tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
        walk.step("look")
        assert repr(walk) == "Step 1 of 1: look\nGraph. A: int32 [2]."
        walk.step("look again")
    assert repr(walk).splitlines()[2:] == ["Step 2 of 2: look again", "Nothing changed.", "Graph. A: int32 [2]."]


def test_show_walk_sets_apart_what_changed(in_folder):
    from course.show.picture import BOLD

    frames = walked("pair").frames
    bold = [sum(patch.get_linewidth() == BOLD for patch in frame.picture.figure.axes[0].patches) for frame in frames]
    assert bold == [0, 1, 0, 1, 1, 0, 1]


def test_show_walk_of_what_cannot_be_looked_at(graph, in_folder):
    walk = course.show.walk("pair")
    with pytest.raises(ValueError, match="a few words on what was done"):
        walk.step(" ")
    Path("pair.index").write_bytes(b"no table")
    with pytest.raises(CheckpointError, match="pair.index cannot be read"):
        walk.step("look")
    with tf.Session(graph=tf.Graph()) as sess:
        course.show.walk().step("open a session on an empty graph", sess)
    before = len(graph.get_operations())
    with tf.Session(graph=graph) as sess:
        course.show.walk().step("look", sess)
    assert len(graph.get_operations()) == before, "looking changes nothing"
