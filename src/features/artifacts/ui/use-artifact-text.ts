"use client";

import { useQuery } from "@tanstack/react-query";
import { downloadUrl } from "./artifact-urls";
import { decodeText } from "./decode-text";
import { TEXT_BYTES } from "./preview-kind";

/** Reads at most `limit` bytes of a response: what stands between may send the whole file all the same. */
async function readBytes(response: Response, limit: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (reader && length < limit) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    length += value.length;
  }
  await reader?.cancel();
  const bytes = new Uint8Array(Math.min(length, limit));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.subarray(0, bytes.length - at), at);
    at += Math.min(piece.length, bytes.length - at);
  }
  return bytes;
}

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
      return decodeText(await readBytes(response, limit), size_bytes > limit);
    },
  });
}
