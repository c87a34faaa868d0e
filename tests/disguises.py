"""A file as somebody hands it in who took it from somebody else: names, order, comments and layout changed."""

import ast
import random


def disguise(source: str, seed: int = 0) -> str:
    """Return the source with other names for what it binds itself, its functions and methods reordered, comments gone."""
    tree = ast.parse(source)
    chance = random.Random(seed)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            _shuffle_functions(node, chance)
    _Renamer(_local_names(tree)).visit(tree)
    return "# my own work\n\n" + ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _shuffle_functions(node: ast.Module | ast.ClassDef, chance: random.Random) -> None:
    places = [place for place, child in enumerate(node.body) if isinstance(child, ast.FunctionDef)]
    functions = [node.body[place] for place in places]
    chance.shuffle(functions)
    for place, function in zip(places, functions, strict=True):
        node.body[place] = function


def _local_names(tree: ast.AST) -> dict[str, str]:
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    names += [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg) and node.arg != "self"]
    return {name: f"{name[::-1]}_{number}" for number, name in enumerate(dict.fromkeys(names))}


class _Renamer(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.names.get(node.arg, node.arg)
        return node
