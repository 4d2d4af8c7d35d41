"""`reconcile customers`: hashes are sealed, mails are counted before any goes out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from magento_hashes import magento_hash
from people_changes import create, update
from scripted_server import Asked, Reply, ScriptedServer
from shop_in_memory import Run

from reconcile import sealed_hashes
from reconcile.journal import JOURNAL, Journal, RunFacts
from reconcile.model import Action, Outcome, Status
from reconcile.plan import file
from reconcile.plan.document import PlanHeader, SnapshotFacts
from reconcile.reset_mails import RECORD

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
KEY = sealed_hashes.new_key()
SHA256 = magento_hash("secret", "a-salt-of-somebody", "1")


@pytest.fixture
def hashes(workspace: Path) -> Path:
    """The workspace's settings carry passwords; a file as the database gives it."""
    settings = workspace / "reconcile.yml"
    text = settings.read_text().replace("passwords: none", "passwords: carry")
    settings.write_text(text.replace("  # hash_key:", "  hash_key:"))
    (workspace / ".env").write_text(f"RECONCILE_HASH_KEY={KEY}\n")
    path = workspace / "customer_hashes.csv"
    path.write_text(f"customer_id,email,password_hash\n1,a@b.c,{SHA256}\n")
    return path


class TestSealing:
    def test_a_new_key_opens_what_it_seals(self, run: Run, workspace: Path) -> None:
        result = run("customers", "new-key")
        assert result.exit_code == 0
        path = workspace / "file"
        sealed_hashes.write(path, [("1", "x")], result.stdout.strip())
        assert sealed_hashes.opener(path, result.stdout.strip())(
            "1", sealed_hashes.seals(path)["1"]
        )
        assert "RECONCILE_HASH_KEY" in result.stderr

    def test_hashes_are_sealed_where_the_settings_say(self, run: Run, hashes: Path) -> None:
        result = run("customers", "seal-hashes", str(hashes))
        assert result.exit_code == 0, result.output
        assert "Sealed 1 password hashes" in result.stdout
        assert f"Now delete {hashes}" in " ".join(result.stderr.split())
        path = hashes.parent / ".reconcile" / "customer_hashes.sealed"
        assert sealed_hashes.opener(path, KEY)("1", sealed_hashes.seals(path)["1"]) == SHA256
        assert SHA256.partition(":")[0] not in result.output

    def test_what_cannot_be_sealed_is_named_row_by_row(self, run: Run, hashes: Path) -> None:
        with hashes.open("a") as text:
            text.write("2,b@b.c,$2y$10$abc\n3,c@b.c,\n")
        result = run("customers", "seal-hashes", str(hashes))
        assert result.exit_code == 2
        assert "line 3, customer 2: an unknown kind of hash" in result.stdout
        assert "line 4, customer 3: no password hash" in result.stdout
        assert "$2y" not in result.output
        told = json.loads(run("customers", "seal-hashes", str(hashes), "--json").stdout)
        assert (told["sealed"], told["kept"], len(told["not_sealed"])) == (1, 1, 2)

    def test_many_rows_are_cut_in_words_and_whole_in_json(self, run: Run, hashes: Path) -> None:
        with hashes.open("a") as text:
            text.writelines(f"{number},x@y.z,\n" for number in range(2, 102))
        result = run("customers", "seal-hashes", str(hashes))
        assert "80 more rows (--json names them)" in result.stdout
        told = json.loads(run("customers", "seal-hashes", str(hashes), "--json").stdout)
        assert len(told["not_sealed"]) == 100

    def test_another_key_is_warned_of(self, run: Run, hashes: Path) -> None:
        run("customers", "seal-hashes", str(hashes))
        (hashes.parent / ".env").write_text(f"RECONCILE_HASH_KEY={sealed_hashes.new_key()}\n")
        result = run("customers", "seal-hashes", str(hashes))
        assert "sealed with another key" in " ".join(result.stderr.split())

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("", "RECONCILE_HASH_KEY"),
            ("RECONCILE_HASH_KEY=short\n", "The key for the sealed password hashes is none"),
        ],
    )
    def test_without_a_good_key_nothing_is_written(
        self, run: Run, hashes: Path, key: str, said: str
    ) -> None:
        (hashes.parent / ".env").write_text(key)
        result = run("customers", "seal-hashes", str(hashes))
        assert result.exit_code == 1
        assert said in " ".join(result.stderr.split())
        assert not (hashes.parent / ".reconcile" / "customer_hashes.sealed").exists()

    def test_without_the_setting_of_a_key(self, run: Run, hashes: Path) -> None:
        settings = hashes.parent / "reconcile.yml"
        settings.write_text(settings.read_text().replace("  hash_key:", "  # hash_key:"))
        result = run("customers", "seal-hashes", str(hashes))
        assert result.exit_code == 1
        assert "customers.hash_key" in result.stderr
        assert "new-key" in result.stderr

    def test_no_such_file(self, run: Run, workspace: Path) -> None:
        result = run("customers", "seal-hashes", "none.csv")
        assert result.exit_code == 1
        assert "none.csv" in result.stderr

    def test_a_file_of_another_kind(self, run: Run, hashes: Path) -> None:
        hashes.write_text("email,phone\n")
        result = run("customers", "seal-hashes", str(hashes))
        assert result.exit_code == 1
        assert f"{hashes}:1: The first line must name the columns" in " ".join(
            result.stderr.split()
        )
        assert "SELECT entity_id AS customer_id" in " ".join(result.stderr.split())


