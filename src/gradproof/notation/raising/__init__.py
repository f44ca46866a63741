"""From the tensor language back to formulas: `matrix` where there is one, `components` always."""
