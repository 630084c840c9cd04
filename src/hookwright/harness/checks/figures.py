"""Figures of many answers."""

from __future__ import annotations

from collections.abc import Sequence

from hookwright.model.source import Json


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile of values in ascending order; 0 of none."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else 0.0


def latency_facts(ordered: Sequence[float]) -> dict[str, Json]:
    """How many answers there were and their percentiles in milliseconds; ``ordered`` are seconds, ascending."""
    shown = {f"p{percent}_ms": round(percentile(ordered, percent) * 1000, 3) for percent in (50, 95, 99)}
    return {"answers": len(ordered), **shown, "max_ms": round(max(ordered, default=0.0) * 1000, 3)}
