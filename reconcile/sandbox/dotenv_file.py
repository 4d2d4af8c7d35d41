"""Put the sandbox's connection settings into a workspace's `.env`, and take them out again.

They stand in a block of their own between two marks. All other lines are the user's and stay as
they are; where one of them already sets the same name we refuse, since it may hold the address
and the keys of a real shop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from reconcile.errors import SandboxError
from reconcile.private_file import write_private
from reconcile.sandbox.state import SandboxState

BEGIN = "# --- reconcile sandbox: written by `reconcile sandbox up`, do not edit ---"
END = "# --- end of reconcile sandbox ---"


NAMES = (
    "MAGENTO_URL",
    "MAGENTO_CONSUMER_KEY",
    "MAGENTO_CONSUMER_SECRET",
    "MAGENTO_ACCESS_TOKEN",
    "MAGENTO_ACCESS_TOKEN_SECRET",
    "MEDUSA_URL",
    "MEDUSA_API_KEY",
    "MEDUSA_ADMIN_EMAIL",
    "MEDUSA_ADMIN_PASSWORD",
    "DATABASE_URL",
)


def connection_settings(state: SandboxState) -> dict[str, str]:
    """The variables that a `reconcile.yml` refers to, for both shops of the sandbox."""
    magento, medusa = state.magento, state.medusa
    values = (
        magento.url,
        magento.consumer_key,
        magento.consumer_secret,
        magento.access_token,
        magento.access_token_secret,
        medusa.url,
        medusa.api_key,
        medusa.admin_email,
        medusa.admin_password,
        medusa.database_url,
    )
    return dict(zip(NAMES, values, strict=True))


def check_free(path: Path) -> None:
    """Raise SandboxError when the user's own lines give a value to one of our names."""
    own = dotenv_values(stream=StringIO("\n".join(_own_lines(path))), interpolate=False)
    taken = sorted(name for name in NAMES if own.get(name))
    if taken:
        raise SandboxError(
            f"{path} already sets {', '.join(taken)}, perhaps for a real shop",
            remedy="use another folder (--workspace), or remove those lines first",
        )


def write_block(path: Path, values: Mapping[str, str]) -> None:
    """Write the block with these values at the end of the file, in place of an earlier one."""
    check_free(path)
    kept = _own_lines(path)
    block = [BEGIN, *(f"{name}={value}" for name, value in values.items()), END]
    _write(path, [*kept, "", *block] if kept else block)


def remove_block(path: Path) -> None:
    """Take the block out; a file that held nothing else goes."""
    kept = _own_lines(path)
    if kept:
        _write(path, kept)
    else:
        path.unlink(missing_ok=True)


def _own_lines(path: Path) -> list[str]:
    """The user's lines. Inside the block only our names are ours, should its end be missing."""
    kept: list[str] = []
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        inside = (inside or line == BEGIN) and line != END
        ours = line in (BEGIN, END) or (inside and line.partition("=")[0] in NAMES)
        if not ours:
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _write(path: Path, lines: Iterable[str]) -> None:
    write_private(path.resolve(), "".join(f"{line}\n" for line in lines))