CHANGES = [
    *(
        create(
            f"customer:c{n}@x{n % 2}.org",
            f"customer/{n}",
            email=f"c{n}@x{n % 2}.org",
            login="reset",
        )
        for n in range(1, 5)
    ),
    create("customer:carried@x.org", "customer/5", email="carried@x.org", login="carried:0a"),
    create("customer:none@x.org", "customer/6", email="none@x.org"),
    update("customer:later@x.org", "customer/7", "cus_7", login=(None, "reset")),
    create("customer:refused@x.org", "customer/8", email="refused@x.org", login="reset"),
    create("customer_group:General", "group/1", name="General"),
]
TO_ASK = {"c1@x1.org", "c2@x0.org", "c3@x1.org", "c4@x0.org", "later@x.org"}
"""Whose accounts are there, without a password."""


@dataclass
class Sending:
    """An applied plan, and a Medusa that is asked; `status` is what it answers."""

    run: Run
    plan: Path
    medusa: ScriptedServer
    status: dict[str, int] = field(default_factory=dict)

    def send(self, *words: str) -> tuple[int, str]:
        result = self.run("customers", "send-reset", "--plan", "latest", *words)
        return result.exit_code, " ".join(result.output.split())

    @property
    def asked(self) -> list[str]:
        assert {(each.method, each.path) for each in self.medusa.asked} <= {
            ("POST", "/auth/customer/emailpass/reset-password")
        }
        return [json.loads(each.body)["identifier"] for each in self.medusa.asked]


@pytest.fixture
def sending(run: Run, workspace: Path) -> Iterator[Sending]:
    answers: dict[str, int] = {}

    def script(asked: Asked, _: int) -> Reply:
        status = answers.get(json.loads(asked.body)["identifier"], 201)
        return Reply(status, b"Created" if status == 201 else b'{"message": "no"}')

    with ScriptedServer(script) as medusa:
        (workspace / ".env").write_text(f"MEDUSA_URL={medusa.url}\nMEDUSA_API_KEY=sk_secret\n")
        yield Sending(run, applied(workspace / "plans", medusa.url), medusa, answers)


def applied(plans: Path, url: str) -> Path:
    """The plan's folder, with the journal of an apply that one record failed in."""
    facts = SnapshotFacts("medusa", url, NOON, DIGEST, complete=True)
    header = PlanHeader("", NOON, "0", facts, facts, DIGEST, {}, (), (), DIGEST, DIGEST)
    folder = file.write(plans, NOON, CHANGES, list, lambda: header)
    plan = file.read(folder)
    with Journal(folder / JOURNAL, lambda: NOON, plan.changes) as journal:
        journal.start(RunFacts("run", plan.header.id, plan.digest, "0", "Ana", url, len(CHANGES)))
        journal.intend("req", plan.changes)
        journal.settle(
            (Action.CREATE, Outcome(each.address, _status(each.address.key), target_id="cus"))
            for each in plan.changes
        )
    return folder


def _status(key: str) -> Status:
    return Status.FAILED if key.startswith("refused") else Status.APPLIED


