"""What can happen. One function is one database transaction; the only writers."""
