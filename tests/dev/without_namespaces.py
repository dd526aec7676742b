"""Run a command as root where user namespaces are refused: `python without_namespaces.py PROGRAM ...`.

Inside a user namespace that holds the same users as outside, the limit of namespaces is set to none: what runs
there is root with all rights over its files, and its own `unshare` is refused, as in a default container.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000


def main() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    inside_read, inside_write = os.pipe()
    mapped_read, mapped_write = os.pipe()
    child = os.fork()
    if child == 0:
        assert libc.unshare(CLONE_NEWUSER) == 0
        os.write(inside_write, b".")
        os.read(mapped_read, 1)
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
        assert libc.unshare(CLONE_NEWUSER) != 0, "this kernel still gives namespaces"
        os.execvp(sys.argv[1], sys.argv[1:])
    os.read(inside_read, 1)
    for kind in ("uid_map", "gid_map"):
        Path(f"/proc/{child}/{kind}").write_text("0 0 65536")
    os.write(mapped_write, b".")
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