class TestSending:
    def test_the_number_is_told_and_nothing_is_sent(self, sending: Sending) -> None:
        code, said = sending.send()
        assert code == 2
        assert "5 mails to 3 domains would go out; 0 customers are asked already." in said
        assert "Nothing was sent. `--send 5 --by NAME` sends them." in said
        assert (sending.asked, (sending.plan / RECORD).exists()) == ([], False)
        assert "@" not in said

    def test_json(self, sending: Sending) -> None:
        result = sending.run("customers", "send-reset", "--plan", "latest", "--json")
        assert json.loads(result.stdout) == {
            "to_send": 5, "domains": 3, "asked": 0, "doubtful": 0
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--send", "5"), "Nobody is named who allows this."),
            (("--send", "5", "--by", " "), "Nobody is named who allows this."),
            (("--send", "4", "--by", "Ana"), "4 mails are allowed, 5 would go out."),
            (("--send", "6", "--by", "Ana"), "6 mails are allowed, 5 would go out."),
        ],
    )
    def test_only_what_somebody_allows_is_sent(
        self, sending: Sending, words: tuple[str, ...], said: str
    ) -> None:
        code, told = sending.send(*words)
        assert (code, said in told, sending.asked) == (1, True, [])

    def test_those_without_a_password_are_asked_once(self, sending: Sending) -> None:
        allowed = ("--send", "5", "--by", "Ana", "--per-minute", "6000")
        code, said = sending.send(*allowed)
        assert (code, said) == (0, "Asked the shop for 5 mails.")
        assert set(sending.asked) == TO_ASK
        assert all("authorization" not in each.headers for each in sending.medusa.asked)
        code, said = sending.send()
        assert (code, "0 mails to 0 domains" in said, "5 customers" in said) == (0, True, True)
        assert sending.send(*allowed)[0] == 1
        assert len(sending.asked) == 5

    def test_again_asks_everybody_again(self, sending: Sending) -> None:
        allowed = ("--send", "5", "--by", "Ana", "--per-minute", "6000")
        sending.send(*allowed)
        code, said = sending.send("--again")
        assert (code, "`--send 5 --by NAME --again`" in said) == (2, True)
        assert sending.send(*allowed, "--again")[0] == 0
        assert len(sending.asked) == 10

    def test_the_record_holds_no_address(self, sending: Sending) -> None:
        sending.send("--send", "5", "--by", "Ana", "--per-minute", "6000")
        text = (sending.plan / RECORD).read_text()
        assert not [email for email in TO_ASK if email in text]
        assert json.loads(text.splitlines()[0])["by"] == "Ana"

    def test_what_failed_is_sent_the_next_time(self, sending: Sending) -> None:
        sending.status["c1@x1.org"] = 400
        code, said = sending.send("--send", "5", "--by", "Ana", "--per-minute", "6000")
        assert (code, "4 mails; 1 requests failed and can be sent again" in said) == (1, True)
        sending.status.clear()
        assert sending.send("--send", "1", "--by", "Ana")[0] == 0
        assert sending.asked.count("c1@x1.org") == 2
        assert len(sending.asked) == 6

    def test_mails_are_spread_over_time(
        self, sending: Sending, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited: list[float] = []

        def wait(_: threading.Event, timeout: float | None = None) -> bool:
            waited.append(timeout or 0)
            return False

        monkeypatch.setattr(threading.Event, "wait", wait)
        sending.send("--send", "5", "--by", "Ana", "--per-minute", "30")
        assert sum(each > 1 for each in waited) == 4

    def test_another_shop_is_refused(self, sending: Sending, workspace: Path) -> None:
        (workspace / ".env").write_text("MEDUSA_URL=http://127.0.0.1:9\nMEDUSA_API_KEY=x\n")
        code, said = sending.send("--send", "5", "--by", "Ana")
        assert (code, "the settings name http://127.0.0.1:9" in said) == (1, True)

    def test_a_plan_that_is_not_applied_asks_nobody(self, sending: Sending) -> None:
        (sending.plan / JOURNAL).unlink()
        code, said = sending.send()
        assert (code, "0 mails" in said) == (0, True)

    def test_no_plan(self, sending: Sending) -> None:
        result = sending.run("customers", "send-reset", "--plan", "1999")
        assert result.exit_code == 1
        assert "There is no plan '1999'" in result.stderr
