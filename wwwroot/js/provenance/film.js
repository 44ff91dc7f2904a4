// @ts-check
// <cw-film>: pictures side by side in one file, one of them shown. The range moves through them, the button plays them once.

const playMs = 2_400;

class Film extends HTMLElement {
  #listeners = new AbortController();
  #timer = 0;

  connectedCallback() {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    this.addEventListener("input", event => {
      if (event.target !== this.#range) return;
      this.#stop();
      this.#show(Number(this.#range?.value));
    }, { signal });
    this.addEventListener("click", event => {
      const target = /** @type {Element} */ (event.target);
      if (target.closest("[data-film-play]")) this.#timer ? this.#stop() : this.#play();
    }, { signal });
    this.#show(Number(this.#range?.value ?? this.#frames));
  }

  disconnectedCallback() {
    this.#stop();
    this.#listeners.abort();
  }

  get #frames() { return Number(this.dataset.frames); }

  get #range() { return /** @type {HTMLInputElement | null} */ (this.querySelector("[data-film-range]")); }

  #play() {
    let at = 1;
    this.#show(at);
    this.#timer = window.setInterval(() => {
      if (++at > this.#frames) this.#stop();
      else this.#show(at);
    }, playMs / this.#frames);
    this.#name();
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#name();
  }

  #name() {
    const button = this.querySelector("[data-film-play]");
    if (!(button instanceof HTMLElement)) return;
    button.setAttribute("aria-label", (this.#timer ? button.dataset.pause : button.dataset.play) ?? "");
    const icon = button.querySelector(".cw-icon");
    if (icon) icon.textContent = this.#timer ? "pause" : "play_arrow";
  }

  /** @param {number} frame From 1. */
  #show(frame) {
    const view = this.querySelector("[data-film-view]");
    if (view instanceof HTMLElement) view.style.backgroundPosition = `${this.#frames > 1 ? (frame - 1) / (this.#frames - 1) * 100 : 0}% 0`;
    const still = this.querySelector("[data-film-still]");
    if (still instanceof HTMLElement) still.hidden = frame < this.#frames;
    const range = this.#range;
    if (!range) return;
    range.value = String(frame);
    range.setAttribute("aria-valuetext", (range.dataset.words ?? "{0} / {1}").replace("{0}", String(frame)).replace("{1}", String(this.#frames)));
  }
}

if (!customElements.get("cw-film")) customElements.define("cw-film", Film);
