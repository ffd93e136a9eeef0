"use client";

import { useQuery } from "@tanstack/react-query";

interface WithOutput {
  output?: unknown;
  output_bytes: number | null;
  output_url: string | null;
}

/** An output for display. A large one is loaded from its own URL when it is shown. */
export function useOutput({ output, output_bytes, output_url }: WithOutput) {
  const query = useQuery({
    queryKey: ["output", output_url, output_bytes],
    enabled: output_url !== null,
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const answer = await fetch(output_url ?? "", { signal });
      if (!answer.ok) throw new Error(`The server answered ${answer.status}. Reload the page.`);
      return { value: (await answer.json()) as unknown };
    },
  });
  if (output_url === null) return { value: output, isLoading: false, error: null };
  return { value: query.data?.value, isLoading: query.isPending, error: query.error?.message ?? null };
}

export const hasOutput = ({ output, output_url }: WithOutput) =>
  output_url !== null || (output !== null && output !== undefined);
