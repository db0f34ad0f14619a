// What the tests look at in a page.

// How many marks each chart has.
function marks() {
  const places = [...document.querySelectorAll("[data-chart]")];
  return places.map((place) => place.querySelectorAll("svg path, svg rect, svg line").length);
}

// The right edge of the widest chart.
function right() {
  const charts = [...document.querySelectorAll("svg")];
  return Math.max(...charts.map((chart) => chart.getBoundingClientRect().right));
}

// Labels of the axes that come nearer than this to the one before them, seen from left to right.
function crowded(least) {
  const found = [];
  for (const axis of document.querySelectorAll("svg .role-axis-label")) {
    const seen = [...axis.querySelectorAll("text")].filter((text) => text.getAttribute("opacity") !== "0");
    const boxes = seen.map((text) => [text.textContent, text.getBoundingClientRect()]);
    for (const [one, a] of boxes) {
      for (const [other, b] of boxes) {
        const level = a.top < b.bottom && b.top < a.bottom;
        if (one !== other && level && a.left <= b.left && b.left - a.right < least) found.push([one, other]);
      }
    }
  }
  return found;
}

// A table's heading pressed twice: each time how it says it is sorted, and its column's numbers.
function pressed(caption, column) {
  const tables = [...document.querySelectorAll("table")];
  const table = tables.find((each) => each.caption.textContent === caption);
  const heading = table.tHead.rows[0].cells[column];
  return [1, 2].map(() => {
    heading.querySelector("button").click();
    const rows = [...table.tBodies[0].rows];
    const numbers = rows.map((row) => Number(row.cells[column].dataset.value));
    return [heading.getAttribute("aria-sort"), numbers];
  });
}

function channels(colour) {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  return { rgb: [r, g, b], a };
}

// Relative luminance, w3.org/TR/WCAG22/#dfn-relative-luminance.
function luminance({ rgb }) {
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = rgb.map((c) => linear(c / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function behind(element) {
  for (let each = element; each; each = each.parentElement) {
    const colour = channels(getComputedStyle(each).backgroundColor);
    if (colour.a > 0) return colour;
  }
  return channels("rgb(255, 255, 255)");
}

// How many texts there are, and those whose contrast with what is behind them is below `least`.
function faint(least) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  let texts = 0;
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const parent = walker.currentNode.parentElement;
    if (!text || parent.closest("script, style")) continue;
    texts += 1;
    const style = getComputedStyle(parent);
    const ink = channels(parent.closest("svg") ? style.fill : style.color);
    const [high, low] = [luminance(ink), luminance(behind(parent))].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < least) found.push([text, contrast]);
  }
  return { texts, found };
}
