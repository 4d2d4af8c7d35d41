"""The story as GitHub runs it: plan.yml, an approval in the pull request, apply.yml on other
machines. The jobs' own scripts run, against a sample Magento and a real Medusa."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from two_shops import TwoShops, two_shops
from workflow_runner import Forge, Result, Runner, commit, forge, git

from reconcile.cli import main
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import MedusaShop

pytestmark = pytest.mark.live

SIZE, SEED = 30, 11
BRANCH = "reconcile/plan"
KEY = "dO4jhbgYjXeYT3v6RBzE5Yxtm81bb4aP9liSKKnCZNw="


@dataclass
class Story:
    """What stands when the plan was made and its pull request is open."""

    shops: TwoShops
    hub: Forge
    runner: Runner
    plan: str
    root: Path

    def apply(self, **inputs: str) -> Result:
        """apply.yml: for the merge, or for the plan that is named."""
        first = git(self.hub.root / "remote.git", "rev-list", "--max-parents=0", "main")
        event = {} if inputs else {"before": first}
        return self.runner.workflow("apply.yml", event, **inputs)["apply"]

    def sku(self) -> str:
        ((sku,), *_) = self.shops.rows("select sku from product_variant order by sku limit 1")
        return str(sku)

    def products(self) -> int:
        ((count,),) = self.shops.rows("select count(*) from product where deleted_at is null")
        return int(count)


@pytest.fixture(scope="module")
def story(fresh_medusa: MedusaShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    root = tmp_path_factory.mktemp("story")
    (root / "machines").mkdir()
    workspace = root / "workspace"
    with two_shops(workspace, generated_shop(SIZE, seed=SEED), fresh_medusa) as shops:
        hub = forge(root, workspace)
        assert ".env" not in git(workspace, "ls-files").split()
        runner = Runner(hub, root / "machines", settings(shops))
        jobs = runner.workflow("plan.yml")
        assert [job.ok for job in jobs.values()] == [True, True], jobs["plan"].text
        yield Story(shops, hub, runner, jobs["plan"].outputs["plan"], root)


def settings(shops: TwoShops) -> dict[str, dict[str, str]]:
    lines = (line.partition("=") for line in (shops.workspace / ".env").read_text().splitlines())
    values = {name: json.loads(value) for name, _, value in lines}
    public = {name: values.pop(name) for name in ("MAGENTO_URL", "MEDUSA_URL")}
    return {
        "vars": public | {"RECONCILE_PACKAGE": "reconcile"},
        "secrets": values | {"RECONCILE_ARTIFACT_KEY": KEY},
    }


@pytest.fixture(scope="module")
def approved(story: Story) -> Path:
    """The reviewer's clone, with the approval in the pull request's branch and merged."""
    reviewer = story.hub.clone(story.root / "reviewer", BRANCH)
    (story.root / "sent").mkdir()
    sent = story.root / "sent" / "plan.packed"
    sent.write_bytes(story.hub.content(f"plan-{story.plan}")["plan.packed"])
    digest = (reviewer / "plans" / story.plan / "plan.digest").read_text().strip()
    (reviewer / ".env").write_text(
        (story.shops.workspace / ".env").read_text() + f"RECONCILE_ARTIFACT_KEY={KEY}\n"
    )
    for words in (("unpack", str(sent), "--digest", digest), ("approve", "latest", "--by", "Ada")):
        result = CliRunner().invoke(main, ["-q", "-w", str(reviewer), *words])
        assert result.exit_code == 0, result.output
    commit(reviewer, "Approve")
    git(reviewer, "push", "-q", "origin", BRANCH)
    git(reviewer, "push", "-q", "origin", f"{BRANCH}:main")
    return reviewer


def people(story: Story) -> list[bytes]:
    """The e-mail addresses in the plan, as the machine that made it had it."""
    (changes,) = story.runner.machines.glob(f"0/*/plans/{story.plan}/changes.jsonl")
    keys = re.findall(rb'"address":"customer:([^"]+@[^"]+)"', changes.read_bytes())
    assert len(keys) >= SIZE // 2
    return keys


def test_the_pull_request_holds_what_may_be_seen(story: Story) -> None:
    listed = git(story.hub.root / "remote.git", "ls-tree", "-r", "--name-only", BRANCH).split()
    assert [name for name in listed if name.startswith("plans/2")] == [
        f"plans/{story.plan}/plan.digest",
        f"plans/{story.plan}/plan.md",
    ]
    (pull,) = story.hub.pulls
    digest = git(story.hub.root / "remote.git", "show", f"{BRANCH}:plans/{story.plan}/plan.digest")
    assert f"Digest to approve: `{digest}`" in pull["body"]


def test_nobody_is_named_where_anybody_may_look(story: Story) -> None:
    shown = dict(story.hub.content(f"review-{story.plan}"))
    shown["pull request"] = story.hub.pulls[0]["body"].encode()
    shown["sealed"] = story.hub.content(f"plan-{story.plan}")["plan.packed"]
    found = [(place, each) for each in people(story) for place in shown if each in shown[place]]
    assert found == []
    assert b"create" in shown["plan.md"]


def test_nothing_is_applied_before_the_merge(story: Story) -> None:
    result = story.apply(plan=story.plan)
    assert not result.ok
    assert f"plans/{story.plan}/approval.yml is not on main" in result.text
    assert story.products() == 0


TAMPERED = {
    "a changed byte": lambda packed: packed[:5000] + bytes([packed[5000] ^ 1]) + packed[5001:],
    "cut short": lambda packed: packed[:-1],
    "another file": lambda packed: b"PK" + packed,
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_plan_is_refused(story: Story, approved: Path, name: str) -> None:
    artifact = f"plan-{story.plan}"
    good = story.hub.artifacts[artifact].read_bytes()
    packed = story.hub.content(artifact)["plan.packed"]
    story.hub.keep(artifact, {"plan.packed": TAMPERED[name](packed)})
    result = story.apply()
    story.hub.artifacts[artifact].with_suffix(".json").unlink()
    assert story.hub.artifacts[artifact].read_bytes() == good
    assert list(result.steps.values())[-1] is False
    assert list(result.steps)[-1] == "Unpack it, if its digest is the one in the approval"
    assert list((result.folder / "plans").glob("2*/plan.json")) == []
    assert story.products() == 0


def test_an_artifact_of_a_fork_or_another_branch_is_not_even_fetched(
    story: Story, approved: Path
) -> None:
    for strange in ({"fork": 1}, {"branch": "evil"}):
        story.hub.keep(f"applied-{story.plan}", {"plan.packed": b"evil"}, **strange)
    story.runner.interrupt = ("Apply", "plans/2*/journal.ndjson", 0)
    result = story.apply()
    assert f"Found plan-{story.plan}." in result.text


def test_a_cancelled_attempt_leaves_its_journal_for_the_next(story: Story, approved: Path) -> None:
    """The attempt before was stopped right after its first lines."""
    kept = story.hub.content(f"certificate-{story.plan}")
    first = kept["journal.ndjson"].splitlines()
    assert b'"stopped":"interrupted"' in first[-1]
    assert b"Not proven" in kept["certificate.md"]

    result = story.apply(plan=story.plan)
    assert result.ok, result.text
    assert f"Found applied-{story.plan}." in result.text
    kept = story.hub.content(f"certificate-{story.plan}")
    lines = kept["journal.ndjson"].splitlines()
    assert lines[: len(first)] == first
    assert sum(b'"event":"start"' in line for line in lines) == 2
    assert "Proven: " in result.summary
    assert story.products() > 0


def test_a_third_attempt_finds_nothing_to_do(story: Story, approved: Path) -> None:
    before = story.hub.content(f"certificate-{story.plan}")["journal.ndjson"]
    result = story.apply(plan=story.plan)
    assert result.ok, result.text
    assert "Nothing to do" in result.text
    assert story.hub.content(f"certificate-{story.plan}")["journal.ndjson"] == before


def test_nobody_is_named_in_the_certificate(story: Story, approved: Path) -> None:
    shown = story.hub.content(f"certificate-{story.plan}")
    assert set(shown) == {"index.html", "journal.ndjson", "certificate.md"}
    found = [(place, each) for each in people(story) for place in shown if each in shown[place]]
    assert found == []


def test_both_shops_are_the_same_now(story: Story, approved: Path) -> None:
    jobs = story.runner.workflow("plan.yml")
    assert jobs["plan"].ok, jobs["plan"].text
    assert "pull-request" not in jobs


def test_drift_is_a_warning_and_is_remembered(story: Story, approved: Path) -> None:
    (same,) = story.runner.workflow("drift.yml").values()
    assert same.ok, same.text
    assert "::warning" not in same.text
    story.shops.magento.shop.update_product(story.sku(), name="Another name")
    (apart,) = story.runner.workflow("drift.yml").values()
    assert apart.ok, apart.text
    assert "::warning title=Drift::" in apart.text
    assert len((story.hub.root / "cache").read_bytes().splitlines()) == 2
    summaries = "".join(each.read_text() for each in story.runner.machines.glob("*/summary"))
    assert re.search(r"^    Nothing has moved apart", summaries, re.MULTILINE)
    assert re.search(r"^    1 of \d+ products? ha(s|ve) moved apart", summaries, re.MULTILINE)
    reports = {name: story.hub.content(name) for name in story.hub.artifacts if "drift" in name}
    assert len(reports) == 2
    shown = b"".join(content for files in reports.values() for content in files.values())
    assert [each for each in people(story) if each in shown] == []
