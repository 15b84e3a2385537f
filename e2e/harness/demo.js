// The demo as a process of its own: free ports, a folder of its own, and its last words when something is wrong.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait.js';

/** The binary under test; `cargo xtask journeys` builds it and says where it is. */
const BINARY = process.env.VESTIBULE_BINARY ?? join(import.meta.dirname ?? '.', '../../target/debug/vestibule');

/** Every demo of this process, so that none outlives it. */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Demo {
  /** Starts a demo and returns when it answers. */
  static async start() {
    const [port, inboxPort] = await freePorts(2);
    const data = await mkdtemp(join(tmpdir(), 'vestibule-journey-'));
    const flags = ['demo', '--no-open', '--port', `${port}`, '--inbox-port', `${inboxPort}`, '--data', data];
    const child = spawn(BINARY, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const demo = new Demo(child, port, inboxPort, data);
    await demo.#ready();
    return demo;
  }

  constructor(child, port, inboxPort, data) {
    this.child = child;
    this.data = data;
    /** The login. */
    this.portal = `http://localhost:${port}`;
    /** The application behind the gateway. */
    this.application = `http://reconcile.localhost:${port}`;
    /** The inbox and the control page. */
    this.inbox = `http://127.0.0.1:${inboxPort}`;
    /** Everything that the process printed. */
    this.said = '';
    const listen = (chunk) => (this.said += chunk);
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
    child.on('error', (problem) => listen(`\n${problem.message}; build it with: cargo build --package vestibule\n`));
  }

  async #ready() {
    const detail = () => `; it said:\n${this.said}`;
    const answers = async (url) => (await fetch(url).catch(() => null))?.ok;
    await waitFor(
      'the demo to answer',
      async () => {
        if (this.child.exitCode !== null || this.child.pid === undefined) throw new Error(`the demo ended${detail()}`);
        return (await answers(`${this.portal}/health/ready`)) && (await answers(this.inbox)) ? true : null;
      },
      { seconds: 30, detail },
    );
  }

  /** Ends the process and deletes its folder. Fails when it had already ended or panicked. */
  async stop() {
    const early = this.child.exitCode !== null;
    if (!early) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    running.delete(this.child);
    await rm(this.data, { recursive: true, force: true });
    if (early || this.said.includes('panicked at')) throw new Error(`the demo did not last; it said:\n${this.said}`);
  }
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
