"""The computation graph of an expression, as a lecturer draws it.

Matrix products, affine layers, elementwise functions, norms and losses are nodes; transposes,
signs and constant factors are not, and what the variable does not touch is written as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradproof.derivation.backprop.affine import UNNAMED, is_affine, is_scaled, is_scaled_input
from gradproof.derivation.backprop.entrywise import (
    Dependence,
    inlined,
    is_constant_like,
    is_entrywise,
    repeated_functions,
)
from gradproof.derivation.backprop.nodes import GraphNode, named_throughout
from gradproof.notation.build import transposed, turned_through
from gradproof.notation.tree import (
    Binary,
    Binder,
    Call,
    Name,
    Negation,
    Selection,
    Transpose,
    Tree,
    children,
    is_row,
    is_scalar,
    rebuild,
    walk,
    weight_of,
)

# The weight from which a constant is worth a name.
LONG = 6
WRAPPERS = frozenset({"diag", "vec", "toeplitz", "vector", "matrix", "kron"})
REDUCTIONS = frozenset({"sum", "mean", "norm1", "inner"})


@dataclass(slots=True)
class _Drawing:
    """The nodes found so far, by the trees that they stand for, under numbers for names."""

    depends: Dependence
    known: dict[Tree, Name] = field(default_factory=dict)
    nodes: list[GraphNode] = field(default_factory=list)

    # ------------------------------------------------------------------- what a formula is made of
    def operand(self, tree: Tree) -> Tree:
        """The tree as it occurs in the formula of another node: a name, or nearly one."""
        if not self.depends(tree):
            return self._constant(tree)
        match tree:
            case Name():
                return tree
            case Transpose() | Negation() | Selection():
                return self._wrapped(tree)
            case Call(function) if function in WRAPPERS:
                return self._wrapped(tree)
            case _:
                return self._named(tree)

    def _constant(self, tree: Tree) -> Tree:
        """What the variable does not touch is a node too where it is long."""
        if weight_of(tree) < LONG or is_constant_like(tree) or is_row(tree):
            return tree
        known = self.known.get(tree)
        return self.add(tree, tree) if known is None else known

    def _wrapped(self, tree: Tree) -> Tree:
        match tree:
            case Transpose(operand):
                return transposed(self.operand(operand))
            case Selection(base, indices):
                found = inlined(base, self.depends, self.operand, loose=True)
                return rebuild(tree, (found, *indices))
            case _:
                return rebuild(tree, tuple([self.operand(part) for part in children(tree)]))

    def _named(self, tree: Tree) -> Tree:
        if is_row(tree):
            upright = turned_through(tree)
            if not isinstance(upright, Transpose):
                return transposed(self.operand(upright))
        known = self.known.get(tree)
        if known is None:
            formula = self.body(tree)
            if is_scaled_input(formula):
                return formula
            known = self.add(tree, formula)
        return known

    def add(self, tree: Tree, formula: Tree) -> Name:
        """A new node."""
        known = Name(f"{UNNAMED}{len(self.nodes)}", shape=tree.shape)
        self.known[tree] = known
        self.nodes.append(GraphNode(known.name, formula, ""))
        return known

    # ------------------------------------------------------------------------------ the formulas
    def body(self, tree: Tree) -> Tree:
        """One operation, its operands named."""
        if not self.depends(tree):
            return tree
        match tree:
            case Negation(operand):
                return rebuild(tree, (self.body(operand),))
            case Binary("+" | "-"):
                return self._sum(tree)
            case Binary("*"):
                return self._product(tree, is_scalar(tree))
            case Binary("/", left, right) if not self.depends(right):
                return rebuild(tree, (self.body(left), right))
            case Binary("/", left, right):
                return rebuild(tree, (self._scalars(left), self._scalars(right)))
            case Binary("^", base, exponent):
                return rebuild(tree, (self._base(base), self.operand(exponent)))
            case Binary(".*" | "./" | ".^") | Call():
                return self._function(tree)
            case Binder():
                return self._under_sum(tree)
            case _:
                return self.operand(tree)

    def _scalars(self, tree: Tree) -> Tree:
        """A product of numbers, each of them named."""
        if isinstance(tree, Binary) and tree.operator == "*" and is_scalar(tree.left):
            return rebuild(tree, (self._scalars(tree.left), self._scalars(tree.right)))
        return self.operand(tree)

    def _base(self, tree: Tree) -> Tree:
        """The base of a power: ‖u‖ in ‖u‖², t − c in (t − c)²."""
        match tree:
            case Call("norm2"):
                return self.body(tree)
            case Binary("+" | "-") if is_scalar(tree):
                return self.body(tree)
            case _:
                return self.operand(tree)

    def _function(self, tree: Tree) -> Tree:
        match tree:
            case Call(function, arguments) if function in REDUCTIONS:
                parts = [inlined(p, self.depends, self.operand, loose=True) for p in arguments]
                return rebuild(tree, tuple(parts))
            case Call("tr", (Binary("*") as product,)):
                return rebuild(tree, (self._product(product, False),))
            case Call(function) if not is_entrywise(tree):
                return rebuild(tree, tuple([self.operand(part) for part in tree.arguments]))
            case _:
                parts = [self._entry(part, tree) for part in children(tree)]
                return rebuild(tree, tuple(parts))

    def _entry(self, part: Tree, whole: Tree) -> Tree:
        """What an entrywise operation is applied to: of several inputs each is named."""
        if sum(map(self.depends, children(whole))) > 1:
            return self.operand(part)
        return inlined(part, self.depends, self.operand, loose=False)

    def _product(self, tree: Tree, inner: bool) -> Tree:
        """A chain of factors; the factors of an inner product may be entrywise functions."""
        if not self.depends(tree) and isinstance(tree, Binary) and tree.operator == "*":
            return tree
        if not isinstance(tree, Binary) or tree.operator != "*":
            if inner and not is_scalar(tree):
                return inlined(tree, self.depends, self.operand, loose=True)
            return self.operand(tree)
        parts = []
        for part in (tree.left, tree.right):
            if is_scalar(part) and isinstance(part, Binary) and not is_scalar(part.left):
                parts.append(self.operand(part))
            elif isinstance(part, Binary) and part.operator in ("+", "-") and _scales(tree, part):
                parts.append(self.body(part) if self.depends(part) else part)
            else:
                parts.append(self._product(part, inner))
        return rebuild(tree, tuple(parts))

    def _sum(self, tree: Tree) -> Tree:
        """Σ of terms: the products of an affine layer and the terms of a loss belong to it."""
        whole = is_scalar(tree) or is_affine(tree)

        def term(part: Tree) -> Tree:
            if not self.depends(part):
                return self.operand(part)
            if isinstance(part, Binary) and part.operator in ("+", "-"):
                return rebuild(part, (term(part.left), term(part.right)))
            if isinstance(part, Negation) or is_scaled(part, self.depends):
                fitting = [term(p) if self.depends(p) else p for p in children(part)]
                return rebuild(part, tuple(fitting))
            if is_scalar(part) and isinstance(part, Binary) and part.operator == "/":
                return self.operand(part)
            if whole and not (is_entrywise(part) and not is_scalar(part)):
                return self.body(part)
            if isinstance(part, Binary) and part.operator == ".*":
                return self._entrywise_product(part)
            return self.operand(part)

        return term(tree)

    def _entrywise_product(self, tree: Binary) -> Tree:
        return rebuild(tree, tuple([self.operand(part) for part in (tree.left, tree.right)]))

    def _under_sum(self, tree: Binder) -> Tree:
        """Σ over an index as one node; what the index does not touch is named outside."""
        bound = {i for part in walk(tree) if isinstance(part, Binder) for i in part.indices}

        def visit(part: Tree) -> Tree:
            if not self.depends(part):
                return part
            used = {p.name for p in walk(part) if isinstance(p, Name)}
            if not used & bound:
                return self.operand(part)
            if isinstance(part, Selection):
                return rebuild(part, (visit(part.base), *part.indices))
            return rebuild(part, tuple([visit(child) for child in children(part)]))

        return rebuild(tree, (visit(tree.body),))


def graph_of(tree: Tree, variable: str) -> tuple[GraphNode, ...]:
    """The nodes of an expression that depend on the variable, inputs first; the last is all of it.

    Their names are numbers behind a dot, to be renamed.
    """
    drawing = _Drawing(Dependence(variable, repeated_functions(tree)))
    formula = drawing.body(tree)
    is_last = bool(drawing.nodes) and formula == drawing.known.get(tree)
    if not is_last:
        drawing.add(tree, formula)
    return named_throughout(tuple(drawing.nodes), variable)


def _scales(product: Binary, factor: Tree) -> bool:
    """Whether the factor is a scalar beside something that is none."""
    return is_scalar(factor) and not is_scalar(product)
