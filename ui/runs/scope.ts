/** Whose runs a list shows: those of all, of one definition, or of one template version. */

export type Scope = { of: 'all' } | { of: 'task'; id: string } | { of: 'template'; id: string };
