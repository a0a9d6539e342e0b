"""95 % intervals for shares and for the Net Promoter Score, in Decimal: the same digits on every machine."""

from __future__ import annotations

from decimal import Decimal

from cadran.metrics.stats.normal import Z95


def wilson(successes: Decimal, n: Decimal, z: Decimal = Z95) -> tuple[Decimal | None, Decimal | None]:
    r"""Wilson's score interval for a share :math:`p = successes / n`.

    .. math:: \frac{p + z^2/2n \pm z \sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}, \quad z = 1.96

    Both are shares between 0 and 1; (None, None) when ``n`` is 0 or the successes are not among them.
    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    if n <= 0 or not 0 <= successes <= n:
        return None, None
    square = z * z
    middle, whole = successes + square / 2, n + square  # both fractions times n: fewer divisions
    spread = z * (successes * (n - successes) / n + square / 4).sqrt()
    low = Decimal(0) if successes == 0 else (middle - spread) / whole
    high = Decimal(1) if successes == n else (middle + spread) / whole
    return low, high


def adjusted_wald(promoters: Decimal, detractors: Decimal, answers: Decimal) -> tuple[Decimal | None, Decimal | None]:
    r"""The adjusted Wald interval for the Net Promoter Score, in points from −100 to 100.

    Three answers are added, ¾ to the promoters, ¾ to the detractors and 3/2 to the passives; then

    .. math:: 100 \left( d \pm z \sqrt{(p + q - d^2) / n} \right), \quad d = p - q

    with p and q the shares of promoters and detractors among the n answers. (None, None) without answers.
    Source: B. Rocks, Interval estimation for the Net Promoter Score, The American Statistician 70 (2016).
    """
    found = adjusted_score(promoters, detractors, answers)
    if found is None:
        return None, None
    score, spread = found[0], Z95 * found[1].sqrt()
    return max(score - spread, Decimal(-100)), min(score + spread, Decimal(100))


def adjusted_score(promoters: Decimal, detractors: Decimal, answers: Decimal) -> tuple[Decimal, Decimal] | None:
    """The score with the three answers added, in points, and its variance; None without answers."""
    if answers <= 0 or promoters < 0 or detractors < 0 or promoters + detractors > answers:
        return None
    n = answers + 3
    p, q = (promoters + Decimal("0.75")) / n, (detractors + Decimal("0.75")) / n
    return 100 * (p - q), 10_000 * (p + q - (p - q) ** 2) / n
