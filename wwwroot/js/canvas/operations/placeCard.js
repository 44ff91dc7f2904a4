// @ts-check
// Where the card of an operation lies: beside its picture, so that both are seen. Pure.
import { area, intersect, isEmpty } from '../geometry/rect.js';

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Size} Size */
/** @typedef {import('../camera/paths.js').Insets} Insets */

const GAP_PX = 12;
const EDGE_PX = 8;
/** At most this wide the card is a sheet at the lower edge (css/operations.css says the same). */
export const PHONE_PX = 640;
// Two rows of the page's own panels lie there (css/board.css).
const PHONE_TOP_PX = 124;
// So much of the card over other pictures is nothing that it would have to move for.
const SLIGHT = 0.05;

/** Down to here the page's own panels lie over the board. @param {Size} view_px @param {Insets} insets */
export const topCovered = (view_px, insets) => (view_px.width <= PHONE_PX ? Math.max(insets.top, PHONE_TOP_PX) : insets.top);

/**
 * @param {Rect} picture_px On the screen. @param {Size} card_px @param {Size & {insets: Insets}} room_px @param {readonly Rect[]} [others_px]  The other pictures on the screen: it covers as little of them as it can.
 * @returns {{x: number, y: number, isCovering: boolean}} Its top left corner, and whether it hides a part of the picture.
 */
export function placeCard(picture_px, card_px, { width, height, insets }, others_px = []) {
  if (width <= PHONE_PX) {
    const at = { x: 0, y: height - card_px.height };
    return { ...at, isCovering: !isEmpty(intersect({ ...at, ...card_px, width }, picture_px)) || picture_px.y < insets.top || picture_px.x < 0 || picture_px.x + picture_px.width > width };
  }
  const low = { x: insets.left + EDGE_PX, y: insets.top + EDGE_PX };
  const high = { x: width - insets.right - EDGE_PX - card_px.width, y: height - EDGE_PX - card_px.height };
  // Beside it, it may reach down as far as the view does: there the prompt bar is not.
  const level = clamp(picture_px.y, low.y, high.y);
  const centred = clamp(picture_px.x + (picture_px.width - card_px.width) / 2, low.x, high.x);
  const places = [
    { x: picture_px.x + picture_px.width + GAP_PX, y: level },
    { x: picture_px.x - GAP_PX - card_px.width, y: level },
    { x: centred, y: picture_px.y + picture_px.height + GAP_PX },
    { x: centred, y: picture_px.y - GAP_PX - card_px.height },
    { x: high.x, y: level },
    { x: low.x, y: level },
    { x: high.x, y: low.y },
    { x: low.x, y: low.y },
  ];
  const free = places.filter(({ x, y }) => x >= low.x && x <= high.x && y >= low.y && y <= high.y - (insets.bottom - EDGE_PX) && isEmpty(intersect({ x, y, ...card_px }, picture_px)));
  if (free.length === 0) return { x: Math.max(low.x, high.x), y: level, isCovering: true };
  const covered = free.map((at) => others_px.reduce((sum, other) => sum + area(intersect({ ...at, ...card_px }, other)), 0));
  // The first of those that cover hardly more than the best: near the picture before far from it, and not to and fro while one pans.
  const enough = Math.min(...covered) + SLIGHT * card_px.width * card_px.height;
  return { ...free[covered.findIndex((one) => one <= enough)], isCovering: false };
}

/** What the card leaves free, for a picture that has to come out from under it. @param {Size} card_px @param {Size & {insets: Insets}} room_px @returns {Insets} */
export function besideCard(card_px, { width, insets }) {
  return width <= PHONE_PX ? { ...insets, top: topCovered({ width, height: 0 }, insets), bottom: card_px.height } : { ...insets, right: insets.right + card_px.width + GAP_PX + EDGE_PX };
}

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.max(low, Math.min(value, high));
