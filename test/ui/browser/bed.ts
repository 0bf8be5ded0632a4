/** An installation with its web UI, and a browser that looks at it. What the browser's policy forbids, and what a page throws, fails a test. */
import type { ChildProcess } from 'node:child_process';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { startStack, type Stack } from '../../stack';
import { quiet } from './chromium';

const program = process.env['FLOTILLA_TEST_BROWSER'];
/** True where there is a browser. In CI there always is, or the global setup has failed. */
export const hasBrowser = program !== undefined;

/** A name that is not this machine's for the browser, and leads here. */
const lanName = 'flotilla.test';
const leadsHere = `--host-resolver-rules=MAP ${lanName} 127.0.0.1`;
/** Machines are shared: it only bounds a test that fails. */
const patienceMs = 20_000;
const loadAgainMs = 500;

export type Bed = {
  stack: Stack;
  /** Where the UI is. */
  url: string;
  /** The same, for a browser on another machine: no address that it trusts without TLS. */
  lanUrl: string;
  api: ChildProcess;
  browser: Browser;
  /** A browser of its own, as of another person: tabs of one share storage, locks and streams. */
  person: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** A tab at `path`, of a new person unless one is given. */
  open: (path: string, options?: BrowserContextOptions | BrowserContext) => Promise<Page>;
  /** What pages threw, and what the policy forbade, since it was asked last. */
  complaints: () => string[];
  close: () => Promise<void>;
};

/** `settings`: environment variables of our processes. */
export async function startBed(settings: Record<string, string> = {}): Promise<Bed> {
  const stack = await startStack('process', settings);
  stack.startWorker();
  const api = await stack.startApi();
  // The same after a restart: pages go on asking there. Not chosen before, when somebody else could take it meanwhile.
  stack.env.HTTP_SERVER_LISTEN_ADDRESS = new URL(stack.apiUrl).host;
  const browser = await chromium
    .launch({ ...(program === undefined ? {} : { executablePath: program }), args: [...quiet, leadsHere] })
    .catch(async (error: unknown) => {
      await stack.close();
      throw error;
    });
  let complaints: string[] = [];

  const person = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
    // What fades in is too pale until it is there.
    const still = { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' } as const;
    const context = await browser.newContext({ ...still, ...options });
    context.setDefaultTimeout(patienceMs);
    // What a route's handler still waits for would else fail, in nobody's hands.
    const close = context.close.bind(context);
    context.close = async (...how) => {
      await letGo(context);
      await close(...how);
    };
    context.on('page', (page) => {
      loadsAgain(page);
      page.on('pageerror', (error) => complaints.push(`threw: ${error.message}`));
      page.on('console', (message) => {
        if (/Content.Security.Policy|Refused to/i.test(message.text())) complaints.push(`policy: ${message.text()}`);
      });
    });
    return context;
  };

  const bed: Bed = {
    stack,
    get url() {
      return new URL(stack.apiUrl).origin;
    },
    get lanUrl() {
      return `http://${lanName}:${new URL(stack.apiUrl).port}`;
    },
    api,
    browser,
    person,
    open: async (path, options) => {
      const context = options !== undefined && 'newPage' in options ? options : await person(options);
      const page = await context.newPage();
      await goTo(page, bed.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
    complaints: () => {
      const before = complaints;
      complaints = [];
      return before;
    },
    close: async () => {
      await Promise.all(browser.contexts().map(letGo));
      await browser.close();
      await stack.close();
    },
  };
  return bed;
}

async function letGo(context: BrowserContext): Promise<void> {
  const all = [context, ...context.pages()];
  await Promise.all(all.map((one) => one.unrouteAll({ behavior: 'ignoreErrors' })));
}

/** Containers that come and go change the machine's network. A person's browser asks again for a page that this has cut; a driven one does not. */
function loadsAgain(page: Page): void {
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame() || !frame.url().startsWith('chrome-error:')) return;
    setTimeout(() => void page.reload().catch(() => undefined), loadAgainMs);
  });
}

export async function goTo(page: Page, url: string): Promise<void> {
  await page.goto(url).catch(async (error: unknown) => {
    if (!String(error).includes('ERR_NETWORK_CHANGED')) throw error;
    await page.waitForURL(({ protocol }) => protocol === 'http:');
  });
}
