"""Writes zip archives again with their entries in order and one time: the same content, the same bytes.

    python3 eng/stamp_zip.py FILE...

The time is $SOURCE_DATE_EPOCH, in seconds since 1970, in UTC.
"""

import os
import sys
import time
import zipfile


def stamp(path: str, moment: tuple) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = sorted((entry, archive.read(entry)) for entry in archive.namelist())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, moment)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


for argument in sys.argv[1:]:
    stamp(argument, time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6])
