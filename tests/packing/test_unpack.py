"""A plan packed here is the same plan there; anything else is refused and leaves nothing behind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from travelling import (
    KEY,
    OTHER_KEY,
    PASSPHRASE,
    apply,
    approve,
    contents,
    plan_below,
    rights,
)

from reconcile.errors import ApprovalError, PlanError
from reconcile.packing import pack, unpack
from reconcile.plan import file

OTHER_DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return plan_below(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The folder of plans on another machine."""
    return tmp_path / "there" / "plans"


def packed(plan: Path, key: str = KEY) -> Path:
    return pack(plan, plan.parent / f"{plan.name}.packed", key).path


@pytest.mark.parametrize("key", [KEY, PASSPHRASE, ""], ids=["key", "passphrase", "plain"])
def test_a_plan_travels_with_all_that_lies_beside_it(plan: Path, there: Path, key: str) -> None:
    approve(plan)
    apply(plan)
    digest = file.plan_digest(plan)
    done = unpack(packed(plan, key), there, key, digest)
    assert contents(done.folder) == contents(plan)
    assert (done.plan_id, done.digest, done.folder) == (plan.name, digest, there / plan.name)
    assert {rights(path) for path in done.folder.iterdir()} == {0o600}
    assert rights(done.folder) == 0o700
    assert [path.name for path in there.iterdir()] == [plan.name]


def test_what_lies_in_the_folder_but_is_not_of_the_plan_stays(plan: Path, there: Path) -> None:
    (plan / "notes.txt").write_text("mine")
    done = unpack(packed(plan), there, KEY, file.plan_digest(plan))
    assert "notes.txt" not in contents(done.folder)


def test_a_packed_plan_is_for_its_owner_only(plan: Path) -> None:
    path = packed(plan)
    assert rights(path) == 0o600
    assert [each.name for each in plan.parent.iterdir()] == sorted([plan.name, path.name])


def test_an_edited_plan_is_not_packed(plan: Path) -> None:
    with (plan / "changes.jsonl").open("a") as changes:
        changes.write("\n")
    with pytest.raises(PlanError, match="edited after the plan was made"):
        packed(plan)
    assert list(plan.parent.glob("*.packed")) == []


def test_a_weak_key_packs_nothing(plan: Path) -> None:
    with pytest.raises(PlanError, match="too weak"):
        packed(plan, "password")
    assert [each.name for each in plan.parent.iterdir()] == [plan.name]


