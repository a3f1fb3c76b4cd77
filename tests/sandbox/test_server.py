"""The sandbox's own socket."""

import asyncio
import socket

from sandbox.server import listen


async def test_an_answer_is_not_held_back_for_more_to_send() -> None:
    spared: list[int] = []

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = writer.get_extra_info("socket")
        spared.append(wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()
        await writer.wait_closed()

    listener = listen()
    async with await asyncio.start_server(answer, sock=listener):
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        await reader.read()
        writer.close()
        await writer.wait_closed()
    assert spared == [1]


def test_it_listens_to_this_computer_only() -> None:
    listener = listen()
    try:
        assert listener.getsockname()[0] == "127.0.0.1"
    finally:
        listener.close()
