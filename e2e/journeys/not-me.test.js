// "This was not me": the way out in a mail with a code.
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { SETTLED, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

/** The way out in the newest mail with a code. */
async function wayOut(who) {
  const { mail } = await world.inbox.awaitCode(who.email);
  const [link] = /http\S+\/not-me\?token=\S+/.exec(mail.text);
  return link;
}

for (const javaScript of [true, false]) {
  journey(`a login that was not mine ends by the link in its mail, ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
    await world.control.startOver();
    const who = await person(world, SETTLED);
    const thief = await world.browser.open();
    await steps.logIn(world, thief, who);
    await steps.assertInApplication(world, thief, who);
    const reader = await world.browser.open({ javaScript, size: 'phone' });
    await reader.page.goto(await wayOut(who));
    await reader.page.getByRole('heading', { name: 'Was this not you?' }).waitFor();
    await look(reader, 'not-me');
    await steps.press(reader, 'This was not me');
    await reader.page.getByRole('link', { name: 'Make a new password' }).waitFor();
    await look(reader, 'not-me-done');
    await thief.page.goto(`${world.demo.portal}/account`);
    steps.assertAt(thief, '/login');
    await steps.usePassword(world, thief, who);
    await thief.page.getByText('Your password has to be made anew').waitFor();
    await look(thief, 'login-password-dead');
    await reader.page.goto(await wayOut(who));
    await reader.page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    assert.equal(new URL(reader.page.url()).pathname, '/not-me');
    await look(reader, 'not-me-over');
  });
}
