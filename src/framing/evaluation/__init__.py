"""Evaluation: metrics with confidence intervals, baselines, probes."""
