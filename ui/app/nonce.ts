/** What the server has put into this page's policy: styles that carry it are applied. Empty where a page is served for work on it. */
const said = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

export const nonce = said === '__NONCE__' ? '' : said;
