"""How JupyterLab opens and saves a lesson: without outputs until the learner has run it, and never with widgets.

A lesson is stored with its outputs, for those who read it without running it. Beside the questions that ask for a
prediction they would be the answers. The buttons below a verdict work in a kernel; opened again without it they would
be an error, so what is saved is the verdict's text. What a cell says while it runs (``course.meanwhile``) is not saved:
JupyterLab saves by itself in the middle of it, and where the kernel is restarted, nobody takes the line away.
"""

from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from course.meanwhile import MARK
from course.notebooks import is_the_courses
from course.practice.panel import VIEW


class Lessons(AsyncLargeFileManager):
    """JupyterLab's own manager of files, with these differences."""

    async def get(self, path, content=True, *arguments, **options):
        model = await super().get(path, content, *arguments, **options)
        if content and model["type"] == "notebook" and is_the_courses(Path(self._get_os_path(path)).read_bytes()):
            for cell in code_cells(model["content"]):
                cell["outputs"], cell["execution_count"] = [], None
        return model

    async def save(self, model, path=""):
        if model.get("type") == "notebook":
            for cell in code_cells(model.get("content") or {}):
                shown = cell.get("outputs", [])
                shown[:] = [one for one in shown if MARK not in "".join(one.get("data", {}).get("text/html", ""))]
                for output in shown:
                    data = output.get("data", {})
                    if "text/html" in data or "text/markdown" in data:  # without them nothing to read would be left
                        data.pop(VIEW, None)
        return await super().save(model, path)


def code_cells(notebook):
    return [cell for cell in notebook.get("cells", []) if cell.get("cell_type") == "code"]
