"""Which keys packed plans are sealed with, and which are refused."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from travelling import KEY, PASSPHRASE

from reconcile.errors import PlanError
from reconcile.packing.keys import COST, NO_COST, cost_of, file_keys

SALT, OTHER_SALT = b"s" * 16, b"t" * 16

WEAK = {
    "": "0 characters",
    "secret": "6 characters",
    "correct-horse-19-abc": None,
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaa": "distinct",
    "abcabcabcabcabcabcabcabcabc": "distinct",
    b64encode(bytes(32)).decode(): "not random",
    b64encode(b"password" * 4).decode(): "not random",
    b64encode(b"0123456789" * 3 + b"01").decode(): "not random",
    b64encode(bytes(range(7, 19))).decode(): "16 characters",
}


@pytest.mark.parametrize(("key", "why"), WEAK.items())
def test_a_key_that_could_be_guessed_is_refused(key: str, why: str | None) -> None:
    if why is None:
        assert cost_of(key) == COST
        return
    with pytest.raises(PlanError, match=why) as caught:
        cost_of(key)
    assert "openssl rand -base64 32" in caught.value.remedy
    assert not key or key not in str(caught.value)


@given(st.binary(min_size=32, max_size=32).filter(lambda raw: len(set(raw)) >= 16))
def test_32_bytes_are_a_key_however_base64_is_written(raw: bytes) -> None:
    texts = [b64encode(raw).decode(), urlsafe_b64encode(raw).decode().rstrip("=")]
    assert [cost_of(text) for text in texts] == [NO_COST, NO_COST]
    assert len({file_keys(text, NO_COST, SALT).cipher for text in texts}) == 1


def test_every_file_has_keys_of_its_own() -> None:
    for key, cost in ((KEY, NO_COST), (PASSPHRASE, COST)):
        one, other = file_keys(key, cost, SALT), file_keys(key, cost, OTHER_SALT)
        assert len({one.cipher, one.check, other.cipher, other.check}) == 4
        assert one == file_keys(key, cost, SALT)


def test_keys_do_not_show_themselves() -> None:
    assert repr(file_keys(KEY, NO_COST, SALT)) == "FileKeys()"
