"""Student's law by way of the normal one, in Decimal: the same digits on every machine."""

from __future__ import annotations

from decimal import Decimal


def critical(z: Decimal, freedom: Decimal) -> Decimal:
    r"""How many estimated standard errors are as rare as ``z`` known ones, with so many degrees of freedom.

    .. math:: t = \sqrt{\nu \left( e^{u^2 / \nu} - 1 \right)}, \quad u = z \frac{8 \nu + 3}{8 \nu + 1}

    It is 4 % above the exact value at two degrees of freedom, and within half a per cent from five on.
    Source: D. L. Wallace, Bounds on normal approximations to Student's and the chi-square distributions, Annals of
    Mathematical Statistics 30 (1959).
    """
    u = z * (8 * freedom + 3) / (8 * freedom + 1)
    return (freedom * ((u * u / freedom).exp() - 1)).sqrt()


def as_normal(t: Decimal, freedom: Decimal) -> Decimal:
    """The z that :func:`critical` takes to ``t``."""
    u = (freedom * (1 + t * t / freedom).ln()).sqrt()
    return u * (8 * freedom + 1) / (8 * freedom + 3)
