"""A program: its source, and calls that check the arrays before they run that source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from gradproof.core.declaration import Declaration
from gradproof.core.errors import UnsupportedError
from gradproof.expression.arguments import named
from gradproof.program.call_text import Part
from gradproof.program.calling import Caller, call_function, result_type
from gradproof.program.explain import Explanation, explanation, sizes_given
from gradproof.program.outputs import Trees, flattened
from gradproof.program.taking import take
from gradproof.program.targets import TARGETS, Function, Target
from gradproof.program.task import Task
from gradproof.program.versions import Versions, size_class

Fields = tuple[tuple[str, tuple[Part, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Program:
    """Outputs worked out together from arrays, by source text that can be read and written.

    outputs: the fields of the result; a field with several parts has their names too.
    parameters: what is known of each argument, in order.
    wrt: the variables differentiated by.
    """

    task: Task
    target: Target
    source: str
    outputs: Fields
    parameters: Mapping[str, Declaration]
    wrt: tuple[str, ...]
    result: Callable[..., Any]
    versions: Versions
    call: Callable[..., Any]

    def __call__(self, **arrays: ArrayLike) -> Any:
        """The outputs, as a named tuple; an output with several parts is a dictionary.

        Raises DataError for an argument that is missing, unknown, or not of its shape.
        """
        return self.call(**arrays)

    @property
    def name(self) -> str:
        """The name of the function in the source."""
        return self.task.name

    @property
    def backend(self) -> str:
        """The name of the target that the source is written for."""
        return self.target.name

    @property
    def function(self) -> Function:
        """The bare function of the source, of positional arrays of the target.

        It checks nothing.
        """
        return self.versions.default()

    def bind(self, *, reuse: bool = False, **arrays: ArrayLike) -> Callable[..., Any]:
        """A function of the other arguments, positional in their order or by name.

        What is bound is checked and converted once, and not copied unless it is converted.

        reuse   whether results may lie where those of the call before lay, and overwrite them,
                on targets that can do so

        Raises DataError for an argument that is unknown, or not of its shape.

        >>> import gradproof as gp
        >>> program = gp.compile("norm2(X*w - y)^2", wrt="w")
        >>> f = program.bind(X=[[1.0, 0.0], [0.0, 2.0]], y=[1.0, 1.0])
        >>> f([0.0, 0.0]).gradient
        array([-2., -4.])
        """
        given = named(self.parameters, arrays, partly=True)
        known = {name: declared for name, declared in self.parameters.items() if name in given}
        bound = take(self.target.arrays, known, given).values
        versions = self.versions.reusing() if reuse else self.versions
        caller = Caller(versions, self.outputs, self.result, self.parameters, bound, by_name=False)
        return call_function(caller)

    def explain(self, **given: int | ArrayLike) -> Explanation:
        """Every step of the program, with its operations and the bytes it moves.

        given   sizes by dimension, as N=1000, or arrays by argument

        Raises DataError for a size that is missing or unknown.

        >>> import gradproof as gp
        >>> print(gp.compile("norm2(X*w - y)^2", wrt="w").explain(m=1000, n=10))
        loss for numpy at m = 1000, n = 10
        <BLANKLINE>
                  computes                    shape   operations    bytes
        t0        X @ w                       1000        20 000   88 080
        r         t0 - y                      1000         1 000   24 000
        value     r @ r                       scalar       2 000    8 008
        t1        X.T @ r                     10          20 000   88 080
        gradient  2 * t1                      10              10      168
        total                                             43 010  208 336
        bound     each input and output once                      88 168
        <BLANKLINE>
        largest temporary: t0, 8 000 bytes
        """
        sizes, itemsize = sizes_given(self.parameters, given)
        planned = replace(self.task, sizes=sizes).plan()
        return explanation(self.name, self.backend, planned, sizes, itemsize)

    def sized(self, **given: int | ArrayLike) -> Program:
        """The same program with the source that is written for these sizes.

        given   sizes by dimension, as N=1000, or arrays by argument

        Any sizes can be called; the version whose source this is fits these best.

        Raises DataError for a size that is missing or unknown.
        """
        sizes, _ = sizes_given(self.parameters, given)
        task = replace(self.task, sizes=dict(size_class(sizes)))
        return _loaded(task, self.backend, self.target.write(task), self.outputs, self.wrt)

    def write(self, path: str | PathLike[str]) -> None:
        """Write the source to a file that needs nothing but the libraries it imports."""
        Path(path).write_text(self.source, encoding="utf-8")

    def autograd_function(self) -> Callable[..., Any]:
        """The loss as a function, of arguments by name, that PyTorch or JAX differentiates.

        Their automatic differentiation then takes our gradient, by the variables in `wrt`.

        Raises UnsupportedError for programs of other backends, and without a value and a gradient.
        """
        if self.target.differentiable is None:
            raise UnsupportedError(
                f"a program for {self.target.title} takes no part in automatic differentiation",
                hint='Compile it with backend="torch" or backend="jax".',
            )
        if not {"value", "gradient"} <= {name for name, _ in self.outputs}:
            raise UnsupportedError(
                "a value and its gradient are needed",
                hint='Compile it with outputs=("value", "gradient").',
            )
        return self.target.differentiable(self)

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        outputs = ", ".join(name for name, _ in self.outputs)
        return f"<program {self.name}({', '.join(self.parameters)}): {outputs}; {self.backend}>"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _loaded, (self.task, self.target.name, self.source, self.outputs, self.wrt)


def compiled(
    name: str,
    outputs: Mapping[str, Trees],
    declarations: Mapping[str, Declaration],
    formulas: Mapping[str, str],
    backend: str = "numpy",
    wrt: tuple[str, ...] = (),
) -> Program:
    """The program that works out the outputs.

    outputs: inferred trees; a mapping of trees, such as gradients by several variables,
    becomes one field.  formulas: texts for the docstring, by output, a part as `gradient_w`.
    backend: the name of a target.  wrt: the variables differentiated by.
    """
    parts = tuple(
        (field_name, () if not isinstance(tree, Mapping) else tuple(tree))
        for field_name, tree in outputs.items()
    )
    task = Task(name, flattened(outputs), declarations, formulas)
    return _loaded(task, backend, TARGETS[backend].write(task), parts, wrt)


def _loaded(task: Task, backend: str, text: str, outputs: Fields, wrt: tuple[str, ...]) -> Program:
    target = TARGETS[backend]
    result = result_type(outputs)
    versions = Versions(task, target, text)
    parameters = task.parameters()
    call = call_function(Caller(versions, outputs, result, parameters))
    # A class of its own: a call that is looked up on the instance takes twice as long.
    own: Any = {"__slots__": (), "__doc__": Program.__doc__, "__call__": staticmethod(call)}
    kind = type("Program", (Program,), own)
    program: Program = kind(task, target, text, outputs, parameters, wrt, result, versions, call)
    return program
