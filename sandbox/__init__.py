"""A local Telegram: Bot API emulator, chat page, clock and faults."""
