// @ts-check
// The files that the C# document is held against too.
import { readFileSync, readdirSync } from 'node:fs';

const root = new URL('../../golden/', import.meta.url);

/** @param {string} path Under tests/golden. */
export const text = (path) => readFileSync(new URL(path, root), 'utf8');

/** @param {string} path */
export const json = (path) => JSON.parse(text(path));

/** @param {string} path @returns {any[]} */
export const jsonLines = (path) => text(path).trim().split('\n').map((line) => JSON.parse(line));

/** @param {string} folder */
export const names = (folder) => readdirSync(new URL(folder, root));
