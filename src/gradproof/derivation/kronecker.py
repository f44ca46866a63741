"""Linear maps as matrices: ∂vec F/∂(vec X)′ by Kronecker products, with column-major vec.

    vec(A dX B) = (B′ ⊗ A) vec dX          vec(A dX′ B) = (B′ ⊗ A) K vec dX
    vec(A ⊙ dX) = diag(vec A) vec dX       vec(tr(A dX) B) = vec B vec(A′)′ vec dX

(Magnus & Neudecker, Matrix Differential Calculus (2019), chapters 2 and 3).
"""

from __future__ import annotations

from gradproof.core.dimension import ONE, Dimension
from gradproof.core.dimension import times as size_product
from gradproof.core.errors import UnsupportedError
from gradproof.derivation.derive import Derivation
from gradproof.expression.expression import Expression
from gradproof.notation.build import (
    call,
    divided,
    eye_tree,
    negated,
    ones_tree,
    shape_of,
    size_tree,
    times,
    total,
    transposed,
)
from gradproof.notation.tree import (
    Binary,
    Call,
    Name,
    Negation,
    Transpose,
    Tree,
    is_scalar,
    walk,
)


def kronecker_form(derivation: Derivation) -> Expression:
    """The Jacobian matrix of a linear map, ∂vec F/∂(vec X)′.

    Raises UnsupportedError for results that are no linear map and for maps that Kronecker
    products cannot write.

    >>> import gradproof as gp
    >>> print(gp.kronecker(gp.derive("A*X*B", "X")))
    Bᵀ ⊗ A
    """
    result = derivation.result
    if result.direction is None:
        raise UnsupportedError("this derivative is no linear map", hint="It has a matrix formula.")
    matrix = _matrix(result.inferred.tree, result.direction.name)
    known = {
        name: known for name, known in result.declarations.items() if name != result.direction.name
    }
    return Expression(matrix, known)


def _matrix(tree: Tree, name: str) -> Tree:
    """K with vec(tree) = K vec(dX), for a tree that is linear in the variable `name`."""
    match tree:
        case Name():
            rows, columns = shape_of(tree)
            return eye_tree(size_product(rows, columns))
        case Negation(operand):
            return negated(_matrix(operand, name))
        case Transpose(operand):
            return _after(_commutation(*shape_of(operand)), _matrix(operand, name))
        case Binary("+" | "-" as sign, left, right):
            one, other = _matrix(left, name), _matrix(right, name)
            return total([one, other if sign == "+" else negated(other)])
        case Binary("*", left, right):
            return _of_product(left, right, name)
        case Binary("/", left, right) if not _depends(right, name):
            return divided(_matrix(left, name), right)
        case Binary(".*", left, right):
            fixed, moving = (right, left) if _depends(left, name) else (left, right)
            return _after(_diagonal(fixed), _matrix(moving, name))
        case Call("tr", (Binary("*", Transpose(Name()), fixed),)) if not _depends(fixed, name):
            return transposed(_vec(fixed))
        case Call("tr", (Binary("*", fixed, Name(last)),)) if last == name:
            return transposed(_vec(transposed(fixed)))
        case Call("tr", (operand,)):
            identity = _vec(eye_tree(shape_of(operand)[0]))
            return _after(transposed(identity), _matrix(operand, name))
        case Call("sum", (operand,)):
            return _after(transposed(_vec(ones_tree(shape_of(operand)))), _matrix(operand, name))
        case _:
            raise UnsupportedError("this linear map has no form by Kronecker products here")


def _of_product(left: Tree, right: Tree, name: str) -> Tree:
    """vec(A Y) = (I ⊗ A) vec Y, vec(Y B) = (B′ ⊗ I) vec Y; a scalar scales."""
    if _depends(left, name) and _depends(right, name):
        raise UnsupportedError("this map is not linear")
    if _depends(left, name):
        if is_scalar(left):
            return times([_vec(right), _matrix(left, name)])
        if is_scalar(right):
            return times([right, _matrix(left, name)])
        rows = shape_of(left)[0]
        return _after(_kron(transposed(right), _identity(rows)), _matrix(left, name))
    if is_scalar(left):
        return times([left, _matrix(right, name)])
    if is_scalar(right):
        return times([_vec(left), _matrix(right, name)])
    columns = shape_of(right)[1]
    return _after(_kron(_identity(columns), left), _matrix(right, name))


def _after(outer: Tree, inner: Tree) -> Tree:
    """outer · inner; identities vanish and (A ⊗ B)(C ⊗ D) = AC ⊗ BD where that is shorter."""
    if _is_identity(inner):
        return outer
    match outer, inner:
        case _, Binary("*", scale, rest) if is_scalar(scale):
            return times([scale, _after(outer, rest)])
        case Call("kron", (a, b)), Call("kron", (c, d)):
            return _kron(_joined(a, c), _joined(b, d))
        case Call("kron"), Binary("*", first, second) if isinstance(first, Call):
            return times([_after(outer, first), second])
        case _:
            return times([outer, inner])


def _joined(left: Tree, right: Tree) -> Tree:
    if _is_identity(left):
        return right
    return left if _is_identity(right) else times([left, right])


def _is_identity(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.function == "eye"


def _identity(axis: Dimension) -> Tree | None:
    return None if axis == ONE else eye_tree(axis)


def _kron(left: Tree | None, right: Tree | None) -> Tree:
    """left ⊗ right; a 1×1 identity is left out."""
    if left is None or right is None:
        found = left if left is not None else right
        assert found is not None
        return found
    rows = size_product(shape_of(left)[0], shape_of(right)[0])
    columns = size_product(shape_of(left)[1], shape_of(right)[1])
    return call("kron", (left, right), (rows, columns))


def _commutation(rows: Dimension, columns: Dimension) -> Tree:
    size = size_product(rows, columns)
    if ONE in (rows, columns):
        return eye_tree(size)
    return call("comm", (size_tree(rows), size_tree(columns)), (size, size))


def _vec(tree: Tree) -> Tree:
    rows, columns = shape_of(tree)
    if columns == ONE:
        return tree
    if rows == ONE:
        return transposed(tree)
    return call("vec", (tree,), (size_product(rows, columns), ONE))


def _diagonal(tree: Tree) -> Tree:
    vector = _vec(tree)
    return call("diag", (vector,), (shape_of(vector)[0],) * 2)


def _depends(tree: Tree, name: str) -> bool:
    return any(isinstance(part, Name) and part.name == name for part in walk(tree))
