"""Addresses that only this machine reaches: ports that nobody else takes, and servers that listen nowhere else.

A server of TensorFlow listens on every interface, for whoever reaches the machine, and asks for no password: whatever
graph it is sent, it runs. On Linux ``only`` changes that, for the servers that a process of the course starts.
"""

import ctypes
import functools
import socket
import struct
import sys
from contextlib import nullcontext

from course.crash.interpose import exchanged, path_of, slots

HOST = "127.0.0.1"
LIBRARY = "libtensorflow_cc.so.2"  # has gRPC
BIND = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32, use_errno=True)
# Where the address stands in C's sockaddr_in and sockaddr_in6, and 127.0.0.1 in the two forms.
PLACES = {socket.AF_INET: (4, socket.inet_aton(HOST)), socket.AF_INET6: (8, bytes(10) + b"\xff\xff\x7f\0\0\1")}


def reserved(count):
    """Sockets that hold free ports of 127.0.0.1. While they are open, the system gives these ports to nobody else.

    On Linux a server can listen on such a port all the same, as often as it is restarted. Elsewhere ``give_way`` has
    to close them first.

    Raises:
        OSError: there are not so many free ports, or sockets.
    """
    sockets = []
    try:
        for _ in range(count):
            sockets.append(socket.socket())
            if sys.platform == "linux":
                sockets[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sockets[-1].bind((HOST, 0))
    except OSError:
        for one in sockets:
            one.close()
        raise
    return sockets


def give_way(sockets):
    """Closes the sockets of ``reserved``, just before servers start, where none could listen beside them."""
    if sys.platform != "linux":
        for one in sockets:
            one.close()


def address(reserved):
    """The address of a socket of ``reserved``, as TensorFlow takes it."""
    return f"{HOST}:{reserved.getsockname()[1]}"


def only(offsets):
    """A block in which servers of TensorFlow listen on 127.0.0.1 only. Elsewhere than on Linux it does nothing.

    Args:
        offsets: what ``slots_of_grpc`` says, which another process may have found out.
    """
    return exchanged(LIBRARY, offsets, {"bind": BIND(bind)}) if offsets else nullcontext()


@functools.cache
def slots_of_grpc():
    """``slots`` of the library that has gRPC, which takes a quarter of a second. Empty where ``only`` does nothing."""
    return slots(path_of(LIBRARY), {"bind"}) if sys.platform == "linux" else {}


def bind(file, address, length):
    """C's ``bind`` with 127.0.0.1 in place of the address; the port stays as it is."""
    content = (ctypes.c_ubyte * length).from_address(address)
    (family,) = struct.unpack_from("=H", bytes(content))
    if family in PLACES:
        place, host = PLACES[family]
        content[place : place + len(host)] = host
    return bind_of_c()(file, address, length)


@functools.cache
def bind_of_c():
    return BIND(ctypes.cast(ctypes.CDLL(None).bind, ctypes.c_void_p).value)
