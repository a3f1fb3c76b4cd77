"""Starts `steady` again and again in forked children, which can kill themselves at a named point.

Run as a script it reads one JSON request a line and answers with one line: `spawn` forks a child
that runs `steady` with the given arguments and environment, `poll` says how a child ended. The
imports and the words are read once, before the first fork; everything else each child does anew.

No product code knows of this: the points are passed in listeners of the database library and in
wrappers of the runtime and the HTTP client. A child counts them only after SIGUSR1.
"""

import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event
from telegram.request import HTTPXRequest

import bot.cli
import sandbox.server  # noqa: F401 (a command of `steady`; imported before the fork to save time)
from actions.runtime import Runtime
from bot.content.library import load_content
from scheduler.leader import Elected
from tests import hurry

# What an idle house does all the time; a kill there says nothing about a message.
IDLE: Final = ("tidy", "mark")
WRITES: Final = {"INSERT": 2, "UPDATE": 1, "DELETE": 2}


class Points:
    """Counts the points that are passed; kills this process at the wanted one.

    Args:
        wanted: the name of a point, or `any` for every point.
        nth: at which passing of it, from 1.
        tally: file that gets the names of all points passed, one a line.
    """

    def __init__(self, wanted: str, nth: int, tally: str) -> None:
        self.wanted, self.nth, self.tally = wanted, nth, tally
        self.armed = False
        self.passed: Counter[str] = Counter()
        self.here = threading.local()

    def arm(self, *_signal: object) -> None:
        """Count from now on, and say so."""
        self.armed = True
        os.write(2, b"armed\n")

    def pass_(self, name: str) -> None:
        """Note that a point is passed now; die if it is the one."""
        if not self.armed:
            return
        self.passed.update((name, "any"))
        if self.tally:
            with Path(self.tally).open("a", encoding="utf-8") as file:
                file.write(name + "\n")
        if self.wanted in {name, "any"} and self.passed[self.wanted] == self.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def in_action(self, where: str) -> None:
        """Pass a point of the action that runs in this thread, unless it is an idle one."""
        action = getattr(self.here, "action", "")
        if action and action.rpartition(".")[2] not in IDLE:
            self.pass_(f"{action}:{where}")

    def install(self) -> None:
        """Listen to the database and wrap the runtime and the HTTP client."""
        event.listen(Engine, "before_cursor_execute", self._statement("before"))
        event.listen(Engine, "after_cursor_execute", self._statement("after"))
        event.listen(Engine, "commit", self._committing)
        self._wrap_actions(Runtime, "call")
        self._wrap_actions(Elected, "_call")
        self._wrap_calls()

    def _statement(self, when: str) -> Callable[..., None]:
        def on(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            words = statement.split(maxsplit=3)
            if words and words[0] in WRITES:
                self.here.wrote = True
                self.in_action(f"{when} {words[0]} {words[WRITES[words[0]]]}")

        return on

    def _committing(self, _conn: object) -> None:
        if getattr(self.here, "wrote", False):
            self.in_action("before commit")

    def _wrap_actions(self, room: type, name: str) -> None:
        plain = getattr(room, name)

        def call(owner: object, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            self.here.action = f"{action.__module__.rpartition('.')[2]}.{action.__name__}"
            self.here.wrote = False
            try:
                result = plain(owner, action, *args, **kwargs)
                if self.here.wrote:
                    self.in_action("after commit")
            finally:
                self.here.action = ""
            return result

        setattr(room, name, call)

    def _wrap_calls(self) -> None:
        plain = HTTPXRequest.do_request

        async def do_request(request: HTTPXRequest, url: str, *args: Any, **kwargs: Any) -> Any:
            method = url.rpartition("/")[2].partition("?")[0]
            if method == "getUpdates":
                return await plain(request, url, *args, **kwargs)
            self.pass_(f"call:before {method}")
            answer = await plain(request, url, *args, **kwargs)
            self.pass_(f"call:after {method}")
            return answer

        HTTPXRequest.do_request = do_request  # type: ignore[method-assign, assignment]


def be(request: dict[str, Any]) -> None:
    """Be `steady` in a forked child; never returns."""
    os.setsid()
    out = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(request["folder"])
    os.environ.update(request["env"])
    points = Points(request["point"], request["nth"], request["tally"])
    points.install()
    signal.signal(signal.SIGUSR1, points.arm)
    sys.argv = ["steady", *request["argv"]]
    code = 0
    try:
        bot.cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 (what the interpreter itself would do with it)
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: a fork must not run what its parent has registered for its own end.
    os._exit(code)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do one request of the tests."""
    if request["do"] == "poll":
        pid, status = os.waitpid(request["pid"], os.WNOHANG)
        return {"code": os.waitstatus_to_exitcode(status) if pid else None}
    pid = os.fork()
    if pid == 0:
        be(request)
    return {"pid": pid}


def main() -> None:
    """Answer requests until standard input ends."""
    hurry.begin()
    load_content()
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201 (the protocol)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201 (the protocol)


if __name__ == "__main__":
    main()
