#!/usr/bin/env python3
"""Build the sample's wheels from src/ into a directory (this one, unless an argument says otherwise).

Standard library only. The bytes depend on the sources alone: sorted members, one timestamp, fixed modes, and members stored instead of
deflated, because zlib's output differs between versions.
"""

import base64
import hashlib
import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
EPOCH = (1980, 1, 1, 0, 0, 0)

# name, version, summary, requirements
DISTRIBUTIONS = (
    ("cora-sample-segments", "1.0.0", "Splits a text into words, numbers and signs.", ()),
    ("cora-sample-tokens", "1.0.0", "Estimates how many tokens a text has.", ("cora-sample-segments<2,>=1.0",)),
    ("cora-sample-retry", "1.1.0", "Calls again after a failure that may pass.", ()),
)

WHEEL = "Wheel-Version: 1.0\nGenerator: build_wheels.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def build(name, version, summary, requirements, out_dir):
    """Write one wheel (PEP 427) and return its path."""
    package = name.replace("-", "_")
    dist_info = f"{package}-{version}.dist-info"
    members = {
        path.relative_to(HERE / "src").as_posix(): path.read_bytes().replace(b"\r\n", b"\n")
        for path in sorted((HERE / "src" / package).rglob("*.py"))
    }
    members[f"{dist_info}/METADATA"] = metadata(name, version, summary, requirements).encode("utf-8")
    members[f"{dist_info}/WHEEL"] = WHEEL.encode("utf-8")
    members[f"{dist_info}/RECORD"] = record(members, dist_info).encode("utf-8")
    target = pathlib.Path(out_dir) / f"{package}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as wheel:
        for member, content in members.items():
            entry = zipfile.ZipInfo(member, EPOCH)
            entry.create_system = 3  # Unix, on Windows too
            entry.external_attr = 0o100644 << 16
            wheel.writestr(entry, content, zipfile.ZIP_STORED)
    return target


def metadata(name, version, summary, requirements):
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", f"Summary: {summary}", "License: MIT"]
    lines.append("Requires-Python: >=3.9")
    lines.extend(f"Requires-Dist: {requirement}" for requirement in requirements)
    return "\n".join(lines) + "\n"


def record(members, dist_info):
    """RECORD (PEP 376, PEP 427): path, hash and length of each member; its own line has neither."""
    lines = []
    for member, content in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
        lines.append(f"{member},sha256={digest},{len(content)}")
    lines.append(f"{dist_info}/RECORD,,")
    return "\n".join(lines) + "\n"


def main(out_dir=HERE):
    return [build(*distribution, out_dir) for distribution in DISTRIBUTIONS]


if __name__ == "__main__":
    for built in main(*sys.argv[1:2]):
        print(built.name)
