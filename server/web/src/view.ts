// Which part of the page is shown: behind the # of its address, so that a reload stays there and the server needs
// to know one path only.
import { ref } from 'vue';

export type View = 'orders' | 'status';

const read = (): View => (location.hash === '#/status' ? 'status' : 'orders');
export const view = ref<View>(read());
window.addEventListener('hashchange', () => { view.value = read(); });
