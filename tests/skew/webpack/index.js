document.body.append(Object.assign(document.createElement('button'), {
  textContent: 'More',
  onclick: async () => {
    const { text } = await import(/* webpackChunkName: "later" */ './later.js');
    const { other } = await import('./other.js');
    document.body.append(text, other);
  },
}));
