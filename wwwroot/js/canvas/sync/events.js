// @ts-check
// Who wants to hear of what. Handlers run at once, in the order in which they came.

/** @template {Record<string, any[]>} Events The arguments of each event. */
export class Emitter {
  /** @type {Map<keyof Events, Set<(...args: any[]) => void>>} */
  #handlers = new Map();

  /** @template {keyof Events} K @param {K} event @param {(...args: Events[K]) => void} handler @returns {() => void} Stops listening. */
  on(event, handler) {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /** @template {keyof Events} K @param {K} event @param {Events[K]} args @returns {boolean} False if nobody listens. */
  emit(event, ...args) {
    const handlers = this.#handlers.get(event);
    handlers?.forEach((handler) => handler(...args));
    return handlers !== undefined && handlers.size > 0;
  }
}
