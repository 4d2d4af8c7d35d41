"""Does the wheel hold everything but the tests? `python .ci/check_wheel.py WHEEL`."""

import sys
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
COMPANION = "reconcile/targets/medusa/companion"
HIDDEN = (
    ".gitignore",
    ".medusa/server/src/api/middlewares.js",
    ".medusa/server/src/api/admin/reconcile/route.js",
    ".medusa/server/src/api/admin/reconcile/customers/route.js",
    ".medusa/server/src/api/admin/reconcile/orders/route.js",
)
"""Files of the companion that are easily ignored, by git as well: then they are not here either."""


def expected() -> set[str]:
    """Every file of the package as it lies here, and the mappings under the name they get."""
    package = {path.relative_to(REPOSITORY).as_posix() for path in _files(REPOSITORY / "reconcile")}
    mappings = REPOSITORY / "mappings"
    packed = {f"reconcile/_mappings/{path.relative_to(mappings)}" for path in _files(mappings)}
    return package | packed | {f"{COMPANION}/{name}" for name in HIDDEN}


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}


def main(wheel: str) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    lacking = sorted(expected() - names)
    unwanted = sorted(name for name in names if name.startswith("tests/"))
    if lacking or unwanted:
        sys.exit(f"The wheel lacks {lacking} and should not hold {unwanted}.")
    sys.stdout.write(f"{Path(wheel).name} holds {len(names)} files\n")


if __name__ == "__main__":
    main(sys.argv[1])
