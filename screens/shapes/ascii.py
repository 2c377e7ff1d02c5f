"""Plain ASCII in place of everything else: the one table of what stands for what.

Texts of ours are spelled before they are laid out, so that a symbol may take more than one letter
(`η` is `lr`). What Textual draws itself, such as borders and scrollbars, has no room for more:
there each character becomes one.
"""

_CELLS = {
    "+": "┌┐└┘├┤┬┴┼╭╮╯╰┏┓┗┛╔╗╚╝╠╣╦╩╬┡┩╇┠┨┯┷┿╋▛▜▙▟▗▖▝▘╸╺╱╲₊⁺",
    "-": "─━═┄┅╌╍▔▀−–—₋",
    "_": "▁▂",
    "=": "▄▃≡",
    "|": "│┃║┆┇╎╏▏▎▍▕▐▌‖",
    "#": "█▇▆▅▉▊▋▓▚▞⣿",
    ":": "▒⋮",
    ".": "░·•∙∘…",
    "<": "←◀◂‹«",
    ">": "→▶▸›»⮀❯",
    "^": "↑▲▴⌃",
    "v": "↓▼▾⌄▽",
    "*": "●★◆■⊙✱",
    "o": "○◌◇□⭘",
    "x": "×✕✗✖",
    "d": "δ∇∂",
    "D": "Δ",
    "n": "η",
    "l": "λℓ",
    "s": "σ",
    "S": "Σ∑",
    "e": "ε",
    "~": "≈",
    " ": "\u00a0⠀",
    "g": "γ",
    "b": "β",
    "u": "μ",
    "T": "ᵀ",
    "z": "ᶻẑ",
    "'": "’‘′",
    '"': "“”",
    "y": "✓",
} | dict(zip("0123456789", ("₀", "₁", "₂²", "₃", "₄", "₅", "₆", "₇", "₈", "₉"), strict=True))
_LONGER = {
    "η": "lr", "λ": "lambda", "σ": "sigma", "ε": "eps", "β": "beta", "μ": "mu", "ρ": "rho",
    "θ": "theta", "α": "alpha", "Σ": "sum", "∑": "sum", "√": "sqrt", "∞": "inf", "°": "deg",
    "←": "<-", "→": "->", "◀": "<-", "▶": "->", "≤": "<=", "≥": ">=", "≠": "!=", "±": "+-",
    "—": "--", "…": "...", "ᵀ": "^T", "²": "^2", "³": "^3", "⁻": "^-", "ᵗ": "^t", "½": "1/2",
    "⁰": "^0", "✓": "ok", "ŷ": "yhat", "ẑ": "zhat", "γ": "gamma", "ĝ": "ghat", "\u0302": "hat",
}  # fmt: skip
_TO_CELLS = str.maketrans({glyph: cell for cell, glyphs in _CELLS.items() for glyph in glyphs})
_TO_LONGER = str.maketrans(_LONGER)


def spell(text: str) -> str:
    """Spell a text in ASCII, a symbol with as many letters as it takes: `d3 -> dW3`."""
    return text if text.isascii() else to_cells(text.translate(_TO_LONGER))


def to_cells(text: str) -> str:
    """Map each character that is not ASCII to one that is, so that no column moves."""
    if text.isascii():
        return text
    mapped = text.translate(_TO_CELLS)
    return "".join(c if c.isascii() else "+" if "─" <= c <= "╿" else "?" for c in mapped)
