"""What an approval can say, and that its file keeps every word of it."""

from __future__ import annotations

import json
import re
import stat
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from apply.plan_samples import DIGEST, NOON, approval_of, plan_of, plan_on_disk
from hypothesis import given
from hypothesis import strategies as st
from typed import fresh_workspace
from typed import typed as run

from reconcile.errors import ApprovalError
from reconcile.journal import JOURNAL, Journal, RunFacts
from reconcile.model import Action, Address, Change, FieldChange, Outcome, Status
from reconcile.personal_keys import pseudonym, shown_pattern
from reconcile.plan import approval_file
from reconcile.plan.approval import approve, check
from reconcile.plan.decisions import Settlement, idle
from reconcile.plan.document import Approval, Decision, Plan, Take, Waiver
from reconcile.plan.patterns import Patterns, matches
from reconcile.plan.selection import select, unmatched
from reconcile.report.fate import approval_lines
from reconcile.verify.certificate import certificate
from reconcile.verify.result import Counts, Digests, Verification, to_document

NOW = "2026-11-01T12:00:00.000Z"


def of(address: str, action: Action = Action.UPDATE, **conflicts: str) -> Change:
    fields = (FieldChange("title", "a", "b"), FieldChange("subtitle", "a", "b"))
    there = None if action is Action.CREATE else address
    return Change(Address.parse(address), action, fields, target_id=there, conflicts=conflicts)


# The file


FULL = Approval(
    plan_digest=DIGEST,
    approved_by='Ada "the" Countess',
    approved_at=NOON,
    excludes=("product:24-MB01", "draft product:*"),
    waivers=(Waiver("draft_share:product", "end: of «season» # now"),),
    decisions=(Decision(Take.SOURCE, "product:24-*"), Decision(Take.TARGET, "*")),
    note="Späte\nÄnderung \u2028\x7f 👍",
)
FULL_TEXT = f"""\
# Lets `reconcile apply` execute exactly the plan with this digest, and nothing else.
plan_digest: "{DIGEST}"
approved_by: "Ada \\"the\\" Countess"
approved_at: "{NOW}"
note: "Späte\\nÄnderung \\u2028\\u007f 👍"
excludes:
  - "product:24-MB01"
  - "draft product:*"
waivers:
  - limit: "draft_share:product"
    reason: "end: of «season» # now"
decisions:
  - take: "source"
    key: "product:24-*"
  - take: "target"
    key: "*"
"""
EMPTY_TEXT = f"""\
# Lets `reconcile apply` execute exactly the plan with this digest, and nothing else.
plan_digest: "{DIGEST}"
approved_by: "Ada"
approved_at: "{NOW}"
excludes: []
waivers: []
decisions: []
"""


def test_the_bytes_of_a_file() -> None:
    assert approval_file.text(FULL) == FULL_TEXT
    assert approval_file.text(Approval(DIGEST, "Ada", NOON)) == EMPTY_TEXT


NASTY = ["\u0085", "\u2028", "\ufeff", "\ufffe", "\ud800", "\udc00\ud800", "\x00", "\x1b[2J", "👍"]
NASTY += ['"', "\\", "\\u0041", "a # b", "a: b", "- x", "&a *b", "!!int 3", "~", "null", "|\n x"]
NASTY += ["\r\n", "a\tb ", "{{ 7 * 7 }}", "'", "\x7f", "yes", "2026-01-01", "x" * 3000]
TEXTS = st.text(alphabet=st.characters(exclude_categories=()), max_size=40) | st.sampled_from(NASTY)
SAID = TEXTS.map(lambda text: text if text.strip() else f"{text}.")
APPROVALS = st.builds(
    Approval,
    plan_digest=SAID,
    approved_by=SAID,
    approved_at=st.integers(0, 10**14).map(
        lambda milliseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    ),
    excludes=st.lists(SAID, max_size=4).map(tuple),
    waivers=st.lists(st.builds(Waiver, SAID, SAID), max_size=2).map(tuple),
    decisions=st.lists(st.builds(Decision, st.sampled_from(Take), SAID), max_size=2).map(tuple),
    note=TEXTS,
)


