"""The vocabulary.  To add a function, add its card to the chapter it belongs to, nothing else.

Chapters: `elementwise` (exp, tanh, …), `inverse` (inv, det, logdet, pinv), `statistics`
(softmax, logsumexp, prod), `spectral` (eigenvalues, polar factor), `matrix_functions`
(expm, sqrtm, …), `structure` (fused axes, Toeplitz, selection).
"""

from types import MappingProxyType

from gradproof.ops.elementwise import ELEMENTWISE
from gradproof.ops.inverse import INVERSE
from gradproof.ops.matrix_functions import MATRIX_FUNCTIONS
from gradproof.ops.spectral import SPECTRAL
from gradproof.ops.statistics import STATISTICS
from gradproof.ops.structure import STRUCTURE

OPERATIONS = MappingProxyType(
    {
        op.name: op
        for chapter in (
            ELEMENTWISE,
            INVERSE,
            STATISTICS,
            SPECTRAL,
            MATRIX_FUNCTIONS,
            STRUCTURE,
        )
        for op in chapter
    }
)