def test_a_full_disk_leaves_the_earlier_file(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(plan)
    before = path.read_bytes()
    monkeypatch.setattr("reconcile.packing.archive._member", _fails)
    with pytest.raises(PlanError, match="cannot be written: No space left"):
        packed(plan)
    assert path.read_bytes() == before
    assert [each.name for each in plan.parent.iterdir()] == sorted([plan.name, path.name])


def _fails(_: Path) -> None:
    raise OSError(28, "No space left on device")


def refused(path: Path, there: Path, key: str, digest: str, match: str) -> None:
    """Nothing is written, nothing that was there is changed."""
    before = contents(there) if there.exists() else {}
    with pytest.raises(PlanError, match=match):
        unpack(path, there, key, digest)
    assert (contents(there) if there.exists() else {}) == before


def test_another_plan_than_expected_is_refused(plan: Path, there: Path) -> None:
    refused(packed(plan), there, KEY, OTHER_DIGEST, "another one: it has sha256:.*, not sha256:000")


def test_somebody_must_say_which_plan_is_expected(plan: Path, there: Path) -> None:
    refused(packed(plan), there, KEY, "", "Nothing says which plan is expected")


@pytest.mark.parametrize("digest", ["abc", "sha256:", "sha256:" + "g" * 64, "sha256:" + "0" * 65])
def test_a_digest_that_is_none(plan: Path, there: Path, digest: str) -> None:
    refused(packed(plan), there, KEY, digest, "is no digest")


def test_the_approval_that_lies_there_says_which(plan: Path, there: Path) -> None:
    approve(there / plan.name, file.plan_digest(plan))
    merged = contents(there / plan.name)
    done = unpack(packed(plan), there, KEY)
    assert contents(done.folder) == {**contents(plan), **merged}
    assert set(done.written) == set(contents(plan))
    assert rights(done.folder) == 0o700


def test_the_approval_that_lies_there_is_kept(plan: Path, there: Path) -> None:
    digest = file.plan_digest(plan)
    approve(there / plan.name, digest)
    merged = contents(there / plan.name)["approval.yml"].replace(b"Ada", b"Bob")
    (there / plan.name / "approval.yml").write_bytes(merged)
    approve(plan)
    assert "approval.yml" not in unpack(packed(plan), there, KEY).written
    assert (there / plan.name / "approval.yml").read_bytes() == merged


def test_an_approval_for_other_bytes_opens_nothing(plan: Path, there: Path) -> None:
    approve(there / plan.name, OTHER_DIGEST)
    digest = file.plan_digest(plan)
    refused(packed(plan), there, KEY, "", r"approval.yml is for sha256:000")
    refused(packed(plan), there, KEY, digest, r"approval.yml is for sha256:000")


def test_the_same_plan_can_be_unpacked_again(plan: Path, there: Path) -> None:
    approve(plan)
    path, digest = packed(plan), file.plan_digest(plan)
    unpack(path, there, KEY, digest)
    before = contents(there)
    assert unpack(path, there, KEY, digest).written == ()
    assert contents(there) == before


@pytest.mark.parametrize("name", ["plan.json", "changes.jsonl", "plan.md", "journal.ndjson"])
def test_a_file_with_other_bytes_is_not_replaced(plan: Path, there: Path, name: str) -> None:
    approve(plan)
    apply(plan)
    (there / plan.name).mkdir(parents=True)
    (there / plan.name / name).write_bytes(b"mine")
    digest = file.plan_digest(plan)
    refused(packed(plan), there, KEY, digest, "is there already, with other bytes")


def test_a_journal_joins_the_plan_that_is_there(plan: Path, there: Path) -> None:
    digest = file.plan_digest(plan)
    unpack(packed(plan), there, KEY, digest)
    apply(plan)
    done = unpack(packed(plan), there, KEY, digest)
    assert set(done.written) == {"journal.ndjson", "verify.json", "certificate.md"}
    assert contents(done.folder) == contents(plan)


def test_a_journal_that_is_there_stays_without_one_in_the_file(plan: Path, there: Path) -> None:
    path, digest = packed(plan), file.plan_digest(plan)
    apply(unpack(path, there, KEY, digest).folder)
    before = contents(there)
    assert unpack(path, there, KEY, digest).written == ()
    assert contents(there) == before


def test_a_link_in_the_place_of_the_folder(plan: Path, there: Path, tmp_path: Path) -> None:
    there.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (there / plan.name).symlink_to(tmp_path / "elsewhere")
    refused(packed(plan), there, KEY, file.plan_digest(plan), "is no folder")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_move_that_fails_is_taken_back(
    plan: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(there / plan.name, file.plan_digest(plan))
    path, rename = packed(plan), Path.rename

    def fails(self: Path, target: Path) -> Path:
        return rename(self, target) if self.name != "changes.jsonl" else _raise()

    monkeypatch.setattr(Path, "rename", fails)
    refused(path, there, KEY, "", "No space left")


def _raise() -> Path:
    raise OSError(28, "No space left on device")


KEYS = {
    "another key": (KEY, OTHER_KEY, "This key does not open"),
    "a passphrase for a key": (KEY, PASSPHRASE, "This key does not open"),
    "a key for a passphrase": (PASSPHRASE, KEY, "This key does not open"),
    "sealed, no key": (KEY, "", "sealed, and the settings name no key"),
    "open, a key": ("", KEY, "not sealed, so anybody could have made it"),
}


@pytest.mark.parametrize("name", KEYS)
def test_the_key_must_fit(plan: Path, there: Path, name: str) -> None:
    with_key, key, words = KEYS[name]
    refused(packed(plan, with_key), there, key, file.plan_digest(plan), words)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"words" * 100, bytes(1000)])
def test_a_foreign_file(tmp_path: Path, there: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    for key in (KEY, ""):
        refused(tmp_path / "file", there, key, OTHER_DIGEST, "This is no packed plan")


@settings(max_examples=150)
@given(st.data())
def test_no_changed_byte_of_a_sealed_plan_gets_through(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("damage")
    plan = plan_below(root / "here")
    content = packed(plan).read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        damaged = content[:place]
    else:
        mask = data.draw(st.integers(1, 255))
        damaged = content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :]
    (root / "damaged").write_bytes(damaged)
    words = "does not open|no packed plan"
    refused(root / "damaged", root / "there", KEY, file.plan_digest(plan), words)
    shutil.rmtree(root)


def test_a_plain_plan_that_was_edited_is_another_plan(plan: Path, there: Path) -> None:
    """Whoever can write the artifact can write a whole plan, but not one with that digest."""
    digest = file.plan_digest(plan)
    other = plan_below(plan.parent / "other", count=4)
    other.rename(plan.parent / "other" / plan.name)
    refused(packed(plan.parent / "other" / plan.name, ""), there, "", digest, "another one")


def test_the_approval_and_the_journal_must_be_of_the_plan(plan: Path, there: Path) -> None:
    digest = file.plan_digest(plan)
    approve(plan, OTHER_DIGEST)
    with pytest.raises(ApprovalError, match="holds the approval of another one"):
        unpack(packed(plan), there, KEY, digest)
    (plan / "approval.yml").unlink()
    apply(plan, OTHER_DIGEST)
    refused(packed(plan), there, KEY, digest, "holds the journal of another one")
    (plan / "journal.ndjson").write_text('{"event": "end", "prev": "nothing"}\n')
    refused(packed(plan), there, KEY, digest, "does not follow from the one before")


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "plans", "20261101T120000Z", ".."])
def test_a_plan_cannot_name_a_folder_of_its_choice(plan: Path, there: Path, name: str) -> None:
    """The name is covered by the digest; it is looked at all the same."""
    header = json.loads((plan / "plan.json").read_text())
    header["id"] = name
    del header["seal"]
    header["seal"] = file._seal(header)
    (plan / "plan.json").write_text(json.dumps(header))
    refused(packed(plan), there, KEY, file.plan_digest(plan), "which is no id")
