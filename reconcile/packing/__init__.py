"""A plan's folder as one file that can travel, and back.

keys.py       what a key must be, and how a file's own keys come from it
sealing.py    AES-256-GCM in chunks; what is cut, moved or changed does not open
archive.py    files of a plan <-> tar.gz, nothing but those, and no more than announced
pack.py       a folder -> a file
unpack.py     a file -> a folder, once it is the plan that is expected
"""

from reconcile.packing.pack import Packed, pack
from reconcile.packing.unpack import Unpacked, unpack

__all__ = ["Packed", "Unpacked", "pack", "unpack"]
