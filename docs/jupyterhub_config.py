"""The course's lines for a JupyterHub: add them to its jupyterhub_config.py, as docs/teaching.md explains.

benchmarks/classroom.py runs a hub with these very lines.
"""

HOME = "/home/jovyan"  # a learner's home on the hub; The Littlest JupyterHub has /home/jupyter-{username}
CLONE = "save-and-restore"  # the folder in it that nbgitpuller makes: the name of your fork
SETTINGS = "/srv/save-and-restore/course/lab"  # in a clone of yours that every server can read


def course_of(spawner):
    """The learner's own copy of the course, where its lessons and the package that they import stand side by side."""
    return f"{HOME.format(username=spawner.user.name)}/{CLONE}"


def sockets_of(spawner):
    """Where a learner's kernels are spoken to. The path of a socket may have 107 letters, and 49 are its name."""
    return f"{HOME.format(username=spawner.user.name)}/.jupyter-run"


c = get_config()  # noqa: F821
c.Spawner.environment = {
    "PYTHONPATH": course_of,  # so that `import course` always finds the version that belongs to the notebooks
    "JUPYTER_CONFIG_PATH": SETTINGS,  # a lesson's kernel ends with its tab; work is saved every ten seconds
}
c.Spawner.default_url = f"/lab/tree/{CLONE}/notebooks/00_start_here.ipynb"
c.Spawner.mem_limit = "2G"  # where the spawner can limit: the server, a lesson, an attempt, and a second lesson
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # a class that arrives at once waits, and gets no error page

# For a hub that has all learners on one machine. In containers leave these two out: there each has ports of its own.
c.Spawner.environment["JUPYTER_RUNTIME_DIR"] = sockets_of
c.Spawner.args = ["--KernelManager.transport=ipc"]  # with ports, two kernels sometimes took the same one
