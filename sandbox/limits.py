"""Numbers Telegram enforces, as measured or documented; the emulator enforces the same ones."""

from typing import Final

TEXT_UNITS: Final = 4096
"""Longest message text, in UTF-16 code units after entity parsing."""
CAPTION_UNITS: Final = 1024
"""Longest caption, in UTF-16 code units after entity parsing."""
CALLBACK_BYTES: Final = 64
"""Longest callback_data of a button, in UTF-8 bytes."""
COPY_UNITS: Final = 256
"""Longest text a copy_text button may carry."""
TOAST_UNITS: Final = 200
"""Longest text of answerCallbackQuery."""
KEYBOARD_BUTTONS: Final = 100
"""Most buttons on one inline keyboard."""
CALLBACK_SECONDS: Final = 150
"""How long a button tap waits for the bot, and how long it may be answered."""
UPDATE_SECONDS: Final = 86_400
"""How long every other update waits for the bot."""
DELETE_SECONDS: Final = 172_800
"""How old a message may be when the bot deletes it."""
TYPING_SECONDS: Final = 5
"""How long a chat action shows."""
LONG_POLL_SECONDS: Final = 50
"""Longest wait of one getUpdates call."""
POLL_LIMIT: Final = 100
"""Most updates in one getUpdates answer."""
DOWNLOAD_BYTES: Final = 20_000_000
"""Largest file getFile serves."""
UPLOAD_BYTES: Final = 50_000_000
"""Largest document a bot uploads."""
PHOTO_BYTES: Final = 10_000_000
"""Largest photo a bot uploads."""
PHOTO_SIDES: Final = 10_000
"""Largest sum of a photo's width and height, in pixels."""
PHOTO_RATIO: Final = 20
"""Largest ratio of a photo's sides."""
COMMANDS: Final = 100
"""Most commands in one menu."""
COMMAND_UNITS: Final = 32
"""Longest command name."""
COMMAND_DESCRIPTION_UNITS: Final = 256
"""Longest description of a command."""
NAME_UNITS: Final = 64
"""Longest name of the bot."""
DESCRIPTION_UNITS: Final = 512
"""Longest description of the bot."""
SHORT_DESCRIPTION_UNITS: Final = 120
"""Longest short description of the bot."""

CALLS_KEPT: Final = 10_000
"""How many Bot API calls the emulator remembers."""
MESSAGES_KEPT: Final = 2_000
"""How many messages the emulator remembers per chat."""
FILES_KEPT: Final = 1_000
"""How many files the emulator keeps; an older one can no longer be fetched."""
