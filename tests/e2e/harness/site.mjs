// Starts the built site on a free port with a folder of its own: the real thing, with its worker and canvas-mini.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const configuration = existsSync(path.join(root, 'src/CanvasWeb.Web/bin/Release/net10.0/CanvasWeb.Web.dll')) ? 'Release' : 'Debug';

export async function freePort() {
  return await new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * @param {{ port?: number, folder?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<{ url: string, port: number, folder: string, log: () => string, process: import('node:child_process').ChildProcess, kill: () => Promise<void>, stop: () => Promise<void> }>}
 */
export async function startSite(options = {}) {
  const port = options.port ?? await freePort();
  const folder = options.folder ?? await mkdtemp(path.join(tmpdir(), 'canvasweb-e2e-'));
  const url = `http://localhost:${port}`;
  const lines = [];
  const child = spawn('dotnet', [path.join(root, `src/CanvasWeb.Web/bin/${configuration}/net10.0/CanvasWeb.Web.dll`)], {
    cwd: path.join(root, 'src/CanvasWeb.Web'),
    env: { ...process.env, ASPNETCORE_URLS: url, ASPNETCORE_ENVIRONMENT: 'Development', Data__Folder: folder, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const keep = chunk => { lines.push(chunk.toString()); if (lines.length > 2000) lines.shift(); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise(resolve => child.once('exit', resolve));

  // A run that is broken off leaves no site behind.
  const orphaned = () => child.kill('SIGKILL');
  process.once('exit', orphaned);
  void ended.then(() => process.off('exit', orphaned));
  const site = {
    url, port, folder, process: child,
    log: () => lines.join(''),
    /** As a power cut would: nothing is told. */
    kill: async () => { child.kill('SIGKILL'); await ended; },
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(late);
      if (!options.folder) await rm(folder, { recursive: true, force: true });
    },
  };
  for (let waited = 0; ; waited += 200) {
    if (child.exitCode !== null) throw new Error(`The site ended with ${child.exitCode}:\n${site.log()}`);
    try {
      if ((await fetch(`${url}/healthz`)).ok) return site;
    } catch { /* not listening yet */ }
    if (waited > 60_000) { await site.stop(); throw new Error(`The site did not answer within a minute:\n${site.log()}`); }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** Waits until a worker is connected: /readyz is 200 then. */
export async function untilReady(site, timeoutMs = 60_000) {
  for (const end = Date.now() + timeoutMs; Date.now() < end;) {
    if ((await fetch(`${site.url}/readyz`)).ok) return;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  throw new Error(`No worker within ${timeoutMs} ms:\n${site.log()}`);
}
