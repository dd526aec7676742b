"""Compile a layer's modules, since Lambda's file system cannot keep what a cold start compiles.

    python precompile.py VERSION FOLDER

Only a Python of the layer's own version can; another one leaves the layer as it is and says so. The
result is never checked against the sources: a layer's files do not change, only their times do.
"""

import compileall
import py_compile
import sys

version, folder = sys.argv[1:]
if version != f"{sys.version_info.major}.{sys.version_info.minor}":
    sys.stderr.write(f"not precompiled: that takes Python {version}; cold starts take some 0.5 s longer\n")
elif not compileall.compile_dir(
    folder, quiet=1, stripdir=folder, prependdir="/opt/python",
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
):  # fmt: skip
    sys.exit(1)
