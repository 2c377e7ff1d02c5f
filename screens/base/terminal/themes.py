"""The two themes: one for many colours, one for the terminal's own sixteen."""

from textual.theme import Theme

# Colours of the 256, and greys elsewhere: Textual's own dark blues turn garish among the 256.
DARK = Theme(
    name="tui-nn",
    primary="#5fafff",
    secondary="#5f87af",
    accent="#ffaf5f",
    warning="#ffd75f",
    error="#ff5f5f",
    success="#5fd787",
    foreground="#dadada",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    variables={
        "scrollbar": "#4e4e4e",
        "scrollbar-hover": "#767676",
        "scrollbar-active": "#5fafff",
        "scrollbar-background": "#1c1c1c",
        "scrollbar-background-hover": "#1c1c1c",
        "scrollbar-background-active": "#1c1c1c",
        "scrollbar-corner-color": "#1c1c1c",
        "block-cursor-background": "#005f87",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#303030",
        "block-hover-background": "#303030",
        "border-blurred": "#444444",
        "footer-key-foreground": "#ffaf5f",
    },
)
# The terminal's own sixteen, with a scrollbar that does not shout.
SIXTEEN = Theme(
    name="tui-nn-16",
    ansi=True,
    primary="ansi_bright_blue",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_bright_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_bright_blue",
        "border-blurred": "ansi_bright_black",
        "scrollbar": "ansi_bright_black",
        "scrollbar-hover": "ansi_bright_black",
        "scrollbar-active": "ansi_bright_blue",
        "block-cursor-background": "ansi_blue",
        "block-cursor-foreground": "ansi_bright_white",
        "footer-key-foreground": "ansi_yellow",
        "input-cursor-text-style": "reverse",
    },
)
