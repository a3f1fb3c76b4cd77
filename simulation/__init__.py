"""Synthetic patients driven through the real bot on a virtual clock."""
