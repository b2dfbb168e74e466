"""What JupyterLab gets when it opens a lesson: the page without outputs, until the learner has run it.

A lesson is stored with its outputs, for those who read it without running it. Beside the questions that ask for a
prediction they would be the answers.
"""

from pathlib import Path

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from course.learner.content import is_the_courses


class Lessons(AsyncLargeFileManager):
    """JupyterLab's own manager of files, but for the outputs of a lesson that is still as the course gave it."""

    async def get(self, path, content=True, *arguments, **options):
        model = await super().get(path, content, *arguments, **options)
        if content and model["type"] == "notebook" and is_the_courses(Path(self._get_os_path(path)).read_bytes()):
            for cell in model["content"].cells:
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
        return model
