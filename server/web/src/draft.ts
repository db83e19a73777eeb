// What is in the form and was not sent yet: kept over a reload of this tab. It is no order, and nobody sends it.
import { has } from './settings';

const NAME = 'drainctl-draft';

export function readDraft(): string {
  if (!has('worker')) return '';
  try {
    return sessionStorage.getItem(NAME) ?? '';
  } catch {
    return ''; // storage is denied
  }
}

export function keepDraft(text: string): void {
  try {
    sessionStorage.setItem(NAME, text);
  } catch {
    // storage is denied or full: a reload forgets it
  }
}
