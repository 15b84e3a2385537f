// What only scripts do, against the running server: suggestions while typing, a countdown, the warning before the end.
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { NEWCOMER, SETTLED, newcomer, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

journey('while they are typed, the ID is looked up and the password is judged', async () => {
  await world.control.startOver();
  const amara = await newcomer(world, NEWCOMER, 'amara.types');
  const window = await world.browser.open();
  const { page } = window;
  await steps.useLegacy(world, window, amara);
  await steps.onboard(world, window, amara, { until: '/start/user-id' });
  await page.getByRole('button', { name: 'a.okafor', exact: true }).click();
  assert.equal(await page.getByLabel('Enterprise User ID').inputValue(), 'a.okafor');
  await page.getByText(/is free$/).waitFor();
  await page.getByLabel('Enterprise User ID').fill('tomas.herrera');
  await page.getByText(/is taken/).waitFor();
  await page.getByLabel('Password', { exact: true }).fill('password1234');
  const judgement = page.locator('[data-strength]').getByRole('status');
  await judgement.waitFor();
  assert.doesNotMatch(await judgement.innerText(), /strong/i);
  await look(window, 'start-user-id-judged');
  await page.getByLabel('Password', { exact: true }).fill(steps.CHOSEN.password);
  await judgement.filter({ hasText: 'strong' }).waitFor();
  await page.getByLabel('Show password').check();
  assert.equal(await page.locator('input[name=password]').getAttribute('type'), 'text');
});

journey('the time that a code is valid for counts down', async () => {
  await world.control.startOver();
  const window = await world.browser.open();
  await window.page.clock.install();
  await steps.usePassword(world, window, await person(world, SETTLED));
  const timer = window.page.getByRole('timer');
  await timer.filter({ hasText: /\(9 min \d+ s left\)/ }).waitFor();
  await window.page.clock.fastForward('09:00');
  await timer.filter({ hasText: /^\(\d+ s left\)/ }).waitFor();
  await window.page.clock.fastForward('01:00');
  await timer.filter({ hasText: '(no longer valid)' }).waitFor();
});

journey('a session that is about to end asks first, and staying keeps it', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  const { page } = window;
  await steps.logIn(world, window, who);
  await steps.assertInApplication(world, window, who);
  await page.clock.install();
  await page.goto(`${world.demo.portal}/account`);
  const warning = page.getByRole('dialog', { name: 'Are you still there?' });
  await world.control.advance(13);
  await page.clock.fastForward('13:00');
  await warning.waitFor();
  await warning.getByRole('button', { name: 'Stay logged in' }).click();
  await warning.waitFor({ state: 'hidden' });
  await world.control.advance(13);
  await page.clock.fastForward('13:00');
  await warning.waitFor();
  await world.control.advance(3);
  await page.clock.fastForward('03:00');
  await page.getByText('You have been logged out').waitFor();
  steps.assertAt(window, '/login');
});
