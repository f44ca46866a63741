"""gradproof: closed formulas for matrix derivatives, derived step by step, proved by numbers."""

from __future__ import annotations

from importlib import import_module as _import_module
from types import MappingProxyType as _MappingProxyType
from typing import TYPE_CHECKING

from gradproof.checking.equality import equal as equal
from gradproof.checking.verdict import Verdict as Verdict
from gradproof.core.errors import DataError as DataError
from gradproof.core.errors import GradproofError as GradproofError
from gradproof.core.errors import ReadError as ReadError
from gradproof.core.errors import ShapeError as ShapeError
from gradproof.core.errors import UnknownNameError as UnknownNameError
from gradproof.core.errors import UnsupportedError as UnsupportedError
from gradproof.derivation.derive import Derivation as Derivation
from gradproof.derivation.derive import derive as derive
from gradproof.derivation.kronecker import kronecker_form as kronecker
from gradproof.derivation.step import Step as Step
from gradproof.derivation.verbs import differential_of as differential
from gradproof.derivation.verbs import gradient as gradient
from gradproof.derivation.verbs import hessian as hessian
from gradproof.derivation.verbs import jacobian as jacobian
from gradproof.derivation.verbs import simplify_expression as simplify
from gradproof.expression.evaluate import evaluate as evaluate
from gradproof.expression.expression import Expression as Expression
from gradproof.expression.functions import abs_ as abs
from gradproof.expression.functions import adj as adj
from gradproof.expression.functions import arccos as arccos
from gradproof.expression.functions import arcsin as arcsin
from gradproof.expression.functions import arctan as arctan
from gradproof.expression.functions import cos as cos
from gradproof.expression.functions import cosh as cosh
from gradproof.expression.functions import cosm as cosm
from gradproof.expression.functions import det as det
from gradproof.expression.functions import diag as diag
from gradproof.expression.functions import eigmax as eigmax
from gradproof.expression.functions import eigvals as eigvals
from gradproof.expression.functions import eigvecmax as eigvecmax
from gradproof.expression.functions import exp as exp
from gradproof.expression.functions import expm as expm
from gradproof.expression.functions import eye as eye
from gradproof.expression.functions import inner as inner
from gradproof.expression.functions import inv as inv
from gradproof.expression.functions import kron as kron
from gradproof.expression.functions import log as log
from gradproof.expression.functions import logdet as logdet
from gradproof.expression.functions import logsumexp as logsumexp
from gradproof.expression.functions import mean as mean
from gradproof.expression.functions import norm1 as norm1
from gradproof.expression.functions import norm2 as norm2
from gradproof.expression.functions import nucnorm as nucnorm
from gradproof.expression.functions import ones as ones
from gradproof.expression.functions import outer as outer
from gradproof.expression.functions import pinv as pinv
from gradproof.expression.functions import prod as prod
from gradproof.expression.functions import relu as relu
from gradproof.expression.functions import rowlogsumexp as rowlogsumexp
from gradproof.expression.functions import rowsoftmax as rowsoftmax
from gradproof.expression.functions import sigmoid as sigmoid
from gradproof.expression.functions import sign as sign
from gradproof.expression.functions import sin as sin
from gradproof.expression.functions import sinh as sinh
from gradproof.expression.functions import sinm as sinm
from gradproof.expression.functions import softmax as softmax
from gradproof.expression.functions import softplus as softplus
from gradproof.expression.functions import specnorm as specnorm
from gradproof.expression.functions import sqrt as sqrt
from gradproof.expression.functions import sqrtm as sqrtm
from gradproof.expression.functions import sum_ as sum
from gradproof.expression.functions import tan as tan
from gradproof.expression.functions import tanh as tanh
from gradproof.expression.functions import toeplitz as toeplitz
from gradproof.expression.functions import tr as tr
from gradproof.expression.functions import vec as vec
from gradproof.expression.functions import zeros as zeros
from gradproof.expression.write import dimension as dimension
from gradproof.expression.write import index as index
from gradproof.expression.write import matrix as matrix
from gradproof.expression.write import parse as parse
from gradproof.expression.write import scalar as scalar
from gradproof.expression.write import sum_over as sum_over
from gradproof.expression.write import tensor as tensor
from gradproof.expression.write import vector as vector
from gradproof.numeric.differences import numerical_gradient as numerical_gradient
from gradproof.program.compiling import compile_loss as compile

