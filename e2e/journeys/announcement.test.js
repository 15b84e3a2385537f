// The customer's announcement as one story, told to a person at a desk, on a phone, and with JavaScript off.
import assert from 'node:assert/strict';
import { MINUTES } from '../harness/control.js';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { NEWCOMER, newcomer } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

for (const { how, userId, ...options } of [
  { how: 'at a desk', userId: 'amara.at.desk', size: 'desktop' },
  { how: 'on a phone', userId: 'amara.on.phone', size: 'phone' },
  { how: 'without JavaScript', userId: 'amara.no.script', javaScript: false },
]) {
  journey(`from existing credentials to a Trusted Device, ${how}`, async () => {
    await world.control.startOver();
    const amara = await newcomer(world, NEWCOMER, userId);
    const window = await world.browser.open(options);
    await firstTime(window, amara);
    await oldDoorIsClosed(window, amara);
    await world.control.nextPhase(amara.company);
    const settled = { ...amara, password: steps.CHOSEN.password };
    await codeAtEveryLogin(window, settled);
    await trustedDevice(window, settled);
    await reauthorisation(window, settled);
    await window.close();
  });
}

/** R2, R3, R8, R9: the welcome page, the steps, and on to the application. */
async function firstTime(window, amara) {
  await window.page.goto(world.demo.portal);
  await look(window, 'welcome');
  await window.page.getByRole('link', { name: /This is my first time here/ }).click();
  steps.assertAt(window, '/start');
  await look(window, 'start');
  await steps.useLegacy(world, window, amara);
  await steps.onboard(world, window, amara);
  await look(window, 'start-done');
  await window.page.getByText(amara.userId, { exact: true }).waitFor();
  await steps.goOn(window);
  await steps.assertInApplication(world, window, amara);
  await world.inbox.awaitMail(amara.email, { subject: /Enterprise User ID/ });
  await steps.logOut(world, window);
  await look(window, 'logged-out');
}

/** The legacy credentials died in the moment in which the ID was made, and the page says where to go. */
async function oldDoorIsClosed(window, amara) {
  await steps.useLegacy(world, window, amara);
  steps.assertAt(window, '/start');
  await window.page.getByText('Have you made an Enterprise User ID already?').waitFor();
  await look(window, 'start-refused');
  const problem = window.page.getByLabel('We could not check these');
  await problem.getByRole('link', { name: 'Log in with your Enterprise User ID' }).click();
  steps.assertAt(window, '/login');
}

/** R4, R7: without a Trusted Device a code is sent at every login. */
async function codeAtEveryLogin(window, amara) {
  for (let login = 0; login < 2; login += 1) {
    await world.control.advance(MINUTES.day);
    await steps.usePassword(world, window, amara);
    const { code } = await steps.readCode(world, window, amara);
    await look(window, 'login-code');
    await steps.enterCode(window, code);
    await steps.assertInApplication(world, window, amara);
    await look(window, 'application');
    await steps.logOut(world, window);
  }
}

/** R5, R6: on a Trusted Device, ID and password lead straight to the application. */
async function trustedDevice(window, amara) {
  await world.control.advance(MINUTES.day);
  await steps.logIn(world, window, amara, { trust: true });
  await steps.assertInApplication(world, window, amara);
  await steps.logOut(world, window);
  const known = await world.inbox.count(amara.email);
  await steps.usePassword(world, window, amara);
  await steps.assertInApplication(world, window, amara);
  const mails = await world.inbox.mails(amara.email);
  const codes = mails.slice(0, mails.length - known).filter(({ subject }) => /login code/.test(subject));
  assert.deepEqual(codes, [], 'no code is sent to a Trusted Device');
  await steps.logOut(world, window);
}

/** R6: until re-authorisation is due; then the page says why it asks. */
async function reauthorisation(window, amara) {
  await world.control.advance(31 * MINUTES.day);
  await steps.usePassword(world, window, amara);
  steps.assertAt(window, '/login/code');
  await window.page.getByText(/This browser was trusted until/).waitFor();
  await look(window, 'login-code-reauthorisation');
}
