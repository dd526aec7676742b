"""Identifiers: their shape, and that every letter is as likely as another."""

from collections import Counter

from gateway.ids import is_id, new_id


def test_an_identifier_has_its_prefix_and_sixteen_letters() -> None:
    made = new_id("pay")
    assert is_id(made, "pay")
    assert len(made) == len("pay_") + 16
    assert len({new_id("pay") for _ in range(1000)}) == 1000


def test_other_shapes_are_no_identifiers() -> None:
    made = new_id("pay")
    for wrong in (made[:-1], made + "a", made.replace("pay", "order"), "pay_" + "ä" * 16, made + "\n", ""):
        assert not is_id(wrong, "pay")


def test_letters_are_equally_likely() -> None:
    letters = Counter("".join(new_id("x")[2:] for _ in range(20_000)))
    assert len(letters) == 62
    expected = 20_000 * 16 / 62
    # Six standard deviations of a binomial count: fails by chance less than once in ten million runs.
    assert all(abs(count - expected) < 6 * expected**0.5 for count in letters.values())
