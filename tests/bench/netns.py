"""Two network namespaces joined by two TUN devices, and a relay that holds each packet back: a round
trip of a chosen length on a machine without netem. Needs CAP_SYS_ADMIN; nothing outside is touched."""
import collections
import ctypes
import fcntl
import os
import select
import struct
import subprocess
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def enter(namespace):
    check(libc.setns(namespace, CLONE_NEWNET), "setns")


def new_side(address, peer):
    """A fresh namespace with one TUN device; returns (namespace, device), both descriptors."""
    check(libc.unshare(CLONE_NEWNET), "unshare")
    namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"bench0", IFF_TUN | IFF_NO_PI))
    for command in (f"addr add {address} peer {peer} dev bench0", "link set bench0 txqueuelen 10000 up",
                    "link set lo up"):
        subprocess.run(["ip", *command.split()], check=True)
    return namespace, device


def read_all(device, queue, delay):
    try:
        while True:
            queue.append((time.monotonic() + delay, os.read(device, 65536)))
    except BlockingIOError:
        pass


def write_due(device, queue):
    """Hand over what is due; returns the seconds until the next."""
    while queue and queue[0][0] <= time.monotonic():
        try:
            os.write(device, queue.popleft()[1])
        except OSError:
            pass  # a full queue drops, as a network does
    return queue[0][0] - time.monotonic() if queue else 1


def relay(left, right, delay):
    """Until killed, or its parent is gone."""
    parent = os.getppid()
    there, back = collections.deque(), collections.deque()
    wait = 0
    while os.getppid() == parent:
        select.select([left, right], [], [], max(0, wait))
        read_all(left, there, delay)
        read_all(right, back, delay)
        wait = min(write_due(right, there), write_due(left, back))
