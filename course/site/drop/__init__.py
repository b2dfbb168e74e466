"""The page "What is in this checkpoint?": the course's ``inspect`` and ``diff`` in a browser, without a server's help.

``page/`` has its HTML, style and scripts, ``inside/`` the Python that runs in the browser beside ``tfckpt``.
"""

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import course
import tfckpt
from course.site.drop import pyodide
from tfckpt.describe import size

HERE = Path(__file__).parent
FILES = HERE.parents[1] / "lessons" / "files" / "tf-1.15.5"
SAMPLES = {  # what one can try who has no checkpoint at hand; the page gets them without their folders
    "checkpoint": ("regression-50.index", "regression-50.data-00000-of-00001"),
    "graph": ("contrib/model.meta",),
}
LOADED = (".wasm", ".mjs", ".zip", ".json")  # what the page loads before it can look at a file
WHEN = (1980, 1, 1, 0, 0, 0)  # of the files in a zip, so that the same files give the same bytes


@dataclass(frozen=True)
class Built:
    """What became of the page: the path of its ``index.html``, or None and a sentence that says why not."""

    page: Path | None
    why_not: str = ""


def build(folder, home="../index.html", lessons="../notebooks/{}.html"):
    """Writes the page and all that it loads into a folder, which works as it is from any server for files.

    Args:
        folder: a new folder.
        home: where its link to the course leads, as an address relative to it.
        lessons: the same of a lesson, with ``{}`` for its name; empty if they are nowhere.

    Returns:
        A ``Built``. Without Pyodide there is no page, and no folder.
    """
    folder = Path(folder)
    folder.mkdir(parents=True)
    try:
        pyodide.unpack(folder / "pyodide")
    except pyodide.NoPyodide as error:
        shutil.rmtree(folder)
        return Built(None, f"The page that looks into checkpoints was left out: {error}")
    pack(folder / "tfckpt.zip")
    samples = {name: [FILES / file for file in files] for name, files in SAMPLES.items()}
    (folder / "sample").mkdir()
    for file in sum(samples.values(), []):
        shutil.copyfile(file, folder / "sample" / file.name)
    loaded = sum(path.stat().st_size for path in folder.rglob("*") if path.suffix in LOADED)
    values = {
        "home": home,
        "lessons": lessons,
        "version": f"course {course.__version__}",
        "pyodide": pyodide.VERSION,
        "bytes": str(loaded),
        "size": size(loaded),
        **{name: " ".join(file.name for file in files) for name, files in samples.items()},
    }
    for source in sorted((HERE / "page").iterdir()):
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".html":
            for name, value in values.items():
                text = text.replace("{{" + name + "}}", value)
        (folder / source.name).write_text(text, encoding="utf-8", newline="\n")
    return Built(folder / "index.html")


def pack(path):
    """Writes a zip of ``tfckpt`` and ``inside``, as the page has them: two packages side by side."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in (HERE / "inside", Path(tfckpt.__file__).parent):
            for file in sorted(package.rglob("*")):
                if file.suffix in (".py", ".txt", ".toml"):
                    name = file.relative_to(package.parent).as_posix()
                    archive.writestr(zipfile.ZipInfo(name, WHEN), file.read_bytes(), zipfile.ZIP_DEFLATED)
