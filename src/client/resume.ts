/** How a subscription resumes after a lost connection. */
export interface Resume {
  /** A query for the starting point, if the caller named none; made before the first connection. */
  start?: {
    path: string;
    isNeeded(input: Input): boolean;
    question(input: Input): Input;
    apply(input: Input, answer: unknown): Input;
  };
  /** The caller's data for an item of the stream. */
  dataOf(item: unknown): unknown;
  /** The input that resumes the stream after this item. */
  advance(input: Input, data: unknown): Input;
  /** True if no item follows this one. */
  isLast(data: unknown): boolean;
}

export type Input = Record<string, unknown>;

/** How each subscription resumes; `npm run pack:client` fails for one that is missing here. */
export const RESUME: Record<string, Resume> = {
  "events.onProject": {
    start: {
      path: "events.head",
      // Without it, a connection lost before its first event would not know what it missed.
      isNeeded: ({ lastEventId }) => lastEventId === undefined || lastEventId === null,
      question: ({ project_id }) => ({ project_id }),
      apply: (input, answer) => ({ ...input, lastEventId: (answer as { id: number }).id }),
    },
    // Stored events come in tRPC's envelope `{ id, data }`, progress events do not.
    dataOf: (item) => {
      const given = item as { type?: string; data: unknown };
      return given.type === undefined ? given.data : given;
    },
    advance: (input, data) => {
      const { id } = data as { id: number | null };
      return id === null ? input : { ...input, lastEventId: id };
    },
    isLast: () => false,
  },
  "events.onAll": {
    dataOf: (item) => item,
    // Nothing to resume from: these events have no ids.
    advance: (input) => input,
    isLast: () => false,
  },
  "steps.logs": {
    dataOf: (item) => item,
    advance: (input, data) => {
      const { attempt, next_offset } = data as { attempt: number; next_offset: number };
      return { ...input, attempt, offset: next_offset };
    },
    isLast: (data) => (data as { done: boolean }).done,
  },
  "runs.log": {
    dataOf: (item) => item,
    advance: (input, data) => ({ ...input, offset: (data as { next_offset: number }).next_offset }),
    isLast: (data) => (data as { done: boolean }).done,
  },
};
