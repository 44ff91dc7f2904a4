// @ts-check
// What lies over the canvas as DOM: focusable nodes, notes, cursors, rings and strips. Made by their own folders; here they are fed.

/** @typedef {import('./stage.js').Stage} Stage */

export class Overlays {
  /** @param {{root: HTMLElement, stage: Stage, connection: import('../sync/connection.js').BoardConnection, jobs: import('./jobs.js').Jobs, renderer: import('../render/renderer.js').Renderer, run: (command: string, args?: object) => any, text: Record<string, string>}} options */
  constructor(options) { this.options = options; }

  update() {}

  /** @param {import('../sync/connection.js').PreviewMessage} _preview */
  preview(_preview) {}

  /** @param {string} _id */
  editNote(_id) {}

  /** The colour of a person's things, as CSS; null for one who is not here. @param {string} actor @returns {string | null} */
  colourOf(actor) {
    const person = this.options.connection.people.find((one) => one.actor === actor);
    return person === undefined ? null : getComputedStyle(this.options.root).getPropertyValue(`--cw-person-${person.colour}`).trim() || null;
  }

  destroy() {}
}
