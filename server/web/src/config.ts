// What the page is told by its server, beside its code: /config.json. What is missing there, or cannot be read,
// stays as it is here.
import { reactive } from 'vue';
import { policy } from './settings';

export const config = reactive({
  title: 'Orders',
  items: ['tea', 'coffee'] as string[],
  pollSeconds: 30,
  pollTimeoutSeconds: 5,
  requestTimeoutSeconds: 10,
});

// Which build of the page this is: build.mjs writes it into index.html.
export const build = document.querySelector<HTMLMetaElement>('meta[name=build]')?.content ?? '';

export async function readConfig(): Promise<void> {
  try {
    const answer = await fetch('/config.json');
    if (answer.ok) Object.assign(config, await answer.json());
    policy.poll.interval = config.pollSeconds * 1000;
    policy.poll.timeout = config.pollTimeoutSeconds * 1000;
  } catch {
    // the server is away: the page goes on with what it has
  }
}
