import './main.css';

document.getElementById('more').addEventListener('click', async () => {
  const { text } = await import('./later.js');
  document.getElementById('out').textContent = text;
});
