"""The HTML reports in a real browser: they fit, fold, print, load nothing and satisfy an accessibility checker."""

import os
import shutil
from pathlib import Path

import pytest
from sample_class import make_class
from sample_results import SAMPLES, make_check, make_result, one_cause, typical

from grader.records import Audience, Grid, TensorEvidence, Verdict
from grader.render.as_class import class_html
from grader.render.as_html import to_html, to_html_index
from grader.render.audience import redact
from grader.render.similar import to_index_page, to_pair_page
from grader.similar.records import Compared, Likeness, Pair, Party, Passage

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
axe = pytest.importorskip("axe_playwright_python", reason="the accessibility test needs axe-playwright-python")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
WIDE = TensorEvidence(
    title="wide",
    actual=Grid(shape=(1, 16), dtype="float32", rows=(tuple(float(number) for number in range(16)),)),
    differs=((True,) * 16,),
)
STUDENTS = 18
LEFT = "def first(x):\n    return x + 1\n\n\ndef second(x):\n    return x * 2\n"
RIGHT = "def b(y):\n    return y * 2  # " + "a long comment " * 20 + "\n\n\ndef a(y):\n    return y + 1\n"
PARTIES = [Party(name.lower(), name, "calculator.py", "0" * 64, 0.9, 90) for name in ("Ada", "Bob")]
SIMILAR = Compared(
    exercise="exercise3", title="Calculator", hand_ins=2, skipped="", solution_symbols=150, common_limit=4, left_out=1,
    teams=(("Eve", "Dan"),), notes=("Only the first 10 lines were compared.",),
    pairs=tuple(
        Pair(
            Likeness.PARTS, *PARTIES, 81,
            tuple(
                Passage((0, 30), (RIGHT.index("def a"), len(RIGHT) - 1), (1, 2), (5, 6), 12, 12)
                if number == 0 else Passage((33, 64), (0, 25), (5, 6), (1, 2), 12, 12)
                for number in range(2)
            ),
            LEFT, RIGHT,
        )
        for _ in range(1)
    ),
)  # fmt: skip
PAGES = {name: (lambda sample=sample: to_html(redact(sample(), Audience.STUDENT))) for name, sample in SAMPLES.items()}
PAGES["instructor's"] = lambda: to_html(one_cause())
# As wide as a suite may show it, with marks on what differs.
PAGES["wide tensor"] = lambda: to_html(make_result(make_check("A", Verdict.FAILED, message="wrong", evidence=(WIDE,))))
PAGES["index"] = lambda: to_html_index([sample() for sample in SAMPLES.values()], ["a.html"] * len(SAMPLES))
PAGES["class"] = lambda: class_html(make_class(STUDENTS, exercises=2))
PAGES["pair"] = lambda: to_pair_page(SIMILAR, SIMILAR.pairs[0])
PAGES["pairs"] = lambda: to_index_page([SIMILAR], minimum=0.5)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium: that of CHROMIUM, else of the path."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: install one or set CHROMIUM to its path")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The pages as files, by name."""
    folder = tmp_path_factory.mktemp("pages")
    paths = {}
    for number, (name, page) in enumerate(PAGES.items()):
        paths[name] = folder / f"{number}.html"
        paths[name].write_text(page(), encoding="utf-8")
    return paths


@pytest.fixture
def open_page(browser, files):
    """Open a page by name and note what it asks the network for and complains about."""
    contexts = []

    def open_one(name, *, width=1280, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(files[name].as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_asks_for_nothing_and_complains_about_nothing(open_page, name, width):
    page = open_page(name, width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = [url for url in page.asked if not url.startswith("data:")]
    assert outside == [page.url]
    assert page.complaints == []


@pytest.mark.parametrize(
    ("scheme", "options"),
    [
        pytest.param("light", {"resultTypes": ["violations"]}, id="light"),
        # The dark page differs in its colours alone.
        pytest.param("dark", {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}, id="dark"),
    ],
)
@pytest.mark.parametrize("name", PAGES)
def test_an_accessibility_checker_has_no_complaint(open_page, name, scheme, options):
    page = open_page(name, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))

    found = page.evaluate("options => axe.run(document, options)", options)

    assert [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found["violations"]] == []


def test_failing_checks_are_open_and_a_click_folds_and_unfolds(open_page):
    page = open_page("typical")
    passing = page.locator("details.check[data-tone=good]").first
    failing = page.locator("details.check[data-tone=bad]").first

    assert failing.locator(".story").is_visible()
    failing.locator("> summary").click()
    passing.locator("> summary").click()

    assert failing.get_attribute("open") is None
    assert passing.get_attribute("open") is not None


def test_the_page_can_be_used_by_keyboard(open_page):
    page = open_page("typical")
    first = page.locator("details.check > summary").first
    first.focus()

    page.keyboard.press("Enter")

    assert page.locator("details.check").first.get_attribute("open") is not None


def test_a_hint_shows_itself_by_keyboard_when_it_is_asked_for(open_page):
    page = open_page("typical")
    hint = page.locator("details.check[open] .hint").first
    assert not hint.locator("p").is_visible()

    hint.locator("summary").focus()
    page.keyboard.press("Enter")

    assert hint.locator("p").is_visible()


def test_a_concept_leads_to_its_section_unfolded_and_back(open_page):
    page = open_page("typical")
    section = page.locator("#read-2")
    assert not section.is_visible()

    page.locator("#part-2 .again").click()
    assert section.is_visible()
    assert not page.locator("#read-1").is_visible()

    section.locator(".back a").click()
    assert page.url.endswith("#part-2")


def test_light_and_dark_differ_and_so_do_the_pictures(open_page):
    looks = []
    for scheme in ("light", "dark"):
        page = open_page("every evidence", scheme=scheme)
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        looks.append((background, page.evaluate("document.querySelector('picture img').currentSrc")))

    assert looks[0][0] != looks[1][0]
    assert looks[0][1] != looks[1][1]


def test_pictures_and_images_are_drawn(open_page):
    page = open_page("every evidence")

    widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert len(widths) == 9
    assert all(widths)


def test_on_paper_everything_is_unfolded_and_light(open_page):
    page = open_page("typical", scheme="dark")
    page.emulate_media(media="print")

    heights = page.evaluate(
        "[...document.querySelectorAll('details dl, .hint p, .reading pre')].map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) > 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("name", ["typical", "every evidence", "hostile"])
def test_a_page_prints_to_pdf(open_page, name):
    document = open_page(name).pdf()

    assert document.startswith(b"%PDF")


def test_hostile_text_makes_no_elements(open_page):
    page = open_page("hostile")

    assert page.locator("script").count() == 0
    assert page.locator("img[onerror]").count() == 0
    assert page.title().startswith("<script>alert(1)</script>")


def test_the_score_is_the_first_thing_seen(open_page):
    page = open_page("typical", width=390)

    box = page.locator(".points").bounding_box()
    assert box["y"] + box["height"] < 300
    assert f"{typical().points} of 16" in page.locator(".points").inner_text()


def shown(page):
    """Return the names in the table of students, as the page shows them."""
    return page.locator("#students tbody tr:not([hidden]) th bdi").all_text_contents()  # rows out of sight have no inner text


def points(page, column):
    """Return what the table of students holds in a column, top down; None where there is no number."""
    values = page.evaluate("n => [...document.querySelectorAll('#students tbody tr')].map(row => row.cells[n].dataset.value)", column)
    return [float(value) if value else None for value in values]


def is_sorted(values, *, falling=False):
    numbers = [value for value in values if value is not None]
    return values == sorted(numbers, reverse=falling) + [None] * (len(values) - len(numbers))


def test_the_class_is_sorted_by_mouse(open_page):
    page = open_page("class")
    total = page.get_by_role("columnheader", name="Total")

    total.get_by_role("button").click()
    assert total.get_attribute("aria-sort") == "ascending"
    assert is_sorted(points(page, 1))

    total.get_by_role("button").click()
    assert total.get_attribute("aria-sort") == "descending"
    assert is_sorted(points(page, 1), falling=True)
    assert page.locator("[aria-sort]").count() == 1


def test_the_class_is_sorted_by_keyboard(open_page):
    page = open_page("class")
    page.locator("#filters button[type=reset]").focus()

    for _ in range(3):  # the region that scrolls, the names, the total
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert is_sorted(points(page, 1))

    page.keyboard.press("Space")
    assert is_sorted(points(page, 1), falling=True)


def test_names_are_sorted_as_people_sort_them(open_page):
    page = open_page("class")
    before = shown(page)

    page.get_by_role("columnheader", name="Student").get_by_role("button").click()

    names = shown(page)
    assert sorted(names) == sorted(before)
    assert names.index("Jürgen Lovelace") < names.index("Katherine Lovelace")
    assert names.index("Ada Turing") < names.index("Alan Turing") < names.index("María-José Åkesson-Þórsdóttir van den Heuvel")


def test_the_class_is_filtered_and_the_count_is_announced(open_page):
    page = open_page("class")
    count = page.get_by_role("status")
    assert count.inner_text() == f"{STUDENTS} students"

    page.get_by_label("Name or number").fill("jurgen")  # without its marks
    assert shown(page) == ["Jürgen Lovelace"]
    assert count.inner_text() == f"1 of {STUDENTS} students"

    page.get_by_label("Name or number").fill("nobody at all")
    assert page.locator("#nobody").is_visible()

    page.get_by_role("button", name="Show everyone").click()
    assert count.inner_text() == f"{STUDENTS} students"
    assert not page.locator("#nobody").is_visible()


def test_the_class_is_filtered_by_exercise_and_outcome(open_page):
    page = open_page("class")

    page.get_by_label("Only those with").select_option("missing")
    in_any = len(shown(page))
    page.get_by_label("Exercise", exact=True).select_option("1")

    cells = page.locator("#students tbody tr:not([hidden]) td:nth-child(4)").all_text_contents()
    assert 0 < len(cells) < in_any
    assert all("missing" in cell for cell in cells)
    # The other exercises make room.
    assert [header.split()[0] for header in page.locator("#students thead th:visible").all_inner_texts()] == ["Student", "Total", "Gather", "Time"]


def test_a_class_of_a_thousand_is_sorted_and_filtered(open_page, files, tmp_path):
    files["thousand"] = tmp_path / "thousand.html"
    files["thousand"].write_text(class_html(make_class(1000)), encoding="utf-8")
    page = open_page("thousand")

    # Plain selectors: to find a role, the name of each of the many elements would be worked out.
    page.locator("#by-text").fill("student-0999")
    assert page.locator("#count").text_content() == "1 of 1,000 students"
    assert page.locator("#students tbody tr:not([hidden])").count() == 1

    page.locator("#by-text").fill("")
    page.locator("#students thead button").nth(3).click()
    assert page.locator("#students tbody tr:not([hidden])").count() == 1000
    assert is_sorted(points(page, 3))


def test_on_a_phone_the_table_scrolls_in_its_own_region(open_page):
    page = open_page("class", width=390)
    region = page.get_by_role("region", name="Students and their points")

    region.focus()
    assert region.evaluate("one => one.scrollWidth > one.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_its_script_the_class_report_shows_everyone(browser, files):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(files["class"].as_uri())

    assert page.locator("#students tbody tr").count() == STUDENTS
    assert not page.locator("#filters").is_visible()
    assert page.locator("#students button").count() == 0
    context.close()


def test_hostile_names_in_a_class_are_inert(open_page):
    page = open_page("class")

    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    assert "<script>alert(1)</script><img src=x onerror=alert(2)>" in shown(page)
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = true'}))")
    assert page.evaluate("window.ran") is None


def test_on_paper_the_class_report_shows_every_student(open_page):
    page = open_page("class", scheme="dark")
    page.emulate_media(media="print")

    assert page.locator("#students").evaluate("one => one.parentElement.scrollHeight <= one.parentElement.clientHeight")
    assert not page.locator("#filters").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.pdf().startswith(b"%PDF")