@given(APPROVALS)
def test_every_approval_reads_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, approval: Approval
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = approval_file.write(folder, approval)
    assert approval_file.read(folder) == approval
    text = path.read_text(encoding="utf-8")
    assert text == approval_file.text(approval)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", text)


@given(TEXTS)
def test_a_text_is_one_line_of_json(text: str) -> None:
    said = approval_file.text(replace(FULL, note=text or "."))
    (line,) = re.findall("^note: (.*)$", said, re.MULTILINE)
    surrogates_apart = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(line) == (surrogates_apart or ".")


@pytest.mark.parametrize("moment", ["2026-11-01T13:00:00+01:00", "2026-11-01 12:00:00Z"])
@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_a_file_as_people_write_it(tmp_path: Path, moment: str, quote: str) -> None:
    path = tmp_path / "by hand.yml"
    path.write_text(
        f"\ufeffapproved_by: Ada  # the boss\r\nplan_digest: {DIGEST}\r\n"
        f"approved_at: {quote}{moment}{quote}\r\nexcludes: [product:*]\r\n"
        "note: >\r\n  a\r\n  b\r\n",
        encoding="utf-8",
        newline="",
    )
    expected = Approval(DIGEST, "Ada", NOON, ("product:*",), note="a b\n")
    assert approval_file.read_file(path) == expected


def test_files_of_the_former_layout_are_read(tmp_path: Path) -> None:
    document = {
        "plan_digest": DIGEST,
        "approved_by": "Ada",
        "approved_at": NOW,
        "excludes": ["product:24-*"],
        "waivers": [{"limit": "draft_share:product", "reason": "end: of «season» # now"}],
        "decisions": [{"take": "source", "key": "*"}],
    }
    text = approval_file.HEADING + yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    (tmp_path / "approval.yml").write_text(text, encoding="utf-8")
    approval = approval_file.read(tmp_path)
    assert approval.waivers[0].reason == "end: of «season» # now"
    assert (approval.excludes, approval.note) == (("product:24-*",), "")


