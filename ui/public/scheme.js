// Sets the colours before the first paint; a file of its own, for scripts within the page are not run.
(() => {
  let scheme = null;
  try {
    scheme = JSON.parse(localStorage.getItem('flotilla-settings') ?? '{}').scheme;
  } catch {
    // Storage may be forbidden or broken: the system's choice holds.
  }
  const isDark = scheme === 'dark' || (scheme !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
})();
