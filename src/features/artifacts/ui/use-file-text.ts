"use client";

import { useQuery } from "@tanstack/react-query";
import { decodeText, windowOf } from "./decode-text";
import { TEXT_BYTES } from "./preview-kind";
import type { ShownFile } from "./shown-file";

/** Bytes behind a window's end that are read, for the rest of its last line. */
const SPILL_BYTES = 64 * 1024;

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

async function ask(url: string, range: string | null, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { ...(range ? { headers: { range } } : {}), signal });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response;
}

type Source = Pick<ShownFile, "url" | "size_bytes" | "ranged">;

const KEPT = { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000, retry: 1 } as const;

/** The first `limit` bytes of a file as text, null if it is none; read once, since it never changes. */
export function useFileText({ url, size_bytes, ranged }: Source, limit = TEXT_BYTES) {
  return useQuery({
    queryKey: ["file-text", url, limit],
    ...KEPT,
    queryFn: async ({ signal }) => {
      const cut = size_bytes > limit;
      const response = await ask(url, cut && ranged ? `bytes=0-${limit - 1}` : null, signal);
      return decodeText(await readBytes(response, limit), cut);
    },
  });
}

/** The lines of a text that begin in the `TEXT_BYTES` from this byte on. */
export function useTextWindow({ url, size_bytes: size, ranged }: Source, from: number) {
  return useQuery({
    queryKey: ["file-window", url, from],
    ...KEPT,
    queryFn: async ({ signal }) => {
      const start = Math.max(0, from - 1);
      const end = Math.min(size, from + TEXT_BYTES + SPILL_BYTES);
      const isPart = start > 0 || end < size;
      const response = await ask(url, isPart && ranged ? `bytes=${start}-${end - 1}` : null, signal);
      const bytes = await readBytes(response, end - start);
      return decodeText(windowOf(bytes, { from, length: TEXT_BYTES, size }), false);
    },
  });
}
