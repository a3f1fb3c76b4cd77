"""Measurements, printed as ratios: absolute figures belong to one machine."""
