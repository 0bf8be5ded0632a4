// Runs first. It is put into the page itself: what cuts the page's files on their way does not cut this.

// The colours, before the first paint.
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

// A network that changes (Wi-Fi, VPN) cuts what is on its way, and a browser does not ask again for a page's scripts: it would stay blank.
(() => {
  const key = 'flotilla-loads';
  const waitsMs = [200, 1000, 3000];
  let isWhole = true;

  addEventListener(
    'error',
    ({ target }) => {
      const isNeeded =
        target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && target.rel === 'stylesheet');
      // What is asked for later is tried again where it is asked for.
      if (!isNeeded || !isWhole || document.readyState === 'complete') return;
      isWhole = false;
      // Where nothing can be kept, nobody knows how often it was tried: then it is not.
      let tried = waitsMs.length;
      try {
        tried = Number(sessionStorage.getItem(key) ?? 0);
        sessionStorage.setItem(key, String(tried + 1));
      } catch {
        // Forbidden.
      }
      if (tried < waitsMs.length) setTimeout(() => location.reload(), waitsMs[tried]);
      else if (document.readyState === 'loading') addEventListener('DOMContentLoaded', tell);
      else tell();
    },
    true,
  );
  addEventListener('load', () => {
    if (isWhole) forget();
  });

  function forget() {
    try {
      sessionStorage.removeItem(key);
    } catch {
      // Forbidden: then nothing was kept.
    }
  }

  function tell() {
    const title = document.createElement('h1');
    title.textContent = 'This page did not load';
    const why = document.createElement('p');
    why.textContent = 'A part of it did not arrive. The network, or the server, may be in trouble.';
    const again = document.createElement('button');
    again.textContent = 'Load it again';
    again.addEventListener('click', () => {
      forget();
      location.reload();
    });
    document.getElementById('root')?.replaceChildren(title, why, again);
  }
})();
