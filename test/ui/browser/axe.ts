/** What axe finds on a page as it is now, each with its place. */
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What is not accessible (WCAG A and AA). */
export function inaccessible(page: Page): Promise<string[]> {
  return violations(page, wcag);
}

/** What cannot be read, or told apart, for its colours. */
export function illegible(page: Page): Promise<string[]> {
  return violations(page, ['color-contrast', 'link-in-text-block']);
}

/** What is not as axe thinks best, though WCAG does not ask for it. */
export function impractical(page: Page): Promise<string[]> {
  return violations(page, ['best-practice']);
}

/** `rules`: tags, or names of rules. */
async function violations(page: Page, rules: string[]): Promise<string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe);
  const options = JSON.stringify({ runOnly: rules, resultTypes: ['violations'] });
  const found = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
  );
}
