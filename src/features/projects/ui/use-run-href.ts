import { useCallback } from "react";
import { useProject } from "./project-provider";

/** The address of the project's run with this number, which leads to its page. */
export function useRunHref(): (number: number) => string {
  const { slug } = useProject();
  return useCallback((number: number) => `/p/${slug}/runs/${number}`, [slug]);
}
