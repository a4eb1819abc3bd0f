"""Two ways to work a page: with a mouse, and with a keyboard alone.

A journey is written once, for either hand. Both name what they use as a person would
who sees the page or hears it: by the words of a link, a label, a button.
"""

from dataclasses import dataclass
from typing import Any


FARTHEST = 150
"""Presses of the tab key after which a thing counts as out of reach."""
HAS_FOCUS = "one => one === document.activeElement"
ONE_HAS_FOCUS = "those => those.includes(document.activeElement)"


@dataclass(frozen=True, slots=True)
class Mouse:
    """Points, clicks and types."""

    page: Any

    def follow(self, words):
        """Follow the first link with these words."""
        link_of(self.page, words).click()

    def press(self, words):
        """Press the button with these words."""
        button_of(self.page, words).click()

    def fill(self, label, text):
        """Type into the box with this label."""
        box_of(self.page, label).fill(text)

    def choose(self, label):
        """Pick one of several, or tick a box."""
        box_of(self.page, label).check()

    def pick(self, label, choice):
        """Pick from a list."""
        box_of(self.page, label).select_option(label=choice)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Reaches everything with the tab key, and never points."""

    page: Any

    def follow(self, words):
        """Follow the first link with these words."""
        self.reach(link_of(self.page, words))
        self.leave_with("Enter")

    def press(self, words):
        """Press the button with these words."""
        self.reach(button_of(self.page, words))
        self.leave_with("Enter")

    def fill(self, label, text):
        """Type into the box with this label."""
        self.reach(box_of(self.page, label))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, label):
        """Pick one of several, or tick a box.

        The tab key comes to one button of a group of them; arrows go on from there.
        """
        box = box_of(self.page, label)
        group = box.get_attribute("name")
        if box.get_attribute("type") == "radio":
            self.reach(self.page.locator(f'input[type=radio][name="{group}"]'))
            for _ in range(FARTHEST):
                if box.is_checked():
                    return
                if box.evaluate(HAS_FOCUS):
                    self.page.keyboard.press("Space")
                else:
                    self.page.keyboard.press("ArrowDown")
            raise AssertionError(f"no arrow comes to {label!r}")
        self.reach(box)
        self.page.keyboard.press("Space")

    def pick(self, label, choice):
        """Pick from a list."""
        self.reach(box_of(self.page, label))
        self.page.keyboard.type(choice)

    def reach(self, wanted):
        """Press the tab key until one of what is wanted has the focus."""
        wanted.first.wait_for(state="attached")
        those = wanted.element_handles()
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(ONE_HAS_FOCUS, those):
                return
        raise AssertionError(f"the tab key does not reach {wanted} on {self.page.url}")

    def leave_with(self, key):
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


HANDS = {"mouse": Mouse, "keyboard": Keyboard}


def link_of(page, words):
    """Find a link in the page's own part, or in the menu."""
    return page.get_by_role("link", name=words).first


def button_of(page, words):
    """Find a button by all its words."""
    return page.get_by_role("button", name=words, exact=True)


def box_of(page, label):
    """Find a box by the beginning of its label."""
    return page.get_by_label(label).first
