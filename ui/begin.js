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
  const key = 'flotilla-loads';
  const mostLoads = 3;
  const mostInPlace = 2;
  const waitsMs = [200, 1000, 2000, 4000, 8000];
  /** When it takes longer than a person takes for normal. */
  const toldAt = 2;
  const answerMs = 5000;
  /** How often a file was asked for before, by the element that asks now. */
  const tries = new WeakMap();
  let isCut = false;

  addEventListener(
    'error',
    ({ target: element }) => {
      // What extensions put into a page is not ours to mend.
      const isOurs = (address) => address.startsWith(`${location.origin}/`);
      // Styles of parts that are loaded later, too: the bundler asks for them once.
      if (element instanceof HTMLLinkElement && element.rel === 'stylesheet' && isOurs(element.href)) {
        const tried = tries.get(element) ?? 0;
        setTimeout(() => askAgain(element, tried + 1), waitOf(tried));
      }
      if (element instanceof HTMLScriptElement && isOurs(element.src)) void mend(element);
    },
    true,
  );
  addEventListener('load', () => {
    if (!isCut) keep(null);
  });

  function waitOf(tried) {
    return waitsMs[tried] ?? waitsMs.at(-1);
  }

  async function mend(script) {
    isCut = true;
    const tried = tries.get(script) ?? 0;
    // What is put into a page runs at once, and needs the whole of it.
    if (document.readyState === 'loading') await new Promise((go) => addEventListener('DOMContentLoaded', go));
    await reach(script.src, tried);
    if (tried < mostInPlace) askAgain(script, tried + 1);
    else loadAnew();
  }

  /** Waits until the server has it for us. */
  async function reach(address, tried) {
    for (let n = tried; ; n += 1) {
      if (n >= toldAt) tell();
      await new Promise((resolve) => setTimeout(resolve, waitOf(n)));
      const isThere = await fetch(address, { signal: AbortSignal.timeout(answerMs) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isThere) return;
    }
  }

  function askAgain(element, tried) {
    // A copy of a script would count as one that has run.
    const next = document.createElement(element.tagName);
    for (const { name, value } of element.attributes) next.setAttribute(name, value);
    tries.set(next, tried);
    element.replaceWith(next);
  }

  /** Browsers may remember that a module failed (Chrome did before 156): only another page asks for it again. */
  function loadAnew() {
    const loads = kept();
    if (loads < mostLoads && keep(loads + 1)) location.reload();
    else tell();
  }

  function kept() {
    try {
      return Number(sessionStorage.getItem(key) ?? 0);
    } catch {
      return mostLoads;
    }
  }

  /** False where nothing can be kept: nobody would know how often the page was loaded. */
  function keep(loads) {
    try {
      if (loads === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, String(loads));
      return true;
    } catch {
      return false;
    }
  }

  function tell() {
    const root = document.getElementById('root');
    if (root === null || root.hasChildNodes()) return;
    const title = document.createElement('h1');
    title.textContent = 'This page did not load';
    const why = document.createElement('p');
    why.textContent = 'A part of it did not arrive: the network, or the server, may be in trouble.';
    const again = document.createElement('button');
    again.textContent = 'Load it again';
    again.addEventListener('click', () => {
      keep(null);
      location.reload();
    });
    root.append(title, why, again);
  }
})();
