"""A stylesheet that matches its rules once for all widgets that are alike."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar, Final

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.dom import DOMNode

from screens.base.terminal.parsing import ParsedOnce

_FLAGS: Final = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")


class Candidates:
    """The rules whose last selector names a node.

    Attributes:
        rules: Those rules.
        pseudo_classes: All that their selectors ask for.
        depend_on_place: Whether some ask where a node stands among others, or what is in it.
    """

    def __init__(self, rules: tuple[RuleSet, ...], of_place: set[str]) -> None:
        self.rules = rules
        self.pseudo_classes = sorted(set[str]().union(*(rule.pseudo_classes for rule in rules)))
        self.depend_on_place = not of_place.isdisjoint(self.pseudo_classes)


class RememberingStylesheet(ParsedOnce):
    """Textual's own, but for what it works out again whenever a class changes somewhere above.

    A selector can ask a node and those above it for their types, ids, classes and pseudo classes.
    Where the rules in question and all of these are as once before, so is what applies.
    """

    _candidates: ClassVar[LRUCache[tuple[int, ...], Candidates]] = LRUCache(4096)
    _applied: ClassVar[LRUCache[Hashable, tuple[RulesMap, tuple[bool, ...]]]] = LRUCache(16384)

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._by_names: dict[frozenset[str], Candidates] = {}
        self._map_of_names: dict[str, list[RuleSet]] | None = None
        self._missed: tuple[DOMNode, Hashable] | None = None

    def apply(
        self,
        node: DOMNode,
        *,
        animate: bool = False,
        cache: dict[tuple[Any, ...], RulesMap] | None = None,
    ) -> None:
        """Apply the stylesheet to a node, as Textual's own does."""
        candidates = self._candidates_of(node)
        if candidates.depend_on_place:
            super().apply(node, animate=animate, cache=cache)
            return
        key = candidates, *(_asked(each, candidates) for each in node.css_path_nodes)
        if found := self._applied.get(key):
            rules, flags = found
            for flag, is_set in zip(_FLAGS, flags, strict=True):
                setattr(node, flag, is_set)
            self.replace_rules(node, rules, animate=animate)
            self._process_component_classes(node)
        else:
            self._missed = node, key
            super().apply(node, animate=animate)

    def replace_rules(self, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:  # type: ignore[override]
        """Replace the rules of a node, where they are others than it has."""
        if self._missed and self._missed[0] is node:
            flags = tuple(bool(getattr(node, flag)) for flag in _FLAGS)
            self._applied[self._missed[1]] = rules, flags
        self._missed = None
        if node.styles.base._rules != rules:
            super().replace_rules(node, rules, animate=animate)
        elif not animate:
            node.notify_style_update()

    def _candidates_of(self, node: DOMNode) -> Candidates:
        """Return the rules that can apply to a node for its names."""
        rules_map = self.rules_map
        if self._map_of_names is not rules_map:
            self._map_of_names, self._by_names = rules_map, {}
        names = frozenset(rules_map.keys() & node._selector_names)
        candidates = self._by_names.get(names)
        if candidates is None:
            named = {rule for name in names for rule in rules_map[name]}
            rules = tuple(rule for rule in self.rules if rule in named)
            identity = tuple(map(id, rules))
            candidates = self._candidates.get(identity)
            if candidates is None:
                candidates = Candidates(rules, self._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE)
                self._candidates[identity] = candidates
            self._by_names[names] = candidates
        return candidates


def _asked(node: DOMNode, candidates: Candidates) -> Hashable:
    """Return what a node answers to all that selectors can ask it."""
    checks = node._PSEUDO_CLASSES
    answers = tuple(name in checks and checks[name](node) for name in candidates.pseudo_classes)  # type: ignore[arg-type]
    return type(node), node._id, frozenset(node._classes), answers
