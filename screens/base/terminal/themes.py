"""The themes: three for many colours, and one for the terminal's own sixteen."""

from collections.abc import Mapping

from textual.theme import Theme

from screens.shapes.look import Look, ThemeName

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
LIGHT = Theme(
    name="tui-nn-light",
    dark=False,
    primary="#005faf",
    secondary="#5f87af",
    accent="#af5f00",
    warning="#af5f00",
    error="#d70000",
    success="#008700",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#eeeeee",
    panel="#e4e4e4",
    boost="#eeeeee",
    variables={
        "text-disabled": "auto 50%",  # also the faint curves of plots
        "scrollbar": "#a8a8a8",
        "scrollbar-hover": "#767676",
        "scrollbar-active": "#005faf",
        "scrollbar-background": "#eeeeee",
        "scrollbar-background-hover": "#eeeeee",
        "scrollbar-background-active": "#eeeeee",
        "scrollbar-corner-color": "#eeeeee",
        "block-cursor-background": "#005f87",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#dadada",
        "block-hover-background": "#dadada",
        "border-blurred": "#bcbcbc",
        "footer-key-foreground": "#875f00",
    },
)
# For tired eyes and pale projectors: nothing is said in grey on grey.
HIGH_CONTRAST = Theme(
    name="tui-nn-high-contrast",
    primary="#5fd7ff",
    secondary="#afd7ff",
    accent="#ffff00",
    warning="#ffd700",
    error="#ff8787",
    success="#5fff5f",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    boost="#303030",
    variables={
        "text": "#ffffff",
        "text-muted": "#dadada",
        "text-disabled": "#b2b2b2",
        "scrollbar": "#b2b2b2",
        "scrollbar-hover": "#ffffff",
        "scrollbar-active": "#ffff00",
        "scrollbar-background": "#303030",
        "scrollbar-background-hover": "#303030",
        "scrollbar-background-active": "#303030",
        "scrollbar-corner-color": "#303030",
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "block-cursor-blurred-background": "#585858",
        "block-hover-background": "#585858",
        "border-blurred": "#ffffff",
        "footer-key-foreground": "#ffff00",
    },
)
THEMES: Mapping[ThemeName, Theme] = {"dark": DARK, "light": LIGHT, "high-contrast": HIGH_CONTRAST}
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


def theme_of(look: Look) -> Theme:
    """Return the theme that a look asks for."""
    return THEMES[look.theme] if look.has_themes else SIXTEEN
