"""The styles in which a derivation is written, one function each."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from gradproof.derivation.backprop.steps import backpropagated
from gradproof.derivation.by_components.steps import in_components
from gradproof.derivation.differentials.steps import Worked, worked

STYLES: MappingProxyType[str, Callable[..., Worked]] = MappingProxyType(
    {"differential": worked, "backprop": backpropagated, "components": in_components}
)
