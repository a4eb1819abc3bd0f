"""Named draws: known answers, fixed meanings, and luck that nothing else moves."""

import numpy as np
import pytest

from quasimarket.chance import Purpose, purpose_key, uniform, uniforms
from quasimarket.chance.draw import exponential_at, philox, uniform_from_bits


PERSON = 100_102_300_000_001
WORD = 0xFFFFFFFF


def philox_in_words(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, ...]:
    """Philox4x32-10 as its paper writes it, in whole numbers of any size."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        low, high = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (
            (high >> 32) ^ c1 ^ k0,
            high & WORD,
            (low >> 32) ^ c3 ^ k1,
            low & WORD,
        )
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


KNOWN_ANSWERS = [
    # Random123's kat_vectors: counter, key, answer
    ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((WORD,) * 4, (WORD,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_plain_generator_gives_the_known_answers(counter, key, answer):
    assert philox_in_words(counter, key) == answer


def test_compiled_generator_gives_the_known_answer_for_zero():
    bits = int(philox(np.uint64(0), 0, 0))

    assert (bits >> 32, bits & WORD) == (0x6627E8D5, 0xE169C58D)


@pytest.mark.parametrize("person", [0, 1, WORD, WORD + 1, PERSON, 2**63 - 1])
@pytest.mark.parametrize("spell", [0, 1, 255, 2**31])
@pytest.mark.parametrize("key", [1, 0xA4093822299F31D0, 2**64 - 1])
def test_compiled_generator_agrees_with_the_plain_one(person, spell, key):
    first, second, *_ = philox_in_words(
        (person & WORD, person >> 32, spell, 0), (key & WORD, key >> 32)
    )

    bits = int(philox(np.uint64(key), person, spell))

    assert bits == first << 32 | second


def test_purposes_keep_their_numbers():
    given = {
        "JOB_START": 1,
        "JOB_LOSS": 2,
        "EMPLOYABILITY": 3,
        "SCORE_NOISE": 4,
        "AGE": 5,
        "DURATION": 6,
        "QUALIFICATION": 7,
        "NEED": 8,
        "LOCALITY": 9,
        "ATTACHMENT": 10,
        "ATTACHMENT_LAG": 11,
        "CONTRACT": 12,
        "POSITION": 13,
        "SPECIALIST": 14,
        "SPECIALIST_CHOICE": 15,
        "CLAIM": 16,
        "CHAIN_SIZE": 17,
        "CHAIN_MEMBER": 18,
        "ORGANISATION": 19,
        "TERMS": 20,
        "PATCH": 21,
        "RESERVES": 22,
        "THINNING": 23,
        "STAFFING": 24,
    }

    now = {one.name: one.value for one in Purpose}

    assert {name: now.get(name) for name in given} == given
    assert len(set(now.values())) == len(Purpose.__members__)
    assert all(now[name] > 24 for name in now.keys() - given.keys())


@pytest.mark.parametrize(
    ("seed", "purpose", "person", "spell", "drawn"),
    [
        (1, Purpose.JOB_START, PERSON, 0, 0.7439001433490965),
        (1, Purpose.JOB_START, PERSON, 3, 0.1291800518306495),
        (7, Purpose.EMPLOYABILITY, PERSON + 5, 0, 0.07544094009131308),
    ],
)
def test_draws_stay_what_they_were(seed, purpose, person, spell, drawn):
    assert uniform(seed, purpose, person, spell) == drawn


def test_draw_for_many_is_the_draw_for_each():
    persons = np.array([PERSON, 3, PERSON + 1, 3])

    drawn = uniforms(5, Purpose.AGE, persons, 2)

    assert drawn.tolist() == [uniform(5, Purpose.AGE, int(p), 2) for p in persons]


def test_draw_depends_on_seed_purpose_person_and_spell():
    drawn = {
        uniform(seed, purpose, person, spell)
        for seed in (0, 1)
        for purpose in (Purpose.JOB_START, Purpose.JOB_LOSS)
        for person in (PERSON, PERSON + 1)
        for spell in (0, 1)
    }

    assert len(drawn) == 16


def test_keys_of_seeds_and_purposes_are_all_different():
    keys = {int(purpose_key(s, p)) for s in range(-50, 500) for p in Purpose}

    assert len(keys) == 550 * len(Purpose)


def test_draws_lie_strictly_between_0_and_1():
    ends = [uniform_from_bits(np.uint64(bits)) for bits in (0, 2**64 - 1)]

    assert 0 < ends[0] < 1e-15
    assert 1 - 1e-15 < ends[1] < 1


def test_exponential_is_the_logarithm_of_the_uniform():
    key = purpose_key(1, Purpose.JOB_LOSS)

    drawn = exponential_at(key, PERSON, 1)

    assert drawn == -np.log(uniform(1, Purpose.JOB_LOSS, PERSON, 1))
