"""Plans as loops over blocks of rows, for compilers of loops."""
