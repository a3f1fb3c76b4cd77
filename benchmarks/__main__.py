"""`make bench`: each line compares two things measured one after the other on this machine."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from actions import delivery, outbox, people
from actions.runtime import Runtime
from actions.tx import Tx
from bot.content.lexicon import load
from bot.content.library import Content, load_content
from care.messages import Kind
from care.textreader import read
from scheduler.hooks import HOOKS
from store import migrate
from store.crypto import MasterKeys
from store.engine import make_engine
from store.keystore import KeyStore
from store.queries.outbox import Wanted
from store.vault import Vault

QUEUED = 5_000
ANYBODY = Wanted(frozenset(), 9)


def seconds(action: Callable[[], object], times: int = 5) -> float:
    """The median of `times` runs."""
    runs = []
    for _ in range(times):
        begin = time.perf_counter()
        action()
        runs.append(time.perf_counter() - begin)
    return statistics.median(runs)


def runtime(folder: Path, content: Content) -> Runtime:
    url = f"sqlite:///{folder / 'bench.db'}"
    migrate.upgrade(url)
    keys = KeyStore(make_engine("sqlite://"), MasterKeys.parse(MasterKeys.generate("bench")))
    return Runtime(make_engine(url), Vault(keys), content)


def queue(tx: Tx, first: int, count: int, kind: Kind) -> None:
    for number in range(first, first + count):
        person = people.by_chat(tx, number % 500 + 1)
        outbox.say(tx, person, "common/edit_read", kind=kind, key=f"bench:{kind}:{number}")


def claim_alert(rt: Runtime, number: int) -> float:
    """How long a just-queued alert takes to be claimed."""
    rt.call(queue, number, 1, Kind.ALERT)
    begin = time.perf_counter()
    claimed = rt.call(delivery.claim, ANYBODY, HOOKS)
    spent = time.perf_counter() - begin
    assert claimed is not None
    assert claimed.priority == 0, "an alert must go first"
    return spent


def overtaking(rt: Runtime) -> None:
    alone = statistics.median(claim_alert(rt, 10**6 + n) for n in range(7))
    rt.call(queue, 0, QUEUED, Kind.REMINDER)
    behind = statistics.median(claim_alert(rt, 2 * 10**6 + n) for n in range(7))
    print(f"claiming an alert with {QUEUED} reminders queued / with none: {behind / alone:.1f}")


def reading() -> None:
    lexicon = load()
    short = "feeling ok today, slept about 6 hours and took my tablet at 8"
    long = " ".join([short] * 20)
    one, twenty = (seconds(lambda text=text: read(text, lexicon), 20) for text in (short, long))
    print(f"reading 20 sentences / reading one: {twenty / one:.1f}")
    print(f"reading one sentence: {one * 1000:.2f} ms here")


def saying(rt: Runtime) -> None:
    """One message in a transaction of its own, against fifty in one."""
    single = seconds(lambda: rt.call(queue, int(time.time_ns()) % 10**12, 1, Kind.LESSON))
    fifty = seconds(lambda: rt.call(queue, int(time.time_ns()) % 10**12, 50, Kind.LESSON))
    print(f"queueing 50 messages in one transaction / one message: {fifty / single:.1f}")


def main() -> None:
    content = load_content()
    with tempfile.TemporaryDirectory() as folder:
        rt = runtime(Path(folder), content)
        saying(rt)
        overtaking(rt)
        rt.close()
    reading()
    print(f"lease of a message: {delivery.LEASE / timedelta(seconds=1):.0f} s")


main()
