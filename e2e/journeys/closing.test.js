// Closing the window loses nothing that was finished, and the person is prompted again (R10).
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { NEWCOMER, UNFINISHED, newcomer, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

// At the last choice everything is made already: closing the window there is no way back to a step.
for (const { path } of steps.ONBOARDING.filter((step) => step.path !== '/start/channel')) {
  journey(`the window is closed at ${path}, and the same browser goes on`, async () => {
    await world.control.startOver();
    const amara = await newcomer(world, NEWCOMER, 'amara.comes.back');
    const window = await world.browser.open();
    await steps.useLegacy(world, window, amara);
    await steps.onboard(world, window, amara, { until: path });
    await window.reopen();
    await returnTo(window, amara, path);
    await finish(window, amara);
  });

  journey(`the window is closed at ${path}, and another browser asks for the proofs again`, async () => {
    await world.control.startOver();
    const amara = await newcomer(world, NEWCOMER, 'amara.elsewhere');
    const first = await world.browser.open();
    await steps.useLegacy(world, first, amara);
    await steps.onboard(world, first, amara, { until: path });
    await first.close();
    const second = await world.browser.open({ size: 'phone' });
    await returnTo(second, amara, path);
    await finish(second, amara);
  });
}

/** Before the ID is made the old credentials still work; afterwards only the new ones do. */
async function returnTo(window, amara, path) {
  if (path === '/start/security-code') {
    await steps.usePassword(world, window, { ...amara, password: steps.CHOSEN.password });
  } else {
    await steps.useLegacy(world, window, amara);
  }
  assert.match(new URL(window.page.url()).pathname, /^\/(start|enrol)\//, 'the person is prompted again');
}

async function finish(window, amara) {
  const at = () => new URL(window.page.url()).pathname;
  if (at() === '/enrol/profile') await steps.press(window, 'Yes, these are right');
  if (at() === '/enrol/security-code') {
    await look(window, 'enrol-security-code');
    await steps.ONBOARDING.find((step) => step.path === '/start/security-code').act(world, window, amara);
  } else {
    await steps.onboard(world, window, amara);
  }
  if (at() === '/start/done') await steps.goOn(window);
  await steps.assertInApplication(world, window, amara);
}

journey('"not now" advises against it, leads to the application, and the next login prompts again', async () => {
  await world.control.startOver();
  const diego = await person(world, UNFINISHED);
  const window = await world.browser.open();
  for (let login = 0; login < 2; login += 1) {
    await steps.logIn(world, window, diego);
    assert.match(new URL(window.page.url()).pathname, /^\/enrol\//, 'the person is prompted');
    await look(window, 'enrol-profile');
    await steps.press(window, 'Not now');
    await window.page.getByRole('heading', { name: 'We advise you to finish now' }).waitFor();
    await look(window, 'enrol-not-now');
    await steps.press(window, 'Not now');
    await steps.assertInApplication(world, window, diego);
    await steps.logOut(world, window);
  }
});
