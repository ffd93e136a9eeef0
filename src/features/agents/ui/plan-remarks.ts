import type { ReactNode } from "react";
import type { PlanEntry } from "./session-log";

/** An entry of a plan, counted from 1, with its words as they were read. */
export interface EntryAnchor {
  entry: number;
  quote: string;
}

export interface PlanRemark {
  key: string;
  anchor: EntryAnchor;
}

/** What stands beside entries of a plan, and how more of it is begun. */
export interface PlanRemarks {
  all: readonly PlanRemark[];
  /** `isEarlier`: the plan has no entry of these words any more. */
  render: (key: string, isEarlier: boolean) => ReactNode;
  /** The button beside an entry was pressed. Absent for who may not say anything. */
  onAsk?: (anchor: EntryAnchor) => void;
}

/** The server's limit of a quote, in characters. */
const MAX_QUOTE = 2_000;

/** The words of an entry as a comment quotes them. */
export const quoteOf = ({ content }: PlanEntry) => content.trim().slice(0, MAX_QUOTE).trim();

/**
 * Remarks by the entry that they stand beside: the one of the same words, where it was before others. A plan is told
 * anew while the agent works, so the rest speak of entries that are gone.
 */
export function placeRemarks(
  plan: readonly PlanEntry[],
  remarks: readonly PlanRemark[],
): { beside: ReadonlyMap<number, PlanRemark[]>; earlier: PlanRemark[] } {
  const beside = new Map<number, PlanRemark[]>();
  const earlier: PlanRemark[] = [];
  const quotes = plan.map(quoteOf);
  for (const remark of remarks) {
    const { entry, quote } = remark.anchor;
    const at = quotes[entry - 1] === quote ? entry - 1 : quotes.indexOf(quote);
    if (at < 0) earlier.push(remark);
    else beside.set(at, [...(beside.get(at) ?? []), remark]);
  }
  return { beside, earlier };
}
