// @ts-check
// What scripts make better on the public pages of galleries. Each works without: the film is a strip, before and after stand side by side, the board
// is as wide as the page.
import { startBoard } from "./board.js";

for (const film of document.querySelectorAll("[data-film]"))
  startSlider(film, "[data-film-slider]", (value) => film.querySelector("img")?.style.setProperty("--i", String(value)));

for (const compare of document.querySelectorAll("[data-compare]")) {
  // To the right the new picture grows: what is cut away from its left is what is left of the slider's way.
  startSlider(compare, "[data-compare-slider]", (value) => /** @type {HTMLElement | null} */ (compare.querySelector("[data-compare-view]"))?.style.setProperty("--at", `${100 - value}%`));
}

// They go with the page; nothing else ends them.
for (const board of document.querySelectorAll("[data-board]"))
  startBoard(/** @type {HTMLElement} */ (board));

/**
 * @param {Element} section
 * @param {string} selector of the label around the slider
 * @param {(value: number) => void} show
 */
function startSlider(section, selector, show) {
  const label = /** @type {HTMLElement | null} */ (section.querySelector(selector));
  const slider = label?.querySelector("input");
  if (!label || !slider)
    return;
  section.toggleAttribute("data-ready", true);
  label.hidden = false;
  slider.addEventListener("input", () => show(slider.valueAsNumber));
  show(slider.valueAsNumber);
}
