// Before the first paint, so that a dark page does not flash white. External, since the policy allows no inline script.
(() => {
  let chosen = 'auto';
  try {
    chosen = localStorage.getItem('gateway.theme') || 'auto';
  } catch {
    // Storage may be refused; the system's choice is fine.
  }
  const dark = chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
