// @ts-check
// A stream of SignalR that has one answer, as a promise of it.

/** @param {{ subscribe(observer: { next(item: any): void, complete(): void, error(error: unknown): void }): unknown }} stream @returns {Promise<any>} Undefined where it ended without an answer. */
export const onlyOf = (stream) => new Promise((resolve, reject) => stream.subscribe({ next: resolve, complete: () => resolve(undefined), error: reject }));
