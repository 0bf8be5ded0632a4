/** What the global setup leaves for the global teardown: both run in the same process. */

type Shared = { folder: string; stops: (() => Promise<unknown>)[] };

const holder = globalThis as { flotillaShared?: Shared };

export const shared: Shared = (holder.flotillaShared ??= { folder: '', stops: [] });
