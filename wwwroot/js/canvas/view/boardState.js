// @ts-check
// What the page around the canvas hears: CanvasState on the other side (Boards/Page).
import { isPainted } from '../mask/raster.js';
import { hasMask } from '../mask/target.js';

/** @typedef {{stage: import('./stage.js').Stage, connection: import('../sync/connection.js').BoardConnection, jobs: import('./jobs.js').Jobs, plans: import('./plans.js').Plans, toolbox: import('../tools/tool.js').Toolbox}} Parts */

/** @param {Parts} parts */
export function boardState({ stage, connection, jobs, plans, toolbox }) {
  return {
    tool: toolbox.current.name,
    zoom: Math.round(stage.camera.zoom * 1000) / 1000,
    role: connection.role,
    saved: connection.status,
    canUndo: connection.canUndo,
    canRedo: connection.canRedo,
    grid: stage.prefs.grid,
    snap: stage.prefs.snap,
    empty: connection.isLoaded && stage.scene.items.length === 0 && stage.arriving.size === 0,
    selection: [...stage.selection].map((id) => ({ id, kind: connection.view.find(id)?.kind ?? 'tile' })),
    frame: frameState(stage, jobs, plans),
    mask: maskState(stage),
    brush: { size: Math.round(stage.brush.size), softness: stage.brush.softness },
    people: connection.people.map(({ actor, name, colour }) => ({ actor, name, colour })),
    jobs: [...jobs.list].reverse(),
  };
}

/** @param {import('./stage.js').Stage} stage @param {import('./jobs.js').Jobs} jobs @param {import('./plans.js').Plans} plans */
function frameState(stage, jobs, plans) {
  const item = stage.selectedFrame;
  if (item === null || item.node.kind !== 'frame') return null;
  const job = jobs.ofFrame(item.id);
  return { id: item.id, settings: item.node.settings.value, width: item.world.width, height: item.world.height, plan: planState(stage, item, plans), ...(job && { job }) };
}

/** @param {import('./stage.js').Stage} stage @param {import('./scene.js').Item} item @param {import('./plans.js').Plans} plans */
function planState(stage, item, plans) {
  const plan = stage.plans.get(item.id);
  if (plan !== undefined && plans.isFresh(item.id) && item.world === item.home) return { task: plan.task, price: plan.price, painted: plan.painted != null, ...(plan.refusal && { refusal: plan.refusal }) };
  // While it is dragged: the words of the button follow at once, the price when the hub has answered.
  const { task, painted } = stage.estimateOf(item.world, item);
  return { ...(task !== 'nothing' && { task }), painted, ...(plan?.price != null && { price: plan.price }) };
}

/** @param {import('./stage.js').Stage} stage */
function maskState(stage) {
  const able = stage.selected.filter((item) => hasMask(item) && !item.locked);
  return {
    active: able.length > 0,
    painted: able.some((item) => hasMask(item) && isPainted(item.node.mask)),
  };
}
