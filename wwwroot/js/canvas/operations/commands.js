// @ts-check
// The commands of operations: what the bar, the card, the keys and the menus ask for.
import { centre, containsRect, unionAll } from '../geometry/rect.js';

/** @typedef {import('../view/commands.js').Parts} Parts */

/** @param {Parts} parts @returns {Record<string, (args: any) => any>} */
export function operationCommands({ stage, operations, toolbox, overlays, input }) {
  return {
    operate: ({ kind, tiles }) => {
      // With one picture in the hand a blend asks for the other.
      if (kind === 'interpolation' && tiles === undefined && stage.selected.length !== 2) {
        toolbox.use('blend');
        showOther(stage);
        input.refreshCursor();
        stage.invalidate();
        return false;
      }
      if (!operations.open(kind, tiles)) {
        const isChoosing = stage.selected.some((item) => stage.candidates.has(item.id));
        stage.notify({ kind: 'info', text: isChoosing ? stage.text('OperationChooseFirst', 'Accept one of these pictures first. Then go on from it.') : stage.text('OperationNeedsPicture', 'Select a picture first.') });
        return false;
      }
      overlays.showCard();
      return true;
    },
    operation: (values) => operations.set(values),
    peek: ({ on }) => operations.peek(on),
    film: ({ step }) => operations.film(step),
    endOperation: () => {
      const [tile] = operations.current?.tiles ?? [];
      operations.close();
      if (tile !== undefined) overlays.focusNode(tile);
    },
    orderOperation: async () => {
      const [tile] = operations.current?.tiles ?? [];
      const frame = await operations.order();
      // The card goes, and with it the button that had the focus: the keyboard goes on at the picture.
      if (frame !== null && tile !== undefined) overlays.focusNode(tile);
      return frame;
    },
    // Where a picture lies on this board; one that does not can be put there.
    find: ({ sha256, result }) => {
      const item = [...stage.scene.items].reverse().find((one) => one.node.kind === 'tile' && one.node.content.sha256 === sha256);
      if (item === undefined) {
        stage.notify({ kind: 'info', text: stage.text('FindNotHere', 'This picture does not lie on this board.'), ...(stage.canEdit && { action: { text: stage.text('FindPut', 'Put it here'), command: 'place', args: { result } } }) });
        return false;
      }
      stage.select([item.outermost]);
      stage.camera.fit(item.bounds, { maxZoom: Math.max(0.5, Math.min(1, stage.camera.zoom)) });
      return true;
    },
  };
}

/** The picture that is nearest to the selected one comes into view with it, where none of the others is: one cannot choose what one does not see. @param {import('../view/stage.js').Stage} stage */
function showOther(stage) {
  const [from] = stage.selected;
  const others = stage.scene.items.filter((item) => item.node.kind === 'tile' && !item.locked && item.id !== from?.id);
  if (from === undefined || others.length === 0 || others.some((item) => containsRect(stage.camera.free, item.bounds))) return;
  const at = centre(from.bounds);
  const far = (/** @type {import('../view/scene.js').Item} */ item) => Math.hypot(centre(item.bounds).x - at.x, centre(item.bounds).y - at.y);
  const nearest = others.reduce((best, item) => (far(item) < far(best) ? item : best));
  stage.camera.fit(unionAll([from.bounds, nearest.bounds]), { maxZoom: stage.camera.zoom });
}
