"""Passwords: what two keyboards type is one text; old hashes open and are replaced; hashing has a bound."""

import asyncio
import unicodedata

import pytest
from argon2 import PasswordHasher

from gateway.errors import BadRequest, Unavailable
from gateway.users.password_text import prepared, require_good_password
from gateway.users.passwords import Passwords, check_password, hash_password

COMPOSED = "caf\u00e9 au lait bien chaud"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)
SAME = [
    (COMPOSED, DECOMPOSED),
    ("\u1112\u1161\u11ab\u1100\u1173\u11af password", "\ud55c\uae00 password"),
    ("vi\u1ec7t nam mu\u00f4n n\u0103m", unicodedata.normalize("NFD", "vi\u1ec7t nam mu\u00f4n n\u0103m")),
    ("one\u00a0two\u3000three\u2003four", "one two three four"),
    ("\u212b ngstr\u00f6m is a unit", "\u00c5 ngstr\u00f6m is a unit"),
]
DIFFERENT = [
    ("Correct Horse Battery", "correct horse battery"),
    ("\uff46ull width stays so", "full width stays so"),
    ("two  blanks inside it", "two blanks inside it"),
    (" a blank at the front", "a blank at the front"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_two_keyboards_type_is_one_password(one: str, other: str) -> None:
    assert prepared(one) == prepared(other)
    assert check_password(hash_password(one), other).is_right
    assert check_password(hash_password(other), one).is_right


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_case_width_and_blanks_stay_as_they_were_chosen(one: str, other: str) -> None:
    assert prepared(one) != prepared(other)
    assert not check_password(hash_password(one), other).is_right


@pytest.mark.parametrize("set_as", [COMPOSED, DECOMPOSED, "one\u00a0two three four"])
@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED, "one\u00a0two three four"])
def test_a_hash_of_before_still_opens_and_is_replaced_by_one_of_the_prepared_text(set_as: str, typed: str) -> None:
    old = PasswordHasher().hash(set_as)
    checked = check_password(old, typed)
    assert checked.is_right is (prepared(set_as) == prepared(typed))
    if checked.is_right and set_as != prepared(set_as):
        assert checked.better_hash is not None
        assert PasswordHasher().verify(checked.better_hash, prepared(set_as))
    else:
        assert checked.better_hash is None


def test_a_hash_of_weaker_parameters_is_replaced() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192).hash("correct horse battery")
    better = check_password(weak, "correct horse battery").better_hash
    assert better is not None
    assert check_password(better, "correct horse battery").better_hash is None
    assert check_password(weak, "wrong horse battery").better_hash is None


def test_length_counts_characters_after_preparation() -> None:
    assert require_good_password("\U0001f40e\U0001f50b\U0001f4ce\U0001f40e\U0001f50b\U0001f4ce\U0001f600a1b")
    assert require_good_password(unicodedata.normalize("NFD", "\u00e9\u00e8\u00ea\u00eb" * 50))
    for bad in ("e\u0301" * 9, "\U0001f40e\U0001f50b\U0001f4ce\U0001f600", "\u00e9\u00e8\u00ea\u00eb" * 50 + "x"):
        with pytest.raises(BadRequest) as refused:
            require_good_password(bad)
        assert refused.value.field == "password"


@pytest.mark.parametrize(
    "character", ["\0", "\t", "\n", "\x7f", "\x85", "\uffff", "\U000e0fff", "\u0378", "\ud800"]
)
def test_controls_and_undefined_characters_are_refused(character: str) -> None:
    with pytest.raises(BadRequest):
        require_good_password(f"correct horse{character} battery")


@pytest.mark.parametrize(
    "character", ["\u2764\ufe0f", "\U0001f468\u200d\U0001f469", "\u0ba4\u0bae", "\u00df", "\ufb01"]
)
def test_emoji_and_every_script_may_be_used(character: str) -> None:
    assert character in require_good_password(f"correct {character} battery")


async def test_hashing_takes_turns_and_whoever_waits_too_long_is_told_to_come_back() -> None:
    passwords = Passwords(at_once=1, wait_seconds=0.15)
    answers = await asyncio.gather(*(passwords.check(None, "guess") for _ in range(30)), return_exceptions=True)
    refused = [one for one in answers if isinstance(one, Unavailable)]
    assert refused
    assert all(one.retry_after for one in refused)
    assert len(refused) < 30
    assert not (await passwords.check(None, "guess")).is_right, "turns are given back"
