"""What the letters suggest, where the expression itself leaves a shape open.

Most people write scalars a–g and λ, vectors h–z and matrices A–Z.  What is transposed, multiplied
elementwise, handed to a function of vectors or matrices, or stands to the right of an array in a
product, is taken for no scalar.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Literal

from gradproof.core.errors import ReadError, ShapeError
from gradproof.notation.clashes import clash, misfit, row_variable, single
from gradproof.notation.problem import Constraint, Problem
from gradproof.notation.signatures import multiplied, product
from gradproof.notation.tree import Binary, Call, Name, Negation, Selection, Transpose, Tree
from gradproof.notation.unify import UNIT, Clash, Pair, Sizes
from gradproof.notation.vocabulary import KNOWN

MOST_OPEN = 100

Guess = Literal["scalar", "vector", "matrix"]

_WHICH_ARE_ONE: MappingProxyType[Guess, tuple[bool, bool]] = MappingProxyType(
    {"scalar": (True, True), "vector": (False, True), "matrix": (False, False)}
)
_SCALAR_GREEK = frozenset({"kappa", "lambda", "nu", "rho", "sigma", "tau", "zeta"})
_ENTRYWISE = frozenset({".*", "./", ".^"})
_SCALAR_CHAPTERS = frozenset({"elementwise", "constant", "blocks"})


def propagate(problem: Problem) -> ShapeError | None:
    """Asks the waiting rules until none learns anything more; the error where two shapes clash."""
    sizes = problem.sizes
    while problem.pending:
        before = sizes.changes
        waiting: list[Constraint] = []
        for constraint in problem.pending:
            error = _ask(problem, constraint, waiting)
            if error is not None:
                return error
        problem.pending = waiting
        if sizes.changes == before:
            break
    return None


def _ask(problem: Problem, constraint: Constraint, waiting: list[Constraint]) -> ShapeError | None:
    rule, node, operands, result = constraint
    sizes = problem.sizes
    try:
        answer = rule(sizes, *operands)
    except ReadError as error:
        error.span = node.span
        raise
    except Clash:
        if rule is multiplied:
            return single(node, problem.source)
        return clash(sizes, node, operands, problem.source)
    if answer is None:
        waiting.append(constraint)
        return None
    try:
        sizes.equate_pairs(result, answer)
    except Clash:
        return misfit(sizes, node, answer, result, problem.source)
    return None


def decide(problem: Problem) -> None:
    """Settles the kind of every variable: by the expression, else by the habit of its letter.

    Capital letters go first, then each group in order of appearance, names that are scalars by
    habit last; where the habit fits nothing, the next possible kind is taken.  Raises ShapeError
    when none is possible.
    """
    error = propagate(problem)
    if error is not None:
        raise error
    _attempt(problem, [(name, "scalar") for name in _entries(problem)])
    _attempt(problem, [(name, "matrix") for name in _families(problem)])
    names = sorted(_undecided(problem), key=lambda name: not _is_capital(name))
    if names:
        arrays = frozenset(_arrays(problem))
        _decide_all(problem, [n for n in names if _guesses(n, arrays)[0] != "scalar"], arrays)
        arrays |= frozenset(_right_factors(problem))
        _decide_all(problem, list(_undecided(problem)), arrays)


def _decide_all(problem: Problem, names: list[str], arrays: frozenset[str]) -> None:
    """Settles these names together where their habits agree, else one after the other."""
    guesses = [(name, _possible(problem, name, arrays)[0]) for name in names]
    if guesses and _attempt(problem, guesses) is not None:
        if len(names) > MOST_OPEN:
            raise ReadError(
                f"the kinds of {len(names):,} variables are open",
                span=problem.open[names[0]].span,
                hint="Declare them, as in x0: vector(n).",
            )
        for name in names:
            _decide_one(problem, name, _possible(problem, name, arrays))


def _decide_one(problem: Problem, name: str, guesses: list[Guess]) -> None:
    errors = []
    for guess in guesses:
        error = _attempt(problem, [(name, guess)])
        if error is None:
            return
        errors.append(error)
    raise errors[0]


def _attempt(problem: Problem, guesses: list[tuple[str, Guess]]) -> ShapeError | None:
    """Assumes kinds and follows them up; on a clash everything is as before."""
    mark, pending = problem.sizes.mark(), problem.pending
    for name, guess in guesses:
        try:
            _assume(problem.sizes, problem.names[name], guess)
        except Clash:
            error: ShapeError | None = row_variable(problem.open[name], problem.source)
            break
    else:
        error = propagate(problem)
    if error is not None:
        problem.sizes.restore(mark)
        problem.pending = pending
    return error


def _assume(sizes: Sizes, pair: Pair, guess: Guess) -> None:
    for size, is_one in zip(pair, _WHICH_ARE_ONE[guess], strict=True):
        if is_one:
            sizes.equate(size, UNIT)
        else:
            sizes.enlarge(size)


def _undecided(problem: Problem) -> Iterator[str]:
    sizes = problem.sizes
    for name in problem.open:
        if not all(sizes.is_one(size) or sizes.is_large(size) for size in problem.names[name]):
            yield name


def _possible(problem: Problem, name: str, arrays: frozenset[str]) -> list[Guess]:
    """The kinds that a name may still be, the most usual first; one at least."""
    sizes, (rows, columns) = problem.sizes, problem.names[name]
    excluded: set[Guess] = set()
    if sizes.is_array((rows, columns)):
        excluded.add("scalar")
    if sizes.is_large(columns) or sizes.is_one(rows) or sizes.find(rows) == sizes.find(columns):
        excluded.add("vector")
    if sizes.is_one(rows) or sizes.is_one(columns):
        excluded.add("matrix")
    return [guess for guess in _guesses(name, arrays) if guess not in excluded]


def _is_capital(name: str) -> bool:
    return name.lstrip("_")[:1].isupper()


def _guesses(name: str, arrays: frozenset[str]) -> tuple[Guess, ...]:
    """The kinds of a name, the most usual first."""
    letter = name.lstrip("_")[:1]
    if letter.isupper():
        return "matrix", "vector", "scalar"
    if name in arrays:
        return "vector", "matrix", "scalar"
    if "a" <= letter <= "g" or name in _SCALAR_GREEK:
        return "scalar", "vector", "matrix"
    return "vector", "scalar", "matrix"


def _arrays(problem: Problem) -> Iterator[str]:
    """The names that stand where one does not write a scalar."""
    for node, _ in problem.order:
        match node:
            case Transpose():
                yield from _bare(node.operand)
            case Binary() if node.operator in _ENTRYWISE:
                yield from _bare(node.left)
                if node.operator != ".^":
                    yield from _bare(node.right)
            case Call() if KNOWN[node.function].chapter not in _SCALAR_CHAPTERS:
                for argument in node.arguments:
                    yield from _bare(argument)


def _entries(problem: Problem) -> list[str]:
    """The names in small letters that stand beside or below one another, as entries do."""
    undecided = frozenset(_undecided(problem))
    found: dict[str, None] = {}
    for node, _ in problem.order:
        match node:
            case Call(function, (_, _, *_)) if KNOWN[function].chapter == "blocks":
                found.update(dict.fromkeys(n for part in node.arguments for n in _bare(part)))
    return [name for name in found if name in undecided and not _is_capital(name)]


def _families(problem: Problem) -> list[str]:
    """The names whose parts are transposed, as x in x[i]'*w: each part is a vector."""
    undecided = frozenset(_undecided(problem))
    found: dict[str, None] = {}
    for node, _ in problem.order:
        match node:
            case Transpose(Selection(Name(name), (_,))) if name in undecided:
                found[name] = None
    return list(found)


def _right_factors(problem: Problem) -> Iterator[str]:
    """The names to the right of an array in a product, as b in X*b: a scalar stands before it."""
    for rule, node, operands, _ in problem.pending:
        if rule is product and isinstance(node, Binary) and problem.sizes.is_array(operands[0]):
            yield from _bare(node.right)


def _bare(tree: Tree) -> Iterator[str]:
    while isinstance(tree, Negation):
        tree = tree.operand
    if isinstance(tree, Name):
        yield tree.name