GOOD = f"plan_digest: {DIGEST}\napproved_by: Ada\napproved_at: {NOW}\n"
WRONG = [
    (GOOD + "note: [a]\n", ":4: `note` must be a text"),
    (GOOD + "note: 7\n", ":4: `note` must be a text"),
    (GOOD + "note: !!bool maybe\n", ":4: Not valid YAML"),
    (GOOD.replace(NOW, "0001-01-01T00:00:00+23:00"), ":3: `approved_at` must be a time"),
    (GOOD + "excludes: " + "[" * 5000, "Lists in lists"),
    ("", ":1: This is not an approval"),
    ("\x89PNG\x0d\x1a", ":1: Not valid YAML"),
    ("<!doctype html>\n<html lang='en'>: x: y", ":2: Not valid YAML"),
    (
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{name}: &{name} [{', '.join(['*' + former] * 9)}]\n"
            for former, name in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "Aliases repeat more than the file holds",
    ),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_wrong_file_is_an_error_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "approval.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ApprovalError) as refusal:
        approval_file.read_file(path)
    assert f"{path}" in refusal.value.where
    assert words in f"{refusal.value}"


def test_bytes_that_are_no_text_and_files_without_end() -> None:
    with pytest.raises(ApprovalError, match="Cannot be read"):
        approval_file.read_file(Path("/proc/self/exe"))
    with pytest.raises(ApprovalError, match=r"too large: over 50,000,000"):
        approval_file.read_file(Path("/dev/zero"))


# Patterns


CUSTOMER = of("customer:ann@shop.test")
HIDDEN = pseudonym(CUSTOMER.address, DIGEST)
CHANGES = [
    of("product:24-MB01", Action.DRAFT),
    of("product:24-MB02"),
    of("product:Shirt[1]", Action.CREATE),
    of("product:Shirt1"),
    of("product:a*b", Action.DRAFT),
    of("product:axb"),
    CUSTOMER,
]
NAMED = [
    ("product:24-MB01", ["24-MB01"]),
    ("draft product:24-MB01", ["24-MB01"]),
    ("update product:24-MB01", []),
    ("draft product:*", ["24-MB01", "a*b"]),
    ("draft *", ["24-MB01", "a*b"]),
    ("Draft product:*", []),
    ("draft  product:*", []),
    ("draft", []),
    ("product:Shirt[1]", ["Shirt[1]", "Shirt1"]),
    ("product:Shirt[[]1]", ["Shirt[1]"]),
    ("create product:Shirt[[]1]", ["Shirt[1]"]),
    ("update product:Shirt[1]", ["Shirt1"]),
    ("product:a*b", ["a*b", "axb"]),
    ("product:a[*]b", ["a*b"]),
    ("draft product:a[*]b", ["a*b"]),
    ("product:a[?]b", []),
    ("customer:ann@shop.test", ["ann@shop.test"]),
    (HIDDEN, ["ann@shop.test"]),
    (f"update {HIDDEN}", ["ann@shop.test"]),
    (f"draft {HIDDEN}", []),
    (pseudonym(CUSTOMER.address, "sha256:other"), []),
]


@pytest.mark.parametrize(("pattern", "keys"), NAMED)
def test_what_a_pattern_names(pattern: str, keys: list[str]) -> None:
    expected = [each for each in CHANGES if each.address.key in keys]
    patterns = Patterns([pattern], DIGEST)
    assert [each for each in CHANGES if patterns.first(each) == 0] == expected
    excluded = select(CHANGES, [pattern], (), DIGEST).excluded
    assert excluded == {str(each.address): f"excluded by `{pattern}`" for each in expected}
    assert unmatched(CHANGES, [pattern], DIGEST) == ([] if expected else [pattern])
    decisions = [Decision(Take.SOURCE, pattern)]
    torn = [replace(each, conflicts={"title": "x"}) for each in CHANGES]
    settlement = Settlement(decisions, DIGEST)
    decided = [each.address.key for each in torn if settlement.decided(each) is Take.SOURCE]
    assert decided == [each.address.key for each in expected]
    assert idle(torn, decisions, DIGEST) == ([] if expected else [pattern])
    assert idle(CHANGES, decisions, DIGEST) == [pattern]


WORDS = st.text(alphabet="ab*?[]!-", min_size=1, max_size=6)


@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=5))
def test_looking_up_finds_what_trying_finds(keys: list[str], texts: list[str]) -> None:
    patterns = Patterns([f"product:{text}" for text in texts], DIGEST)
    for key in keys:
        tried = [
            place
            for place, text in enumerate(texts)
            if matches(f"product:{key}", f"product:{text}")
        ]
        assert patterns.naming(of(f"product:{key}")) == tried


def test_the_first_pattern_counts_whatever_its_kind() -> None:
    change = of("product:24-MB01", title="x")
    orders = [
        (["product:*", "product:24-MB01"], Take.SOURCE),
        (["product:24-MB01", "product:*"], Take.SOURCE),
        (["draft product:*", "update product:24-MB01"], Take.TARGET),
    ]
    for (first, second), take in orders:
        decisions = [Decision(Take.SOURCE, first), Decision(Take.TARGET, second)]
        assert Settlement(decisions, DIGEST).decided(change) is take


def test_what_is_settled_is_asked_by_the_action_of_the_plan() -> None:
    """A draft that hides nothing any more is still the plan's draft."""
    fields = (FieldChange("status", "published", "draft"), FieldChange("title", "a", "b"))
    torn = replace(of("product:a", Action.DRAFT), fields=fields, conflicts={"status": "proposed"})
    [approved] = select([torn], (), [Decision(Take.TARGET, "draft *")], DIGEST).approved
    assert approved.action is Action.UPDATE
    assert select([torn], ["draft *"], (), DIGEST).approved == ()


def test_fifty_thousand_records_are_looked_up_not_tried() -> None:
    changes = [of(f"variant:24-{number:06}") for number in range(100_000)]
    torn = [replace(each, conflicts={"title": "x"}) for each in changes[:50_000]]
    plan = plan_of([*torn, *changes[50_000:]])
    excludes = [str(each.address) for each in changes[50_000:]]
    decisions = [Decision(Take.SOURCE, str(each.address)) for each in torn]
    began = time.process_time()
    approval = approve(plan, "Ada", NOON, excludes, decisions=decisions)
    left = select(plan.changes, approval.excludes, approval.decisions, plan.digest).approved
    assert len(left) == 50_000
    assert time.process_time() - began < 20  # tried one by one, it takes an hour


