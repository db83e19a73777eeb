// drainctl demo: its buttons are clicked, and what the panel shows is what happened.
import { Demo, openDemo, order, orders, press, stateUntil } from './demo-kit.mjs';
import { assert, at, picture, until } from './kit.mjs';

export async function theButtonsOfTheDemoDoWhatTheySay(browser) {
  const demo = await new Demo().start(['--order-time', '300ms', '--drain-delay', '200ms']);
  try {
    const { panel, shop } = await openDemo(browser, demo);
    await at(shop, 'stream').filter({ hasText: 'open' }).waitFor();
    await order(shop, 'tea', 'Ordered');
    await until('the panel has the order', async () => (await orders(panel)).join() === 'tea');

    await press(panel, 'notice');
    await stateUntil(panel, 'notice');
    await shop.locator('.strip.notice').waitFor();
    await press(panel, 'call-off');
    await stateUntil(panel, 'up');

    await press(panel, 'kill');
    await stateUntil(panel, 'down');
    await shop.locator('.strip.gone').waitFor();
    await order(shop, 'coffee', 'Kept');
    await order(shop, 'cake', 'Kept');
    await press(panel, 'start');
    await until('all are delivered', async () => (await orders(panel)).join() === 'tea,coffee,cake');

    await order(shop, 'in flight');
    await press(panel, 'restart');
    await at(shop, 'said').filter({ hasText: 'Ordered: in flight' }).waitFor();
    await panel.locator('#log', { hasText: 'exited with code 0' }).waitFor();
    await stateUntil(panel, 'up');
    await shop.locator('.strip.up').waitFor();

    const build = await at(shop, 'build').innerText();
    await press(panel, 'deploy');
    await panel.locator('#log', { hasText: 'a new build has taken over' }).waitFor();
    await panel.locator('#reload').click();
    await shop.getByRole('button', { name: 'Use it' }).click();
    await until('the page is the new one', async () => await at(shop, 'build').innerText() !== build);
    await picture(panel, 'demo');

    await panel.getByRole('button', { name: 'naive page' }).click();
    await shop.locator('.strip.up').waitFor();
    await shop.locator('#item').fill('twice');
    await at(shop, 'send').evaluate((button) => { button.click(); button.click(); }); // before any answer
    await panel.locator('#orders .twice', { hasText: 'ordered 2×' }).first().waitFor();
    await press(panel, 'drain');
    await stateUntil(panel, 'down');
    assert.deepEqual((await orders(panel)).slice(0, 4), ['tea', 'coffee', 'cake', 'in flight']);
    assert.deepEqual(panel.trouble, []);
    await panel.context().close();
  } finally {
    assert.equal(await demo.end(), 0);
  }
}
