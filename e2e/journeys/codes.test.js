// The code page in all its states: wrong, replaced, expired, late, refused, used up.
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { SETTLED, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

async function atTheCode() {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await steps.usePassword(world, window, who);
  steps.assertAt(window, '/login/code');
  return { who, window, code: await steps.readCode(world, window, who) };
}

/** Six digits that are surely not the code. */
const wrong = ({ code }) => code.replaceAll(/\d/g, (digit) => `${(Number(digit) + 5) % 10}`);

journey('a wrong code says what to do and how many tries are left; the right one still works', async () => {
  const { who, window, code } = await atTheCode();
  await steps.enterCode(window, wrong(code));
  await window.page.getByRole('alert').waitFor();
  assert.match(await window.page.title(), /^Error:/);
  await look(window, 'login-code-wrong');
  await steps.enterCode(window, ` ${code.code.replace(' ', '-')} `);
  await steps.assertInApplication(world, window, who);
});

journey('a new code makes the old one worthless', async () => {
  const { who, window, code } = await atTheCode();
  await world.control.advance(1);
  await steps.press(window, 'Send a new code');
  const next = await steps.readCode(world, window, who);
  assert.notEqual(next.tag, code.tag);
  await window.page.getByText(`Code ${next.tag}`).first().waitFor();
  await steps.enterCode(window, code.code);
  await window.page.getByRole('alert').waitFor();
  await steps.enterCode(window, next.code);
  await steps.assertInApplication(world, window, who);
});

journey('an expired code says so and offers a new one', async () => {
  const { who, window, code } = await atTheCode();
  await world.control.advance(11);
  await steps.enterCode(window, code.code);
  await window.page.getByText(`Code ${code.tag} is no longer valid`).first().waitFor();
  await look(window, 'login-code-expired');
  await steps.press(window, 'Send a new code');
  const next = await steps.readCode(world, window, who);
  await steps.enterCode(window, next.code);
  await steps.assertInApplication(world, window, who);
});

journey('five wrong tries end a code', async () => {
  const { window, code } = await atTheCode();
  for (let tries = 0; tries < 5; tries += 1) await steps.enterCode(window, wrong(code));
  await window.page.getByText(`Code ${code.tag} was entered wrong too often`).first().waitFor();
  await look(window, 'login-code-used-up');
});

journey('while the mail server is down the page says so, and the code arrives when it is back', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  await world.control.mailServer('stopped');
  const window = await world.browser.open();
  await steps.usePassword(world, window, who);
  await window.page.getByText(/Waiting to be sent|did not take it yet/).first().waitFor();
  await look(window, 'login-code-queued');
  await world.control.mailServer('running');
  await world.control.advance(1);
  const { code } = await steps.readCode(world, window, who);
  await window.page.getByText('Handed to your mail server').first().waitFor();
  await steps.enterCode(window, code);
  await steps.assertInApplication(world, window, who);
});

journey('a mailbox that does not exist is told on the page', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  await world.control.mailServer('refusing');
  const window = await world.browser.open();
  await steps.usePassword(world, window, who);
  await window.page.getByText('Could not be delivered').first().waitFor();
  await look(window, 'login-code-failed');
  await world.control.mailServer('running');
});
