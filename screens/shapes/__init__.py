"""What pictures are made of, without a widget: bars, lines, tables, curves, scales, formats."""
