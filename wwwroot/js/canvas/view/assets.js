// @ts-check
// What the canvas needs from the site beside its modules, loaded once for a page.

/** @type {Map<string, Promise<unknown>>} */
const known = new Map();

/** A classic script that leaves a global behind. @param {string} url @param {() => any} global @returns {Promise<any>} */
export function loadScript(url, global) {
  if (global() !== undefined) return Promise.resolve(global());
  return once(url, () => {
    const script = document.createElement('script');
    script.src = url;
    return script;
  }).then(global);
}

/** @param {string} url */
export function loadStyle(url) {
  const path = new URL(url).pathname;
  // The page may have it already, perhaps with a fingerprint in its name.
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.css$/, '');
  if ([...document.styleSheets].some((sheet) => sheet.href?.includes(`/${stem}.`))) return Promise.resolve();
  return once(url, () => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = url;
    return link;
  });
}

/** @param {string} url @param {() => HTMLElement} make @returns {Promise<unknown>} */
function once(url, make) {
  let loading = known.get(url);
  if (loading === undefined) {
    loading = new Promise((resolve, reject) => {
      const element = make();
      element.onload = resolve;
      element.onerror = () => {
        known.delete(url);
        reject(new Error(`${url} could not be loaded.`));
      };
      document.head.append(element);
    });
    known.set(url, loading);
  }
  return loading;
}
