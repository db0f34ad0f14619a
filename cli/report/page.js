"use strict";
// Draws the charts in the page's colours, again when the device turns light or dark, and sorts tables.
const specs = JSON.parse(document.getElementById("charts").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const views = [];

function theme() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  const text = { labelColor: of("muted"), titleColor: of("ink"), labelFontSize: 12, titleFontSize: 12 };
  return {
    background: null,
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: { ...text, labelSeparation: 8, titleFontWeight: "normal", gridColor: of("line"), domainColor: of("line"), tickColor: of("line") },
    legend: { ...text, orient: "top", titleFontWeight: "normal" },
    range: {
      category: [1, 2, 3, 4, 5, 6, 7].map((n) => of(`c${n}`)),
      ramp: [of("ramp-low"), of("ramp-high")],
      heatmap: [of("ramp-low"), of("ramp-high")],
    },
    mark: { color: of("c1") },
    rect: { minBandSize: 3 }, // an hour among months would be less than a pixel
    style: { before: { color: of("over") }, marked: { color: of("c2"), opacity: 0.45 } },
  };
}

async function draw() {
  views.splice(0).forEach((view) => view.finalize());
  const options = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, config: theme() };
  options.tooltip = { theme: dark.matches ? "dark" : "light" };
  for (const place of document.querySelectorAll("[data-chart]")) {
    views.push(await vegaEmbed(place, specs[place.dataset.chart], options));
  }
  document.documentElement.dataset.drawn = dark.matches ? "dark" : "light";
}

function value(cell) {
  return "value" in cell.dataset ? (cell.dataset.value === "" ? -Infinity : Number(cell.dataset.value)) : cell.textContent;
}

function sort(heading) {
  const table = heading.closest("table");
  const down = heading.getAttribute("aria-sort") === "ascending";
  table.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((one, other) => {
    const [a, b] = [one, other].map((row) => value(row.cells[heading.cellIndex]));
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return down ? -order : order;
  });
  body.append(...rows);
}

document.querySelectorAll("th button").forEach((button) => {
  button.addEventListener("click", () => sort(button.closest("th")));
});
dark.addEventListener("change", draw);
draw();
