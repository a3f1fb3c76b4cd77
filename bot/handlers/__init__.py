"""Thin handlers: read the update, call one action, nothing else."""
