"""How a person moves from page to page."""


def follow(page, selector):
    """Click it, and go on when the page it leads to is there whole.

    A click alone comes back when the new page has begun: what is asked then may not be there yet.
    """
    with page.expect_navigation():
        page.click(selector, strict=True)
