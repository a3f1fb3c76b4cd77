"""Reads off the code which texts and labels it names, and which values it gives them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.content.render import TEMPLATES

ROOT = Path(__file__).parents[2]
CODE = [
    path
    for folder in ("actions", "scheduler", "bot/handlers")
    for path in ROOT.glob(folder + "/*.py")
] + [*ROOT.glob("bot/*.py"), ROOT / "bot/content/plan_checks.py"]
FOLDERS = {path.name for path in (TEMPLATES / "en").iterdir() if path.is_dir()}
NAME = re.compile(rf"(?:{'|'.join(sorted(FOLDERS))})/[a-z_]+")
LABEL = re.compile(r"[a-z]+(?:\.[a-z_.]+)?")


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    return tuple((path.name, ast.parse(path.read_text(encoding="utf-8"))) for path in CODE)


def nodes() -> Iterator[ast.AST]:
    for _, tree in trees():
        yield from ast.walk(tree)


def shape(node: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
    )


def texts() -> set[str]:
    return {n.value for n in nodes() if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def shapes() -> set[str]:
    return {shape(n) for n in nodes() if isinstance(n, ast.JoinedStr)}


def picked() -> set[str]:
    """The labels of `pick(tx, person, "step", "choice", ...)`."""
    found = set()
    for call in nodes():
        if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") == "pick"):
            continue
        words = [
            n.value for n in call.args if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        found |= {f"ob.{words[0]}.{choice}" for choice in words[1:]}
    return found


def label_calls() -> set[str]:
    """The labels of `words.button("verb")` and `words.text("label")`."""
    return {
        str(node.args[0].value)
        for node in nodes()
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if getattr(node.func, "attr", "") in {"button", "text"}
        if not any(k.arg == "label" for k in node.keywords)
        if LABEL.fullmatch(str(node.args[0].value))
    }


def label_arguments() -> set[str]:
    return {
        str(k.value.value)
        for n in nodes()
        if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "button"
        for k in n.keywords
        if k.arg == "label" and isinstance(k.value, ast.Constant)
    }


SAYING = {"say", "edit", "screen", "picture", "text"}
# What these take for themselves.
OWN = {
    *("kind", "inline", "reply", "key", "until", "not_before", "once_more", "about", "quiet"),
    "detail",
}


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """Functions of the actions by name; a name that two modules use is left out."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for name, tree in trees():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                found.setdefault(f"{name}:{node.name}", []).append(node)
                found.setdefault(node.name, []).append(node)
    return {name: nodes[0] for name, nodes in found.items() if len(nodes) == 1}


def keys(node: ast.AST, module: str, scope: ast.AST) -> set[str] | None:
    """The keys of a dictionary that the code builds, None where that cannot be read off."""
    if isinstance(node, ast.Dict):
        parts = [
            keys(value, module, scope) if key is None else {str(getattr(key, "value", ""))}
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return None if None in parts else set().union(*(part or set() for part in parts))
    if isinstance(node, ast.BinOp):
        left, right = keys(node.left, module, scope), keys(node.right, module, scope)
        return None if left is None or right is None else left | right
    if isinstance(node, ast.Call):
        name = str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))
        body = functions().get(f"{module}:{name}") or functions().get(name)
        return returned(body, module) if body else None
    if isinstance(node, ast.Name):
        return assigned(node.id, module, scope)
    return None


def assigned(name: str, module: str, scope: ast.AST) -> set[str] | None:
    for node in ast.walk(scope):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        if any(getattr(target, "id", "") == name for target in targets):
            value = getattr(node, "value", None)
            return None if value is None else keys(value, module, scope)
    return None


def returned(body: ast.FunctionDef, module: str) -> set[str] | None:
    results = [
        keys(node.value, module, body)
        for node in ast.walk(body)
        if isinstance(node, ast.Return) and node.value is not None
    ]
    known = [result for result in results if result is not None]
    # What every way out gives is what a text may count on.
    return set.intersection(*known) if known and len(known) == len(results) else None


def given() -> Iterator[tuple[str, str, set[str]]]:
    """Every text named in a call, with the values that the call gives it."""
    for module, tree in trees():
        for scope in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            for call in (n for n in ast.walk(scope) if isinstance(n, ast.Call)):
                names = [
                    str(arg.value)
                    for arg in call.args
                    if isinstance(arg, ast.Constant) and NAME.fullmatch(str(arg.value))
                ]
                values = [{k.arg} if k.arg else keys(k.value, module, scope) for k in call.keywords]
                says = getattr(call.func, "attr", "") in SAYING
                if says and names and None not in values:
                    found = set().union(*(value or set() for value in values)) - OWN
                    yield names[0], f"{module}:{call.lineno}", found
