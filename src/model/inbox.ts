/** Questions that wait for somebody's answer. */
export const QUESTIONS = ["approval", "permission", "budget"] as const;

/** What happened that its reader wants to know. */
export const NEWS = ["failed", "finished", "mentioned", "answered", "commented", "assigned"] as const;

/** Why something is in an inbox. */
export const INBOX_REASONS = [...QUESTIONS, ...NEWS] as const;
