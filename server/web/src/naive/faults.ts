// What people blame on the server though the page does it itself: the naive page has it all.
import lateStyle from './late.css?url';

const LONG_MS = 180;

// Work on the main thread: meanwhile no click is seen.
export function longTask(): void {
  for (const end = performance.now() + LONG_MS; performance.now() < end;) Math.sqrt(end);
}

function pictureWithoutSize(): void {
  const picture = document.createElement('img');
  picture.src = '/icon.svg';
  picture.alt = '';
  picture.style.maxWidth = '6rem';
  document.querySelector('main')?.prepend(picture);
}

function styleThatIsLate(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = lateStyle;
  document.head.append(link);
}

export function spoil(): void {
  window.setTimeout(longTask, 100);
  window.setTimeout(styleThatIsLate, 400);
  window.setTimeout(pictureWithoutSize, 700);
  document.addEventListener('submit', longTask, true);
}