def test_thousands_of_mistakes_are_counted() -> None:
    with pytest.raises(ApprovalError) as refusal:
        approve(plan_of(CHANGES), "Ada", NOON, [f"product:{number}" for number in range(7000)])
    assert "So it is with 6,995 more." in refusal.value.message
    assert len(refusal.value.message) < 600


def test_an_approval_of_another_plan_names_both_and_nothing_else() -> None:
    given_ = approval_of(plan_of(CHANGES, digest="sha256:other"), excludes=["product:nothing"])
    with pytest.raises(ApprovalError) as refusal:
        check(plan_of(CHANGES), given_, NOON, remedy="")
    assert {DIGEST, "sha256:other"} <= set(re.findall(r"sha256:\w+", refusal.value.message))
    assert "nothing" not in refusal.value.message


# How it is shown


def test_of_what_was_approved_the_beginning_is_shown() -> None:
    excludes = ("customer:ann@shop.test", *(f"product:{number}" for number in range(29)))
    lines = list(approval_lines(replace(FULL, excludes=excludes)))
    assert "without customer:a***@s***.test" in lines
    assert lines[:3] == [f"by {FULL.approved_by}", "2026-11-01 12:00 UTC", f"note: {FULL.note}"]
    assert "without product:8" in lines
    assert "without product:9" not in lines
    assert "and 20 more like this" in lines
    assert lines[-2:] == ["source taken for product:24-*", "target taken for *"]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("customer:ann@shop.test", "customer:a***@s***.test"),
        ("draft customer:ann@shop.test", "draft customer:a***@s***.test"),
        ("*:ann@shop.test", "*:a***@s***.test"),
        (HIDDEN, HIDDEN),
        ("inventory_level:24-MB01@Default Source", "inventory_level:24-MB01@Default Source"),
    ],
)
def test_patterns_are_shown_without_addresses(pattern: str, said: str) -> None:
    if pattern.startswith("*"):
        assert "ann@" not in shown_pattern(pattern)
    else:
        assert shown_pattern(pattern) == said


def test_the_note_stands_beside_the_approver_in_the_proof() -> None:
    verification = Verification(
        plan_id="p",
        target_url="http://m",
        read_at=NOON,
        verified_at=NOON,
        approved_by="Ada",
        counts=Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        digests=Digests(DIGEST, "sha256:j", "sha256:s"),
        differences=(),
        unfinished=(),
        unexpected=(),
        untouched_checked=None,
    )
    noted = replace(verification, approval_note="For the\n`new` season")
    assert "- Approved by: `Ada`\n" in certificate(verification)
    assert "- Approved by: `Ada`, who says `For the 'new' season`\n" in certificate(noted)
    assert to_document(noted)["approval_note"] == "For the\n`new` season"


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    fresh_workspace(tmp_path, monkeypatch)
    return plan_on_disk(tmp_path / "plans", plan_of([*CHANGES, of("product:t", title="x")]))


def digest_of(folder: Path) -> str:
    from reconcile.plan import file

    return file.plan_digest(folder)


def downloaded(folder: Path, **other: object) -> Path:
    """A file as the review page makes it."""
    approval = Approval(
        digest_of(folder), "Grace\x1b", NOON, (hidden_in(folder),), note="Looks\x1b good"
    )
    path = folder.parent.parent / "downloaded.yml"
    path.write_text(
        approval_file.text(replace(approval, **other)),  # type: ignore[arg-type]
        encoding="utf-8",
    )
    return path


def hidden_in(folder: Path) -> str:
    return pseudonym(CUSTOMER.address, digest_of(folder))


def test_a_note_is_kept_and_said(folder: Path) -> None:
    said = run("approve", "latest", "--by", "Ada", "--note", " The new season.\n ")
    assert (said.exit_code, "Note: The new season." in said.stdout) == (0, True)
    assert approval_file.read(folder).note == "The new season."
    document = json.loads(run("approve", "latest", "--by", "A", "--note", "x", "--json").stdout)
    assert document["note"] == "x"


