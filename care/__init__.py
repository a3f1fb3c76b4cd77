"""The rules. Pure and synchronous: no clock, no I/O, no Telegram, no database."""
