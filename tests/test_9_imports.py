"""Truth 9, the imports: they run down, ``import course`` is light, and TensorFlow starts quietly."""

import ast
import re
import subprocess
import sys

import networkx
import pytest

import course
from conftest import ROOT


def floors():
    """The floors of the two packages as CONTRIBUTING.md lists them, from top to bottom: each a list of modules."""
    house = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The house")[2]
    return [re.findall(r"`([\w.]+)`", line) for line in re.findall(r"^- (.*(?:\n  .*)*)", house, re.MULTILINE)]


def imports():
    """The imports among the packages' own modules, those inside functions too: pairs ``(importer, imported)``."""
    files = {}
    for package in ("course", "tfckpt"):
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            files[name] = path
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names if alias.name in files)
            elif isinstance(node, ast.ImportFrom) and node.module in files:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    yield name, inner if inner in files else node.module


def floor(module):
    """The number of the floor that lists a module, or the nearest package above it: the more exact line wins."""
    known = {name: number for number, names in enumerate(floors()) for name in names}
    room = module
    while room not in known or (room in ("course", "tfckpt") and room != module):
        assert "." in room, f"CONTRIBUTING.md lists no floor for {module}"
        room = room.rpartition(".")[0]
    return known[room]


def test_imports_run_down_and_never_in_a_circle():
    edges = [(a, b) for a, b in imports() if not b.startswith(a + ".")]  # a room's own front may name its modules
    assert len(edges) > 200
    for importer, imported in edges:
        assert floor(importer) <= floor(imported), f"{importer} imports {imported}, which is above it"
    circles = list(networkx.simple_cycles(networkx.DiGraph(edges)))
    assert circles == []


def test_a_rooms_table_has_each_of_its_modules():
    """What stands in the first column is the room: a module that was renamed or is new shows."""
    tables = 0
    for front in [path for package in ("course", "tfckpt") for path in (ROOT / package).rglob("__init__.py")]:
        table = re.search(
            r"^(=+) +=+\nmodule  .*\n=+ +=+\n((?:`.*\n)+)=", front.read_text(encoding="utf-8"), re.MULTILINE
        )
        if table:
            tables += 1
            named = [name for row in table[2].splitlines() for name in re.findall(r"`(\w+)`", row[: len(table[1])])]
            assert sorted(named) == sorted(path.stem for path in front.parent.glob("*.py") if path != front), front
    assert tables >= 6


def test_tfckpt_needs_nothing_of_the_course():
    assert not [edge for edge in imports() if edge[0].startswith("tfckpt") and edge[1].startswith("course")]


def test_import_course_is_light():
    code = (
        "import sys, course; heavy = {'tensorflow', 'numpy', 'matplotlib', 'jupyterlab', 'IPython', 'click'} & "
        "set(sys.modules); print(heavy)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_the_front_door_says_what_it_has():
    for name in course.__all__:
        assert f"``{name}" in course.__doc__
        assert getattr(course, name).__doc__
    assert set(course.__all__) <= set(dir(course))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = course.nothing


def test_tensorflow_starts_quietly():
    code = (
        "import course\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.logging.warning('this stays')"
    )
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.ps1 = '>>> '\n{code}"], capture_output=True, text=True
    )
    assert (result.stdout + result.stderr).strip() == "WARNING:tensorflow:this stays"


def test_matplotlib_looks_for_fonts_without_a_word():
    """It does so on its first use, which takes seconds in a new home, while a cell runs that draws nothing."""
    code = """if True:
        import logging
        import course
        import matplotlib.font_manager
        class AtOnce:
            daemon = True
            def __init__(self, seconds, says): self.start = says
            def cancel(self): pass
        matplotlib.font_manager.threading.Timer = AtOnce
        matplotlib.font_manager.findSystemFonts = lambda *arguments, **options: []
        matplotlib.font_manager.FontManager()
        logging.getLogger("matplotlib.font_manager").warning("this stays")
    """
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stderr.strip() == "this stays"
    told = subprocess.run([sys.executable, "-c", code.replace("import course", "")], capture_output=True, text=True)
    assert "building the font cache" in told.stderr, "what is hidden is what it says"


def test_what_is_hidden_is_kept():
    code = (
        "import course\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.disable_v2_behavior()\n"
        "from course.quiet import hidden\nprint(*hidden(), sep='|')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert result.stdout.startswith("From […]: disable_resource_variables (from tensorflow")
    assert "is deprecated and will be removed in a future version" in result.stdout
    assert "|" not in result.stdout, "each notice once, and no other one"
