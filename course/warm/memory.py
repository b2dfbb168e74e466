"""How much memory is free, within a container's limit if there is one."""

from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
PLENTY = 6 * 10**9  # bytes: below, what the warm process takes (0.2 GB) is better left to the lesson


def available_memory():
    """Bytes of memory that are free."""
    import psutil  # not there before the set-up, when nobody asks for the memory

    return min([psutil.virtual_memory().available, *left_by_limits()])


def left_by_limits(own=Path("/proc/self/cgroup")):
    """Bytes that each limit on this process leaves: its group's, and those of the groups above it (cgroup v2, v1)."""
    try:
        lines = [line.split(":", 2) for line in own.read_text(encoding="utf-8").splitlines()]
    except OSError:  # not Linux
        return
    for _, controllers, path in lines:
        if controllers == "":
            root, names = CGROUPS, ("memory.max", "memory.current", "inactive_file")
        elif controllers == "memory":
            root, names = CGROUPS / "memory", ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        group = root / path.lstrip("/")
        for folder in (group, *group.parents):  # in a container the path may be the host's, and only the root is there
            left = left_in(folder, *names)
            if left is not None:
                yield left
            if folder == root:
                break


def left_in(folder, limit, used, cache):
    """What a group's limit leaves; files that the system only keeps in memory until it is wanted do not count."""
    try:
        most = (folder / limit).read_text().strip()
        if not most.isdigit():  # "max": no limit
            return None
        statistics = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        return int(most) - int((folder / used).read_text()) + int(statistics.get(cache, 0))
    except (OSError, ValueError):
        return None
