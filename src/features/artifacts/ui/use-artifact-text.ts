"use client";

import { useQuery } from "@tanstack/react-query";
import { downloadUrl } from "./artifact-urls";
import { decodeText } from "./decode-text";
import { TEXT_BYTES } from "./preview-kind";

/** The first `limit` bytes of an artifact as text, null if it is none; read once, since it never changes. */
export function useArtifactText({ id, size_bytes }: { id: string; size_bytes: number }, limit = TEXT_BYTES) {
  return useQuery({
    queryKey: ["artifact-text", id, limit],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: 1,
    queryFn: async ({ signal }) => {
      const headers = size_bytes > limit ? { range: `bytes=0-${limit - 1}` } : undefined;
      const response = await fetch(downloadUrl(id), { headers, signal });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      // What stands between may send the whole file all the same.
      const bytes = new Uint8Array(await response.arrayBuffer()).subarray(0, limit);
      return decodeText(bytes, size_bytes > limit);
    },
  });
}
