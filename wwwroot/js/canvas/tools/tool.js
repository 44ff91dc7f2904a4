// @ts-check
// What a tool is, and which one is in the hand.

/** @typedef {import('../geometry/rect.js').Point} Point */
/**
 * @typedef {object} ToolEvent
 * @property {Point} screen  CSS pixels from the view's corner.
 * @property {Point} world
 * @property {boolean} shift
 * @property {boolean} alt
 * @property {boolean} ctrl  Ctrl or Cmd.
 * @property {string} pointerType  mouse, pen or touch.
 * @property {number} clicks  2 for the second press of a double click.
 * @property {readonly {x: number, y: number, pressure: number}[]} samples  World units; all that the pointer has done since the last event.
 */
/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} cursor  CSS.
 * @property {() => void} [enter]
 * @property {() => void} [leave]
 * @property {(event: ToolEvent) => void} [down]
 * @property {(event: ToolEvent) => void} [move]  While pressed.
 * @property {(event: ToolEvent) => void} [up]
 * @property {() => void} [cancel]  Escape, a second finger, a lost pointer: as if the press had never been.
 * @property {(event: ToolEvent) => string | void} [hover]  While not pressed; may return another cursor.
 * @property {(key: string) => boolean} [key]  Enter and Escape, before anybody else.
 */

export class Toolbox {
  /** @type {Map<string, Tool>} */ #tools = new Map();
  /** @type {Tool} */ #current;

  /** @param {import('../view/stage.js').Stage} stage @param {readonly Tool[]} tools  The first is the one to come back to. */
  constructor(stage, tools) {
    this.stage = stage;
    for (const tool of tools) this.#tools.set(tool.name, tool);
    this.#current = tools[0];
    this.home = tools[0].name;
    stage.tool = this.home;
  }

  get current() { return this.#current; }

  /** @param {string} name @returns {boolean} False for a tool that is not there or not allowed here. */
  use(name) {
    const tool = this.#tools.get(name);
    const { stage } = this;
    if (tool === undefined) return false;
    if (!stage.canEdit && !(name === 'select' || name === 'hand' || (name === 'note' && stage.canNote))) return false;
    if (tool === this.#current) return true;
    this.#current.cancel?.();
    this.#current.leave?.();
    this.#current = tool;
    stage.tool = name;
    stage.live.hover = null;
    tool.enter?.();
    stage.changed();
    return true;
  }

  destroy() {
    this.#current.cancel?.();
    this.#current.leave?.();
  }
}
