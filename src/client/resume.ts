/** How a subscription goes on after its connection was lost. */
export interface Resume {
  /** A query that says where to begin, for whoever said none. It is asked before the first connection. */
  start?: {
    path: string;
    isNeeded(input: Input): boolean;
    question(input: Input): Input;
    apply(input: Input, answer: unknown): Input;
  };
  /** What the caller gets of what the stream carries. */
  dataOf(item: unknown): unknown;
  /** The input with which the stream goes on behind this item. */
  advance(input: Input, data: unknown): Input;
  /** True where nothing comes after this item. */
  isLast(data: unknown): boolean;
}

export type Input = Record<string, unknown>;

/** Ways to resume by procedure; `npm run pack:client` refuses a subscription that has none. */
export const RESUME: Record<string, Resume> = {
  "events.onProject": {
    start: {
      path: "events.head",
      // A connection that is lost before its first event would otherwise not know what it missed.
      isNeeded: ({ lastEventId }) => lastEventId === undefined || lastEventId === null,
      question: ({ project_id }) => ({ project_id }),
      apply: (input, answer) => ({ ...input, lastEventId: (answer as { id: number }).id }),
    },
    // Stored events come in tRPC's envelope `{ id, data }`, progress as it is.
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
