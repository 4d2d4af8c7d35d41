"""`reconcile pack` and `reconcile unpack`: a plan as one file, and back."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reconcile.cli.context import Context, pass_context
from reconcile.packing import pack as pack_folder
from reconcile.packing import unpack as unpack_file
from reconcile.packing.pack import default_name


@click.command(short_help="A plan as one sealed file, to send it elsewhere.")
@click.argument("plan")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write [default: plans/PLAN.sealed, or plans/PLAN.tar.gz].",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was packed as JSON.")
@pass_context
def pack(context: Context, *, plan: str, out: Path | None, as_json: bool) -> None:
    """Pack a plan with all that lies beside it into one file.

    PLAN is its folder, its name, the start of its name, or `latest`. With its approval it can be
    applied wherever it is unpacked; with its journal an apply can be continued there.

    A plan holds what the shops hold. The file is encrypted (AES-256-GCM) with the key that
    `artifacts.key` in reconcile.yml names, RECONCILE_ARTIFACT_KEY unless it says otherwise; make
    one with `openssl rand -base64 32`. With `artifacts: {personal_data: plain}` it is a tar.gz
    that everybody who gets it can read.

    \b
    Examples:
      reconcile pack latest
      reconcile pack 20261121T020000Z-1a2b3c4d --out plan.sealed --json
    """
    folder = context.resolve_plan(plan)
    key = context.config.artifacts.key
    path = out or context.config.plans / default_name(folder.resolve().name, key)
    packed = pack_folder(folder, path, key)
    if as_json:
        facts = {
            "plan": packed.plan_id,
            "digest": packed.digest,
            "path": str(packed.path),
            "files": list(packed.files),
            "bytes": packed.size,
            "encrypted": packed.encrypted,
        }
        click.echo(json.dumps(facts, indent=2))
    else:
        how = "encrypted" if packed.encrypted else "NOT encrypted"
        context.note(f"{len(packed.files)} files, {packed.size:,} bytes, {how}; {packed.digest}")
        context.out.print(str(packed.path), markup=False, soft_wrap=True)


@click.command(short_help="Open a sealed plan, if it is the one expected.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--digest", default="", metavar="sha256:...", help="The digest the plan must have.")
@click.option("--json", "as_json", is_flag=True, help="Print what was unpacked as JSON.")
@pass_context
def unpack(context: Context, *, file: Path, digest: str, as_json: bool) -> None:
    """Unpack a plan that `reconcile pack` made, if it is the one expected.

    Expected is the plan with the digest given, or the one whose approval lies in the workspace
    already (plans/PLAN/approval.yml); that approval is kept. The digest is worked out anew from the
    bytes that were unpacked. Anything else is refused, and nothing of it is left behind.

    \b
    Examples:
      reconcile unpack plan.sealed
      reconcile unpack plan.sealed --digest sha256:1a2b...
    """
    done = unpack_file(file, context.config.plans, context.config.artifacts.key, digest)
    if as_json:
        facts = {
            "plan": done.plan_id,
            "digest": done.digest,
            "folder": str(done.folder),
            "written": list(done.written),
        }
        click.echo(json.dumps(facts, indent=2))
    else:
        context.note(f"{len(done.written)} files written; {done.digest}")
        context.out.print(str(done.folder), markup=False, soft_wrap=True)
