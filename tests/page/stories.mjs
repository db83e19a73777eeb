// stories.mjs [NAME...]: what happens to a person's orders when the server goes away, in a real Chromium.
import { withBrowser } from '../web/kit.mjs';
import * as careful from './careful.mjs';
import * as demo from './demo.mjs';
import * as deploy from './deploy.mjs';
import * as hard from './hard.mjs';
import * as looks from './looks.mjs';
import * as naive from './naive.mjs';
import { ELSEWHERE, Server } from './kit.mjs';

const wanted = process.argv.slice(2);
const stories = Object.entries({ ...looks, ...hard, ...careful, ...deploy, ...demo, ...naive })
  .filter(([name]) => wanted.length === 0 || wanted.includes(name));
let count = 0;

async function tell(browser, [name, story]) {
  const server = new Server(), began = Date.now(), line = `page: ${name.replace(/([A-Z])/g, ' $1').toLowerCase()}`;
  try {
    await story(contextsOf(browser, server), await server.start());
    console.log(`ok ${++count} ${line} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`not ok ${++count} ${line}\n${String(error.stack).replace(/^/gm, '# ')}`);
  } finally {
    for (const context of server.contexts) await context.close();
    await server.end();
  }
}

// A browser in which a story's own windows can be told from those of others.
const contextsOf = (browser, server) => ({
  whole: browser,
  async newContext(options) {
    const context = await browser.newContext(options);
    server.contexts.push(context);
    return context;
  },
});

// What measures time runs alone, the others three at a time: most of what they do is to wait.
async function all(browser) {
  const alone = stories.filter(([name]) => name === 'noTaskIsLong');
  const rest = stories.filter(([name]) => name !== 'noTaskIsLong');
  const work = async (queue) => { for (let next = queue.shift(); next; next = queue.shift()) await tell(browser, next); };
  await work(alone);
  await Promise.all([work(rest), work(rest), work(rest)]);
}

console.log(`1..${stories.length}`);
await withBrowser(all, [`--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`]);
