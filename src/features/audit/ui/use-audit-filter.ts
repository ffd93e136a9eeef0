"use client";

import { useAddress } from "../../../components/use-address";
import { startOfDay } from "../../../lib/local-day";
import type { AuditFilter } from "../schema";

/** The filter as the address has it; `from` and `to` are days in the reader's own time zone, both included. */
export function useAuditFilter(project_id: string | undefined) {
  const { get, set } = useAddress();
  const shown = { who: get("who"), what: get("what"), from: get("from"), to: get("to") };
  const filter: AuditFilter = {
    project_id,
    actor_id: shown.who ?? undefined,
    action: shown.what ?? undefined,
    from: startOfDay(shown.from),
    to: startOfDay(shown.to, 1),
  };
  const isFiltered = Object.values(shown).some((value) => value !== null);
  return { shown, filter, isFiltered, set };
}

/** Where the browser finds the file of the same rows. */
export function exportHref(filter: AuditFilter, format: "csv" | "jsonl"): string {
  const given = Object.entries({ ...filter, format }).filter(([, value]) => value !== undefined);
  return `/api/audit/export?${new URLSearchParams(given as [string, string][])}`;
}
