"use client";

import { useEffect, useState } from "react";
import type { SetSecret } from "../schema";

type Warnings = Record<string, string>;

const keyOf = (project_id: string) => `phaseboard-secret-warnings:${project_id}`;

function read(project_id: string): Warnings {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(project_id)) ?? "{}");
    return Object.fromEntries(Object.entries(kept ?? {}).filter(([, text]) => typeof text === "string"));
  } catch {
    return {};
  }
}

/** Warnings by secret name, kept in this browser until dismissed or the secret is set again or deleted. */
export function useSecretWarnings(project_id: string) {
  const [warnings, setWarnings] = useState<Warnings>({});
  useEffect(() => setWarnings(read(project_id)), [project_id]);
  const put = (name: string, warning: string | null) => {
    const { [name]: _, ...others } = read(project_id);
    const next = warning === null ? others : { ...others, [name]: warning };
    setWarnings(next);
    try {
      localStorage.setItem(keyOf(project_id), JSON.stringify(next));
    } catch {
      // Without storage, warnings show until the page is left.
    }
  };
  return {
    warnings,
    tell: ({ name, warning }: SetSecret) => put(name, warning),
    dismiss: (name: string) => put(name, null),
  };
}
