"""Mails for new passwords: nobody gets two, whatever happens on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from reconcile.errors import AnswerLost, PlanError, RequestRefused
from reconcile.reset_mails import (
    INTERRUPTED,
    MOST_FAILURES,
    Progress,
    Recipient,
    Record,
    Sent,
    progress,
    send,
    still_open,
)

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
PEOPLE = [Recipient(f"customer:~{n:016x}", f"person{n}@shop{n}.example") for n in range(6)]
QUICK = 6000


class Clock:
    """Time that passes only while somebody waits; `stop_at` is the pause that ends it all."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.now, self.pauses, self._stop_at = 0.0, list[float](), stop_at

    def monotonic(self) -> float:
        return self.now

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        self.now += seconds
        return len(self.pauses) - 1 == self._stop_at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("reconcile.reset_mails.time.monotonic", made.monotonic)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reset-mails.ndjson"


def sent(
    path: Path,
    ask: Callable[[str], None],
    people: Sequence[Recipient] = PEOPLE,
    *,
    clock: Clock | None = None,
    per_minute: int = QUICK,
    again: bool = False,
) -> Sent:
    with Record(path, lambda: NOON) as record:
        waiting = still_open(people, record.progress, again=again)
        record.approve("Ana", len(waiting))
        return send(waiting, record, ask, per_minute, (clock or Clock()).pause)


def events(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_everybody_is_asked_once(path: Path) -> None:
    asked: list[str] = []
    assert sent(path, asked.append) == Sent(asked=6, failed=0, doubtful=0)
    assert asked == [each.email for each in PEOPLE]
    assert sent(path, asked.append) == Sent(asked=0, failed=0, doubtful=0)
    assert len(asked) == 6


def test_unless_it_is_wanted(path: Path) -> None:
    asked: list[str] = []
    sent(path, asked.append)
    assert sent(path, asked.append, again=True).asked == 6
    assert len(asked) == 12


def test_the_record_names_nobody(path: Path) -> None:
    def ask(email: str) -> None:
        raise RequestRefused(f"nobody has {email}", status=400)

    sent(path, ask, PEOPLE[:1])
    text = path.read_text()
    assert PEOPLE[0].email not in text
    assert "p***@s***.example" in text
    assert [each["event"] for each in events(path)] == ["approved", "intent", "outcome"]
    assert events(path)[0] | {"by": "Ana", "count": 1} == events(path)[0]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_about_to_be_asked_stands_there_before(path: Path) -> None:
    def ask(_: str) -> None:
        assert events(path)[-1]["event"] == "intent"

    sent(path, ask)


@pytest.mark.parametrize(
    ("fault", "after", "open_again"),
    [
        (RequestRefused("no", status=500), Progress.FAILED, True),
        (AnswerLost("cut"), Progress.DOUBTFUL, False),
    ],
)
def test_who_may_have_got_one_is_not_asked_again(
    path: Path, fault: Exception, after: Progress, open_again: bool
) -> None:
    def ask(_: str) -> None:
        raise fault

    sent(path, ask, PEOPLE[:1])
    known = progress(path)
    assert known == {PEOPLE[0].name: after}
    assert bool(still_open(PEOPLE[:1], known)) is open_again
    assert still_open(PEOPLE[:1], known, again=True) == PEOPLE[:1]


def test_a_process_that_died_asking_leaves_doubt(path: Path) -> None:
    def ask(email: str) -> None:
        if email == PEOPLE[2].email:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sent(path, ask)
    assert progress(path)[PEOPLE[2].name] is Progress.DOUBTFUL
    asked: list[str] = []
    sent(path, asked.append)
    assert asked == [each.email for each in PEOPLE[3:]]


def test_a_line_cut_short_counts_for_nothing(path: Path) -> None:
    sent(path, lambda _: None, PEOPLE[:1])
    with path.open("a") as file:
        file.write('{"event":"intent","customer":"customer:~00000')
    assert progress(path) == {PEOPLE[0].name: Progress.ASKED}
    asked: list[str] = []
    sent(path, asked.append, PEOPLE[:2])
    assert asked == [PEOPLE[1].email]
    assert events(path)


@pytest.mark.parametrize("line", ["{", "[]", '{"event":"intent"}', '{"event":"outcome"}', "null"])
def test_damage_is_told_by_its_line(path: Path, line: str) -> None:
    sent(path, lambda _: None, PEOPLE[:1])
    with path.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(PlanError, match="damaged") as raised:
        progress(path)
    assert raised.value.where == f"{path}:4"
    with pytest.raises(PlanError, match="damaged"), Record(path):
        pass


def test_two_cannot_send_at_once(path: Path) -> None:
    with Record(path), pytest.raises(PlanError, match="Another process"), Record(path):
        pass
    with Record(path):
        pass


@pytest.mark.parametrize("per_minute", [1, 30, 600])
def test_no_more_than_allowed_in_a_minute(path: Path, clock: Clock, per_minute: int) -> None:
    moments: list[float] = []
    sent(path, lambda _: moments.append(clock.now), clock=clock, per_minute=per_minute)
    gaps = [after - before for before, after in pairwise(moments)]
    assert gaps == pytest.approx([60 / per_minute] * 5)
    assert clock.pauses[0] == 0


def test_a_shop_that_is_slow_gets_no_burst_afterwards(path: Path, clock: Clock) -> None:
    moments: list[float] = []

    def ask(email: str) -> None:
        moments.append(clock.now)
        clock.now += 10 if email == PEOPLE[1].email else 0

    sent(path, ask, clock=clock, per_minute=60)
    assert moments == pytest.approx([0, 1, 11, 12, 13, 14])


def test_failures_in_a_row_end_it(path: Path) -> None:
    asked: list[str] = []

    def ask(email: str) -> None:
        asked.append(email)
        raise RequestRefused(f"down, {email}", status=503)

    done = sent(path, ask)
    assert (done.failed, len(asked)) == (MOST_FAILURES, MOST_FAILURES)
    assert done.stopped.startswith(f"{MOST_FAILURES} failures in a row")
    assert "person" not in done.stopped


def test_single_failures_do_not(path: Path) -> None:
    def ask(email: str) -> None:
        if email in (PEOPLE[0].email, PEOPLE[1].email, PEOPLE[3].email, PEOPLE[5].email):
            raise RequestRefused("no", status=400)

    assert sent(path, ask) == Sent(asked=2, failed=4, doubtful=0)


def test_it_can_be_stopped_between_two(path: Path) -> None:
    asked: list[str] = []
    done = sent(path, asked.append, clock=Clock(stop_at=2))
    assert done == Sent(asked=2, failed=0, doubtful=0, stopped=INTERRUPTED)
    assert len(asked) == 2
    assert [each.email for each in still_open(PEOPLE, progress(path))] == [
        each.email for each in PEOPLE[2:]
    ]