def test_a_downloaded_file_is_installed_as_it_is(folder: Path) -> None:
    given_ = downloaded(folder)
    said = run("approve", "latest", "--file", str(given_))
    assert (said.exit_code, said.stderr.count("Warning")) == (0, 1)  # the conflict
    assert "7 changes approved by Grace\\x1b, 1 left out." in said.stdout
    assert "Note: Looks\\x1b good" in said.stdout
    installed = folder / "approval.yml"
    assert installed.read_bytes() == given_.read_bytes()
    assert stat.S_IMODE(installed.stat().st_mode) == 0o600
    assert "replaces" not in run("approve", "latest", "--file", str(given_)).stderr
    assert "ann@" not in installed.read_text()


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"plan_digest": "sha256:other"}, "sha256:other"),
    ({"excludes": ("product:nothing",)}, "`product:nothing` matches no change"),
    ({"decisions": (Decision(Take.SOURCE, "product:24-MB02"),)}, "names no change"),
    ({"waivers": (Waiver("nothing", "why"),)}, "There is no limit `nothing`"),
    ({"approved_by": " "}, "`approved_by` must be a text"),
]


@pytest.mark.parametrize(("other", "words"), REFUSED)
def test_a_file_is_checked_like_any_approval(
    folder: Path, other: dict[str, object], words: str
) -> None:
    given_ = downloaded(folder, **other)
    said = run("approve", "latest", "--file", str(given_))
    assert (said.exit_code, words in said.stderr, str(given_) in said.stderr) == (1, True, True)
    assert digest_of(folder) in said.stderr or words != "sha256:other"
    assert not (folder / "approval.yml").exists()


def test_a_file_does_not_settle_again_what_is_written(folder: Path) -> None:
    assert run("approve", "latest", "--by", "Ada").exit_code == 0
    former = (folder / "approval.yml").read_bytes()
    written = of("product:t", title="x")
    facts = RunFacts("r", folder.name, digest_of(folder), "0", "Ada", "http://fake.test", 1)
    with Journal(folder / JOURNAL, lambda: NOON) as journal:
        journal.start(facts)
        journal.intend("1", [written])
        outcome = Outcome(written.address, Status.APPLIED, "t")
        journal.settle([(written.action, outcome)])
    given_ = downloaded(folder, decisions=(Decision(Take.SOURCE, "*"),))
    said = run("approve", "latest", "--file", str(given_))
    assert (said.exit_code, "is applied with its conflict" in said.stderr) == (1, True)
    assert (folder / "approval.yml").read_bytes() == former
    assert run("approve", "latest", "--file", str(downloaded(folder))).exit_code == 0


ALONE: Sequence[Sequence[str]] = [
    ("--by", "Ada"),
    ("--exclude", "product:*"),
    ("--waive", "a=b"),
    ("--take", "source"),
    ("--key", "*"),
    ("--note", "x"),
]


@pytest.mark.parametrize("options", ALONE)
def test_a_file_says_it_all(folder: Path, options: Sequence[str]) -> None:
    said = run("approve", "latest", "--file", str(downloaded(folder)), *options)
    assert (said.exit_code, "--file says it all" in said.stderr) == (1, True)
    assert not (folder / "approval.yml").exists()


@pytest.mark.parametrize("name", ["nowhere.yml", "."])
def test_a_file_that_is_none(folder: Path, name: str) -> None:
    said = run("approve", "latest", "--file", name)
    assert (said.exit_code, name in said.stderr) == (1, True)


def test_an_old_plan_is_not_approved_by_a_file_of_that_time(tmp_path: Path) -> None:
    from reconcile.plan.document import Limit
    from reconcile.plan.limits import PLAN_AGE

    plan: Plan = plan_of(CHANGES, limits=[Limit(PLAN_AGE, "24 hours.", 0.0, 24.0)])
    late = NOON + timedelta(hours=25)
    here = late.astimezone(timezone(timedelta(hours=5)))
    with pytest.raises(ApprovalError, match="25 hours old"):
        check(plan, approval_of(plan), here, remedy="")
