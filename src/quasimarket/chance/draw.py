"""Draws from Philox4x32-10, a counter-based generator (Salmon et al., SC 2011).

The key is mixed from the seed and the purpose; the counter is the person's own number
and the spell. Counter-based, because a stream would tie a person's luck to whoever was
drawn before. Philox rather than a hash, because its independence between keys and
counters is tested (BigCrush) and it costs less than 5% of a run.
"""

from enum import IntEnum

import numba as nb
import numpy as np
from numpy.typing import NDArray


_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_ROOT_HALF = np.int64(0x3FE6A09E667F3BCD)
"""Bits of the square root of a half; with the next, how a number is taken apart."""
_MANTISSA = np.int64(0x000FFFFFFFFFFFFF)
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10


class Purpose(IntEnum):
    """What a draw decides. Add at the end: a number, once given, keeps its meaning."""

    JOB_START = 1
    JOB_LOSS = 2
    EMPLOYABILITY = 3
    SCORE_NOISE = 4
    AGE = 5
    DURATION = 6
    QUALIFICATION = 7
    NEED = 8
    LOCALITY = 9
    ATTACHMENT = 10
    ATTACHMENT_LAG = 11
    CONTRACT = 12
    POSITION = 13
    SPECIALIST = 14
    SPECIALIST_CHOICE = 15
    CLAIM = 16
    CHAIN_SIZE = 17
    CHAIN_MEMBER = 18
    ORGANISATION = 19
    TERMS = 20
    PATCH = 21
    RESERVES = 22
    THINNING = 23
    STAFFING = 24
    INSTITUTION = 25
    STANCE = 26
    NEGOTIATION = 27
    RESPONSE = 28
    STAFF = 29
    HIRING = 30
    COMPLAINT = 31
    EXIT = 32
    TRIAL = 33
    SEEN = 34
    DOUBT = 35
    EFFECT = 36
    BIDDER = 40
    BID = 41
    CHECK = 42
    RESETTLE = 43


@nb.njit(inline="always")
def philox(key, person, spell):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the first 64 of the 128 bits of Philox4x32-10."""
    c0 = np.uint64(person) & _LOW
    c1 = np.uint64(person) >> _32
    c2 = np.uint64(spell) & _LOW
    c3 = np.uint64(0)
    k0 = np.uint64(key) & _LOW
    k1 = np.uint64(key) >> _32
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _32) ^ c1 ^ k0
        c1 = p1 & _LOW
        c2 = (p0 >> _32) ^ c3 ^ k1
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return (c0 << _32) | c1


@nb.njit(inline="always")
def uniform_from_bits(bits):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Turn 64 bits into a number strictly between 0 and 1 (52 bits and a half)."""
    return (np.float64(bits >> np.uint64(12)) + 0.5) * (1.0 / 4503599627370496.0)


@nb.njit(inline="always")
def uniform_at(key, person, spell):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Draw a uniform number for a person and spell under a purpose's key."""
    return uniform_from_bits(philox(key, person, spell))


@nb.njit(inline="always")
def natural_log(number):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Give the natural logarithm of a normal number above 0, within one unit at last.

    fdlibm's (e_log.c), without a branch, so that it is vectorised; and of additions,
    products and one quotient only, so that it gives the same bits on every machine,
    which the system's own does not.
    """
    bits = np.float64(number).view(np.int64) - _ROOT_HALF
    exponent = bits >> np.int64(52)
    mantissa = np.int64((bits & _MANTISSA) + _ROOT_HALF).view(np.float64)
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (
        3.999999999940941908e-01
        + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01)
    )
    odd = z * (
        6.666666666666735130e-01
        + w
        * (
            2.857142874366239149e-01
            + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)
        )
    )
    half = 0.5 * f * f
    twos = np.float64(exponent)
    return twos * _LN2_HIGH - ((half - (s * (half + even + odd) + twos * _LN2_LOW)) - f)


@nb.njit(inline="always")
def exponential_at(key, person, spell):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Draw a unit exponential number for a person and spell."""
    return -natural_log(uniform_at(key, person, spell))


@nb.njit(inline="always")
def exponential(keys, persons, spells, drawn, count):  # type: ignore[no-untyped-def]  # compiled: numba infers
    """Draw so many at once: the same numbers as one by one, and quicker."""
    for k in range(count):
        drawn[k] = uniform_at(keys[k], persons[k], spells[k])
    for k in range(count):
        drawn[k] = -natural_log(drawn[k])


@nb.njit(cache=True)
def _fill(key, persons, spell, drawn):  # type: ignore[no-untyped-def]  # compiled: numba infers
    for index in range(len(persons)):
        drawn[index] = uniform_at(key, persons[index], spell)


def purpose_key(seed: int, purpose: Purpose) -> np.uint64:
    """Mix a seed and a purpose into a Philox key (the splitmix64 finaliser)."""
    mask = 0xFFFFFFFFFFFFFFFF
    mixed = (seed * 0x9E3779B97F4A7C15 + int(purpose) * 0xD1B54A32D192ED03) & mask
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
    return np.uint64(mixed ^ (mixed >> 31))


def uniform(seed: int, purpose: Purpose, person: int, spell: int = 0) -> float:
    """Draw one number between 0 and 1."""
    drawn = np.empty(1)
    _fill(purpose_key(seed, purpose), np.array([person], np.int64), spell, drawn)
    return float(drawn[0])


def uniforms(
    seed: int, purpose: Purpose, persons: NDArray[np.int64], spell: int = 0
) -> NDArray[np.float64]:
    """Draw one number between 0 and 1 for each person."""
    drawn = np.empty(len(persons))
    _fill(purpose_key(seed, purpose), persons, spell, drawn)
    return drawn
