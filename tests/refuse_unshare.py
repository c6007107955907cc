"""Runs a Python module in a process to which the kernel refuses namespaces, as some containers do.

A seccomp filter answers EPERM to unshare(2) and lets everything else through. It outlives the exec, and nobody in the
process can take it off again. Use: python tests/refuse_unshare.py -m MODULE ARGUMENTS
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

_UNSHARE = {"x86_64": 272, "aarch64": 97}
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # of prctl(2)
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF: a word of the call, a comparison, what becomes of it
_ALLOW, _EPERM = 0x7FFF0000, 0x00050001


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse() -> None:
    """Raises OSError where the kernel takes no filter."""
    number = _UNSHARE[platform.machine()]
    steps = ((_LOAD, 0, 0, 0), (_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter")


if __name__ == "__main__":
    refuse()
    os.execv(sys.executable, [sys.executable, "-B", *sys.argv[1:]])  # noqa: S606  # the same interpreter, with a module of ours
