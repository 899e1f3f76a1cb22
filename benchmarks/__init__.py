"""Measurements of speed: one runnable module per claim, each against a baseline of the same run."""
