"""``refuse_circles``: what in an HDF5 file the HDF5 library, as of 1.14, goes over in a circle without an end.

It keeps texts in "global heaps", and goes from one to the next by its size. A free space of the size 0 leads to itself.
It lists what is in a group, or the pieces of a dataset, in the nodes of a tree, and each says where the next one is.
Source: sections III.A.1 and III.E of https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
"""

SIGNATURE = b"GCOL\x01"  # and a version; HDF5 does not look at the three bytes behind them
LARGEST = 64 * 2**20  # bytes of a file that is looked through
LARGEST_LENGTH = 2**63  # bytes
HEADER = 16  # bytes, of a heap and of what is in it
NODE = b"TREE"
MOST_NODES = 200_000  # of LARGEST bytes, more than fit into them as the library writes them
BEFORE_SIBLINGS = 8  # bytes of a node: its signature, what kind it is, its level, how many entries it has
OF_PIECES = [8 * (2 + dimensions) for dimensions in range(1, 33)]  # bytes of a key: nobody says here which it is
FILE = b"\x89HDF\r\n\x1a\n"


def refuse_circles(file):
    """Raises ValueError for a file with such a heap or tree. One that is too large is not looked through.

    Args:
        file: open, binary.

    Example:

        >>> with open("weights.h5", "rb") as file:
        ...     refuse_circles(file)
    """
    if file.seek(0, 2) > LARGEST:
        return
    file.seek(0)
    content = file.read()
    of_heaps(content)
    of_trees(content)


def of_heaps(content):
    """Raises ValueError for a heap that leads to itself in the bytes of a file."""
    start = 0
    while (start := content.find(SIGNATURE, start)) >= 0:
        size = int.from_bytes(content[start + 8 : start + HEADER], "little")
        place, end = start + HEADER, min(start + size, len(content))
        while place + HEADER <= end:
            number = int.from_bytes(content[place : place + 2], "little")
            length = int.from_bytes(content[place + 8 : place + HEADER], "little")
            if number == 0 and length == 0 or length > LARGEST_LENGTH:  # the library counts on from there at 0
                raise ValueError(f"the texts at byte {start} of it lead to themselves")
            place += length if number == 0 else HEADER + -(-length // 8) * 8
        start += len(SIGNATURE)


def of_trees(content):
    """Raises ValueError for nodes of a tree of which one is among those that come after it, or below it."""
    base = max(content.find(FILE), 0)  # addresses count from there
    head = content[base : base + 15].ljust(15, b"\0")
    width, wide = (head[13], head[14]) if head[8] < 2 else (head[9], head[10])  # bytes of an address, and of a length
    nodes, start = {}, content.find(NODE)
    while start >= 0:
        kind, level, entries = (
            content[start + 4 : start + 5],
            content[start + 5 : start + 6],
            content[start + 6 : start + 8],
        )
        nodes[start] = kind == b"\x01", level, int.from_bytes(entries, "little")
        if len(nodes) > MOST_NODES:
            raise ValueError(f"it has more than {MOST_NODES} nodes of trees")
        start = content.find(NODE, start + 1)
    following = {node: address(content, node + BEFORE_SIBLINGS + width, width, base) for node in nodes}
    passed = set()
    for node in nodes:
        way = set()
        while node in nodes and node not in passed:
            passed.add(node)
            way.add(node)
            node = following[node]
        if node in way:
            raise ValueError(f"the nodes at byte {node} of it lead to themselves")
    for node, (of_pieces, level, entries) in nodes.items():
        first, keys = node + BEFORE_SIBLINGS + 2 * width, OF_PIECES if of_pieces else [wide]
        for key in keys if level > b"\0" else ():
            for number in range(entries):
                below = address(content, first + key + number * (key + width), width, base)
                if below not in nodes:
                    break
                if nodes[below][1] >= level:  # the library goes down without an end, and the process ends
                    raise ValueError(f"the node at byte {below} of it lies below itself")


def address(content, at, width, base):
    """The byte of a file that an address stands for."""
    return base + int.from_bytes(content[at : at + width], "little")
