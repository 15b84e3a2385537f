// What a file of journeys shares: one demo, one browser, the mailboxes and the control page.
import { after, before } from 'node:test';
import { Browser } from './browser.js';
import { Control } from './control.js';
import { Demo } from './demo.js';
import { Inbox } from './inbox.js';

/**
 * Starts the world before the first journey of a file and ends it after the last one.
 * @returns {{ demo: Demo, browser: Browser, inbox: Inbox, control: Control }} filled when the first journey begins
 */
export function world() {
  const world = {};
  before(
    async () => {
      world.demo = await Demo.start();
      world.inbox = new Inbox(world.demo.inbox);
      world.control = new Control(world.demo.inbox);
      world.browser = await Browser.start();
    },
    { timeout: 60_000 },
  );
  after(
    async () => {
      // Both are ended even when one of them complains.
      const ends = await Promise.allSettled([world.browser?.stop(), world.demo?.stop()]);
      const complaint = ends.find(({ status }) => status === 'rejected');
      if (complaint) throw complaint.reason;
    },
    { timeout: 30_000 },
  );
  return world;
}
