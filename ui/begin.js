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

// A network that changes (Wi-Fi, VPN) cuts what is on its way, and a browser does not ask again for a page's files: it would stay blank.
(() => {
  const waitsMs = [200, 1000, 2000, 4000, 8000, 16_000];
  /** When it takes longer than a person takes for normal. */
  const toldAt = 3;
  /** How often a file was asked for again, by the element that asks now. */
  const tries = new WeakMap();

  addEventListener(
    'error',
    ({ target: element }) => {
      // What a module imports later is asked for again where it is needed; its styles are elements like these.
      const isScript = element instanceof HTMLScriptElement;
      if (!isScript && !(element instanceof HTMLLinkElement && element.rel === 'stylesheet')) return;
      const tried = tries.get(element) ?? 0;
      if (tried >= toldAt && isScript) whenParsed(tell);
      if (tried >= waitsMs.length) return;
      setTimeout(() => {
        // A copy of a script would count as one that has run.
        const next = document.createElement(element.tagName);
        for (const { name, value } of element.attributes) next.setAttribute(name, value);
        tries.set(next, tried + 1);
        element.replaceWith(next);
      }, waitsMs[tried]);
    },
    true,
  );

  function whenParsed(act) {
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', act);
    else act();
  }

  /** The page takes its place when it comes after all. */
  function tell() {
    const title = document.createElement('h1');
    title.textContent = 'This page did not load';
    const why = document.createElement('p');
    why.textContent =
      'A part of it did not arrive: the network, or the server, may be in trouble. It is asked for again.';
    const again = document.createElement('button');
    again.textContent = 'Load it again';
    again.addEventListener('click', () => location.reload());
    document.getElementById('root')?.replaceChildren(title, why, again);
  }
})();
