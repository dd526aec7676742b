"""Run a program that must not be root and must not outlive its parent.

    python -I -S confine.py PARENT_PID SIGNAL MODE PROGRAM [ARGUMENT ...]

A stand-alone file, run by a bare interpreter: it sets a few things for itself and becomes PROGRAM by `exec`,
so the process id stays. A wrapper, as `preexec_fn` is unsafe in a process with threads.

MODE is one of
- `keep`: the user who calls.
- `namespace`: the same user in a user namespace of its own, where it appears as another one. Postgres, which
  refuses root, accepts that, and on disk the files go on belonging to root.
- `nobody`: root gives up its rights, except that of passing file permissions, so that a data folder below
  `/root` can still be entered. For machines that refuse user namespaces (a default container).

SIGNAL is what the kernel sends to PROGRAM when the parent's thread ends (Linux only); 0 for none.
"""

import ctypes
import os
import pwd
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
NOBODY = 65534


def main(arguments: list[str]) -> None:
    """Apply MODE and SIGNAL, then become PROGRAM. Exits with 126 and one line when the kernel refuses."""
    parent, signal, mode, program = int(arguments[0]), int(arguments[1]), arguments[2], arguments[3:]
    try:
        if mode == "namespace":
            enter_user_namespace()
        elif mode == "nobody":
            become_nobody()
        # Last: a change of credentials clears the death signal.
        if signal and sys.platform == "linux":
            _check(_libc().prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0), "prctl")
            if os.getppid() != parent:
                sys.exit(126)
        os.execvp(program[0], program)
    except OSError as error:
        print(f"cannot run {program[0]} ({mode}): {error}", file=sys.stderr)
        sys.exit(126)


def enter_user_namespace() -> None:
    """Move into a new user namespace in which we are an ordinary user. Raises OSError where that is refused.

    A user that /etc/passwd knows: `initdb` looks it up and refuses others.
    """
    inner = next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0), NOBODY)
    user, group = os.geteuid(), os.getegid()
    _check(_libc().unshare(CLONE_NEWUSER), "unshare")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{inner} {user} 1")
    _write("/proc/self/gid_map", f"{inner} {group} 1")


def become_nobody() -> None:
    """Become `nobody`, keeping only the right to pass file permissions, and that only if root has it here."""
    libc = _libc()
    _check(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl")
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    right = 1 << CAP_DAC_OVERRIDE
    data = (ctypes.c_uint32 * 6)(right, right, right, 0, 0, 0)
    if libc.capset(header, data) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, call: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:  # noqa: PTH123  (pathlib would cost a third of this file's start time)
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
