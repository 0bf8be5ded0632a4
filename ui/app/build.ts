/** Which build of the UI this page is. */

/** Undefined where a page is served for work on it. */
const built = document.querySelector<HTMLMetaElement>('meta[name="flotilla-build"]')?.content;

/** `told`: the build that the server has, if it says so (`ui_build` of /info). */
export function isOutdated(told: string | null | undefined): boolean {
  return built !== undefined && typeof told === 'string' && told !== built;
}