if TYPE_CHECKING:
    from gradproof.documents.check import check as check
    from gradproof.documents.claim import check_claim as check_claim
    from gradproof.documents.finding import Finding as Finding
    from gradproof.documents.reports.report import Report as Report
    from gradproof.numeric.check_gradient import check_gradient as check_gradient
    from gradproof.numeric.gradient_report import GradientReport as GradientReport
    from gradproof.numeric.schemes import DifferenceScheme as DifferenceScheme
    from gradproof.optimize.affine import NotAffine as NotAffine
    from gradproof.optimize.closed_form import solve as solve
    from gradproof.optimize.methods.adam import Adam as Adam
    from gradproof.optimize.methods.closed_form import ClosedForm as ClosedForm
    from gradproof.optimize.methods.gradient_descent import GradientDescent as GradientDescent
    from gradproof.optimize.methods.momentum import Momentum as Momentum
    from gradproof.optimize.methods.newton import Newton as Newton
    from gradproof.optimize.methods.rates import Backtracking as Backtracking
    from gradproof.optimize.methods.rates import Decaying as Decaying
    from gradproof.optimize.methods.scipys import LBFGS as LBFGS
    from gradproof.optimize.methods.scipys import TrustRegion as TrustRegion
    from gradproof.optimize.methods.stochastic import MiniBatch as MiniBatch
    from gradproof.optimize.methods.stochastic import (
        StochasticGradientDescent as StochasticGradientDescent,
    )
    from gradproof.optimize.minimize import minimize as minimize
    from gradproof.optimize.result import History as History
    from gradproof.optimize.result import Minimum as Minimum
    from gradproof.optimize.solution import Solution as Solution
    from gradproof.optimize.stopping import GradientBelow as GradientBelow
    from gradproof.optimize.stopping import LossChangeBelow as LossChangeBelow
    from gradproof.optimize.stopping import MaxSteps as MaxSteps
    from gradproof.optimize.stopping import MaxTime as MaxTime
    from gradproof.optimize.stopping import Patience as Patience
    from gradproof.optimize.stopping import StepBelow as StepBelow
    from gradproof.program.compiled import Program as Program
    from gradproof.program.factors import expand_hessian as expand_hessian

__version__ = "0.1.0"

# What few programs need is imported when it is first asked for.
_LAZY = _MappingProxyType(
    {
        "Adam": "gradproof.optimize.methods.adam",
        "Backtracking": "gradproof.optimize.methods.rates",
        "ClosedForm": "gradproof.optimize.methods.closed_form",
        "Decaying": "gradproof.optimize.methods.rates",
        "DifferenceScheme": "gradproof.numeric.schemes",
        "Finding": "gradproof.documents.finding",
        "GradientBelow": "gradproof.optimize.stopping",
        "GradientDescent": "gradproof.optimize.methods.gradient_descent",
        "GradientReport": "gradproof.numeric.gradient_report",
        "History": "gradproof.optimize.result",
        "LBFGS": "gradproof.optimize.methods.scipys",
        "LossChangeBelow": "gradproof.optimize.stopping",
        "MaxSteps": "gradproof.optimize.stopping",
        "MaxTime": "gradproof.optimize.stopping",
        "MiniBatch": "gradproof.optimize.methods.stochastic",
        "Minimum": "gradproof.optimize.result",
        "Momentum": "gradproof.optimize.methods.momentum",
        "Newton": "gradproof.optimize.methods.newton",
        "Patience": "gradproof.optimize.stopping",
        "NotAffine": "gradproof.optimize.affine",
        "Program": "gradproof.program.compiled",
        "Report": "gradproof.documents.reports.report",
        "Solution": "gradproof.optimize.solution",
        "StepBelow": "gradproof.optimize.stopping",
        "StochasticGradientDescent": "gradproof.optimize.methods.stochastic",
        "TrustRegion": "gradproof.optimize.methods.scipys",
        "check": "gradproof.documents.check",
        "check_claim": "gradproof.documents.claim",
        "check_gradient": "gradproof.numeric.check_gradient",
        "expand_hessian": "gradproof.program.factors",
        "minimize": "gradproof.optimize.minimize",
        "solve": "gradproof.optimize.closed_form",
    }
)


def __getattr__(name: str) -> object:
    """The names of _LAZY, imported on first use."""
    if name not in _LAZY:
        raise AttributeError(f"module 'gradproof' has no attribute {name!r}")
    return getattr(_import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    """The public names, with those that are not imported yet."""
    return sorted({*globals(), *_LAZY})
