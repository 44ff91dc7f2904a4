// @ts-check
// What a view looks at: the world point in its top left corner and the zoom (CSS pixels for each world unit). Values, never changed.

import { centre, isEmpty } from './rect.js';

/** @typedef {import('./rect.js').Point} Point */
/** @typedef {import('./rect.js').Rect} Rect */
/** @typedef {import('./rect.js').Size} Size */
/** @typedef {{ readonly x: number, readonly y: number, readonly zoom: number }} Camera x and y are the world point in the top left corner. */

export const MIN_ZOOM = 0.02;
export const MAX_ZOOM = 40;

/** @param {number} zoom */
export const clampZoom = (zoom) => (Number.isNaN(zoom) ? 1 : Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom)));

/** @param {Point} origin @param {number} zoom @returns {Camera} */
export const camera = (origin, zoom) => ({ x: origin.x, y: origin.y, zoom: clampZoom(zoom) });

/**
 * Shows the whole of `content` in the middle of the view.
 * @param {Rect} content World units. @param {Size} view CSS pixels. @param {number} [padding_px] CSS pixels free all around. @param {number} [maxZoom] Never nearer than this. @returns {Camera}
 */
export function fit(content, view, padding_px = 48, maxZoom = 1) {
  const room = { width: Math.max(1, view.width - 2 * padding_px), height: Math.max(1, view.height - 2 * padding_px) };
  const zoom = isEmpty(content) ? 1 : clampZoom(Math.min(maxZoom, room.width / content.width, room.height / content.height));
  const middle = centre(content);
  return camera({ x: middle.x - view.width / 2 / zoom, y: middle.y - view.height / 2 / zoom }, zoom);
}

/** @param {Camera} c @param {Point} worldPoint @returns {Point} CSS pixels. */
export const toScreen = (c, worldPoint) => ({ x: (worldPoint.x - c.x) * c.zoom, y: (worldPoint.y - c.y) * c.zoom });

/** @param {Camera} c @param {Point} screenPoint @returns {Point} */
export const toWorld = (c, screenPoint) => ({ x: c.x + screenPoint.x / c.zoom, y: c.y + screenPoint.y / c.zoom });

/** @param {Camera} c @param {Rect} worldRect @returns {Rect} CSS pixels. */
export const rectToScreen = (c, worldRect) => ({ x: (worldRect.x - c.x) * c.zoom, y: (worldRect.y - c.y) * c.zoom, width: worldRect.width * c.zoom, height: worldRect.height * c.zoom });

/** @param {Camera} c @param {Size} view @returns {Rect} World units. */
export const visibleRect = (c, view) => ({ x: c.x, y: c.y, width: view.width / c.zoom, height: view.height / c.zoom });

/** Zooms by a factor; the world point under the cursor stays under the cursor, also at the ends of the range. @param {Camera} c @param {Point} cursor_px @param {number} factor @returns {Camera} */
export function zoomAt(c, cursor_px, factor) {
  const anchor = toWorld(c, cursor_px);
  const zoom = clampZoom(c.zoom * factor);
  return camera({ x: anchor.x - cursor_px.x / zoom, y: anchor.y - cursor_px.y / zoom }, zoom);
}

/** Drags the content by a distance in CSS pixels. @param {Camera} c @param {number} dx_px @param {number} dy_px @returns {Camera} */
export const panBy = (c, dx_px, dy_px) => camera({ x: c.x - dx_px / c.zoom, y: c.y - dy_px / c.zoom }, c.zoom);
